#include "signal/notch.hpp"

namespace ib {

bool Notch::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (const auto error = dsp::notch_error(at, q, rate)) return a.fail(*error);
  const auto design = dsp::notch(at, q, rate);
  return take(a, design, delay_hz(design, rate, 0));
}

}  // namespace ib
