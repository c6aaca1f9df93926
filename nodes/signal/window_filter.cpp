#include "signal/window_filter.hpp"

#include <cmath>

namespace ib {

std::size_t window_samples(double duration_s, double rate_hz) {
  const double samples = std::round(duration_s * rate_hz);
  if (!(samples < static_cast<double>(window_samples_max))) return window_samples_max;
  return 2 * (static_cast<std::size_t>(samples) / 2) + 1;
}

}  // namespace ib
