// A smooth curve through points at uneven times, known by its value and its slope at each of them
// (cubic Hermite form). How the slopes are chosen makes the curve:
//
//   natural    the cubic spline with continuous curvature, straight at both ends. Keeps the power
//              of a rhythm sampled near its limit, which straight lines don't; may swing out
//              across a gap.
//   monotone   never leaves the range of two neighbours (Fritsch & Butland, SIAM J Sci Stat Comput
//              5:300, 1984; ends by three points): calm across gaps, at some loss of fast rhythms.
//
// Two points give a straight line, one a constant, none nothing: at() is then 0.
// Thread: one at a time. The constructor allocates, nothing else does.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ib::dsp {

enum class Curve : unsigned char { natural, monotone };

/// The cubic between two points with given slopes there.
struct CubicPiece {
  double height{}, slope{}, square{}, cube{};

  /// `width` > 0 between the points.
  static CubicPiece between(double width, double left, double left_slope, double right,
                            double right_slope) noexcept {
    const double secant = (right - left) / width;
    return {left, left_slope, (3 * secant - 2 * left_slope - right_slope) / width,
            (left_slope + right_slope - 2 * secant) / (width * width)};
  }
  /// So far behind the left point.
  double at(double s) const noexcept { return height + s * (slope + s * (square + s * cube)); }
};

class PiecewiseCubic {
 public:
  /// [control]
  explicit PiecewiseCubic(std::size_t most_points);

  /// Takes the points; x has to rise strictly. Of more than fit, the last ones are taken. [stream]
  void fit(std::span<const double> x, std::span<const double> y, Curve curve) noexcept;

  std::size_t size() const noexcept { return size_; }

  /// Height of the curve at first, first + step, ...; step > 0. Beyond the ends it goes on as the
  /// outermost pieces do. [stream]
  void at(double first, double step, std::span<double> out) const noexcept;

 private:
  void natural_slopes() noexcept;
  void monotone_slopes() noexcept;
  double width(std::size_t i) const noexcept { return x_[i + 1] - x_[i]; }
  double secant(std::size_t i) const noexcept { return (y_[i + 1] - y_[i]) / width(i); }

  std::vector<double> x_, y_, slope_, work_;
  std::size_t size_ = 0;
};

}  // namespace ib::dsp
