#include "dsp/subharmonic.hpp"

#include "dsp/parabola.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace ib::dsp {
namespace {

constexpr double pulses_apart_s = 0.3;  // as detectors keep them
constexpr double enough_hz = 20;        // of samples: pulse waves end at 8 Hz
constexpr double highest_hz = 8;
constexpr double step_hz = 0.5;  // a line is 1.3 Hz wide, by a Hann window of 3 s
constexpr double strong = 0.5, weak = 0.1;
constexpr double pulses_a_beat = 1.5;
/// Of the detectors' limit: what is slower on average (rms) has no such line with so little below.
constexpr double slow = 0.8;

/// The end of the wave: as many samples a second as it needs, under a Hann window.
class Spectrum {
 public:
  Spectrum(std::span<const double> wave, double rate_hz)
      : step_(std::max<std::size_t>(1, static_cast<std::size_t>(rate_hz / enough_hz))),
        rate_hz_(rate_hz / static_cast<double>(step_)) {
    const auto most = std::min(
        values_.size(), static_cast<std::size_t>(std::lround(subharmonic_window_s * rate_hz_)));
    n_ = std::min(most, (wave.size() + step_ - 1) / step_);
    for (std::size_t i = 0; i < n_; ++i) values_[i] = wave[wave.size() - 1 - i * step_];
  }

  double rate_hz() const { return rate_hz_; }
  bool is_long_enough() const { return static_cast<double>(n_) >= subharmonic_least_s * rate_hz_; }

  /// The root mean square of its frequencies is less than that, by its differences.
  bool is_slower_than(double hz) const {
    double power = 0, steps = 0;
    for (std::size_t i = 1; i < n_; ++i) {
      const double d = values_[i] - values_[i - 1];
      power += values_[i] * values_[i];
      steps += d * d;
    }
    const double of_line = 2 * std::sin(std::numbers::pi * std::min(hz / rate_hz_, 0.5));
    return !(steps >= of_line * of_line * power);
  }

  void take_window() {
    const double turn = 2 * std::numbers::pi / static_cast<double>(n_);
    const double twice = 2 * std::cos(turn);
    double now = std::cos(turn / 2), before = now;  // half a sample from the end, and mirrored
    double sum = 0, squares = 0, power = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const double weight = 0.5 - 0.5 * now;
      const double next = twice * now - before;
      before = now;
      now = next;
      values_[i] *= weight;
      sum += weight;
      squares += weight * weight;
      power += values_[i] * values_[i];
    }
    of_whole_ = power > 0 ? 2 * squares / (sum * sum * power) : 0;
  }

  /// Of the power, what a line at this frequency has, 0..1 (Goertzel's recursion). After take_window().
  double share_at(double hz) const {
    const double twice = 2 * std::cos(2 * std::numbers::pi * hz / rate_hz_);
    double s1 = 0, s2 = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const double s0 = values_[i] + twice * s1 - s2;
      s2 = s1;
      s1 = s0;
    }
    return (s1 * s1 + s2 * s2 - twice * s1 * s2) * of_whole_;
  }

 private:
  std::size_t step_;
  double rate_hz_;
  std::size_t n_{};
  std::array<double, 120> values_;  // newest first; less than 40 a second
  double of_whole_{};
};

/// The strongest line from `lowest` to 8 Hz; 0: it lies below.
double strongest_hz(const Spectrum& wave, double lowest_hz) {
  constexpr auto most = static_cast<std::size_t>(highest_hz / step_hz) + 1;
  const double end_hz = std::min(highest_hz, wave.rate_hz() / 2);
  std::array<double, most> shares{};
  std::size_t n = 0, best = 0;
  const auto hz = [&](std::size_t i) { return lowest_hz + (static_cast<double>(i) - 1) * step_hz; };
  for (; n < most && hz(n) <= end_hz; ++n) {
    shares[n] = wave.share_at(hz(n));
    if (shares[n] > shares[best]) best = n;
  }
  if (best == 0) return 0;
  if (best + 1 == n) return hz(best);
  return hz(best) + step_hz * vertex_offset(shares[best - 1], shares[best], shares[best + 1]);
}

}  // namespace

bool is_subharmonic(std::span<const double> band_passed, double rate_hz,
                    double interval_s) noexcept {
  Spectrum wave(band_passed, rate_hz);
  const double limit_hz = 1 / (pulses_apart_s + 1 / rate_hz);
  if (!wave.is_long_enough() || wave.is_slower_than(slow * limit_hz)) return false;
  wave.take_window();
  const double of_beats = wave.share_at(1 / interval_s);
  if (of_beats > weak) return false;
  const double hz = strongest_hz(wave, limit_hz);
  if (hz < limit_hz || hz * interval_s < pulses_a_beat) return false;
  const double share = wave.share_at(hz);
  return share >= strong &&
         std::max({of_beats, wave.share_at(hz / 2), wave.share_at(hz / 3)}) <= weak * share;
}

}  // namespace ib::dsp
