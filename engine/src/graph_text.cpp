#include "graph_text.hpp"

#include "fold.hpp"
#include "graph_names.hpp"
#include "graph_order.hpp"
#include "graph_pattern.hpp"
#include "graph_settings.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {
namespace {

constexpr std::array<std::string_view, 3> on_error_names{"stop", "restart", "bypass"};
constexpr std::array<std::string_view, 4> overflow_names{"block", "error", "drop_newest", "latest"};

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph), folding_(graph) {
    for (const auto& each : graph.for_each) orders_.push_back(order_of(each));
  }

  std::string write() {
    std::vector<std::pair<std::string, std::uint32_t>> sorted;
    for (std::uint32_t g = 0; g < folding_.size(); ++g) sorted.emplace_back(key_of(g), g);
    std::sort(sorted.begin(), sorted.end());
    std::string nodes;
    for (const auto& [key, group] : sorted) nodes += write_group(key, group);
    return "interbeat: 1\nexpanded: true\nseed: " + std::to_string(graph_.seed) + "\n" +
           write_lists() + write_people() + "nodes:\n" + nodes;
  }

 private:
  bool is_many(std::uint32_t group) const { return folding_.count(group) > 1; }
  std::string key_of(std::uint32_t group) const {
    const auto& path = graph_.nodes[folding_.first(group)].path;
    return is_many(group) ? without_element(path) : path;
  }
  /// The nodes of a group, in canonical order.
  std::vector<const GraphNode*> nodes_of(std::uint32_t group) const {
    if (!is_many(group)) return {&graph_.nodes[folding_.first(group)]};
    const auto& g = graph_.groups[group];
    std::vector<const GraphNode*> nodes;
    for (const auto k : orders_[g.for_each].places)
      nodes.push_back(&graph_.nodes[g.first + k * g.stride]);
    return nodes;
  }

  std::string write_lists() const {
    std::map<std::string, std::string> lists;
    for (const auto& group : graph_.groups)
      if (group.count > 1)
        lists[graph_.for_each[group.for_each].name] = write_elements(orders_[group.for_each]);
    std::string text = lists.empty() ? "" : "for_each:\n";
    for (const auto& [name, elements] : lists) text += "  " + name + ": " + elements + "\n";
    return text;
  }

  std::string write_people() const {
    std::set<std::string> people;
    for (const auto& name : graph_.participants) {
      const bool folds = name.find('[') != std::string::npos;
      people.insert(!folds                          ? name
                    : folding_.folded(name) != name ? "\"" + without_element(name) + "\""
                                                    : "\"" + name + "\"");
    }
    if (people.empty()) return {};
    std::string text;
    for (const auto& name : people) text += (text.empty() ? "participants: [" : ", ") + name;
    return text + "]\n";
  }

  std::string write_group(const std::string& key, std::uint32_t group) const {
    const auto nodes = nodes_of(group);
    const auto& node = *nodes.front();
    const auto* order = is_many(group) ? &orders_[graph_.groups[group].for_each] : nullptr;
    const auto& desc = *node.type->desc;
    auto text = "  " + key + ":\n    type: " + desc.type + "  # " + desc.version + "\n";
    if (!node.owner.empty())
      text += "    owner: " +
              (order != nullptr ? without_element(node.owner.str()) : node.owner.str()) + "\n";
    for (std::uint32_t i = 0; i < count_inputs(desc); ++i) text += write_edge(nodes, i, order);
    for (std::uint32_t i = 0; i < desc.n_params; ++i) text += write_param(nodes, i, order);
    text += "    on_error: ";
    text += on_error_names[static_cast<std::size_t>(node.on_error)];
    return text + "\n";
  }

  // -- params -------------------------------------------------------------------------------------

  struct Value {
    double number{};
    const std::string* text{};
    bool is(const ib_param& param, const Value& other) const {
      return param.kind == IB_STRING
                 ? *text == *other.text
                 : number == other.number || (std::isnan(number) && std::isnan(other.number));
    }
  };

  static Value value_of(const GraphNode& node, std::uint32_t index, const std::string& by_default) {
    Value value{node.type->desc->params[index].def, &by_default};
    for (const auto& setting : node.settings)
      if (setting.param == index) value = {setting.number, &setting.text};
    return value;
  }

  static std::string write_param(const std::vector<const GraphNode*>& nodes, std::uint32_t index,
                                 const Order* order) {
    const auto& param = nodes.front()->type->desc->params[index];
    const std::string by_default = param.def_text == nullptr ? "" : param.def_text;
    const auto first = value_of(*nodes.front(), index, by_default);
    const bool alike = std::all_of(nodes.begin() + 1, nodes.end(), [&](const auto* node) {
      return first.is(param, value_of(*node, index, by_default));
    });
    const auto key = "    " + std::string(param.name) + ": ";
    if (alike) {
      if (!std::isfinite(first.number)) return {};  // a default of "not given" has no text
      return key + format_setting(param, first.number, *first.text) + "\n";
    }
    std::vector<std::string> plain;  // as read, without quotes
    std::string list;
    bool all_given = true;
    for (const auto* node : nodes) {
      const auto value = value_of(*node, index, by_default);
      const bool given = std::isfinite(value.number);
      const auto written = given ? format_setting(param, value.number, *value.text) : "~";
      list += (list.empty() ? "" : ", ") + written;
      all_given = all_given && given;
      plain.push_back(param.kind == IB_STRING  ? *value.text
                      : written.front() == '"' ? without_quotes(written)
                                               : written);
    }
    const auto pattern = all_given ? pattern_of(plain, *order) : "";
    return key + (pattern.empty() ? "{each: [" + list + "]}" : pattern) + "\n";
  }

  // -- edges --------------------------------------------------------------------------------------

  std::string giver_of(const Edge& edge) const {
    const auto& giver = graph_.nodes[edge.from_node];
    return giver.path + "." + output_port(*giver.type->desc, edge.from_port).name;
  }

  std::string write_edge(const std::vector<const GraphNode*>& nodes, std::uint32_t input,
                         const Order* order) const {
    const auto* edge = edge_into(*nodes.front(), input);
    if (edge == nullptr) return {};
    auto text = "    " + std::string(input_port(*nodes.front()->type->desc, input).name) +
                ": {from: " + write_giver(nodes, input, order);
    if (edge->cut)
      text += ", queue: " + (edge->queue_s == 0 ? "auto" : format_quantity(edge->queue_s, "s"));
    if (edge->overflow) {
      text += ", overflow: ";
      text += overflow_names[static_cast<std::size_t>(*edge->overflow)];
    }
    return text + "}\n";
  }

  std::string write_giver(const std::vector<const GraphNode*>& nodes, std::uint32_t input,
                          const Order* order) const {
    std::vector<std::string> givers;
    for (const auto* node : nodes) givers.push_back(giver_of(*edge_into(*node, input)));
    if (std::all_of(givers.begin(), givers.end(), [&](const auto& g) { return g == givers[0]; }))
      return givers[0].find('[') == std::string::npos ? givers[0] : "\"" + givers[0] + "\"";
    if (auto pattern = pattern_of(givers, *order); !pattern.empty()) return pattern;
    std::string list;
    for (const auto& giver : givers) list += (list.empty() ? "" : ", ") + yaml_string(giver);
    return "{each: [" + list + "]}";
  }

  const Graph& graph_;
  Folding folding_;
  std::vector<Order> orders_;  ///< by for_each
};

}  // namespace

std::string write_expanded(const Graph& graph) { return Writer(graph).write(); }

std::uint64_t graph_hash(const Graph& graph) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  for (const char c : graph.expanded) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace ib
