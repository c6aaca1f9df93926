#include "signal/bandpass.hpp"

#include <algorithm>

namespace ib {

bool BandPass::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  const double upper = std::min(high.value, 0.4 * rate);
  if (const auto error = dsp::band_error(low, upper, rate)) return a.fail(*error);
  const auto design = dsp::butterworth_band_pass(static_cast<int>(order), low, upper, rate);
  filter = dsp::SosFilter(design);
  settling_samples = dsp::settling_samples(design);
  constexpr double heart_hz = 1.2;  // 72 bpm; the delay is flat around it
  shift = from_seconds(dsp::group_delay_s(design, heart_hz, rate));
  return true;
}

}  // namespace ib
