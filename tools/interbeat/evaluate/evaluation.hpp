// Evaluation: a data set, scored by one graph in several ways.
//
// Records are read once and run side by side with oneTBB; each run has an engine and a folder of its own, so results do
// not depend on how many run at a time.
// Thread: [control]; `progress` comes from any of the threads, one call at a time.
#pragma once

#include "evaluate/scored_graph.hpp"
#include "evaluate/summary.hpp"

#include <interbeat/diagnostic.hpp>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ib::evaluate {

struct EvaluationOptions {
  std::filesystem::path data{"."};      ///< what the data set's paths are relative to
  std::vector<std::string> algorithms;  ///< bars bind the first; none: as the graph has it
  std::vector<double> rates_hz;         ///< in place of the data set's; none: those
  unsigned jobs{};                      ///< at a time; 0: one per CPU
  const std::atomic<bool>* stop{};      ///< ends it: what has not begun is a record with a problem
  std::function<void(std::size_t done, std::size_t of)> progress;
};

struct Evaluation {
  DataSet set;
  std::string graph;               ///< as it was named
  std::vector<Summary> summaries;  ///< by detector, then rate

  std::size_t records() const { return summaries.empty() ? 0 : summaries.front().records.size(); }
  /// All records were scored, and all bars that bind are met.
  bool good() const;
};

/// Null, and all that is wrong in `out`, when a recording can't be read.
std::optional<Evaluation> evaluate(DataSet set, const ScoredGraph& graph,
                                   const EvaluationOptions& options, Diagnostics& out);

}  // namespace ib::evaluate
