#include "dsp/subharmonic.hpp"

#include "dsp/parabola.hpp"

#include <cmath>
#include <numbers>

namespace ib::dsp {
namespace {

constexpr double detected_apart_s = 0.3;  // as detectors keep them
constexpr double highest_hz = 8;
constexpr double step_hz = 0.5;  // a line is 1.3 Hz wide, by a Hann window of 3 s
constexpr double strong_share = 0.5, weak_share = 0.1;
constexpr double pulses_a_beat = 1.5;
/// Of the detectors' limit: what is slower on average (rms) has no such line with so little below.
constexpr double slow_share = 0.8;

}  // namespace

PulseSamples::PulseSamples(double rate_hz, std::size_t there) noexcept
    : step_(std::max<std::size_t>(1, static_cast<std::size_t>(rate_hz / enough_hz))),
      rate_hz_(rate_hz / static_cast<double>(step_)),
      limit_hz_(1 / (detected_apart_s + 1 / rate_hz)),
      n_(std::min({values_.size(), static_cast<std::size_t>(longest_s * rate_hz_ + 0.5),
                   (there + step_ - 1) / step_})) {}

bool PulseSamples::are_passed_over(double interval_s) noexcept {
  if (static_cast<double>(n_) < shortest_s * rate_hz_ || is_slower_than(slow_share * limit_hz_))
    return false;
  take_window();
  const double of_beats = share_at(1 / interval_s);
  if (of_beats > weak_share) return false;
  const double hz = strongest_from(limit_hz_);
  if (hz < limit_hz_ || hz * interval_s < pulses_a_beat) return false;
  const double share = share_at(hz);
  return share >= strong_share &&
         std::max({of_beats, share_at(hz / 2), share_at(hz / 3)}) <= weak_share * share;
}

/// The root mean square of the wave's frequencies is less than that, by its differences.
bool PulseSamples::is_slower_than(double hz) const noexcept {
  const double of_line = 2 * std::sin(std::numbers::pi * std::min(hz / rate_hz_, 0.5));
  return !(steps_ >= of_line * of_line * power_);
}

/// Hann's.
void PulseSamples::take_window() noexcept {
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

/// Of the power, what a line at this frequency has, 0..1 (Goertzel's recursion).
double PulseSamples::share_at(double hz) const noexcept {
  const double twice = 2 * std::cos(2 * std::numbers::pi * hz / rate_hz_);
  double s1 = 0, s2 = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    const double s0 = values_[i] + twice * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  return (s1 * s1 + s2 * s2 - twice * s1 * s2) * of_whole_;
}

/// The strongest line up to 8 Hz; 0: it lies below.
double PulseSamples::strongest_from(double lowest_hz) const noexcept {
  constexpr auto most = static_cast<std::size_t>(highest_hz / step_hz) + 1;
  const double end_hz = std::min(highest_hz, rate_hz_ / 2);
  std::array<double, most> shares{};
  std::size_t n = 0, best = 0;
  const auto hz = [&](std::size_t i) { return lowest_hz + (static_cast<double>(i) - 1) * step_hz; };
  for (; n < most && hz(n) <= end_hz; ++n) {
    shares[n] = share_at(hz(n));
    if (shares[n] > shares[best]) best = n;
  }
  if (best == 0) return 0;
  if (best + 1 == n) return hz(best);
  return hz(best) + step_hz * vertex_offset(shares[best - 1], shares[best], shares[best + 1]);
}

}  // namespace ib::dsp
