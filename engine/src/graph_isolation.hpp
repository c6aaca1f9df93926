// `isolation:` of a node or of the use of a module: where its nodes run. `process`, or in full
// `{mode: process, max_restarts: 5, hang_after: 250 ms, memory_mb: 1024}`.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"
#include "graph_voice.hpp"

#include <interbeat/graph.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ib {

/// What is wrong is said, and isolates nothing.
Isolation read_isolation(const Yaml& value, const std::string& path, const Voice& voice);

/// Of a node: its own, else that of the innermost use of a module around it. Sources and sinks stay here.
Isolation isolation_of(const Draft& draft, const DraftNode& node, const Voice& voice);

/// The name of the process that an isolated node lives in: its own path, or as far as it is shared.
std::string process_name(std::string_view path, const Isolation& isolation);

}  // namespace ib
