#include "signal/highpass.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ib {

bool HighPass::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (const auto error = dsp::edge_error(edge, rate))
    return a.fail(fmt::format("{} (edge: {:g} Hz)", *error, edge.value));
  const int n = static_cast<int>(order);
  const auto design = family.value == chebyshev2 ? dsp::chebyshev2_high_pass(n, stop_db, edge, rate)
                                                 : dsp::butterworth_high_pass(n, edge, rate);
  if (const auto warning = constant_left(design)) log.warning(warning->c_str());
  return take(a, design, delay_hz(design, rate, std::min(2 * edge, rate / 2)));
}

}  // namespace ib
