// How many values of a window are higher than both neighbours at one distance: a row of the local-
// maxima scalogram. This is where beat detection spends its time.
//
// Counted without branches, several values at a time; as many as the CPU has lanes. Comparisons of
// doubles are exact, so every width gives the same count (tests/dsp/local_maxima.cpp).
// Thread: any; no state.
#pragma once

#include <cstddef>
#include <span>

namespace ib::dsp {

/// Positions i with w[i] > w[i - distance] and w[i] > w[i + distance], both inside. distance > 0.
std::size_t count_maxima(std::span<const double> w, std::size_t distance) noexcept;

/// The same, with so many lanes (1, 2 or 4); null: not on this CPU.
using CountMaxima = std::size_t (*)(std::span<const double> w, std::size_t distance) noexcept;
CountMaxima count_maxima_by(std::size_t lanes) noexcept;

}  // namespace ib::dsp
