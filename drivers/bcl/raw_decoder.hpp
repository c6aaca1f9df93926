// A BCL ring in mode raw, live: green light, acceleration and temperature of its full sensor stream (3C).
//
// A frame bears the time of the ring's own clock in whole ms, so samples stand where that has them
// (ClockEstimator, whose index is that time in ns), rounded to it by 0.5 ms. Frames are numbered, too: what is
// lost is known. Which of its samples a frame's time is of nobody publishes; it is taken for the last one's. Were
// it the first one's, samples would stand right all the same, for it is arrivals that tell where the ring's clock
// is; but the delay would be less by a frame's length. The ring's answers on its clock bound that delay, with as
// much room below. The sensor's rate is what times and numbers say, 20 to 125 Hz.
// Temperature: of the three sensors the first that is in range throughout a frame; none: a gap.
// Thread: as device::Decoder.
#pragma once

#include <cstdint>
#include <optional>

#include <interbeat/clock_estimator.hpp>

#include "bcl/frame_count.hpp"
#include "bcl/messages.hpp"
#include "device/decoder.hpp"
#include "device/status_line.hpp"

namespace ib::bcl {

class RawDecoder final : public device::Decoder {
 public:
  static constexpr double claimed_hz = 25;

  source::Shape shape(source::Signal s) const override;
  std::string why_absent(source::Signal s) const override;
  void asked_anew(Arrival at) override { frames_.expect_anew(at); }
  bool is_ready(const device::Waiting& waiting) override;
  void decode(const device::Notification& got, Time arrival, device::Findings& found) override;
  Time settled(source::Signal s, Time arrival) const override;
  Counts counts() const override { return counts_; }

 private:
  /// How a frame lies behind the one before.
  struct Place {
    bool joins{};          ///< no time is missing between them
    std::uint64_t lost{};  ///< samples
    std::uint64_t left_out{};
  };

  Place place_of(const Sensors& frame, std::uint64_t stamp_ns, bool anew, std::uint8_t lost) const;
  void meet(const Sensors& frame, const device::Notification& got, Time arrival,
            device::Findings& found);
  void fill(const Sensors& frame, std::size_t late, device::FoundSamples run,
            device::Findings& found);
  void meet(const TimeSync& sync, Arrival at);
  ClockEstimator& clock();

  std::optional<ClockEstimator> clock_;
  FrameCount frames_;
  SessionZero zero_{};
  bool zero_known_{};
  double period_ns_{1e9 / claimed_hz};     ///< between samples, ring's time
  std::optional<std::uint64_t> stamp_ns_;  ///< of the newest frame of this connection
  bool anew_{true};                        ///< the next frame is the first of a measurement
  bool begun_{};                           ///< a frame was given
  std::uint64_t next_{};                   ///< index of the next sample
  Duration length_{};                      ///< from the newest frame's first sample to its last one
  Time last_sample_ = never, last_clock_ = never;
  device::StatusLine status_;
  Counts counts_;
};

}  // namespace ib::bcl
