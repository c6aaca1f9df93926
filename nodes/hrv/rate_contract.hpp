// RateContract: what intervals can carry whose beats were found in a waveform of so many samples a second.
//
// Bounds, each 2 % short of its nominal rate: heart rate from 10 Hz and below 0.4 times the rate, where two
// samples still stand on the rise of a pulse; successive differences and what is faster than 0.15 Hz from
// 12.5 Hz as class low and from 20 Hz as ok, with parabolic peaks (Beres & Hejjel 2021,
// 10.1016/j.bspc.2021.102589; our own figures: docs/performance.md).
#pragma once

#include <interbeat/abi.h>

#include <optional>

namespace ib {

class RateContract {
 public:
  /// 0: a device's own beats, of which nobody knows how it found them.
  explicit RateContract(double sampled_hz = 0) : hz_(sampled_hz) {}
  explicit RateContract(const ib_stream& intervals) : RateContract(intervals.sampled_hz) {}

  bool carries_heart_rate() const { return reaches(heart_rate_hz); }
  bool carries_variability() const { return reaches(variability_hz); }
  bool carries_all() const { return reaches(all_hz); }
  /// Above it a rate may be the image of another one; nothing: there is no such bound.
  std::optional<double> fastest_bpm() const {
    return hz_ > 0 ? std::optional(0.4 * 60 * hz_) : std::nullopt;
  }
  double sampled_hz() const { return hz_; }

  static constexpr double heart_rate_hz = 10, variability_hz = 12.5, all_hz = 20;

 private:
  bool reaches(double nominal_hz) const { return hz_ <= 0 || hz_ >= 0.98 * nominal_hz; }
  double hz_;
};

}  // namespace ib
