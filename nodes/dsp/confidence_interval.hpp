// How far a value of heart rate variability can be trusted: 95 % intervals from the window's own
// intervals, of which few are independent and some are missing.
//
//   rmssd, sdnn   of what this heart does while it goes on as it does: another minute of it would
//                 have given another value. The effective number of independent squares is
//                   nu = n / (1 + 2 sum r(l)^2),  r: autocorrelation of the differences (deviations),
//                 exact for Gaussian ones (Bartlett 1946; "equivalent degrees of freedom", Blackman &
//                 Tukey 1958), or what the squares themselves say where that is less, by their
//                 long-run variance (Newey & West 1987), because depth of breathing comes and goes.
//                 Then nu s^2 / sigma^2 is chi-squared with nu degrees.
//   mean          of the mean that the whole window had, missing beats included; without any, and
//                 with a window full of intervals, it has no width. Long-run variance as above, times
//                 the missing share (finite population), critical value of Kiefer & Vogelsang 2005.
//
// Nothing is multiplied across a break. Own choices, measured in tests/accuracy/missing_beats.cpp: sqrt n
// lags (deviations: 2 sqrt n), at most 64; a squared correlation of m pairs counts n / m times, so that
// the pairs that a break takes don't make an interval narrower; correlation widens, never narrows.
// Thread: any; no state, no allocation. O(n sqrt n).
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>
#include <span>

#include "dsp/nn_interval.hpp"

namespace ib::dsp {

/// 95 %, two-sided; low <= value <= high, in the value's unit.
struct ConfidenceInterval {
  double low{}, high{};
  bool operator==(const ConfidenceInterval&) const = default;
};

/// Least differences (rmssd) or intervals (sdnn, mean) that tell anything about their scatter.
inline constexpr std::size_t least_for_confidence = 8;

/// Working memory: as many values of each as the series has.
struct ConfidenceRoom {
  std::span<double> values, squares;
  std::span<std::uint32_t> ends;
};

/// RMSSD in ms. Absent below 8 differences, and where all of them are 0.
std::optional<ConfidenceInterval> rmssd_interval(std::span<const NnInterval> series,
                                                 const ConfidenceRoom& room) noexcept;

/// ln of the above, of RMSSD in ms.
std::optional<ConfidenceInterval> ln_rmssd_interval(std::span<const NnInterval> series,
                                                    const ConfidenceRoom& room) noexcept;

/// SDNN in ms, as windows of this length have it: slower swings belong to longer windows. Absent
/// below 8 intervals, and where all of them are equal.
std::optional<ConfidenceInterval> sdnn_interval(std::span<const NnInterval> series,
                                                const ConfidenceRoom& room) noexcept;

/// Mean interval in ms, and 60000 / it in 1/min, of all beats of a window of this length. Absent below
/// 8 intervals, and where scatter and gaps leave no upper limit.
std::optional<ConfidenceInterval> mean_nn_interval(std::span<const NnInterval> series,
                                                   Duration window,
                                                   const ConfidenceRoom& room) noexcept;
std::optional<ConfidenceInterval> mean_hr_interval(std::span<const NnInterval> series,
                                                   Duration window,
                                                   const ConfidenceRoom& room) noexcept;

/// SDNN and mean interval, which share most of their work.
struct LevelIntervals {
  std::optional<ConfidenceInterval> sdnn, mean_nn;
};
LevelIntervals level_intervals(std::span<const NnInterval> series, Duration window,
                               const ConfidenceRoom& room) noexcept;

/// An interval of the mean length in ms as one of the rate in 1/min.
std::optional<ConfidenceInterval> as_heart_rate(
    const std::optional<ConfidenceInterval>& mean_nn) noexcept;

}  // namespace ib::dsp
