#include "dsp/savitzky_golay.hpp"

#include <fmt/format.h>
#include <cassert>
#include <cmath>

namespace ib::dsp {

std::optional<std::string> savitzky_golay_error(std::size_t n, int order) {
  if (n % 2 == 0 || n < 3 || n > savitzky_golay_length_max)
    return fmt::format("a smoothing length of {} samples is not an odd number from 3 to {}", n,
                       savitzky_golay_length_max);
  if (order < 0 || order > savitzky_golay_order_max)
    return fmt::format("a polynomial order of {} is not from 0 to {}", order,
                       savitzky_golay_order_max);
  if (static_cast<std::size_t>(order) >= n)
    return fmt::format("a polynomial of order {} needs more than {} samples", order, n);
  return std::nullopt;
}

/// By polynomials that are orthogonal on the samples (Gram's): P[j+1](k) = k P[j](k) - b P[j-1](k)
/// with b = |P[j]|^2 / |P[j-1]|^2. The fit in the middle is then a sum over j, without a matrix to
/// invert.
std::vector<double> savitzky_golay_weights(std::size_t n, int order, SavitzkyGolayOf of) {
  assert(!savitzky_golay_error(n, order));
  const auto half = static_cast<double>(n / 2);
  std::vector<double> before(n, 0.0), now(n, 1.0), weights(n, 0.0);
  double squares_before = 1.0;
  // Value and slope in the middle, of this polynomial and of the one before.
  double value = 1.0, value_before = 0.0;
  double slope = 0.0, slope_before = 0.0;
  for (int j = 0; j <= order; ++j) {
    double squares = 0.0;
    for (const double p : now) squares += p * p;
    const double share = (of == SavitzkyGolayOf::value ? value : slope) / squares;
    for (std::size_t i = 0; i < n; ++i) weights[i] += share * now[i];

    const double b = j == 0 ? 0.0 : squares / squares_before;
    for (std::size_t i = 0; i < n; ++i) {
      const double next = (static_cast<double>(i) - half) * now[i] - b * before[i];
      before[i] = now[i];
      now[i] = next;
    }
    const double next_value = -b * value_before;
    const double next_slope = value - b * slope_before;
    value_before = value, value = next_value;
    slope_before = slope, slope = next_slope;
    squares_before = squares;
  }
  return weights;
}

SavitzkyGolay::SavitzkyGolay(std::size_t n, int order, SavitzkyGolayOf of)
    : weights_(savitzky_golay_weights(n, order, of)), ring_(n) {}

std::optional<double> SavitzkyGolay::operator()(double x) noexcept {
  if (!std::isfinite(x)) {
    restart();
    return std::nullopt;
  }
  ring_[next_] = x;
  next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
  if (size_ < ring_.size()) ++size_;
  if (size_ < ring_.size()) return std::nullopt;
  double sum = 0.0;
  std::size_t k = 0;
  for (std::size_t i = next_; i < ring_.size(); ++i) sum += weights_[k++] * ring_[i];
  for (std::size_t i = 0; i < next_; ++i) sum += weights_[k++] * ring_[i];
  if (!std::isfinite(sum)) return std::nullopt;
  return sum;
}

}  // namespace ib::dsp
