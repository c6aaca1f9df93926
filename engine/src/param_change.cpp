#include "param_change.hpp"

#include "fold.hpp"
#include "graph_names.hpp"
#include "nearest.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <cmath>

namespace ib {
namespace {

std::string write_value(const ib_param& p, double value) {
  if (p.kind == IB_BOOLEAN) return value != 0 ? "true" : "false";
  if (p.kind != IB_CHOICE) return format_quantity(value, p.unit == nullptr ? "" : p.unit);
  const auto index = static_cast<std::size_t>(value);
  return index < p.n_labels ? p.labels[index] : "";
}

std::string_view trim(std::string_view s) {
  const auto from = s.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return s.substr(from, s.find_last_not_of(" \t\r\n") - from + 1);
}

/// `NODE.PARAM=VALUE [at TIME]`, taken apart; nothing is checked yet.
struct Words {
  std::string node, param;
  std::string_view value, at;
};

std::optional<Words> take_apart(const Graph& graph, std::string_view text, std::string& why) {
  const auto equals = text.find('=');
  const auto name = trim(text.substr(0, equals));
  const auto dot = name.rfind('.');
  if (equals == std::string_view::npos || dot == std::string_view::npos || dot == 0 ||
      dot + 1 == name.size()) {
    const auto example = example_change(graph);
    why = in_quotes(text) + " is not a change; " +
          (example.empty() ? "and no param of this graph can change while it runs"
                           : "write NODE.PARAM=VALUE, such as " + example);
    return std::nullopt;
  }
  Words w{std::string(name.substr(0, dot)),
          std::string(name.substr(dot + 1)),
          trim(text.substr(equals + 1)),
          {}};
  if (const auto at = w.value.rfind(" at "); at != std::string_view::npos) {
    w.at = trim(w.value.substr(at + 4));
    w.value = trim(w.value.substr(0, at));
  }
  if (w.value.empty()) {
    why = fmt::format("{}.{} needs a value behind the `=`", w.node, w.param);
    return std::nullopt;
  }
  return w;
}

std::string with_hint(std::string what, const std::string& hint) {
  return hint.empty() ? what : std::move(what) + "; " + hint;
}

std::optional<std::uint32_t> find_node(const Graph& graph, const std::string& path,
                                       std::string& why) {
  if (const auto* node = graph.find(path))
    return static_cast<std::uint32_t>(node - graph.nodes.data());
  // Of many equal nodes, the one with the element that was said.
  const auto element = find_brackets(path).element;
  const Folding folding(graph);
  std::vector<std::string> names;
  for (std::uint32_t g = 0; g < folding.size(); ++g) {
    const auto& first = graph.nodes[folding.first(g)].path;
    names.push_back(folding.count(g) == 1 || element.empty()
                        ? first
                        : fill_path(without_element(first), element));
  }
  auto hint = did_you_mean(path, names);
  if (hint.empty()) hint = one_of(names);
  why = fmt::format("the graph has no node {}; {}", in_quotes(path), hint);
  return std::nullopt;
}

std::optional<std::uint32_t> find_param(const GraphNode& node, const std::string& name,
                                        std::string& why) {
  const auto& desc = *node.type->desc;
  std::vector<std::string> names, live;
  std::optional<std::uint32_t> found;
  for (std::uint32_t i = 0; i < desc.n_params; ++i) {
    if (name == desc.params[i].name) found = i;
    names.emplace_back(desc.params[i].name);
    if ((desc.params[i].flags & IB_PARAM_LIVE) != 0) live.emplace_back(desc.params[i].name);
  }
  if (!found) {
    auto hint = did_you_mean(name, names);
    if (hint.empty()) hint = names.empty() ? "it has no params" : one_of(names);
    why = fmt::format("{} ({}) has no param {}; {}", node.path, desc.type, in_quotes(name), hint);
  } else if ((desc.params[*found].flags & IB_PARAM_LIVE) == 0) {
    why = fmt::format("{}.{} can't change while the graph runs; {}", node.path, name,
                      live.empty() ? "none of its params can" : "what can is " + one_of(live));
    found.reset();
  }
  return found;
}

std::optional<double> read_boolean(std::string_view text, std::string& why) {
  if (text == "true" || text == "on") return 1;
  if (text == "false" || text == "off") return 0;
  why = "expected true or false";
  return std::nullopt;
}

std::optional<double> read_choice(const ib_param& p, std::string_view text, std::string& why) {
  std::vector<std::string> labels(p.labels, p.labels + p.n_labels);
  for (std::uint32_t i = 0; i < p.n_labels; ++i) {
    if (text == labels[i]) return i;
  }
  why = with_hint("expected " + one_of(labels), did_you_mean(text, labels));
  return std::nullopt;
}

std::optional<double> read_quantity(const ib_param& p, std::string_view text, std::string& why) {
  const auto q = parse_quantity(text, p.unit);
  if (!q) {
    why = with_hint(q.problem + (q.expected.empty() ? "" : "; expected " + q.expected), q.hint);
    return std::nullopt;
  }
  if (p.kind == IB_INTEGER && q.value != std::floor(q.value)) {
    why = "expected a whole number";
    return std::nullopt;
  }
  if (q.value < p.min || q.value > p.max) {
    why = fmt::format("expected {} to {}", format_quantity(p.min, p.unit),
                      format_quantity(p.max, p.unit));
    return std::nullopt;
  }
  return q.value;
}

std::optional<double> read_value(const ib_param& p, std::string_view text, std::string& why) {
  switch (p.kind) {
    case IB_BOOLEAN: return read_boolean(text, why);
    case IB_CHOICE: return read_choice(p, text, why);
    case IB_STRING: why = "texts can't change while the graph runs"; return std::nullopt;
    default: return read_quantity(p, text, why);
  }
}

std::optional<Time> read_time(std::string_view text, std::string& why) {
  const auto q = parse_quantity(text, "s");
  if (q && q.value >= 0 && q.value < 1e9) return Time{} + from_seconds(q.value);
  why = fmt::format("at {}: expected a session time such as 12.5 s", in_quotes(text));
  return std::nullopt;
}

}  // namespace

std::string example_change(const Graph& graph) {
  for (const auto& node : graph.nodes) {
    const auto& desc = *node.type->desc;
    for (std::uint32_t i = 0; i < desc.n_params; ++i) {
      const auto& param = desc.params[i];
      if ((param.flags & IB_PARAM_LIVE) == 0 || !std::isfinite(param.def)) continue;
      double value = param.def;
      for (const auto& setting : node.settings) {
        if (setting.param == i) value = setting.number;
      }
      return fmt::format("{}.{}={}", node.path, param.name, write_value(param, value));
    }
  }
  return {};
}

std::optional<ParamChange> parse_change(const Graph& graph, std::string_view text,
                                        std::string& why) {
  const auto words = take_apart(graph, trim(text), why);
  if (!words) return std::nullopt;
  const auto node = find_node(graph, words->node, why);
  if (!node) return std::nullopt;
  const auto param = find_param(graph.nodes[*node], words->param, why);
  if (!param) return std::nullopt;
  const auto number = read_value(graph.nodes[*node].type->desc->params[*param], words->value, why);
  if (!number) {
    why = fmt::format("{}.{}={}: {}", words->node, words->param, words->value, why);
    return std::nullopt;
  }
  ParamChange change{*node, *param, *number, {}};
  if (!words->at.empty() && !(change.at = read_time(words->at, why))) return std::nullopt;
  return change;
}

}  // namespace ib
