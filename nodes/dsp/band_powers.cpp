#include "dsp/band_powers.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {

namespace {

using Share = std::optional<double>;

/// The first bin at `hz` or above it. A bin that stands on an edge but for rounding is on it.
std::size_t first_bin_from(double hz, double step_hz) {
  constexpr double rounding = 1e-9;
  return static_cast<std::size_t>(std::max(std::ceil(hz / step_hz - rounding), 0.0));
}

Share quotient(double power, double of) {
  return of < BandPowers::least_ms2 ? std::nullopt : Share(power / of);
}

Share peak_hz(const Density& density, Band band, double power) {
  if (power < BandPowers::least_ms2) return std::nullopt;
  return density.frequency(highest_bin(density, bins_of(density, band)));
}

}  // namespace

Density Density::if_finite() const noexcept {
  const auto finite = [](double s) { return std::isfinite(s); };
  return std::all_of(bins.begin(), bins.end(), finite) ? *this : Density{};
}

BinRange bins_of(const Density& density, Band band) noexcept {
  if (!(density.step_hz > 0)) return {};
  const std::size_t end =
      std::min(first_bin_from(band.high_hz, density.step_hz), density.bins.size());
  return {std::min(first_bin_from(band.low_hz, density.step_hz), end), end};
}

double trapezoid_power(const Density& density, BinRange bins) noexcept {
  if (bins.empty()) return 0;
  const double ends = (density.bins[bins.first] + density.bins[bins.end - 1]) * density.step_hz / 2;
  return std::max(rectangle_power(density, bins) - ends, 0.0);
}

double rectangle_power(const Density& density, BinRange bins) noexcept {
  double sum = 0;
  for (std::size_t k = bins.first; k < bins.end; ++k) sum += density.bins[k];
  return sum * density.step_hz;
}

std::size_t highest_bin(const Density& density, BinRange bins) noexcept {
  const auto at = [&](std::size_t bin) {
    return density.bins.begin() + static_cast<std::ptrdiff_t>(bin);
  };
  const auto highest = std::max_element(at(bins.first), at(bins.end));
  return static_cast<std::size_t>(highest - density.bins.begin());
}

Share BandPowers::lf_share() const noexcept { return quotient(lf, lf + hf); }
Share BandPowers::hf_share() const noexcept { return quotient(hf, lf + hf); }
Share BandPowers::lf_hf() const noexcept { return quotient(lf, hf); }
Share BandPowers::ln_hf() const noexcept {
  return hf < least_ms2 ? std::nullopt : Share(std::log(hf));
}

BandPowers powers_of(const Density& density, Band vlf) noexcept {
  const auto power = [&](Band band) { return trapezoid_power(density, bins_of(density, band)); };
  BandPowers p{power(vlf), power(lf_band), power(hf_band), {}, {}, {}};
  p.vlf_peak_hz = peak_hz(density, vlf, p.vlf);
  p.lf_peak_hz = peak_hz(density, lf_band, p.lf);
  p.hf_peak_hz = peak_hz(density, hf_band, p.hf);
  return p;
}

}  // namespace ib::dsp
