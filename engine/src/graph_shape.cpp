#include "graph_checks.hpp"
#include "graph_order.hpp"
#include "graph_voice.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ib {
namespace {

bool is_sink(const GraphNode& node) {
  return (node.type->desc->flags & IB_NODE_SINK) != 0 || count_outputs(*node.type->desc) == 0;
}

void check_cycles(const Graph& graph, Diagnostics& out) {
  for (const auto& cycle : find_cycles(graph)) {
    std::string circle;
    for (const auto i : cycle) circle += graph.nodes[i].path + " -> ";
    circle += graph.nodes[cycle.front()].path;
    const auto& node = graph.nodes[cycle.front()];
    const auto closing = std::find_if(node.inputs.begin(), node.inputs.end(), [&](const Edge& e) {
      return e.from_node == cycle.back();
    });
    Voice(out, node.chain)
        .error(closing->mark, node.yaml_path, "these nodes wait for each other in a circle: " +
               circle, {}, "data flows one way: take one of these edges out");
  }
}

/// The file that a setting names, spelled one way; empty: none.
std::string output_file(const GraphNode& node, std::uint32_t param, Mark& mark) {
  const auto& desc = node.type->desc->params[param];
  std::string text = desc.def_text == nullptr ? "" : desc.def_text;
  mark = node.mark;
  for (const auto& setting : node.settings)
    if (setting.param == param) {
      text = setting.text;
      mark = setting.mark;
    }
  return text == "-" ? "" : std::filesystem::path(text).lexically_normal().string();
}

void check_output_files(const Graph& graph, Diagnostics& out) {
  std::map<std::string, const GraphNode*> writers;
  for (const auto& node : graph.nodes) {
    const auto& desc = *node.type->desc;
    for (std::uint32_t i = 0; i < desc.n_params; ++i) {
      if ((desc.params[i].flags & IB_PARAM_OUTPUT_PATH) == 0) continue;
      Mark mark;
      const auto file = output_file(node, i, mark);
      if (file.empty()) continue;
      const auto [it, first] = writers.emplace(file, &node);
      if (first) continue;
      const bool in_module = !node.chain.empty();
      Voice(out, node.chain)
          .error(mark, node.yaml_path + "." + desc.params[i].name, node.path + " and " +
                 it->second->path + " both write " + in_quotes(file), {},
                 in_module ? "make the file name a parameter of the module"
                           : "give each sink a file of its own");
    }
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

}  // namespace

void warn_unused(const Graph& graph, const std::vector<std::uint32_t>& offered, Diagnostics& out) {
  const auto used = find_used(graph, offered);
  if (std::find(used.begin(), used.end(), true) == used.end()) {
    if (!graph.nodes.empty())
      out.warning(graph.nodes.front().mark, "nodes",
                  "this graph has no sink: its results go nowhere",
                  "add one, such as `log: {type: sink.csv, in: NODE, path: log.csv}`");
    return;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto& node = graph.nodes[i];
    if (used[i] || is_inside(node)) continue;
    out.warning(node.mark, node.yaml_path, "nothing that " + in_quotes(node.path) +
                " gives reaches a sink", "read it in a sink, or take it out");
  }
}

void check_shape(const Graph& graph, Diagnostics& out) {
  check_cycles(graph, out);
  check_output_files(graph, out);
}

}  // namespace ib
