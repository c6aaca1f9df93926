#include "signal/lowpass.hpp"

#include <fmt/format.h>

namespace ib {

bool LowPass::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (const auto error = dsp::edge_error(edge, rate))
    return a.fail(fmt::format("{} (edge: {:g} Hz)", *error, edge.value));
  const auto sections = design(rate);
  return take(a, sections, delay_hz(sections, rate, 0));
}

dsp::Sos LowPass::design(double rate_hz) const {
  const int n = static_cast<int>(order);
  switch (family.value) {
    case of_chebyshev2: return dsp::chebyshev2_low_pass(n, stop_db, edge, rate_hz);
    case of_bessel: return dsp::bessel_low_pass(n, edge, rate_hz);
    default: return dsp::butterworth_low_pass(n, edge, rate_hz);
  }
}

}  // namespace ib
