// RMSSD and coverage of a stretch of labelled intervals, for the scores of interbeat evaluate.
//
// RMSSD = sqrt(mean(d^2)) over differences d of contiguous intervals that are both valid: never across a gap, never
// through an interval that was thrown out. Coverage = sum of valid intervals / length of the stretch.
//
// Thread: any; pure.
#pragma once

#include "evaluate/match.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace ib::evaluate {

struct LabelledInterval {
  double end_s{};
  double ibi_ms{};
  bool valid{};
  bool contiguous{};  ///< starts where the one before in the list ended, and both are valid
};

struct Stretch {
  double from_s{}, to_s{};  ///< (from, to]
  double seconds() const { return to_s - from_s; }
};

struct Variability {
  std::size_t intervals{}, valid{}, differences{};
  double coverage{};
  std::optional<double> rmssd_ms;  ///< absent without a difference

  /// Enough of it to be told: coverage, and a difference for each three seconds, at least eight.
  bool is_reported(double least_coverage, const Stretch& stretch) const;
};

/// Of the intervals that end in the stretch; a difference needs both ends in it.
Variability variability(const std::vector<LabelledInterval>& intervals, const Stretch& stretch);

/// Whole stretches of so many seconds, one behind the other; what is left over at the end belongs to none.
std::vector<Stretch> stretches(double from_s, double to_s, double length_s);

/// The reference's own intervals, `lag_s` later, labelled by the rule that ours go through (interval.clean's defaults):
/// an ectopic beat is no error of the pulse. An interval at a beat that is not scored is not valid.
std::vector<LabelledInterval> known_intervals(const std::vector<KnownBeat>& beats, double lag_s);

}  // namespace ib::evaluate
