#include "owners.hpp"

#include "graph_order.hpp"

#include <algorithm>
#include <iterator>

namespace ib {

namespace {

using Owners = Shared<std::vector<std::string>>;

/// All of both. Where one side adds nothing the other is handed on as it is: behind a merge of a
/// thousand people a chain of nodes has one list.
Owners united(const Owners& a, const Owners& b) {
  if (b->empty() || a.is(b)) return a;
  if (a->empty()) return b;
  std::vector<std::string> all;
  std::set_union(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(all));
  if (all.size() == a->size()) return a;
  if (all.size() == b->size()) return b;
  return all;
}

}  // namespace

std::vector<std::vector<PortOwnership>> ownership(const Graph& graph) {
  std::vector<std::vector<PortOwnership>> result(graph.nodes.size());
  for (const auto i : topological_order(graph)) {
    const auto& node = graph.nodes[i];
    Owners owners;
    if (!node.owner.empty()) owners = std::vector<std::string>{node.owner};
    Grade finest = node.inputs.empty() ? Grade{IB_GRADE_RAW} : Grade{IB_GRADE_TREND};
    for (const auto& edge : node.inputs) {
      const auto& input = result[edge.from_node][edge.from_port];
      owners = united(owners, input.owners);
      finest = std::min(finest, input.grade);
    }
    const auto& desc = *node.type->desc;
    const auto n = count_outputs(desc);
    result[i].reserve(n);
    for (std::uint32_t k = 0; k < n; ++k)
      result[i].push_back({owners, std::max(finest, output_port(desc, k).grade)});
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
