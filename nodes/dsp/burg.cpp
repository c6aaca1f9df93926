#include "dsp/burg.hpp"

#include <algorithm>
#include <numeric>

namespace ib::dsp {

namespace {

double mean_square(std::span<const double> x) {
  return std::inner_product(x.begin(), x.end(), x.begin(), 0.0) / static_cast<double>(x.size());
}

}  // namespace

Burg::Burg(std::size_t most_samples, const Params& params)
    : params_(params),
      fft_(params.transformed),
      forward_(most_samples),
      backward_(most_samples),
      a_(params.order + 1),
      before_(params.order + 1),
      density_(fft_.bins()) {}

Density Burg::density(std::span<const double> x) noexcept {
  x = x.last(std::min(x.size(), forward_.size()));
  if (x.size() <= 2 * params_.order) return {};
  fit(x);
  const bool silent =
      mean_square(x) < 1e-20;  // what rounding leaves of a constant freed of its line
  if (error_ <= 0 && !silent) return {};
  const double power = 2 * error_ / params_.rate_hz;
  const auto gain = fft_.power(a_);
  for (std::size_t k = 0; k < density_.size(); ++k) density_[k] = silent ? 0 : power / gain[k];
  return Density{density_, params_.rate_hz / static_cast<double>(fft_.size())}.if_finite();
}

void Burg::fit(std::span<const double> x) noexcept {
  std::copy(x.begin(), x.end(), forward_.begin());
  std::copy(x.begin(), x.end(), backward_.begin());
  std::fill(a_.begin(), a_.end(), 0.0);
  a_[0] = 1;
  error_ = mean_square(x);
  for (std::size_t order = 1; order <= params_.order; ++order) {
    // Of the errors, those that both directions have: the forward ones from 1 on, the backward ones
    // up to the last but one.
    const std::size_t n = x.size() - order;
    const double k = reflection(n);
    error_ *= 1 - k * k;
    raise(order, k);
    for (std::size_t i = 0; i < n; ++i) {
      const double f = forward_[i + 1], b = backward_[i];
      forward_[i] = f + k * b;
      backward_[i] = b + k * f;
    }
  }
}

/// The factor, between -1 and 1, that leaves the least of both errors. Nothing left: 0.
double Burg::reflection(std::size_t n) const noexcept {
  double both = 0, squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double f = forward_[i + 1], b = backward_[i];
    both += f * b;
    squares += f * f + b * b;
  }
  return squares == 0 ? 0 : -2 * both / squares;
}

/// Levinson's step from one order to the next.
void Burg::raise(std::size_t to_order, double k) noexcept {
  std::copy_n(a_.begin(), to_order + 1, before_.begin());
  for (std::size_t i = 1; i <= to_order; ++i) a_[i] = before_[i] + k * before_[to_order - i];
}

}  // namespace ib::dsp
