// A shipped graph with a few nodes more, for tests that look where its own sinks do not.
#pragma once

#include "support/graph_world.hpp"

#include <string>
#include <string_view>

namespace ib::test {

/// `nodes` is what stands below `nodes:` of the file, each line indented by two spaces.
inline Graph extended(const Registry& registry, const std::string& file, std::string_view nodes,
                      const Overrides& set) {
  std::ifstream in(graphs() / file);
  std::ostringstream text;
  text << in.rdbuf() << nodes;  // every shipped graph ends with its nodes
  Diagnostics problems;
  const auto graph = read_graph_text(text.str(), file, graphs(), set, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  return *graph;
}

}  // namespace ib::test
