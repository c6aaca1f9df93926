// Heart rate fragmentation: how often the heart turns from speeding up to slowing down and back.
// Breathing makes turns every few beats; a rhythm that turns at every beat is not the vagus nerve's
// (Costa, Davis & Goldberger, Front Physiol 8:255, 2017).
//
//   turn         between two successive differences whose product is <= 0
//   segment      differences of one sign in a row; one of 0 belongs to none
//   alternation  at least four segments of a single difference in a row
// A break ends segments and alternations. The percentages are of the intervals that have a
// contiguous neighbour. NeuroKit's PSS and PAS count segments instead of intervals and its PIP
// takes two equal differences of 0 for no turn, so its numbers differ. Needs 100 contiguous
// differences (our choice), else absent. Thread: any; no allocation.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "dsp/nn_interval.hpp"

namespace ib::dsp {

struct Fragmentation {
  double pip_pct{};            ///< turns, per interval
  std::optional<double> ials;  ///< 1 / mean length of a segment in differences; absent without any
  double pss_pct{};            ///< intervals that are not in a segment of three or more
  double pas_pct{};            ///< intervals in alternations
};

inline constexpr std::size_t fragmentation_least_pairs = 100;

/// Of a window, oldest first; absent with fewer than `least_pairs` contiguous differences.
std::optional<Fragmentation> fragmentation_of(
    std::span<const NnInterval> series,
    std::size_t least_pairs = fragmentation_least_pairs) noexcept;

}  // namespace ib::dsp
