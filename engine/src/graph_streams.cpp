#include "folded_voice.hpp"
#include "graph_checks.hpp"
#include "graph_order.hpp"
#include "graph_voice.hpp"
#include "nearest.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib {
namespace {

/// What is known of a stream before anything is opened.
struct Stream {
  const ib_type* type{};
  std::string_view unit;
  std::uint32_t channels{};  ///< 0: not known
  bool regular{};
};

std::string_view view(const char* text) { return text == nullptr ? std::string_view() : text; }

std::string urn_of(const ib_type* type) { return type == nullptr ? "samples" : type->urn; }

bool is_float(const Stream& stream) {
  if (stream.type == nullptr) return true;
  const auto kind = stream.type->n_fields == 0 ? ib_kind{IB_F32} : stream.type->fields[0].kind;
  return kind == IB_F32 || kind == IB_F64;
}

/// "interbeat/ppg/1 (regular, 1 channel, unit a.u.)".
std::string describe(const std::string& type, bool regular, std::uint32_t channels,
                     std::string_view unit) {
  auto text = type + (regular ? " (regular" : " (irregular");
  if (regular && channels > 0)
    text += ", " + std::to_string(channels) + (channels == 1 ? " channel" : " channels");
  if (!unit.empty()) text += ", unit " + std::string(unit);
  return text + ")";
}

std::string describe(const Stream& s) {
  return describe(urn_of(s.type), s.regular, s.channels, s.unit);
}

std::string describe_input(const ib_port& port) {
  const bool regular = (port.flags & IB_PORT_REGULAR) != 0;
  if ((port.flags & IB_PORT_ANY_SAMPLES) != 0)
    return describe("samples of any type", true, port.channels, view(port.unit));
  return describe(urn_of(port.type), regular, port.channels, view(port.unit));
}

bool fits(const Stream& stream, const ib_port& port) {
  if ((port.flags & IB_PORT_ANY_TYPE) != 0) return true;
  const bool any_samples = (port.flags & IB_PORT_ANY_SAMPLES) != 0;
  const bool regular = any_samples || (port.flags & IB_PORT_REGULAR) != 0;
  if (stream.regular != regular) return false;
  if (any_samples ? !is_float(stream)
                  : port.type != nullptr && urn_of(stream.type) != urn_of(port.type))
    return false;
  if (regular && port.channels != 0 && stream.channels != 0 && port.channels != stream.channels)
    return false;
  const auto unit = view(port.unit);
  return unit.empty() || stream.unit.empty() || unit == stream.unit;
}

/// Follows the streams through the graph; IB_PORT_TYPE_AS_IN is looked up on the way.
class StreamCheck {
 public:
  StreamCheck(const Graph& graph, const Registry& registry, Diagnostics& out)
      : graph_(graph), registry_(registry), voice_(graph, out), streams_(graph.nodes.size()) {}

  void run() {
    for (const auto i : topological_order(graph_)) {
      for (const auto& edge : graph_.nodes[i].inputs) check(i, edge);
      streams_[i] = outputs_of(graph_.nodes[i]);
    }
  }

 private:
  using Outputs = std::vector<std::optional<Stream>>;

  Outputs outputs_of(const GraphNode& node) const {
    Outputs outputs;
    const auto& desc = *node.type->desc;
    for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
      const auto& port = desc.ports[i];
      if ((port.flags & IB_PORT_OUT) == 0) continue;
      if ((port.flags & IB_PORT_TYPE_AS_IN) == 0) {
        outputs.push_back(
            Stream{port.type, view(port.unit), port.channels, (port.flags & IB_PORT_REGULAR) != 0});
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

  /// Another output of the same node, or node types that turn the one into the other; where there is
  /// neither, what the output says of itself.
  std::string advice(const Edge& edge, const ib_port& port) const {
    const auto& giver = graph_.nodes[edge.from_node];
    const auto& outputs = streams_[edge.from_node];
    for (std::uint32_t i = 0; i < outputs.size(); ++i)
      if (outputs[i] && fits(*outputs[i], port))
        return in_quotes(giver.path + "." + output_port(*giver.type->desc, i).name) + " would fit";
    std::string bridges;
    for (const auto* type : registry_.nodes())
      if (bridges.size() < 60 && turns(*type->desc, *outputs[edge.from_port], port))
        bridges += (bridges.empty() ? "" : " or ") + std::string(type->desc->type);
    if (!bridges.empty()) return "put " + bridges + " between them";
    return as_phrase(output_port(*giver.type->desc, edge.from_port).doc);
  }

  static bool turns(const ib_node_desc& desc, const Stream& from, const ib_port& to) {
    if (count_inputs(desc) == 0 || count_outputs(desc) == 0) return false;
    const auto& in = input_port(desc, 0);
    const auto& out = output_port(desc, 0);
    if ((in.flags & IB_PORT_ANY_TYPE) != 0 || (out.flags & IB_PORT_TYPE_AS_IN) != 0) return false;
    const Stream made{out.type, view(out.unit), out.channels, (out.flags & IB_PORT_REGULAR) != 0};
    return fits(from, in) && fits(made, to);
  }

  const Graph& graph_;
  const Registry& registry_;
  FoldedVoice voice_;
  std::vector<Outputs> streams_;
};

}  // namespace

void check_streams(const Graph& graph, const Registry& registry, Diagnostics& out) {
  StreamCheck(graph, registry, out).run();
}

}  // namespace ib
