#include "signal/bandpass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib {
namespace {

// Slower sensors have no room for the usual band, and 5 Hz still finds their beats (12.5 Hz: median
// F1 0.995 on 16 BIDMC records). From here on an edge beyond Nyquist is a mistake.
constexpr double slow_hz = 20;
constexpr double pulse_hz = 10;  // below, beat.ppg finds no beats
constexpr const char* no_pulse =
    "; for beats a waveform has 10 Hz and more (ring.bcl): a slower device's own heart rate is what it can tell";

}  // namespace

bool BandPass::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  const double upper = rate < slow_hz ? std::min(high.value, 0.4 * rate) : high.value;
  if (const auto error = dsp::band_error(low, upper, rate))
    return a.fail(fmt::format("{} (low: {:g} Hz, high: {:g} Hz){}", *error, low.value, high.value,
                              rate < pulse_hz ? no_pulse : ""));
  if (upper < high)
    log.info(fmt::format("high is {:g} Hz and not {:g} Hz: 0.4 of the rate of {:g} Hz", upper,
                         high.value, rate)
                 .c_str());
  const int n = static_cast<int>(order);
  const auto design = family.value == chebyshev2
                          ? dsp::chebyshev2_band_pass(n, stop_db, low, upper, rate)
                          : dsp::butterworth_band_pass(n, low, upper, rate);
  if (const auto warning = constant_left(design)) log.warning(warning->c_str());
  return take(a, design, delay_hz(design, rate, std::sqrt(low * upper)));
}

}  // namespace ib
