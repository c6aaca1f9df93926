// `realtime:` of a graph: inline, or the name of a file with the same keys.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <interbeat/realtime.hpp>

#include <filesystem>
#include <optional>
#include <vector>

namespace ib {

/// Of the graph itself; in a module it is an error, as its user decides. Everything wrong is said.
/// A file is looked for beside the graph, in `configs/` beside its folder, and beside `module_dirs`.
std::optional<RealtimeProfile> read_realtime(const Draft& draft,
                                             const std::vector<std::filesystem::path>& module_dirs,
                                             Diagnostics& out);

}  // namespace ib
