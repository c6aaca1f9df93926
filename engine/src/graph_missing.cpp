#include "graph_missing.hpp"

#include "graph_order.hpp"
#include "graph_stamp.hpp"
#include "nearest.hpp"
#include "source_outputs.hpp"

#include <interbeat/registry.hpp>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {
namespace {

constexpr const char* a_virtual_ring = "virtual:seed=1";

/// "a", "a, or b", "a, b, or c".
std::string either(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? ", or " : ", ") + words[i];
  return text;
}

/// A node that opens what the parameter names.
struct Opener {
  std::uint32_t node{}, param{};
};

bool is_same_place(const Mark& a, const Mark& b) {
  return a.line == b.line && a.column == b.column && a.file.str() == b.file.str();
}

class Missing {
 public:
  Missing(const Draft& draft, const Graph& graph, const Registry& registry, bool ask_sources)
      : draft_(draft),
        graph_(graph),
        registry_(registry),
        ask_sources_(ask_sources),
        layout_(draft) {}

  SourceWords words_for(const Parameter& parameter) const {
    SourceWords words;
    for (const auto& opener : openers_of(parameter)) {
      const auto& desc = *graph_.nodes[opener.node].type->desc;
      const auto own = SourceWords::of(desc.params[opener.param]);
      words.file = words.file && own.file;
      const auto used = outputs_needed(opener.node);
      words.device = words.device && own.device && (!own.file || a_device_gives(desc, used));
      words.ring = words.ring && own.ring && a_ring_gives(opener, used);
    }
    return words;
  }

 private:
  /// A value that is missing carries the place of its parameter through all modules.
  std::vector<Opener> openers_of(const Parameter& parameter) const {
    std::vector<Opener> openers;
    for (std::size_t i = 0; i < draft_.nodes.size(); ++i) {
      const auto& desc = *draft_.nodes[i].type->desc;
      for (std::uint32_t k = 0; k < desc.n_params; ++k) {
        if ((desc.params[k].flags & IB_PARAM_SOURCE) == 0) continue;
        const auto* entry = draft_.nodes[i].entry.find(desc.params[k].name);
        if (entry == nullptr || !entry->value.is_null() || !entry->value.broken) continue;
        if (is_same_place(entry->value.mark, parameter.mark))
          openers.push_back({layout_.at(i, 0), k});
      }
    }
    return openers;
  }

  std::set<std::uint32_t> outputs_needed(std::uint32_t index) const {
    std::set<std::uint32_t> needed;
    for (const auto& node : graph_.nodes)
      for (const auto& edge : node.inputs)
        if (edge.from_node == index &&
            (input_port(*node.type->desc, edge.to_port).flags & IB_PORT_OPTIONAL) == 0)
          needed.insert(edge.from_port);
    return needed;
  }

  /// A node type that opens devices alone has all these outputs.
  bool a_device_gives(const ib_node_desc& desc, const std::set<std::uint32_t>& needed) const {
    const auto types = registry_.nodes();
    return std::any_of(types.begin(), types.end(), [&](const NodeType* type) {
      return opens_devices_alone(*type->desc) &&
             std::all_of(needed.begin(), needed.end(), [&](std::uint32_t k) {
               return find_output(*type->desc, output_port(desc, k).name).port != nullptr;
             });
    });
  }
  static bool opens_devices_alone(const ib_node_desc& desc) {
    for (std::uint32_t k = 0; k < desc.n_params; ++k) {
      if ((desc.params[k].flags & IB_PARAM_SOURCE) == 0) continue;
      const auto words = SourceWords::of(desc.params[k]);
      if (words.device && !words.file) return true;
    }
    return false;
  }

  /// A virtual ring opens there and has all these outputs.
  bool a_ring_gives(const Opener& opener, const std::set<std::uint32_t>& needed) const {
    if (!ask_sources_) return true;
    auto node = graph_.nodes[opener.node];
    node.sound = true;
    node.settings.push_back({opener.param, 0, a_virtual_ring, node.origin->mark, {}});
    const auto given = source_outputs(node);
    return given && std::all_of(needed.begin(), needed.end(),
                                [&](std::uint32_t k) { return k < given->size() && (*given)[k]; });
  }

  const Draft& draft_;
  const Graph& graph_;
  const Registry& registry_;
  bool ask_sources_;
  Layout layout_;
};

}  // namespace

SourceWords SourceWords::of(const ib_param& param) {
  const std::string_view doc = param.doc == nullptr ? "" : param.doc;
  const auto tells = [&](std::string_view word) {
    return doc.find(word) != std::string_view::npos;
  };
  SourceWords words{false, tells("ble:"), tells("virtual:")};
  words.file = tells("file") || tells("path") || tells("PATH") || (!words.device && !words.ring);
  return words;
}

std::string SourceWords::expected() const {
  std::vector<std::string> words;
  if (file) words.emplace_back("a file or folder");
  if (device) words.emplace_back("a Bluetooth device (ble:NAME)");
  if (ring) words.emplace_back(a_virtual_ring);
  return words.empty() ? "a source" : "a source: " + either(words);
}

std::string SourceWords::settings(const std::string& parameter) const {
  std::vector<std::string> words;
  const auto add = [&](const char* value) { words.push_back("--set " + parameter + "=" + value); };
  if (file) add("FILE");
  if (device) add("ble:NAME");
  if (ring) add(a_virtual_ring);
  if (words.empty()) add("VALUE");
  return either(words);
}

void report_missing_sources(const Draft& draft, const Graph& graph, const Registry& registry,
                            bool ask_sources, Diagnostics& out) {
  std::vector<const Parameter*> missing;
  for (const auto& parameter : draft.scopes.front().sheet->parameters) {
    const auto value = draft.parameters.find(parameter.name);
    if (parameter.type == ParameterType::source && value != draft.parameters.end() &&
        value->second.broken && value->second.is_null())
      missing.push_back(&parameter);
  }
  if (missing.empty()) return;
  const Missing places(draft, graph, registry, ask_sources);
  for (const auto* parameter : missing) {
    const auto words = places.words_for(*parameter);
    auto hint = "say " + words.settings(parameter->name);
    if (words.device) hint += " (`interbeat devices scan` lists those in reach)";
    if (!parameter->doc.empty()) hint += "\n  it is: " + parameter->doc;
    out.error(parameter->mark, "parameters." + parameter->name,
              "the parameter " + in_quotes(parameter->name) + " has no value", words.expected(),
              std::move(hint));
  }
}

}  // namespace ib
