// A graph in a test's text, planned for a live run with all nodes of this build.
#pragma once

#include "support/graph_world.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace ib::test {

/// Null with `problems`; its sources are open, for devices are found while it is planned.
inline std::unique_ptr<Plan> live_plan(const std::string& text, const std::filesystem::path& out,
                                       Diagnostics& problems) {
  static const auto registry = all_nodes();
  const auto graph = read_graph_text(text, "graph.yaml", "/", {}, registry, problems);
  if (!graph) return nullptr;
  PlanOptions options;
  options.mode = Mode::live;
  options.out_dir = out;
  return Plan::build(*graph, options, problems);
}

/// A counter of a node in a report; 0 where it is not told.
inline std::uint64_t counter_of(const RunReport& report, std::string_view node,
                                std::string_view counter) {
  for (const auto& n : report.nodes) {
    if (n.path != node) continue;
    for (const auto& [name, value] : n.counters)
      if (name == counter) return value;
  }
  return 0;
}

}  // namespace ib::test
