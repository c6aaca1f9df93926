#include "signal/dc.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dsp/dc_blocker.hpp"

namespace ib {

bool DcFilter::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (const auto error = dsp::edge_error(cutoff, rate))
    return a.fail(fmt::format("{} (cutoff: {:g} Hz)", *error, cutoff.value));
  const auto design = dsp::DcBlocker(cutoff, rate).design();
  return take(a, design, delay_hz(design, rate, std::min(2 * cutoff, rate / 2)));
}

}  // namespace ib
