// What a run says at its end: a table of the nodes, latencies, and one loud line for every loss and
// every branch that failed. Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include <string>

namespace ib::tool {

/// Per node: blocks, items, busy time, counters; rings that lost; latencies; a last line with
/// rates.
std::string closing_table(const RunReport& report);

/// Losses and failures, one line each; empty when all went well. `quiet` runs print this too.
std::string loud_lines(const RunReport& report);

/// "12.3 ms": busy times and latencies, in the unit that fits.
std::string time_text(double seconds);

}  // namespace ib::tool
