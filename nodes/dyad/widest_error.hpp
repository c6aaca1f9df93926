// WidestError: what clocks leave open of a lag over the newest grid points that count, at most `length` of
// them. Thread: one. Allocation: only in the constructor.
#pragma once

#include <interbeat/types/lag_error.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ib {

class WidestError {
 public:
  explicit WidestError(std::size_t length) : points_(std::max<std::size_t>(1, length)) {}

  void reset() { n_ = 0; }
  /// `counts`: both persons have a value there.
  void push(const LagError& error, bool counts) {
    points_[n_++ % points_.size()] = {error, counts};
  }

  /// Nothing, where it is not known at a point that counts, or none counts.
  LagError get() const {
    LagError widest;
    bool any = false;
    for (std::size_t k = 0; k < std::min(n_, points_.size()); ++k) {
      if (!points_[k].counts) continue;
      widest = any ? widest.wider(points_[k].error) : points_[k].error;
      any = true;
    }
    return widest;
  }

 private:
  struct Point {
    LagError error;
    bool counts{};
  };
  std::vector<Point> points_;
  std::size_t n_{};
};

}  // namespace ib
