// Sources of a graph that nobody named: what could stand there, from the nodes that open them.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <string>

namespace ib {

/// What may be named, as the doc of a source param tells it: "ble:" is a device, "virtual:" a virtual ring;
/// a file, unless the doc speaks of these alone.
struct SourceWords {
  bool file{true}, device{true}, ring{true};

  static SourceWords of(const ib_param& param);
  /// "a source: a file or folder, or a Bluetooth device".
  std::string expected() const;
  /// "--set ring=FILE, or --set ring=ble:NAME".
  std::string settings(const std::string& parameter) const;
};

/// Says of each source parameter of the graph itself that has no value what it may be: only what opens, and
/// has the streams that the graph needs of it. `ask_sources`: as ReadOptions has it.
void report_missing_sources(const Draft& draft, const Graph& graph, const Registry& registry,
                            bool ask_sources, Diagnostics& out);

}  // namespace ib
