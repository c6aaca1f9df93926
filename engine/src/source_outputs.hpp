// Which outputs a source really has: told by the source itself when it is opened, for hints.
//
// Thread: [control].
#pragma once

#include <interbeat/graph.hpp>

#include <optional>
#include <vector>

namespace ib {

/// By output. Nothing: it can't be opened, does not tell, or is a device, which is not connected to for a
/// hint.
std::optional<std::vector<bool>> source_outputs(const GraphNode& source);

}  // namespace ib
