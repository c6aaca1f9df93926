// Rhythm coherence: how much of the heart's variability is one slow, regular wave. It mostly
// measures slow regular breathing.
//
// Biofeedback products show a score of this kind without saying how it is made; this definition is
// our own and open, and its numbers are not theirs:
//
//   peak     the highest bin of the density in 0.04-0.26 Hz, both ends included
//   score    100 x power within 0.015 Hz of the peak / power in 0.0033-0.40 Hz, 0..100
//   ratio    the same power / all the rest
//
// Both powers count each bin as a rectangle. Meant for 64 s of a tachogram, one Hann segment
// (welch.hpp).
// Thread: any; plain functions. Absent: no density, or less power than rounding makes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dsp/band_powers.hpp"

namespace ib::dsp {

struct RhythmCoherence {
  double peak_hz{};
  double peak_power{}, total_power{};  ///< ms^2
  double score{};                      ///< 0..100
  std::optional<double> ratio;         ///< absent: there is no rest
};

std::optional<RhythmCoherence> coherence_of(const Density& density) noexcept;

enum class CoherenceLevel : std::uint8_t { low, medium, high };
std::string_view name(CoherenceLevel) noexcept;

/// Where a score is medium: from, to, both included. Our own bounds.
struct CoherenceLevels {
  double medium_from = 35, medium_to = 60;
  CoherenceLevel of(double score) const noexcept;
};

}  // namespace ib::dsp
