#include "graph_text.hpp"

#include "graph_order.hpp"
#include "graph_settings.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace ib {
namespace {

constexpr std::array<std::string_view, 3> on_error_names{"stop", "restart", "bypass"};
constexpr std::array<std::string_view, 4> overflow_names{"block", "error", "drop_newest", "latest"};

std::string write_param(const GraphNode& node, std::uint32_t index) {
  const auto& param = node.type->desc->params[index];
  double number = param.def;
  std::string text = param.def_text == nullptr ? "" : param.def_text;
  for (const auto& setting : node.settings)
    if (setting.param == index) {
      number = setting.number;
      text = setting.text;
    }
  if (!std::isfinite(number)) return {};  // a default of "not given" has no text
  return "    " + std::string(param.name) + ": " + format_setting(param, number, text) + "\n";
}

std::string write_edge(const Graph& graph, const GraphNode& node, std::uint32_t input) {
  const auto* edge = edge_into(node, input);
  if (edge == nullptr) return {};
  const auto& giver = graph.nodes[edge->from_node];
  auto text = "    " + std::string(input_port(*node.type->desc, input).name) +
              ": {from: " + giver.path + "." + output_port(*giver.type->desc, edge->from_port).name;
  if (edge->cut)
    text += ", queue: " + (edge->queue_s == 0 ? "auto" : format_quantity(edge->queue_s, "s"));
  if (edge->overflow) {
    text += ", overflow: ";
    text += overflow_names[static_cast<std::size_t>(*edge->overflow)];
  }
  return text + "}\n";
}

std::string write_node(const Graph& graph, const GraphNode& node) {
  const auto& desc = *node.type->desc;
  auto text = "  " + node.path + ":\n    type: " + desc.type + "  # " + desc.version + "\n";
  if (!node.owner.empty()) text += "    owner: " + node.owner + "\n";
  for (std::uint32_t i = 0; i < count_inputs(desc); ++i) text += write_edge(graph, node, i);
  for (std::uint32_t i = 0; i < desc.n_params; ++i) text += write_param(node, i);
  text += "    on_error: ";
  text += on_error_names[static_cast<std::size_t>(node.on_error)];
  return text + "\n";
}

}  // namespace

std::string write_expanded(const Graph& graph) {
  std::vector<const GraphNode*> sorted;
  for (const auto& node : graph.nodes) sorted.push_back(&node);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->path < b->path; });
  auto people = graph.participants;
  std::sort(people.begin(), people.end());
  auto text = "interbeat: 1\nexpanded: true\nseed: " + std::to_string(graph.seed) + "\n";
  if (!people.empty()) {
    text += "participants: [";
    for (std::size_t i = 0; i < people.size(); ++i) text += (i == 0 ? "" : ", ") + people[i];
    text += "]\n";
  }
  text += "nodes:\n";
  for (const auto* node : sorted) text += write_node(graph, *node);
  return text;
}

std::uint64_t graph_hash(const Graph& graph) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  for (const char c : graph.expanded) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace ib
