// ScoredGraph: the graph that is judged, run over one waveform as a user runs it: from a file, by replay, into files.
//
// What it has to write: beats.csv (sink.csv of a stream of beats). What it may write: intervals.csv, the intervals that
// go into HRV, and cleaned.csv, the same without the gate of signal quality.
//
// Thread: any, each call on its own; each works in a folder of its own below the temporary one, which goes with it.
#pragma once

#include "evaluate/signal.hpp"
#include "evaluate/variability.hpp"

#include <interbeat/graph.hpp>
#include <interbeat/registry.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ib::evaluate {

/// What the graph found; times in seconds of the recording.
struct Found {
  std::vector<double> beats_s;
  std::vector<bool> beat_valid;       ///< may be used for HRV; as many as beats
  std::vector<LabelledInterval> raw;  ///< between neighbouring beats, as they are
  std::optional<std::vector<LabelledInterval>> gated, cleaned;
  std::string problem;  ///< why there is nothing; empty: there is
};

struct ScoredGraph {
  std::filesystem::path file;
  Overrides set;                   ///< `--set`
  std::string param{"recording"};  ///< takes the file of the waveform
  const Registry* registry{};
};

/// `signal` is even.
Found run(const ScoredGraph& graph, const Signal& signal);

}  // namespace ib::evaluate
