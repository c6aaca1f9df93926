#include "signal/recursive_filter.hpp"

#include <fmt/format.h>

#include <complex>

namespace ib {

bool RecursiveFilter::take(Activation& a, const dsp::Sos& design, double delay_at_hz) {
  const double rate = a.in().rate_hz;
  settling_samples = dsp::settling_samples(design);
  if (settling_samples > settling_max)
    return a.fail(
        fmt::format("the filter would take more than {} samples ({:g} s at {:g} Hz) to settle: "
                    "widen its band or lower its order",
                    settling_max, settling_max / rate, rate));
  filter = dsp::SosFilter(design);
  step = dsp::DcStep(rate);
  const double delay_s = dsp::group_delay_s(design, delay_at_hz, rate);
  if (!std::isfinite(delay_s))
    return a.fail(fmt::format(
        "the filter lets nothing through at {:g} Hz, where its delay is taken: widen its band",
        delay_at_hz));
  shift = from_seconds(delay_s);
  return true;
}

double delay_hz(const dsp::Sos& design, double rate_hz, double elsewhere_hz) {
  const double heart_hz = RecursiveFilter::heart_hz;
  const bool passes =
      rate_hz > 2 * heart_hz && std::abs(dsp::response(design, heart_hz, rate_hz)) >= 0.5;
  return passes ? heart_hz : elsewhere_hz;
}

std::optional<std::string> constant_left(const dsp::Sos& design) {
  const double left = std::abs(dsp::response(design, 0, 1));
  constexpr double rounding = 1e-9;
  if (left < rounding) return std::nullopt;
  return fmt::format(
      "chebyshev2 of an even order lets {:.3g} of the constant part through: take an odd order, or "
      "put filter.dc in front",
      left);
}

}  // namespace ib
