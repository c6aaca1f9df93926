// Fiducials of a pulse: the point of its rise that stands for the beat, found between samples.
//   mid        half way up from the onset to the peak, between two samples by a line
//   max_slope  steepest place of the rise: vertex of the parabola through the first differences
//   tangent    where the steepest line between two samples meets the level of the onset
// The onset is the lowest sample of the 0.35 s up to the peak, at the earliest the peak before. Peralta 2019
// (10.1088/1361-6579/ab009b) and Pelaez-Coca 2022 prefer these to apex and foot on clean, lightly filtered pulses
// of 100 Hz and more; on a band-passed wave at 25 Hz, and with motion, the peak was as good or better (interval
// error against ECG 7.7 ms for the peak, 7.8, 9.3 and 12.1 ms for slope, mid and tangent).
//
// No rise, or one that began before the signal did: nothing. Never another fiducial instead: they lie 0.1-0.2 s
// apart, and such a step would be an interval.
// Thread: one at a time, [stream]; the constructor allocates, nothing else does.
#pragma once

#include "dsp/mspt_beats.hpp"  // Peak

#include <cstdint>
#include <optional>
#include <vector>

namespace ib::dsp {

enum class Fiducial : std::uint8_t { mid, max_slope, tangent };

class PulseRises {
 public:
  static constexpr double longest_s = 0.35;

  /// A peak may be `oldest_s` behind the newest sample when its rise is asked for.
  PulseRises(double rate_hz, double oldest_s);

  /// Forgets the signal, as after a gap; the next sample to come is `index`.
  void restart(std::uint64_t index) noexcept { start_ = next_ = index; }
  /// The next sample of the band-passed signal. An index that does not follow the previous one
  /// restarts; so does a sample that is no number.
  void push(std::uint64_t index, double y) noexcept;

  /// Samples from the peak's own back to the fiducial: 0..reach(). `after`: the peak before, of which
  /// the rise can't be a part.
  std::optional<double> before(const Peak& peak, Fiducial which,
                               std::optional<std::uint64_t> after = {}) const noexcept;

  /// Samples that a rise reaches back at most.
  std::uint64_t reach() const noexcept { return reach_; }

 private:
  struct Rise {
    std::uint64_t onset, peak;
  };
  double sample(std::uint64_t index) const noexcept {
    return static_cast<double>(recent_[index % recent_.size()]);
  }
  double step(std::uint64_t from) const noexcept { return sample(from + 1) - sample(from); }
  bool has(std::uint64_t index) const noexcept;
  std::optional<Rise> rise_to(std::uint64_t peak,
                              std::optional<std::uint64_t> after) const noexcept;
  std::uint64_t steepest(const Rise& r) const noexcept;
  double mid(const Rise& r) const noexcept;
  std::optional<double> max_slope(const Rise& r) const noexcept;
  double tangent(const Rise& r) const noexcept;

  std::uint64_t reach_;
  std::vector<float> recent_;  // by index
  std::uint64_t start_{}, next_{};
};

}  // namespace ib::dsp
