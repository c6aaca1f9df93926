// IntervalRun: a graph over intervals that a formula made, run as a user would run it: from a file with a column rr_us,
// through interval.clean, into the node under test, to a CSV file, of which the last row is read.
//
// Thread: [control].
#pragma once

#include "verify/graph_run.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ib::verify {

/// Whole microseconds, without a break.
using Lengths = std::vector<std::int64_t>;

/// A heart whose intervals swing: each is as long as the formula says at the moment it begins (the sine of ANSI/AAMI
/// EC57's patterns). The power of the swing is amplitude^2 / 2.
Lengths swinging(double mean_ms, double amplitude_ms, double hz, double seconds);

class IntervalRun {
 public:
  /// The last row of `node` ("{type: hrv.spectrum, window: 300 s}"; `in` is added), by column; what is absent is not in
  /// it. Throws std::runtime_error with what was wrong.
  std::map<std::string, double> last_row(const Lengths& lengths, const std::string& node);

 private:
  GraphRun run_;
};

/// One column of it.
std::optional<double> value(const std::map<std::string, double>& row, const std::string& column);

}  // namespace ib::verify
