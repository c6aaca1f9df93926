#include "dsp/piecewise_cubic.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {

namespace {

/// Weighted harmonic mean of the slopes on both sides; level where they point in different
/// directions.
double monotone_slope(double before, double width_before, double after, double width_after) {
  if (before * after <= 0) return 0;
  const double a = 2 * width_after + width_before;
  const double b = width_after + 2 * width_before;
  return (a + b) / (a / before + b / after);
}

/// At an end: of the parabola through the three outermost points, unless it would leave their
/// range.
double monotone_end(double outer, double outer_width, double inner, double inner_width) {
  const double slope =
      ((2 * outer_width + inner_width) * outer - outer_width * inner) / (outer_width + inner_width);
  if (slope * outer <= 0) return 0;
  const bool turns = outer * inner < 0;
  return turns && std::abs(slope) > 3 * std::abs(outer) ? 3 * outer : slope;
}

}  // namespace

PiecewiseCubic::PiecewiseCubic(std::size_t most_points)
    : x_(most_points), y_(most_points), slope_(most_points), work_(most_points) {}

void PiecewiseCubic::fit(std::span<const double> x, std::span<const double> y,
                         Curve curve) noexcept {
  size_ = std::min({x.size(), y.size(), x_.size()});
  std::copy_n(x.end() - static_cast<std::ptrdiff_t>(size_), size_, x_.begin());
  std::copy_n(y.end() - static_cast<std::ptrdiff_t>(size_), size_, y_.begin());
  if (size_ < 2) std::fill_n(slope_.begin(), size_, 0.0);
  else if (curve == Curve::natural) natural_slopes();
  else monotone_slopes();
}

// Equal curvature on both sides of each point, none at the ends: a tridiagonal system in the
// slopes, diagonally dominant, so elimination without pivots is stable.
void PiecewiseCubic::natural_slopes() noexcept {
  const std::size_t last = size_ - 1;
  double pivot = 2;
  double before = 1 / width(0), secant_before = secant(0);  // each is asked for from both its ends
  work_[0] = 1 / pivot;
  slope_[0] = 3 * secant_before / pivot;
  for (std::size_t i = 1; i < last; ++i) {
    const double after = 1 / width(i), secant_after = secant(i);
    pivot = 2 * (before + after) - before * work_[i - 1];
    work_[i] = after / pivot;
    const double right = 3 * (secant_before * before + secant_after * after);
    slope_[i] = (right - before * slope_[i - 1]) / pivot;
    before = after;
    secant_before = secant_after;
  }
  slope_[last] = (3 * secant(last - 1) - slope_[last - 1]) / (2 - work_[last - 1]);
  for (std::size_t i = last; i-- > 0;) slope_[i] -= work_[i] * slope_[i + 1];
}

void PiecewiseCubic::monotone_slopes() noexcept {
  const std::size_t last = size_ - 1;
  if (last == 1) {
    slope_[0] = slope_[1] = secant(0);
    return;
  }
  slope_[0] = monotone_end(secant(0), width(0), secant(1), width(1));
  for (std::size_t i = 1; i < last; ++i)
    slope_[i] = monotone_slope(secant(i - 1), width(i - 1), secant(i), width(i));
  slope_[last] = monotone_end(secant(last - 1), width(last - 1), secant(last - 2), width(last - 2));
}

void PiecewiseCubic::at(double first, double step, std::span<double> out) const noexcept {
  if (size_ < 2) {
    std::fill(out.begin(), out.end(), size_ == 1 ? y_[0] : 0.0);
    return;
  }
  const auto between = [this](std::size_t i) {
    return CubicPiece::between(width(i), y_[i], slope_[i], y_[i + 1], slope_[i + 1]);
  };
  std::size_t piece = 0;
  CubicPiece cubic = between(0);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const double x = first + static_cast<double>(k) * step;
    if (piece + 2 < size_ && x >= x_[piece + 1]) {
      do ++piece;
      while (piece + 2 < size_ && x >= x_[piece + 1]);
      cubic = between(piece);
    }
    out[k] = cubic.at(x - x_[piece]);
  }
}

}  // namespace ib::dsp
