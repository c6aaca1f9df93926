#include "decisions_json.hpp"

#include "fold.hpp"
#include "plan_steps.hpp"

#include <algorithm>

namespace ib::detail {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// Of a node that has no figures.
const char* why_none(const PlanImpl& plan, std::uint32_t i) {
  if (is_source(plan, i))
    return "it is a source and decides nothing: `arrival to sink` in `interbeat top` says how late its samples get to "
           "a file";
  if (is_sink(plan, i))
    return "it is a sink and gives nothing: `arrival to sink` in `interbeat top` says how late it is";
  if (!decides(plan, i))
    return "its samples follow its input at an even rate and wait for no decision: `interbeat plan GRAPH --explain` "
           "says how late they are";
  if (!times_decisions(plan))
    return "this plan times no decisions: it runs offline, where what a block holds behind an item would count as "
           "waiting";
  return "it has given no item yet";
}

}  // namespace

OrderedJson decisions_json(const PlanImpl& plan, const RunReport& report) {
  const Folding folding(plan.graph);
  OrderedJson j{{"bounds_s", decision_bounds_s()}, {"nodes", OrderedJson::array()}};
  for (std::uint32_t group = 0; group < folding.size(); ++group) {
    const auto& path = folding.name(group);
    const auto first = folding.first(group);
    auto& node = j["nodes"].emplace_back(
        OrderedJson{{"path", path}, {"type", plan.graph.nodes[first].type->desc->type}});
    const auto d = std::find_if(report.decisions.begin(), report.decisions.end(),
                                [&](const auto& one) { return one.node == path; });
    if (d == report.decisions.end()) {
      node["why"] = why_none(plan, first);
      continue;
    }
    node["n"] = d->n;
    node["p50_s"] = d->p50_s;
    node["p95_s"] = d->p95_s;
    node["max_s"] = d->max_s;
    node["declared_s"] = d->declared_s;
    node["within"] = d->within;
  }
  return j;
}

}  // namespace ib::detail
