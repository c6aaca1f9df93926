#include "attribute_names.hpp"
#include "folded_voice.hpp"
#include "graph_checks.hpp"
#include "graph_order.hpp"
#include "graph_voice.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ib {
namespace {

/// The boolean param that lifts the refusals of a node; null if it has none.
const ib_param* override_of(const ib_node_desc& desc) {
  for (std::uint32_t i = 0; i < desc.n_params; ++i)
    if ((desc.params[i].flags & IB_PARAM_OVERRIDE) != 0) return &desc.params[i];
  return nullptr;
}

bool is_overridden(const GraphNode& node) {
  const auto* param = override_of(*node.type->desc);
  if (param == nullptr) return false;
  double value = param->def;
  for (const auto& setting : node.settings)
    if (&node.type->desc->params[setting.param] == param) value = setting.number;
  return value != 0;
}

/// Where an attribute of an output came from: the output before it, or nowhere: it begins here.
struct Step {
  bool begins{};
  std::uint32_t node{}, port{};
};
using Carried = std::map<std::string, Step>;

/// What the ports of a node type say of attributes, read once per type.
struct Attributes {
  struct Output {
    std::vector<std::string> clears, adds;
  };
  std::vector<std::vector<std::string>> refused;  ///< by input
  std::vector<Output> outputs;
};

Attributes attributes_of(const ib_node_desc& desc) {
  Attributes all;
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if ((port.flags & IB_PORT_OUT) == 0) all.refused.push_back(split_names(port.refuses));
    else all.outputs.push_back({split_names(port.clears), split_names(port.adds)});
  }
  return all;
}

class AttributeCheck {
 public:
  AttributeCheck(const Graph& graph, const Registry& registry, Diagnostics& out)
      : graph_(graph), registry_(registry), voice_(graph, out), carried_(graph.nodes.size()) {}

  void run() {
    for (const auto i : topological_order(graph_)) {
      for (const auto& edge : graph_.nodes[i].inputs) check(i, edge);
      carry(i);
    }
  }

 private:
  void carry(std::uint32_t index) {
    const auto& node = graph_.nodes[index];
    Carried arriving;
    for (const auto& edge : node.inputs)
      for (const auto& [name, step] : carried_[edge.from_node][edge.from_port])
        arriving.insert({name, Step{false, edge.from_node, edge.from_port}});
    for (const auto& output : of(node).outputs) {
      auto leaving = arriving;
      for (const auto& name : output.clears) leaving.erase(name);
      for (const auto& name : output.adds) leaving.insert({name, Step{true, 0, 0}});
      carried_[index].push_back(std::move(leaving));
    }
  }

  const Attributes& of(const GraphNode& node) {
    const auto it = by_type_.find(node.type);
    if (it != by_type_.end()) return it->second;
    return by_type_.emplace(node.type, attributes_of(*node.type->desc)).first->second;
  }

  void check(std::uint32_t index, const Edge& edge) {
    const auto& node = graph_.nodes[index];
    const auto& refused = of(node).refused[edge.to_port];
    if (refused.empty() || is_overridden(node)) return;
    for (const auto& [name, step] : carried_[edge.from_node][edge.from_port])
      if (holds_name(refused, name))
        report(index, input_port(*node.type->desc, edge.to_port), edge, name);
  }

  void report(std::uint32_t index, const ib_port& port, const Edge& edge,
              const std::string& attribute) {
    const auto& node = graph_.nodes[index];
    voice_.say(index,
               {Severity::error,
                edge.mark,
                node.origin->yaml_path + "." + port.name,
                std::string(node.type->desc->type) + " refuses a stream that is " +
                    in_quotes(attribute) + ": " + way_of(edge, attribute) + node.path,
                as_phrase(port.doc),
                advice(node, attribute),
                {}},
               attribute);
  }

  /// "anna.ring -> anna.filtered -> ", from the node that added the attribute.
  std::string way_of(const Edge& edge, const std::string& attribute) const {
    std::vector<std::string> names;
    Step step{false, edge.from_node, edge.from_port};
    while (!step.begins) {
      names.push_back(graph_.nodes[step.node].path);
      step = carried_[step.node][step.port].at(attribute);
    }
    std::reverse(names.begin(), names.end());
    std::string way;
    for (const auto& name : shortened(std::move(names))) way += name + " -> ";
    return way;
  }

  std::string advice(const GraphNode& node, const std::string& attribute) const {
    std::string text;
    for (const auto* type : registry_.nodes()) {
      if (!clears(*type->desc, attribute)) continue;
      text += (text.empty() ? "insert " : " or ") + std::string(type->desc->type);
    }
    if (!text.empty()) text += " on the way";
    if (const auto* param = override_of(*node.type->desc))
      text += (text.empty() ? "write `" : ", or write `") + std::string(param->name) + ": true`";
    return text;
  }

  static bool clears(const ib_node_desc& desc, const std::string& attribute) {
    for (std::uint32_t i = 0; i < desc.n_ports; ++i)
      if (holds_name(split_names(desc.ports[i].clears), attribute)) return true;
    return false;
  }

  const Graph& graph_;
  const Registry& registry_;
  FoldedVoice voice_;
  std::unordered_map<const NodeType*, Attributes> by_type_;
  std::vector<std::vector<Carried>> carried_;
};

}  // namespace

void check_attributes(const Graph& graph, const Registry& registry, Diagnostics& out) {
  AttributeCheck(graph, registry, out).run();
}

}  // namespace ib
