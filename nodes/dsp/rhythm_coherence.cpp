#include "dsp/rhythm_coherence.hpp"

#include <algorithm>

namespace ib::dsp {

namespace {

// An end that is included lies a hair further out than one that isn't.
constexpr double hair_hz = 1e-9;
constexpr Band coherence_band{0.04, 0.26 + hair_hz};
constexpr Band variability_band{vlf_band.low_hz, hf_band.high_hz};
constexpr double peak_half_width_hz = 0.015;

}  // namespace

std::optional<RhythmCoherence> coherence_of(const Density& density) noexcept {
  const BinRange peaks = bins_of(density, coherence_band);
  if (peaks.empty()) return std::nullopt;
  RhythmCoherence c;
  c.total_power = rectangle_power(density, bins_of(density, variability_band));
  if (c.total_power < BandPowers::least_ms2) return std::nullopt;
  c.peak_hz = density.frequency(highest_bin(density, peaks));
  const Band around{c.peak_hz - peak_half_width_hz, c.peak_hz + peak_half_width_hz + hair_hz};
  c.peak_power = rectangle_power(density, bins_of(density, around));
  c.score = 100 * c.peak_power / c.total_power;
  const double rest = c.total_power - c.peak_power;
  if (rest >= BandPowers::least_ms2) c.ratio = c.peak_power / rest;
  return c;
}

std::string_view name(CoherenceLevel level) noexcept {
  switch (level) {
    case CoherenceLevel::low: return "low";
    case CoherenceLevel::medium: return "medium";
    case CoherenceLevel::high: return "high";
  }
  return "?";
}

CoherenceLevel CoherenceLevels::of(double score) const noexcept {
  if (score < medium_from) return CoherenceLevel::low;
  return score > medium_to ? CoherenceLevel::high : CoherenceLevel::medium;
}

}  // namespace ib::dsp
