// RecordScore: how one graph did on one record at one rate. Absent is absent: without a reference there is no F1,
// without a difference no RMSSD.
//
// Thread: any; pure.
#pragma once

#include "evaluate/data_set.hpp"
#include "evaluate/recording.hpp"
#include "evaluate/scored_graph.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ib::evaluate {

/// A minute from the first scored second on. RMSSD in ms.
struct Minute {
  Stretch at;       ///< seconds of the recording
  Variability raw;  ///< of all intervals between beats, as they are
  std::optional<Variability> cleaned, gated, known;
  bool is_reported{};  ///< gated, and enough of it
};

struct RecordScore {
  std::string name;
  std::string problem;  ///< why nothing was scored; empty: it was
  bool turned_over{};
  double scored_s{};     ///< length of what was scored
  std::size_t beats{};   ///< found, all of them
  double valid_share{};  ///< of them, good enough for HRV

  std::optional<Match> match;
  std::vector<double> interval_errors_ms;  ///< ascending
  std::optional<double> interval_error_median_ms, interval_error_mean_ms;

  std::optional<Variability> gated;      ///< over all that was scored
  std::optional<Variability> known;      ///< of the reference, over the same
  std::optional<double> rmssd_error_ms;  ///< |ours - the reference's|
  std::vector<Minute> minutes;
};

/// `signal`: what the graph was given.
RecordScore score(const DataSet& set, const Recording& recording, const Signal& signal,
                  const Found& found);

}  // namespace ib::evaluate
