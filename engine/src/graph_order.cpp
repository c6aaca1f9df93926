#include "graph_order.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace ib {
namespace {

const ib_port& port_at(const ib_node_desc& desc, std::uint32_t index, bool output) {
  std::uint32_t i = 0;
  for (;; ++i) {
    if (((desc.ports[i].flags & IB_PORT_OUT) != 0) != output) continue;
    if (index-- == 0) break;
  }
  return desc.ports[i];
}

}  // namespace

std::vector<std::uint32_t> topological_order(const Graph& graph) {
  const auto n = graph.nodes.size();
  // Readers of node i: readers[first[i]] to readers[first[i + 1]].
  std::vector<std::uint32_t> first(n + 2), missing(n);
  for (const auto& node : graph.nodes)
    for (const auto& edge : node.inputs) ++first[edge.from_node + 2];
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::uint32_t> readers(first.back());
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
  for (std::uint32_t i = 0; i < n; ++i) {
    missing[i] = static_cast<std::uint32_t>(graph.nodes[i].inputs.size());
    if (missing[i] == 0) ready.push(i);
    for (const auto& edge : graph.nodes[i].inputs) readers[first[edge.from_node + 1]++] = i;
  }
  std::vector<std::uint32_t> order;
  order.reserve(n);
  while (!ready.empty()) {
    const auto i = ready.top();
    ready.pop();
    order.push_back(i);
    for (auto k = first[i]; k < first[i + 1]; ++k)
      if (--missing[readers[k]] == 0) ready.push(readers[k]);
  }
  return order;
}

std::vector<std::vector<std::uint32_t>> find_cycles(const Graph& graph) {
  std::vector<bool> settled(graph.nodes.size());
  for (const auto i : topological_order(graph)) settled[i] = true;
  std::vector<std::vector<std::uint32_t>> cycles;
  // Every node that is not settled reads one that is not: walking back must meet itself.
  std::vector<std::uint32_t> walk_of(graph.nodes.size());
  for (std::uint32_t start = 0; start < graph.nodes.size(); ++start) {
    std::vector<std::uint32_t> walk;
    auto at = start;
    while (!settled[at] && walk_of[at] == 0) {
      walk_of[at] = start + 1;
      walk.push_back(at);
      const auto& inputs = graph.nodes[at].inputs;
      at = std::find_if(inputs.begin(), inputs.end(), [&](const Edge& e) {
             return !settled[e.from_node];
           })->from_node;
    }
    if (settled[at] || walk_of[at] != start + 1 || walk.empty()) continue;
    std::vector<std::uint32_t> cycle(std::find(walk.begin(), walk.end(), at), walk.end());
    std::reverse(cycle.begin(), cycle.end());
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    cycles.push_back(std::move(cycle));
  }
  return cycles;
}

const Edge* edge_into(const GraphNode& node, std::uint32_t input) {
  const auto it = std::find_if(node.inputs.begin(), node.inputs.end(),
                               [input](const Edge& edge) { return edge.to_port == input; });
  return it == node.inputs.end() ? nullptr : &*it;
}

const ib_port& input_port(const ib_node_desc& desc, std::uint32_t index) {
  return port_at(desc, index, false);
}
const ib_port& output_port(const ib_node_desc& desc, std::uint32_t index) {
  return port_at(desc, index, true);
}

}  // namespace ib
