#include "graph_resolve.hpp"

#include "graph_names.hpp"

#include <interbeat/registry.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace ib {
namespace {

/// Wires that lead only to other wires: deeper than any module can be, so it is a circle.
constexpr int longest_way = 64;

/// Why a name does not resolve; empty: nothing to say.
struct Reason {
  std::string what, expected, hint;
  bool circle{};  ///< the wires lead only to each other: said at each of them
};

struct Name {
  std::string_view node, port;
};

/// "ring.ppg" -> ring, ppg. In an expanded graph names hold dots, and the port is always written.
Name split(std::string_view from, bool expanded) {
  const auto dot = expanded ? from.rfind('.') : from.find('.');
  if (dot == std::string_view::npos) return {from, {}};
  return {from.substr(0, dot), from.substr(dot + 1)};
}

std::vector<std::string> names_in(const Scope& scope) {
  std::vector<std::string> names;
  for (const auto& [name, member] : scope.members) names.push_back(name);
  for (const auto& input : scope.sheet->inputs) names.push_back(input.name);
  return names;
}

std::vector<std::string> outputs_of(const ib_node_desc& desc) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < desc.n_ports; ++i)
    if ((desc.ports[i].flags & IB_PORT_OUT) != 0) names.emplace_back(desc.ports[i].name);
  return names;
}

class Way {
 public:
  explicit Way(const Draft& draft) : draft_(draft) {}

  Target follow(std::size_t scope, const Wire& wire, int length, Reason& reason) const {
    if (wire.broken) return {};
    if (length > longest_way) {
      reason.circle = true;
      return {};
    }
    const auto& here = draft_.scopes[scope];
    const auto name = split(wire.from, here.sheet->expanded);
    auto target = find(scope, wire.from, name, length, reason);
    if (wire.overflow) target.overflow = wire.overflow;
    if (wire.queue_s) target.queue_s = wire.queue_s;
    return target;
  }

 private:
  Target find(std::size_t scope, const std::string& from, Name name, int length,
              Reason& reason) const {
    const auto& here = draft_.scopes[scope];
    for (const auto& input : here.sheet->inputs)
      if (input.name == name.node) return through_input(scope, name, length, reason);
    const auto it = here.members.find(name.node);
    if (it == here.members.end() && !is_dotted_name(from)) {
      reason = {in_quotes(from) + " cannot name a stream",
                "a node, or node.port, as in `in: ring.ppg`",
                {},
                false};
      return {};
    }
    if (it == here.members.end()) {
      const auto names = names_in(here);
      reason = {"there is no node " + in_quotes(name.node), one_of(names),
                did_you_mean(name.node, names), false};
      return {};
    }
    switch (it->second.kind) {
      case Member::Kind::node: return at_node(it->second.index, name, reason);
      case Member::Kind::module: return into_module(it->second.index, name, length, reason);
      case Member::Kind::broken: break;
    }
    return {};
  }

  Target through_input(std::size_t scope, Name name, int length, Reason& reason) const {
    const auto& here = draft_.scopes[scope];
    if (!name.port.empty()) {
      reason = {in_quotes(name.node) + " is an input of this module and has no ports",
                {},
                "write " + in_quotes(name.node)};
      return {};
    }
    if (scope == 0) return {};  // a module run by itself: said at its inputs
    const auto wire = here.inputs.find(name.node);
    if (wire == here.inputs.end()) return {Target::Kind::absent, 0, 0, {}, {}};
    return further(here.parent, wire->second, length, reason);
  }

  Target into_module(std::size_t index, Name name, int length, Reason& reason) const {
    const auto& module = draft_.scopes[index];
    std::vector<std::string> names;
    for (const auto& [output, wire] : module.outputs) {
      if (name.port.empty() || name.port == output) return further(index, wire, length, reason);
      names.push_back(output);
    }
    if (names.empty())
      reason = {in_quotes(name.node) + " gives no streams",
                {},
                "name them under `outputs:` in " + module.sheet->name};
    else
      reason = {in_quotes(name.node) + " has no output " + in_quotes(name.port), one_of(names),
                did_you_mean(name.port, names)};
    return {};
  }

  /// Another wire's faults are its own; only a circle is nobody's and comes back.
  Target further(std::size_t scope, const Wire& wire, int length, Reason& reason) const {
    Reason theirs;
    auto target = follow(scope, wire, length + 1, theirs);
    reason.circle = theirs.circle;
    return target;
  }

  Target at_node(std::size_t index, Name name, Reason& reason) const {
    const auto& desc = *draft_.nodes[index].type->desc;
    const auto names = outputs_of(desc);
    if (names.empty()) {
      reason = {in_quotes(name.node) + " is a " + desc.type + " and gives no stream", {}, {}};
      return {};
    }
    if (name.port.empty()) return {Target::Kind::found, index, 0, {}, {}};
    const auto port = find_output(desc, name.port);
    if (port.port != nullptr) return {Target::Kind::found, index, port.index, {}, {}};
    reason = {in_quotes(name.node) + " has no output " + in_quotes(name.port), one_of(names),
              find_input(desc, name.port).port != nullptr ? "this is the name of an input"
                                                          : did_you_mean(name.port, names)};
    return {};
  }

  const Draft& draft_;
};

}  // namespace

Target resolve(const Draft& draft, std::size_t scope, const Wire& wire, const std::string& path,
               const Voice& voice) {
  Reason reason;
  auto target = Way(draft).follow(scope, wire, 0, reason);
  if (reason.circle)
    reason.what = in_quotes(wire.from) + " leads round in a circle and never to a node";
  if (!reason.what.empty())
    voice.error(wire.value, path, reason.what, reason.expected, reason.hint);
  return target;
}

void check_wires(const Draft& draft, Diagnostics& out) {
  for (std::size_t i = 0; i < draft.scopes.size(); ++i) {
    const auto& scope = draft.scopes[i];
    for (const auto& [name, wire] : scope.inputs)
      resolve(draft, scope.parent, wire, scope.yaml_path + "." + name,
              Voice(out, draft.scopes[scope.parent].chain));
    for (const auto& [name, wire] : scope.outputs)
      resolve(draft, i, wire, "outputs." + name, Voice(out, scope.chain));
  }
}

}  // namespace ib
