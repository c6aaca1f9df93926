// SmoothNoise: a stationary random curve over time, a pure function of (seed, path, t).
//
// A cubic B-spline through independent standard-normal coefficients, one every `spacing` seconds:
// twice continuously differentiable, band-limited to about 0.3 / spacing Hz, mean 0, variance 1.
// The four coefficients in use are remembered, so walking along time costs one draw per spacing.
// Thread: one at a time. Invariant: the answer never depends on what was asked before.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <interbeat/keyed_random.hpp>
#include <limits>
#include <string_view>

namespace ib::virtual_ring {

class SmoothNoise {
 public:
  SmoothNoise(std::uint64_t seed, std::string_view path, double spacing_s)
      : random_(seed, path), knots_per_s_(1.0 / spacing_s) {}

  /// Value at `t` seconds, any sign, |t| < 1e9.
  double at(double t) {
    const double x = t * knots_per_s_;
    const double floor = std::floor(x);
    move_to(static_cast<std::int64_t>(floor));
    const double u = x - floor;
    const double v = 1.0 - u;
    const double near_left = 4.0 - 6.0 * u * u + 3.0 * u * u * u;
    const double near_right = 4.0 - 6.0 * v * v + 3.0 * v * v * v;
    return (v * v * v * c_[0] + near_left * c_[1] + near_right * c_[2] + u * u * u * c_[3]) *
           unit_variance;
  }

 private:
  // The variance of the spline is the sum of its squared weights; its mean over one spacing is
  // 151/315 (0.460 between and 0.5 at the knots). Divided by the weights' common factor 6.
  static constexpr double unit_variance = 1.4443312345967556 / 6.0;

  void move_to(std::int64_t knot) {
    if (knot == knot_) return;
    if (knot == knot_ + 1) {
      c_ = {c_[1], c_[2], c_[3], coefficient(knot + 2)};
    } else {
      for (int j = 0; j < 4; ++j) c_[static_cast<std::size_t>(j)] = coefficient(knot - 1 + j);
    }
    knot_ = knot;
  }
  double coefficient(std::int64_t knot) const {
    return random_.normal(static_cast<std::uint64_t>(knot));
  }

  KeyedRandom random_;
  double knots_per_s_;
  std::int64_t knot_ = std::numeric_limits<std::int64_t>::min();
  std::array<double, 4> c_{};
};

}  // namespace ib::virtual_ring
