// Summary: one way to run the graph (a detector, a rate) over all records of a data set, and whether the bars are met.
//
// Thread: any; pure.
#pragma once

#include "evaluate/bar.hpp"
#include "evaluate/data_set.hpp"
#include "evaluate/distribution.hpp"
#include "evaluate/score.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ib::evaluate {

/// How the graph was run.
struct Way {
  std::string algorithm;          ///< `algorithm` of the graph; empty: as the graph has it
  std::optional<double> rate_hz;  ///< empty: as recorded
  bool binding{true};             ///< bars bind it; else it is shown beside the others
  std::string text() const;       ///< "mspt, 25 Hz"
};

struct Verdict {
  Bar bar;
  std::optional<double> value;  ///< absent misses every bar
  bool met{};
  double miss{};  ///< how far on the wrong side of the bound; 0 where met or absent
};

struct Summary {
  Way way;
  std::vector<RecordScore> records;  ///< by name

  // Over records; each record once.
  Distribution f1, sensitivity, ppv, coverage, rmssd_error_ms;
  Distribution interval_error_ms;       ///< of each record its median
  Distribution interval_error_mean_ms;  ///< of each record its mean
  // Over minutes of all records.
  Distribution raw_rmssd_ms, cleaned_rmssd_ms, gated_rmssd_ms, reported_rmssd_ms;
  std::size_t minutes{};
  std::optional<double> kept_share;  ///< of all intervals, those that passed gate and cleaning

  std::vector<Verdict> verdicts;
  bool all_met() const;
  std::size_t scored() const { return records.size() - failed(); }
  std::size_t failed() const;
  /// Names of the records with the least F1, worst first.
  std::vector<const RecordScore*> worst(std::size_t n) const;
};

Summary summarise(const DataSet& set, const Way& way, std::vector<RecordScore> records);

/// Below so many records a figure is one, and proves nothing.
inline constexpr std::size_t least_for_proof = 10;

}  // namespace ib::evaluate
