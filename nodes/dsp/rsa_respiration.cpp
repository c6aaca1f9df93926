#include "dsp/rsa_respiration.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {

namespace {

constexpr Band breathing_band{0.12, 0.50 + 1e-9};  // both ends are in
constexpr double breath_half_width_hz = 0.03;
constexpr double neighbours_to_hz = 0.09;

/// Bins up to so far from a frequency.
BinRange within(const Density& density, double centre_hz, double distance_hz) {
  return bins_of(density, {centre_hz - distance_hz, centre_hz + distance_hz + 1e-9});
}

std::optional<std::size_t> highest_maximum(const Density& density, BinRange bins) {
  const auto& s = density.bins;
  std::optional<std::size_t> highest;
  for (std::size_t k = std::max<std::size_t>(bins.first, 1); k < bins.end && k + 1 < s.size();
       ++k) {
    const bool maximum = s[k] > s[k - 1] && s[k] >= s[k + 1];
    if (maximum && (!highest || s[k] > s[*highest])) highest = k;
  }
  return highest;
}

double decibels_over_neighbours(const Density& density, double peak_hz) {
  const BinRange near = within(density, peak_hz, breath_half_width_hz);
  const BinRange far = within(density, peak_hz, neighbours_to_hz);
  const auto count = [](BinRange bins) { return static_cast<double>(bins.end - bins.first); };
  const double peak = rectangle_power(density, near);
  const double beside = rectangle_power(density, far) - peak;
  const double bins_beside = count(far) - count(near);
  // A line without any neighbours stands out as far as one can tell.
  constexpr double most_db = 100;
  if (bins_beside < 1 || beside <= peak * 1e-12) return most_db;
  return std::min(10 * std::log10(peak / count(near) * bins_beside / beside), most_db);
}

RespirationReason objection(const RsaRespiration& r, const RsaGuard& guard) {
  if (r.peak_hz < guard.slowest_hz && !guard.paced) return RespirationReason::too_slow;
  if (r.share < guard.least_share) return RespirationReason::too_broad;
  if (r.rise_db < guard.least_rise_db) return RespirationReason::too_faint;
  return RespirationReason::none;
}

}  // namespace

std::string_view name(RespirationReason reason) noexcept {
  switch (reason) {
    case RespirationReason::none: return "none";
    case RespirationReason::no_peak: return "no_peak";
    case RespirationReason::too_slow: return "too_slow";
    case RespirationReason::too_broad: return "too_broad";
    case RespirationReason::too_faint: return "too_faint";
  }
  return "?";
}

RsaRespiration respiration_of(const Density& density, const RsaGuard& guard) noexcept {
  RsaRespiration r;
  r.reason = RespirationReason::no_peak;
  const BinRange breathing = bins_of(density, breathing_band);
  const double power = rectangle_power(density, breathing);
  const auto peak = highest_maximum(density, breathing);
  if (!peak || power < BandPowers::least_ms2) return r;

  r.peak_hz = density.frequency(*peak);
  const BinRange around = within(density, r.peak_hz, breath_half_width_hz);
  const BinRange inside{std::max(around.first, breathing.first),
                        std::min(around.end, breathing.end)};
  r.share = rectangle_power(density, inside) / power;
  r.rise_db = decibels_over_neighbours(density, r.peak_hz);
  r.reason = objection(r, guard);
  if (r.reason == RespirationReason::none) r.rate_hz = r.peak_hz;
  return r;
}

}  // namespace ib::dsp
