#include "dsp/lomb_scargle.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ib::dsp {

LombScargle::LombScargle(std::size_t most_samples)
    : cos_(most_samples),
      sin_(most_samples),
      turn_cos_(most_samples),
      turn_sin_(most_samples),
      density_(steps + 1) {}

Density LombScargle::density(std::span<const double> t, std::span<const double> y,
                             double gaps_s) noexcept {
  const std::size_t n = std::min({t.size(), y.size(), cos_.size()});
  t = t.last(n);
  y = y.last(n);
  if (n < least_samples) return {};
  const double known_s = t.back() - t.front() - gaps_s;
  if (!(known_s > 0)) return {};
  const double scale = 2 * known_s / static_cast<double>(n - 1);
  aim_at_first_step(t);
  for (std::size_t k = 1; k <= steps; ++k, turn_on(n)) density_[k] = scale * power(y);
  return Density{density_, step_hz}.if_finite();
}

void LombScargle::aim_at_first_step(std::span<const double> t) noexcept {
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double angle = 2 * std::numbers::pi * step_hz * (t[i] - t.front());
    cos_[i] = turn_cos_[i] = std::cos(angle);
    sin_[i] = turn_sin_[i] = std::sin(angle);
  }
}

void LombScargle::turn_on(std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    const double c = cos_[i] * turn_cos_[i] - sin_[i] * turn_sin_[i];
    sin_[i] = sin_[i] * turn_cos_[i] + cos_[i] * turn_sin_[i];
    cos_[i] = c;
  }
}

// Time is shifted by tau, which makes sine and cosine orthogonal over these samples: tan(2 w tau) =
// sum sin 2wt / sum cos 2wt. Shifted, their squares sum up to (n + h)/2 and (n - h)/2.
double LombScargle::power(std::span<const double> y) const noexcept {
  double yc = 0, ys = 0, cos2 = 0, sin2 = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double c = cos_[i], s = sin_[i];
    yc += y[i] * c;
    ys += y[i] * s;
    cos2 += c * c - s * s;
    sin2 += 2 * c * s;
  }
  const double n = static_cast<double>(y.size());
  const double tau = std::atan2(sin2, cos2) / 2;
  const double h = std::hypot(sin2, cos2);
  const double along = yc * std::cos(tau) + ys * std::sin(tau);
  const double across = ys * std::cos(tau) - yc * std::sin(tau);
  const double sine_squares = (n - h) / 2;
  const bool sines_vanish = sine_squares < 1e-9 * n;  // every sample on a zero of the sine
  return along * along / (n + h) + (sines_vanish ? 0 : across * across / (2 * sine_squares));
}

}  // namespace ib::dsp
