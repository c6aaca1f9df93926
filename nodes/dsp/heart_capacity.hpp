// Deceleration and acceleration capacity: how far the heart slows down or speeds up from one beat
// to the next, averaged over all beats where it does, so that whatever is not in step with them
// cancels out (phase-rectified signal averaging: Bauer et al., Lancet 367:1674, 2006).
//
// An anchor is an interval longer (deceleration) or shorter (acceleration) than the one before, by
// at most 5 %: more is an artefact or an ectopic beat. Around it,
// (x[0] + x[1] - x[-1] - x[-2]) / 4, in ms; the capacity is the mean over all anchors: DC above 0,
// AC below 0 in health. The four intervals must be contiguous. Needs 30 anchors of its kind, else
// absent: without any regularity it then scatters by SDNN / 11 (our choice; the paper had 24 hours,
// and its risk classes are not for short windows). Thread: any; no allocation.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "dsp/nn_interval.hpp"

namespace ib::dsp {

struct HeartCapacity {
  std::optional<double> deceleration, acceleration;  ///< ms
  std::size_t deceleration_anchors{}, acceleration_anchors{};
};

inline constexpr std::size_t capacity_least_anchors = 30;

/// Of a window, oldest first. `most_change_pct`: largest step of an anchor, of the interval before
/// it.
HeartCapacity heart_capacity_of(std::span<const NnInterval> series,
                                std::size_t least_anchors = capacity_least_anchors,
                                int most_change_pct = 5) noexcept;

}  // namespace ib::dsp
