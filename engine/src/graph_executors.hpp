// `executors:` of a graph: how many threads run its unconnected parts.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <optional>
#include <string_view>

namespace ib {

constexpr unsigned max_executors = 64;

/// "auto" is 0: as many as there are usable CPUs. None: neither that nor a number from 1 to 64.
std::optional<unsigned> parse_executors(std::string_view text);

/// Of the graph itself; in a module it is an error, as its user decides. Everything wrong is said.
std::optional<unsigned> read_executors(const Draft& draft, Diagnostics& out);

}  // namespace ib
