// PairHr, PairSlope: two persons at one instant of the common grid. The grid is g = k / rate of
// session time, the same for every pair; both persons' values of one item belong to that instant.
//
// Both bear what the two devices' clocks leave open of a lag there.
//
// Invariant: absent is never 0; `side` says whether that person's time was settled or given up.
#pragma once

#include <interbeat/sugar/edge.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/lag_error.hpp>

namespace ib {

/// Heart rate of two persons at a grid point.
struct PairHr {
  Maybe ibi_a_ms, ibi_b_ms;  ///< interpolated between the midpoints of valid intervals
  Maybe hr_a_bpm, hr_b_bpm;  ///< 60000 / ibi
  Side side_a{}, side_b{};
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes
  Maybe lag_jitter_ms, lag_least_ms, lag_most_ms;  ///< LagError

  static const ib_type& type() {
    return item_type<PairHr>(
        "interbeat/pair_hr/1", "Heart rate of two persons at a point of the common grid.",
        field<&PairHr::ibi_a_ms>("ibi_a_ms", "ms", "Interbeat interval of a."),
        field<&PairHr::ibi_b_ms>("ibi_b_ms", "ms", "Interbeat interval of b."),
        field<&PairHr::hr_a_bpm>("heart_rate_a_bpm", "bpm", "Heart rate of a."),
        field<&PairHr::hr_b_bpm>("heart_rate_b_bpm", "bpm", "Heart rate of b."),
        field<&PairHr::lag_jitter_ms>("lag_jitter_ms", "ms", LagError::jitter_doc),
        field<&PairHr::lag_least_ms>("lag_least_ms", "ms", LagError::least_doc),
        field<&PairHr::lag_most_ms>("lag_most_ms", "ms", LagError::most_doc),
        field<&PairHr::side_a>("side_a", "", "Whether a's time was settled, given up or idle."),
        field<&PairHr::side_b>("side_b", "", "Whether b's time was settled, given up or idle."));
  }
};

/// Slope of the heart rate of two persons over the seconds before a grid point.
struct PairSlope {
  Maybe slope_a, slope_b;  ///< bpm per second
  Side side_a{}, side_b{};
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes
  Maybe lag_jitter_ms, lag_least_ms, lag_most_ms;  ///< LagError

  static const ib_type& type() {
    return item_type<PairSlope>(
        "interbeat/pair_slope/1", "Heart-rate slopes of two persons at a point of the common grid.",
        field<&PairSlope::slope_a>("slope_a_bpm_per_s", "bpm/s", "Heart-rate slope of a."),
        field<&PairSlope::slope_b>("slope_b_bpm_per_s", "bpm/s", "Heart-rate slope of b."),
        field<&PairSlope::lag_jitter_ms>("lag_jitter_ms", "ms", LagError::jitter_doc),
        field<&PairSlope::lag_least_ms>("lag_least_ms", "ms", LagError::least_doc),
        field<&PairSlope::lag_most_ms>("lag_most_ms", "ms", LagError::most_doc),
        field<&PairSlope::side_a>("side_a", "", "Whether a's time was settled, given up or idle."),
        field<&PairSlope::side_b>("side_b", "", "Whether b's time was settled, given up or idle."));
  }
};

}  // namespace ib
