#include "signal/bandstop.hpp"

#include <fmt/format.h>

namespace ib {

bool BandStop::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (const auto error = dsp::band_error(low, high, rate))
    return a.fail(fmt::format("{} (low: {:g} Hz, high: {:g} Hz)", *error, low.value, high.value));
  const int n = static_cast<int>(order);
  const auto design = family.value == chebyshev2
                          ? dsp::chebyshev2_band_stop(n, stop_db, low, high, rate)
                          : dsp::butterworth_band_stop(n, low, high, rate);
  return take(a, design, delay_hz(design, rate, 0));
}

}  // namespace ib
