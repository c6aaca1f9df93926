// The canonical text of a flat graph: nodes sorted by path, every param with its value and unit,
// every edge with its port. Reading it back gives the same text.
//
// What `for_each:` unfolded stays folded, in whatever words it was written: nodes p[0].beats,
// p[1].beats, ... stand there as "p[].beats", a text that differs between them as a pattern with
// ${each} or ${index}, or as {each: [...]} where there is none.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/graph.hpp>

#include <string>

namespace ib {

std::string write_expanded(const Graph& graph);

}  // namespace ib
