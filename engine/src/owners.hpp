// Whose body a stream comes from, and how detailed it is: the base of consent.
//
// The rule: an output carries the owners of all inputs of its node, and the finest grade among them
// unless its port declares a coarser one. A source carries its participant ("" in none: unowned)
// and the grade that its port declares; one that declares none is raw. Nothing a node does makes
// a stream lose an owner or gain detail.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/graph.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ib {

/// IB_GRADE_RAW (finest) to IB_GRADE_TREND.
using Grade = std::uint32_t;

struct PortOwnership {
  Shared<std::vector<std::string>> owners;  ///< sorted, each once; empty: nobody's body
  Grade grade{IB_GRADE_RAW};
};

/// By node, then by output, as in `graph`. The graph has no circles (read_graph has seen to it).
std::vector<std::vector<PortOwnership>> ownership(const Graph& graph);

/// "raw", "beats", "metrics", "state", "trend".
const char* grade_text(Grade grade);

}  // namespace ib
