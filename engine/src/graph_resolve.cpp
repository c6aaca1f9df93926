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

/// Names to offer for one that is not there; of many instances, the one with that element.
std::vector<std::string> names_in(const Draft& draft, const Scope& scope,
                                  std::string_view element) {
  constexpr std::size_t most = 2'000'000;
  std::vector<std::string> names;
  draft.looked_through += scope.members.size();
  if (draft.looked_through > most) return names;
  for (const auto& [name, member] : scope.members) {
    if (member.each == no_each || scope.sheet->expanded) {
      names.push_back(name);
      continue;
    }
    const auto& elements = draft.for_each[member.each];
    const auto place = elements.places.find(element);
    names.push_back(elements.instance(place == elements.places.end() ? 0 : place->second));
  }
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

  Target follow(std::size_t scope, const Wire& wire, std::size_t k, int length,
                Reason& reason) const {
    if (wire.broken) return {};
    if (length > longest_way) {
      reason.circle = true;
      return {};
    }
    const auto& from = wire.value.each ? (*wire.value.each)[k].text : wire.from;
    auto target = find(scope, from, k, length, reason);
    if (wire.overflow) target.overflow = wire.overflow;
    if (wire.queue_s) target.queue_s = wire.queue_s;
    target.varies = target.varies || wire.value.each;
    return target;
  }

 private:
  Target find(std::size_t scope, const std::string& from, std::size_t k, int length,
              Reason& reason) const {
    const auto& here = draft_.scopes[scope];
    const auto name = split(from, here.sheet->expanded);
    for (const auto& input : here.sheet->inputs)
      if (input.name == name.node) return through_input(scope, name, k, length, reason);
    if (const auto it = here.members.find(name.node);
        it != here.members.end() && it->second.each == no_each)
      return at_member(it->second, name, k, length, reason);
    return find_instance(here, from, name, length, reason);
  }

  Target at_member(const Member& member, Name name, std::size_t k, int length,
                   Reason& reason) const {
    switch (member.kind) {
      case Member::Kind::node: return at_node(member.index, name, k, reason);
      case Member::Kind::module: return into_module(member.index, name, k, length, reason);
      case Member::Kind::broken: break;
    }
    return {};
  }

  /// "p[3]": one of those that `for_each:` unfolds.
  Target find_instance(const Scope& here, const std::string& from, Name name, int length,
                       Reason& reason) const {
    const auto brackets = find_brackets(name.node);
    const auto base = name.node.substr(0, brackets.open);
    const auto it = here.sheet->expanded ? here.members.find(without_element(name.node))
                                         : here.members.find(base);
    if (it == here.members.end()) {
      reason = no_such_node(here, from, name, brackets.element);
      return {};
    }
    if (it->second.kind == Member::Kind::broken) return {};
    if (it->second.each == no_each) {
      reason = {in_quotes(base) + " is one and not many", {}, "write " + in_quotes(base)};
      return {};
    }
    const auto& elements = draft_.for_each[it->second.each];
    const auto place = elements.places.find(brackets.element);
    if (place == elements.places.end()) {
      reason = no_such_element(elements, brackets.element);
      return {};
    }
    auto target = at_member(it->second, name, place->second, length, reason);
    target.fixed = true;
    return target;
  }

  Reason no_such_node(const Scope& here, const std::string& from, Name name,
                      std::string_view element) const {
    if (!is_dotted_name(from))
      return {in_quotes(from) + " cannot name a stream",
              "a node, or node.port, as in `in: ring.ppg`",
              {},
              false};
    const auto names = names_in(draft_, here, element);
    return {"there is no node " + in_quotes(name.node), one_of(names),
            did_you_mean(name.node, names), false};
  }

  Reason no_such_element(const Elements& elements, std::string_view element) const {
    if (element.empty())
      return {in_quotes(elements.name) + " is many",
              {},
              "say which: " + elements.instance(0) + ", or " + elements.name +
                  "[${each}] where `for_each:` unfolds the same list"};
    draft_.looked_through += elements.size();
    return {in_quotes(elements.name) + " has no element " + in_quotes(element),
            one_of(elements.names),
            {}};
  }

  Target through_input(std::size_t scope, Name name, std::size_t k, int length,
                       Reason& reason) const {
    const auto& here = draft_.scopes[scope];
    if (!name.port.empty()) {
      reason = {in_quotes(name.node) + " is an input of this module and has no ports",
                {},
                "write " + in_quotes(name.node)};
      return {};
    }
    if (scope == 0) return {};  // a module run by itself: said at its inputs
    const auto wire = here.inputs.find(name.node);
    if (wire == here.inputs.end()) return of_kind(Target::Kind::absent);
    return further(here.parent, wire->second, k, length, reason);
  }

  Target into_module(std::size_t index, Name name, std::size_t k, int length,
                     Reason& reason) const {
    const auto& module = draft_.scopes[index];
    std::vector<std::string> names;
    for (const auto& [output, wire] : module.outputs) {
      if (name.port.empty() || name.port == output) return further(index, wire, k, length, reason);
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
  Target further(std::size_t scope, const Wire& wire, std::size_t k, int length,
                 Reason& reason) const {
    Reason theirs;
    auto target = follow(scope, wire, k, length + 1, theirs);
    reason.circle = theirs.circle;
    return target;
  }

  static Target of_kind(Target::Kind kind) {
    Target target;
    target.kind = kind;
    return target;
  }
  static Target at(std::size_t node, std::size_t element, std::uint32_t port) {
    auto target = of_kind(Target::Kind::found);
    target.node = node;
    target.element = element;
    target.port = port;
    return target;
  }

  Target at_node(std::size_t index, Name name, std::size_t k, Reason& reason) const {
    const auto& desc = *draft_.nodes[index].type->desc;
    const auto names = outputs_of(desc);
    if (names.empty()) {
      reason = {in_quotes(name.node) + " is a " + desc.type + " and gives no stream", {}, {}};
      return {};
    }
    if (name.port.empty()) return at(index, k, 0);
    const auto port = find_output(desc, name.port);
    if (port.port != nullptr) return at(index, k, port.index);
    reason = {in_quotes(name.node) + " has no output " + in_quotes(name.port), one_of(names),
              find_input(desc, name.port).port != nullptr ? "this is the name of an input"
                                                          : did_you_mean(name.port, names)};
    return {};
  }

  const Draft& draft_;
};

}  // namespace

Target resolve(const Draft& draft, std::size_t scope, const Wire& wire, std::size_t element,
               const std::string& path, const Voice& voice) {
  Reason reason;
  auto target = Way(draft).follow(scope, wire, element, 0, reason);
  if (reason.what.empty() && !reason.circle) return target;
  const auto value = element_of(wire.value, element);
  if (reason.circle)
    reason.what = in_quotes(wire.value.each ? value.text : wire.from) +
                  " leads round in a circle and never to a node";
  voice.error(value, path, reason.what, reason.expected, reason.hint);
  return target;
}

namespace {

/// For every element that sees the wire of that scope.
void check_wire(const Draft& draft, std::size_t scope, const Wire& wire, std::size_t each,
                const std::string& path, const Voice& voice) {
  if (each == no_each || !wire.value.each) {
    resolve(draft, scope, wire, 0, path, voice);
    return;
  }
  const auto& elements = draft.for_each[each];
  ElementVoices voices(elements, voice);
  for (std::size_t k = 0; k < elements.size(); ++k)
    resolve(draft, scope, wire, k, path, voices.of(k));
}

}  // namespace

void check_wires(const Draft& draft, Diagnostics& out) {
  for (std::size_t i = 0; i < draft.scopes.size(); ++i) {
    const auto& scope = draft.scopes[i];
    auto chain = draft.scopes[scope.parent].chain;
    if (scope.each != no_each && draft.scopes[scope.parent].each == no_each)
      chain.push_back(scope.chain.back());
    for (const auto& [name, wire] : scope.inputs)
      check_wire(draft, scope.parent, wire, scope.each, scope.yaml_path + "." + name,
                 Voice(out, chain));
    for (const auto& [name, wire] : scope.outputs)
      check_wire(draft, i, wire, scope.each, "outputs." + name, Voice(out, scope.chain));
  }
}

}  // namespace ib
