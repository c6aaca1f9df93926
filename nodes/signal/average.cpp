#include "signal/average.hpp"

#include <fmt/format.h>

namespace ib {

bool AverageFilter::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  const auto n = window_samples(window, rate);
  if (!(rate > 0) || n < 3 || n > dsp::MovingAverage::length_max)
    return a.fail(fmt::format(
        "an average needs from 3 to {} samples: {:g} s at {:g} Hz are {} (window: {:g} s)",
        dsp::MovingAverage::length_max, window.value, rate, n, window.value));
  take(dsp::MovingAverage(n), rate);
  return true;
}

}  // namespace ib
