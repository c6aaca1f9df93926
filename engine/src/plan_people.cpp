// People of a plan: who is simulated, and whether two hearts that meet are two.
#include <interbeat/sugar/people.hpp>
#include <interbeat/sugar/simulation.hpp>

#include "graph_order.hpp"
#include "plan_steps.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <vector>

namespace ib::detail {
namespace {

using Sources = std::set<std::uint32_t>;

const std::string& path_of(const PlanImpl& plan, const Source& s) {
  return plan.graph.nodes[s.node].path;
}

/// "anna", or the node's own path where it is nobody's.
std::string owner_of(const PlanImpl& plan, const Source& s) {
  const auto& node = plan.graph.nodes[s.node];
  return node.owner.empty() ? node.path : node.owner.str();
}

/// All sources above a node, itself among them; of marks that people set, none.
Sources sources_above(const PlanImpl& plan, std::uint32_t node) {
  Sources found;
  std::set<std::uint32_t> met{node};
  std::vector<std::uint32_t> left{node};
  while (!left.empty()) {
    const auto i = left.back();
    left.pop_back();
    if (const auto s = plan.source_of[i]; s != PlanImpl::nobody && plan.sources[s].marks == nullptr)
      found.insert(s);
    for (const auto& e : plan.graph.nodes[i].inputs)
      if (met.insert(e.from_node).second) left.push_back(e.from_node);
  }
  return found;
}

std::string place_of(const Mark& mark) {
  return mark.line > 0 ? fmt::format("{}:{}:{}", mark.file.str(), mark.line, mark.column)
                       : mark.file.str();
}

/// What a source's name stands for, however it is written: `?start=` moves a recording, it does not change it.
std::string resolved(const std::string& uri) {
  const auto name = uri.substr(0, uri.find("?start="));
  std::error_code error;
  if (!std::filesystem::exists(name, error)) return name;
  const auto path = std::filesystem::canonical(name, error);
  return error ? name : path.string();
}

/// The same recording, read the same way. A simulation without a seed becomes somebody by its place in the graph.
bool plays_the_same(const PlanImpl& plan, const Source& a, const Source& b) {
  const auto &x = plan.graph.nodes[a.node], &y = plan.graph.nodes[b.node];
  if (x.type != y.type || a.uri.empty() || resolved(a.uri) != resolved(b.uri)) return false;
  if (a.info.simulated != 0 && a.uri.find("seed=") == std::string::npos) return false;
  const auto others = [](const GraphNode& n) {
    std::vector<std::tuple<std::uint32_t, double, std::string>> all;
    for (const auto& s : n.settings)
      if ((n.type->desc->params[s.param].flags & IB_PARAM_SOURCE) == 0)
        all.emplace_back(s.param, s.number, std::string(s.text.c_str()));
    std::sort(all.begin(), all.end());
    return all;
  };
  return others(x) == others(y);
}

/// Two inputs of one node, and the sources of each.
struct Meeting {
  std::uint32_t node{};
  const Edge *a{}, *b{};
  Sources from_a{}, from_b{};
};

bool is_within(const Sources& a, const Sources& b) {
  return !a.empty() && std::includes(b.begin(), b.end(), a.begin(), a.end());
}

const char* input_name(const PlanImpl& plan, std::uint32_t node, const Edge& edge) {
  return input_port(*plan.graph.nodes[node].type->desc, edge.to_port).name;
}

/// True: it was refused.
bool refuse_one_person(const PlanImpl& plan, Diagnostics& out, const Meeting& m) {
  if (!is_within(m.from_a, m.from_b) && !is_within(m.from_b, m.from_a)) return false;
  const auto& node = plan.graph.nodes[m.node];
  const auto& both = m.from_a.size() < m.from_b.size() ? m.from_a : m.from_b;
  const auto b = input_name(plan, m.node, *m.b), a = input_name(plan, m.node, *m.a);
  out.add({Severity::error,
           m.b->mark,
           "nodes." + node.path + "." + b,
           fmt::format(
               "`{}` comes from {}, and so does `{}` ({}): a heart is always linked with itself", b,
               path_of(plan, plan.sources[*both.begin()]), a, place_of(m.a->mark)),
           {},
           "connect another person; a control with one person twice needs two sources",
           node.origin->chain});
  return true;
}

void warn_of_one_recording(const PlanImpl& plan, Diagnostics& out, const Meeting& m) {
  for (const auto i : m.from_a) {
    for (const auto k : m.from_b) {
      const auto &a = plan.sources[i], &b = plan.sources[k];
      if (i == k || !plays_the_same(plan, a, b)) continue;
      const auto &x = plan.graph.nodes[a.node], &y = plan.graph.nodes[b.node];
      const auto *at_a = source_setting(x), *at_b = source_setting(y);
      const auto& where = at_b != nullptr ? at_b->mark : y.origin->mark;
      out.add(
          {Severity::warning,
           where,
           "nodes." + y.path,
           fmt::format("{} and {} ({}) are one person twice, {}: {} compares a heart with itself",
                       y.path, x.path, place_of(at_a != nullptr ? at_a->mark : x.origin->mark),
                       b.uri, plan.graph.nodes[m.node].path),
           {},
           "as a control that may be wanted; else name the other person's recording",
           y.origin->chain});
      return;
    }
  }
}

/// "b.ring", of the first that is.
std::string first_of(const PlanImpl& plan, const Sources& sources, bool simulated) {
  for (const auto i : sources)
    if ((plan.sources[i].info.simulated != 0) == simulated) return path_of(plan, plan.sources[i]);
  return {};
}

void warn_of_half_a_simulation(const PlanImpl& plan, Diagnostics& out, const Meeting& m) {
  const auto simulated = [&](const Sources& all) {
    return std::any_of(all.begin(), all.end(),
                       [&](std::uint32_t i) { return plan.sources[i].info.simulated != 0; });
  };
  if (simulated(m.from_a) == simulated(m.from_b)) return;
  const auto& virtual_one = simulated(m.from_a) ? m.from_a : m.from_b;
  const auto& real_one = simulated(m.from_a) ? m.from_b : m.from_a;
  const auto& node = plan.graph.nodes[m.node];
  out.add(
      {Severity::warning,
       node.origin->mark,
       "nodes." + node.path,
       fmt::format("{} is SIMULATED and {} is not: {} compares a person with nobody",
                   first_of(plan, virtual_one, true), first_of(plan, real_one, false), node.path),
       {},
       "was a `--set` forgotten? give both a ring or a recording, or simulate both",
       node.origin->chain});
}

void check_meeting(const PlanImpl& plan, Diagnostics& out, const Meeting& m) {
  if (refuse_one_person(plan, out, m)) return;
  warn_of_one_recording(plan, out, m);
  warn_of_half_a_simulation(plan, out, m);
}

/// Of inputs that each tell of another person.
void check_inputs(const PlanImpl& plan, Diagnostics& out, std::uint32_t node,
                  std::span<const std::uint32_t> people) {
  std::vector<const Edge*> edges;
  for (const auto& e : plan.graph.nodes[node].inputs)
    if (std::find(people.begin(), people.end(), e.to_port) != people.end()) edges.push_back(&e);
  for (std::size_t b = 1; b < edges.size(); ++b)
    for (std::size_t a = 0; a < b; ++a)
      check_meeting(plan, out,
                    {node, edges[a], edges[b], sources_above(plan, edges[a]->from_node),
                     sources_above(plan, edges[b]->from_node)});
}

void tell_who_is_simulated(const PlanImpl& plan, std::uint32_t i, const SimulationTable& table) {
  std::set<std::string> owners;
  for (const auto k : sources_above(plan, i))
    if (plan.sources[k].info.simulated != 0) owners.insert(owner_of(plan, plan.sources[k]));
  table.tell(plan.nodes[i], fmt::format("{}", fmt::join(owners, ", ")).c_str());
}

}  // namespace

void check_people(PlanImpl& plan, Diagnostics& out) {
  for (std::uint32_t i = 0; i < plan.nodes.size(); ++i) {
    ib_node* n = plan.nodes[i];
    if (n == nullptr || n->extension == nullptr) continue;
    const auto* people = static_cast<const PeopleTable*>(n->extension(n, people_extension));
    if (people != nullptr) check_inputs(plan, out, i, {people->inputs, people->n});
    const auto* told = static_cast<const SimulationTable*>(n->extension(n, simulation_extension));
    if (told != nullptr) tell_who_is_simulated(plan, i, *told);
  }
}

}  // namespace ib::detail
