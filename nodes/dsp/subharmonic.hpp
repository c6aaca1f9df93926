// Subharmonic: beats told at half of the pulse's rate, or at a third. A beat detector keeps its beats 0.3 s apart, so
// of a heart above 200 a minute it takes every second pulse, and what it tells is even, plausible and wrong.
//
// The wave itself knows better, and does not need the detector for it. A heart that is followed has power at its own
// rate, whatever the shape of its pulses: a dicrotic wave as high as the systolic one raises the second harmonic, and
// the first stays. A heart that is passed over has its power at a rate above the detector's, and nothing at one beat
// in two or three of its pulses, nor at the rate of the beats told; an alternans of 10 % leaves it so. The measure is
// the ratio of subharmonic to harmonic, by which an octave error of pitch is told in speech whose cycles alternate
// (Sun 2000, 10.21437/ICSLP.2000-902). The bounds are ours: over 49 recordings they marked no beat that was good
// otherwise, and at twice the tenth they still would not (tests/accuracy/fast_hearts.cpp).
//
// Thread: any; pure. No allocation. Cost: a few hundred instructions where the wave is slow, as it nearly always is;
// else some thousand.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace ib::dsp {

/// The end of a wave: of its last 3 s as many samples as a pulse needs, newest first.
class PulseSamples {
 public:
  static constexpr double longest_s = 3, shortest_s = 1.5;

  /// `rate_hz` from 10 to 4000 Hz. `wave` has size() and operator[].
  template <class Signal>
  PulseSamples(const Signal& wave, double rate_hz) noexcept : PulseSamples(rate_hz, wave.size()) {
    if (n_ == 0) return;
    double before = values_[0] = wave[wave.size() - 1];
    for (std::size_t i = 1, at = wave.size() - 1; i < n_; ++i) {
      at -= step_;
      const double now = values_[i] = wave[at], d = now - before;
      power_ += now * now;
      steps_ += d * d;
      before = now;
    }
  }

  /// Whether beats that lie `interval_s` apart pass over pulses of the wave: half of its power lies at a rate that
  /// detectors can't follow, above one in 0.3 s and a sample, and below 8 Hz, at least 1.5 times the beats' own; and
  /// neither theirs nor its half or third has a tenth of that. False of less than 1.5 s. The wave is band-passed.
  bool are_passed_over(double interval_s) noexcept;

 private:
  PulseSamples(double rate_hz, std::size_t there) noexcept;
  bool is_slower_than(double hz) const noexcept;
  void take_window() noexcept;
  double share_at(double hz) const noexcept;
  double strongest_from(double lowest_hz) const noexcept;

  static constexpr double enough_hz = 20;  // pulse waves end at 8 Hz

  std::size_t step_;                // samples of the wave
  double rate_hz_, limit_hz_;       // of these samples; of the detectors
  std::size_t n_;                   // of these samples
  std::array<double, 120> values_;  // less than 40 a second
  double power_{}, steps_{};  // sums of squares: of all but the newest, and of the differences
  double of_whole_{};         // what a line's power is multiplied with, once under the window
};

}  // namespace ib::dsp
