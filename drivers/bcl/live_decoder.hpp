// A BCL ring, live: its waveform and intervals as streams.
//
// Samples stand where the ring's clock has them (ClockEstimator): their frames are numbered modulo 256, so
// what is lost is known. Intervals are given as they came, at their arrival, for beat.rr; once 128 of them
// stand on the grid of the ring's samples (RrComb) they are none that could tell variability, and no more
// are given; nor are any as long as they do not add up to the time that passes (RrTimeCheck). How many counts of
// acceleration make a g the maker does not publish for these frames: without that number there is no
// acceleration. The ring's answers on its clock bound no delay here: these frames do not bear its time. A
// measurement that begins anew numbers from 0, and the clock begins with it; so it does after time off the finger,
// when the ring counts no samples. Lists of intervals are numbered, too: a lost one breaks the chain there (an
// interval of 0), one that came twice is passed over.
// At the end of a measurement it may tell a rate and a temperature. The temperature stands behind the last sample,
// where there was one.
// Thread: as device::Decoder.
#pragma once

#include <cstdint>
#include <optional>

#include <interbeat/clock_estimator.hpp>

#include "bcl/frame_count.hpp"
#include "bcl/messages.hpp"
#include "bcl/rr_comb.hpp"
#include "bcl/rr_time_check.hpp"
#include "device/decoder.hpp"
#include "device/status_line.hpp"

namespace ib::bcl {

class LiveDecoder final : public device::Decoder {
 public:
  static constexpr double claimed_hz = 25;

  /// 0: not known.
  explicit LiveDecoder(double counts_per_g = 0) : counts_per_g_(counts_per_g) {}

  source::Shape shape(source::Signal s) const override;
  std::string why_absent(source::Signal s) const override;
  void asked_anew(Arrival at) override {
    waves_.expect_anew(at);
    lists_.expect_anew(at);
  }
  bool is_ready(const device::Waiting& waiting) override;
  void decode(const device::Notification& got, Time arrival, device::Findings& found) override;
  Time settled(source::Signal s, Time arrival) const override;
  Counts counts() const override { return counts_; }

 private:
  void meet(const GreenWave& wave, const device::Notification& got, Time arrival,
            device::Findings& found);
  ClockEstimator& clock();
  void meet(const RrIntervals& intervals, const device::Notification& got, Time arrival,
            device::Findings& found);
  bool is_withheld(const RrIntervals& intervals, Arrival at, Time arrival, device::Findings& found);
  void meet(const HeartRateResult& result, Time arrival, device::Findings& found);
  void meet(const Contact& contact, Time arrival, device::Findings& found);

  double counts_per_g_;
  std::optional<ClockEstimator> clock_;
  FrameCount waves_, lists_;  ///< of samples, of intervals
  SessionZero zero_{};
  bool zero_known_{};
  RrComb comb_;
  std::size_t intervals_{};
  bool coarse_{};
  RrTimeCheck adds_up_;
  bool withheld_{};      ///< the last list was
  Anchor sample_times_;  ///< of the newest frame
  std::uint64_t next_index_{};
  Time last_temperature_ = never;
  ib::Contact worn_{};  ///< as the ring told last
  Time last_sample_ = never, last_clock_ = never, last_rr_ = never;
  device::StatusLine status_;
  Counts counts_;
};

}  // namespace ib::bcl
