#include "owners.hpp"

#include "graph_order.hpp"

#include <algorithm>
#include <set>

namespace ib {

std::vector<std::vector<PortOwnership>> ownership(const Graph& graph) {
  std::vector<std::vector<PortOwnership>> result(graph.nodes.size());
  for (const auto i : topological_order(graph)) {
    const auto& node = graph.nodes[i];
    std::set<std::string> owners;
    if (!node.owner.empty()) owners.insert(node.owner);
    Grade finest = node.inputs.empty() ? Grade{IB_GRADE_RAW} : Grade{IB_GRADE_TREND};
    for (const auto& edge : node.inputs) {
      const auto& input = result[edge.from_node][edge.from_port];
      owners.insert(input.owners.begin(), input.owners.end());
      finest = std::min(finest, input.grade);
    }
    const auto& desc = *node.type->desc;
    for (std::uint32_t k = 0; k < count_outputs(desc); ++k) {
      const auto declared = output_port(desc, k).grade;
      result[i].push_back({{owners.begin(), owners.end()}, std::max(finest, declared)});
    }
  }
  return result;
}

const char* grade_text(Grade grade) {
  switch (grade) {
    case IB_GRADE_RAW: return "raw";
    case IB_GRADE_BEATS: return "beats";
    case IB_GRADE_METRICS: return "metrics";
    case IB_GRADE_STATE: return "state";
    default: return "trend";
  }
}

}  // namespace ib
