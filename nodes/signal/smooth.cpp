#include "signal/smooth.hpp"

#include <fmt/format.h>

namespace ib {

bool SmoothFilter::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (!(rate > 0)) return a.fail(fmt::format("a rate of {:g} Hz is not above 0 Hz", rate));
  const auto n = window_samples(window, rate);
  const int degree = static_cast<int>(order);
  if (const auto error = dsp::savitzky_golay_error(n, degree))
    return a.fail(fmt::format("{} (window: {:g} s at {:g} Hz, order: {})", *error, window.value,
                              rate, degree));
  const bool is_slope = of.value == slope;
  const auto part = is_slope ? dsp::SavitzkyGolayOf::slope : dsp::SavitzkyGolayOf::value;
  per_ = is_slope ? rate : 1;
  take(dsp::SavitzkyGolay(n, degree, part), rate);
  return true;
}

}  // namespace ib
