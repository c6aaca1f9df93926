#include "fold.hpp"
#include "folded_voice.hpp"
#include "graph_checks.hpp"
#include "graph_order.hpp"
#include "graph_voice.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace ib {
namespace {

bool is_sink(const GraphNode& node) {
  return (node.type->desc->flags & IB_NODE_SINK) != 0 || count_outputs(*node.type->desc) == 0;
}

void check_cycles(const Graph& graph, Diagnostics& out) {
  FoldedVoice voice(graph, out);
  for (const auto& cycle : find_cycles(graph)) {
    std::vector<std::string> names;
    for (const auto i : cycle) names.push_back(graph.nodes[i].path);
    std::string circle;
    for (const auto& name : shortened(std::move(names))) circle += name + " -> ";
    circle += graph.nodes[cycle.front()].path;
    const auto& node = graph.nodes[cycle.front()];
    const auto closing = std::find_if(node.inputs.begin(), node.inputs.end(),
                                      [&](const Edge& e) { return e.from_node == cycle.back(); });
    voice.say(cycle.front(), {Severity::error,
                              closing->mark,
                              node.origin->yaml_path,
                              "these nodes wait for each other in a circle: " + circle,
                              {},
                              "data flows one way: take one of these edges out",
                              {}});
  }
}

/// Marks every node whose data reach a sink, or an output of the graph.
std::vector<bool> find_used(const Graph& graph, const std::vector<std::uint32_t>& offered) {
  std::vector<bool> used(graph.nodes.size());
  std::vector<std::uint32_t> next = offered;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
    if (is_sink(graph.nodes[i])) next.push_back(i);
  while (!next.empty()) {
    const auto i = next.back();
    next.pop_back();
    if (used[i]) continue;
    used[i] = true;
    for (const auto& edge : graph.nodes[i].inputs) next.push_back(edge.from_node);
  }
  return used;
}

/// Nodes inside of modules are left in peace: a module offers more than each user needs.
bool is_inside(const GraphNode& node) { return node.path.find('.') != std::string::npos; }

std::string nothing_reaches_a_sink(const std::string& name) {
  return "nothing that " + in_quotes(name) + " gives reaches a sink";
}
constexpr const char* read_or_leave = "read it in a sink, or take it out";

/// First parts of paths: of the participants and modules whose nodes are there, or are used.
using Prefixes = std::unordered_set<std::string_view>;

Prefixes prefixes_of(const Graph& graph, const std::vector<bool>* used) {
  Prefixes prefixes;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const std::string_view path = graph.nodes[i].path;
    if (used == nullptr || (*used)[i]) prefixes.insert(path.substr(0, path.find('.')));
  }
  return prefixes;
}

}  // namespace

void warn_unused(const Graph& graph, const std::vector<std::uint32_t>& offered,
                 const std::vector<UsedModule>& modules, Diagnostics& out) {
  const auto used = find_used(graph, offered);
  if (std::find(used.begin(), used.end(), true) == used.end()) {
    if (!graph.nodes.empty())
      out.warning(graph.nodes.front().origin->mark, "nodes",
                  "this graph has no sink: its results go nowhere",
                  "add one, such as `log: {type: sink.csv, in: NODE, path: log.csv}`");
    return;
  }
  FoldedVoice voice(graph, out);
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    const auto& node = graph.nodes[i];
    if (used[i] || is_inside(node)) continue;
    voice.say(i, {Severity::warning,
                  node.origin->mark,
                  node.origin->yaml_path,
                  nothing_reaches_a_sink(node.path),
                  {},
                  read_or_leave,
                  {}});
  }
  const auto there = prefixes_of(graph, nullptr), useful = prefixes_of(graph, &used);
  for (const auto& module : modules) {
    std::vector<std::string> idle;
    for (const auto& path : module.paths)
      if (there.count(path) != 0 && useful.count(path) == 0) idle.push_back(path);
    if (idle.empty()) continue;
    std::vector<std::string> chain;
    if (module.paths.size() > 1) chain.push_back(some_of(idle.front(), idle.size()));
    out.add({Severity::warning,
             module.mark,
             module.yaml_path,
             nothing_reaches_a_sink(idle.front()),
             {},
             read_or_leave,
             std::move(chain)});
  }
}

void check_shape(const Graph& graph, Diagnostics& out) {
  check_cycles(graph, out);
  check_output_files(graph, out);
}

}  // namespace ib
