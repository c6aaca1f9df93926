// Takes a signal's least-squares line away, so that a slow drift doesn't leak into its spectrum.
//
// One value becomes 0, two become 0. Times need not be even, but not all the same.
// Thread: any; no state, no allocation.
#pragma once

#include <cstddef>
#include <span>

namespace ib::dsp {

/// `time_of(i)`: when sample i was taken, in any unit.
template <class TimeOf>
void remove_line_by(std::span<double> y, TimeOf time_of) noexcept {
  if (y.empty()) return;
  double mean_t = 0, mean_y = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    mean_t += time_of(i);
    mean_y += y[i];
  }
  mean_t /= static_cast<double>(y.size());
  mean_y /= static_cast<double>(y.size());
  double tt = 0, ty = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double t = time_of(i) - mean_t;
    tt += t * t;
    ty += t * (y[i] - mean_y);
  }
  const double slope = tt > 0 ? ty / tt : 0;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] -= mean_y + slope * (time_of(i) - mean_t);
}

/// Of evenly spaced samples.
inline void remove_line(std::span<double> y) noexcept {
  remove_line_by(y, [](std::size_t i) { return static_cast<double>(i); });
}

/// Of samples at `t`, as many as `y` has.
inline void remove_line(std::span<const double> t, std::span<double> y) noexcept {
  remove_line_by(y, [t](std::size_t i) { return t[i]; });
}

}  // namespace ib::dsp
