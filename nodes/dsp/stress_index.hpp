// Baevsky's stress index: how narrow and how high the histogram of heartbeat intervals stands,
// SI = AMo / (2 Mo MxDMn) (Baevsky & Chernikova, Cardiometry 10:66, 2017).
//
//   AMo    percent of the intervals in the fullest bin of 50 ms (bins from 0)
//   Mo     median in s, as Kubios takes it; the middle of that bin stands beside it
//   MxDMn  longest minus shortest interval in s
// A single false interval changes it by half: only behind the artefact correction, and for windows
// of 60 to 300 s. Needs 42 s of intervals (70 % of 60 s) that are not all alike, else absent.
// Not a measure of felt stress, whatever its name says. Thread: stream; O(n), no allocation.
#pragma once

#include <cmath>
#include <interbeat/time.hpp>
#include <optional>

#include "dsp/interval_statistics.hpp"

namespace ib::dsp {

struct StressIndex {
  double amo_pct{};  ///< percent
  double mo_s{};
  double mo_bin_s{};  ///< middle of the fullest bin, the first of equals
  double mxdmn_s{};
  double value{};  ///< 1/s^2 as published, percent of a histogram per s^2

  double root() const noexcept { return std::sqrt(value); }  ///< what Kubios shows
};

inline constexpr Duration stress_index_least = 42s;

/// Of what `x` holds, which must keep ranks; `least`: together as long as this.
std::optional<StressIndex> stress_index_of(const IntervalStatistics& x,
                                           Duration least = stress_index_least) noexcept;

}  // namespace ib::dsp
