// The canonical text of a flat graph: nodes sorted by path, every param with its value and unit,
// every edge with its port. Reading it back gives the same text.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/graph.hpp>

#include <string>

namespace ib {

std::string write_expanded(const Graph& graph);

}  // namespace ib
