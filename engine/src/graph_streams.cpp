#include "attribute_names.hpp"
#include "folded_voice.hpp"
#include "graph_checks.hpp"
#include "graph_order.hpp"
#include "graph_voice.hpp"
#include "nearest.hpp"
#include "source_outputs.hpp"
#include "stream_bridge.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {
namespace {

/// "interbeat/ppg/1 (regular, 1 channel, unit a.u.)".
std::string describe(std::string_view type, bool regular, std::uint32_t channels,
                     std::string_view unit) {
  auto text = std::string(type) + (regular ? " (regular" : " (irregular");
  if (regular && channels > 0)
    text += ", " + std::to_string(channels) + (channels == 1 ? " channel" : " channels");
  if (!unit.empty()) text += ", unit " + std::string(unit);
  return text + ")";
}

std::string describe(const StreamKind& s) {
  return describe(urn_of(s.type), s.regular, s.channels, s.unit);
}

std::string describe_input(const ib_port& port) {
  const bool regular = (port.flags & IB_PORT_REGULAR) != 0;
  if ((port.flags & IB_PORT_ANY_SAMPLES) != 0)
    return describe("samples of any type", true, port.channels, text_or_empty(port.unit));
  return describe(urn_of(port.type), regular, port.channels, text_or_empty(port.unit));
}

/// Follows the streams through the graph; IB_PORT_TYPE_AS_IN is looked up on the way.
class StreamCheck {
 public:
  StreamCheck(const Graph& graph, const Registry& registry, bool ask_sources, Diagnostics& out)
      : graph_(graph),
        registry_(registry),
        ask_sources_(ask_sources),
        voice_(graph, out),
        streams_(graph.nodes.size()) {}

  void run() {
    for (const auto i : topological_order(graph_)) {
      for (const auto& edge : graph_.nodes[i].inputs) check(i, edge);
      streams_[i] = outputs_of(graph_.nodes[i]);
    }
  }

 private:
  using Outputs = std::vector<std::optional<StreamKind>>;

  Outputs outputs_of(const GraphNode& node) const {
    Outputs outputs;
    const auto& desc = *node.type->desc;
    for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
      const auto& port = desc.ports[i];
      if ((port.flags & IB_PORT_OUT) == 0) continue;
      if ((port.flags & IB_PORT_TYPE_AS_IN) == 0) {
        outputs.push_back(kind_of(port));
        continue;
      }
      const auto* edge = edge_into(node, 0);
      outputs.push_back(edge == nullptr ? std::nullopt
                                        : streams_[edge->from_node][edge->from_port]);
    }
    return outputs;
  }

  void check(std::uint32_t index, const Edge& edge) {
    const auto& node = graph_.nodes[index];
    const auto& stream = streams_[edge.from_node][edge.from_port];
    const auto& port = input_port(*node.type->desc, edge.to_port);
    if (!stream || fits(*stream, port)) return;
    const auto& giver = graph_.nodes[edge.from_node];
    const auto name = giver.path + "." + output_port(*giver.type->desc, edge.from_port).name;
    voice_.say(index, {Severity::error,
                       edge.mark,
                       node.origin->yaml_path + "." + port.name,
                       in_quotes(name) + " carries " + describe(*stream),
                       describe_input(port),
                       advice(edge, port),
                       {}});
  }

  /// Another output of the same node, or node types that turn this one, or another of its outputs, into
  /// what is wanted; where there is neither, what the output says of itself.
  std::string advice(const Edge& edge, const ib_port& port) {
    const auto& giver = graph_.nodes[edge.from_node];
    const auto& own = output_port(*giver.type->desc, edge.from_port);
    if (advised_++ >= most_advised) return as_phrase(own.doc);
    const auto& outputs = streams_[edge.from_node];
    const auto told = outputs_told(edge.from_node);
    const auto given = told ? *told : std::vector<bool>(outputs.size(), true);
    const auto name_of = [&](std::uint32_t i) {
      return in_quotes(giver.path + "." + output_port(*giver.type->desc, i).name);
    };
    for (std::uint32_t i = 0; i < outputs.size(); ++i)
      if (outputs[i] && given[i] && fits(*outputs[i], port)) return name_of(i) + " would fit";
    if (const auto chain = bridge(edge.from_node, edge.from_port, port); !chain.empty())
      return "put " + chain + " between them";
    // What a device can feed nobody knows yet: one with a slow waveform would be refused again.
    const bool is_source = (giver.type->desc->flags & IB_NODE_SOURCE) != 0;
    if (is_source && !told) return as_phrase(own.doc);
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      if (i == edge.from_port || !outputs[i] || !given[i]) continue;
      if (const auto chain = bridge(edge.from_node, i, port); !chain.empty())
        return "take " + name_of(i) + ", with " + chain + " between";
    }
    return as_phrase(own.doc);
  }

  /// Those that a source has, where it tells.
  std::optional<std::vector<bool>> outputs_told(std::uint32_t index) const {
    if (!ask_sources_) return std::nullopt;
    return source_outputs(graph_.nodes[index]);
  }

  /// "filter.bandpass, beat.ppg"; empty: no chain leads there.
  std::string bridge(std::uint32_t node, std::uint32_t output, const ib_port& to) {
    if (!bridges_) bridges_.emplace(registry_);
    std::string chain;
    for (const auto& type : bridges_->shortest(at_hand(node, output), to))
      chain += (chain.empty() ? "" : ", ") + type;
    return chain;
  }

  /// That output, then what the nodes before it read, the nearest first.
  std::vector<StreamOffer> at_hand(std::uint32_t node, std::uint32_t output) {
    constexpr std::size_t most = 32;  // nodes looked at
    std::vector<StreamOffer> offers;
    add_offer(offers, node, output);
    std::vector<std::uint32_t> way{node};
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen{{node, output}};
    for (std::size_t k = 0; k < way.size(); ++k)
      for (const auto& edge : graph_.nodes[way[k]].inputs) {
        if (seen.insert({edge.from_node, edge.from_port}).second)
          add_offer(offers, edge.from_node, edge.from_port);
        if (way.size() < most && std::find(way.begin(), way.end(), edge.from_node) == way.end())
          way.push_back(edge.from_node);
      }
    return offers;
  }

  void add_offer(std::vector<StreamOffer>& offers, std::uint32_t node, std::uint32_t output) {
    const auto& kind = streams_[node][output];
    if (!kind) return;
    offers.push_back({*kind, graph_.nodes[node].type->desc, attributes(node, output, 0), false});
  }

  std::vector<std::string> attributes(std::uint32_t node, std::uint32_t output, int depth) {
    constexpr int deepest = 16;
    if (const auto it = attributes_.find({node, output}); it != attributes_.end())
      return it->second;
    std::vector<std::string> arriving;
    if (depth < deepest)
      for (const auto& edge : graph_.nodes[node].inputs)
        for (auto& name : attributes(edge.from_node, edge.from_port, depth + 1))
          if (!holds_name(arriving, name)) arriving.push_back(std::move(name));
    auto leaving =
        attributes_behind(output_port(*graph_.nodes[node].type->desc, output), std::move(arriving));
    return attributes_.emplace(std::pair(node, output), std::move(leaving)).first->second;
  }

  static constexpr int most_advised =
      64;  // so that a long graph full of wrong edges is told in time

  const Graph& graph_;
  const Registry& registry_;
  bool ask_sources_;
  FoldedVoice voice_;
  std::vector<Outputs> streams_;
  std::optional<StreamBridge> bridges_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::string>> attributes_;
  int advised_{};
};

}  // namespace

void check_streams(const Graph& graph, const Registry& registry, bool ask_sources,
                   Diagnostics& out) {
  StreamCheck(graph, registry, ask_sources, out).run();
}

}  // namespace ib
