// Intervals as a node gets them: a series of the spectra's tests as a stream.
#pragma once

#include <interbeat/types/interval.hpp>

#include <vector>

#include "support/node_runner.hpp"
#include "support/rr_series.hpp"

namespace ib::test {

/// All valid, each where the one before ended.
inline std::vector<Timed<Interval>> as_stream(const std::vector<dsp::BeatInterval>& intervals) {
  std::vector<Timed<Interval>> out;
  for (const auto& i : intervals)
    out.push_back({i.end, {i.ibi_us, true, !out.empty(), Label::normal, Reason::none, {}}});
  return out;
}

/// swinging_rr() as a stream.
inline std::vector<Timed<Interval>> swinging_intervals(double mean_ms, double amplitude_ms,
                                                       double hz, Duration length) {
  return as_stream(beat_intervals(swinging_rr(mean_ms, amplitude_ms, hz, seconds(length))));
}

}  // namespace ib::test
