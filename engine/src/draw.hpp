// A graph as a picture: Graphviz (DOT) and Mermaid text. Participants and modules become boxes
// around their nodes, equal ones of a `for_each:` one box; an edge bears the name of the output it comes from; an edge with `queue:` is
// dashed.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/graph.hpp>

#include <string>

namespace ib {

/// For `dot -Tsvg`.
std::string draw_dot(const Graph& graph);

/// For Markdown pages: a ```mermaid block's content.
std::string draw_mermaid(const Graph& graph);

}  // namespace ib
