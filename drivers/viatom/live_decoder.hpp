// A Viatom ring, live: its waveform, its heart rate and SpO2 as streams.
//
// A reply holds the samples since the last one. They carry no time: they stand where the arrivals tell
// (ClockEstimator). The O2Ring-S numbers its replies, so a lost one is known; of an O2Ring, arrival alone
// tells. Both rates, 100 and 125 Hz, are found in the field: the clock finds the true one within 30 %. A rate
// beyond is counted (off_rate), and the clock set to it; of an O2Ring a slower one looks like lost replies.
// The ring has no intervals: for these, beat.ppg finds beats in the waveform.
// Thread: as device::Decoder.
#pragma once

#include <interbeat/clock_estimator.hpp>

#include <optional>

#include "device/decoder.hpp"
#include "device/rate_watch.hpp"
#include "device/status_line.hpp"
#include "viatom/decode.hpp"
#include "viatom/reassembly.hpp"

namespace ib::viatom {

class LiveDecoder final : public device::Decoder {
 public:
  /// `wave_hz`: claimed rate of the waveform, 0: that of its generation. `as_sent`: its waveform is not turned over.
  explicit LiveDecoder(Generation generation, double wave_hz = 0, bool as_sent = false)
      : generation_(generation),
        wave_hz_(wave_hz > 0 ? wave_hz : wave_hz_of(generation)),
        turned_(!as_sent),
        replies_(generation) {}

  source::Shape shape(source::Signal s) const override;
  void decode(const device::Notification& got, Time arrival, device::Findings& found) override;
  Time settled(source::Signal s, Time arrival) const override;
  Counts counts() const override;

 private:
  /// What both generations tell.
  struct Told {
    std::optional<std::uint8_t> hr_bpm, spo2_percent;
    std::uint8_t battery_percent{};
    Contact contact{};
    wire::Bytes waveform;
    std::optional<std::uint32_t> number{};
  };

  void begin_anew();
  void reply(wire::Bytes frame, Arrival at, Time arrival, device::Findings& found);
  void values(const Told& told, Time arrival, device::Findings& found);
  void waveform(const Told& told, Arrival at, Time arrival, device::Findings& found);
  void watch_rate(Arrival at, std::uint64_t n);

  Generation generation_;
  double wave_hz_;
  bool turned_;
  Reassembly replies_;
  std::optional<ClockEstimator> clock_;
  std::optional<device::RateWatch> rate_;
  SessionZero zero_{};
  bool zero_known_{};
  Contact contact_{};
  Charging charging_{};
  std::optional<std::uint8_t> battery_percent_;
  Time last_sample_ = never, last_clock_ = never, last_values_ = never;
  device::StatusLine status_;
  std::uint64_t refused_{}, lost_packets_{}, lost_samples_{}, off_rate_{};
  double found_hz_{};            ///< where it was beyond what was claimed
  std::uint64_t lost_before_{};  ///< samples, in front of the next that is given
  bool breaks_{};                ///< so it is there
};

}  // namespace ib::viatom
