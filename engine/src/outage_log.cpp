#include "outage_log.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace ib {
namespace detail {

namespace {

constexpr double afresh = 0, with_state = 1, for_good = 2;

double number_of(const Outage& o) { return o.last ? for_good : o.state ? with_state : afresh; }

}  // namespace

void log_outages(const PlanImpl& plan, AdmittedLog& log) { log_outages(plan.outages.all(), log); }

void log_outages(std::span<const Outage> outages, AdmittedLog& log) {
  for (const auto& outage : outages) {
    for (std::uint32_t i = 0; i < outage.inputs.size(); ++i) {
      const auto& lost = outage.inputs[i];
      log.push_back(
          {LogEntry::Kind::outage, outage.node, lost.from, i, number_of(outage), lost.until});
    }
  }
}

namespace {

/// By node, in their order. The entry of input 0 begins a new one.
std::map<std::uint32_t, std::vector<Outage>> outages_of(const AdmittedLog& log) {
  std::map<std::uint32_t, std::vector<Outage>> all;
  for (const auto& e : log) {
    if (e.kind != LogEntry::Kind::outage) continue;
    auto& of_node = all[e.source];
    if (e.param == 0 || of_node.empty())
      of_node.push_back({e.source, {}, e.number == with_state, e.number == for_good, {}, {}});
    of_node.back().inputs.push_back({e.time, e.lost_until});
  }
  return all;
}

Intake* intake_of(PlanImpl& plan, std::uint32_t node) {
  for (auto& island : plan.islands) {
    if (island->intake != nullptr && island->begins_at == node) return island->intake.get();
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> impose_outages(PlanImpl& plan, const AdmittedLog& log) {
  std::vector<std::string> refused;
  for (auto& [node, outages] : outages_of(log)) {
    const bool known = node < plan.graph.nodes.size();
    auto* intake = known ? intake_of(plan, node) : nullptr;
    const auto inputs = known ? count_inputs(*plan.graph.nodes[node].type->desc) : 0;
    const bool fits = std::all_of(outages.begin(), outages.end(),
                                  [&](const Outage& o) { return o.inputs.size() == inputs; });
    if (intake != nullptr && fits) {
      intake->impose(std::move(outages));
      continue;
    }
    refused.push_back(
        "the log tells of " + std::to_string(outages.size()) + " outages of " +
        (known ? plan.graph.nodes[node].path : "a node that this graph does not have") +
        ", and this plan was not built to repeat them");
  }
  return refused;
}

}  // namespace detail

std::vector<std::uint32_t> interrupted_nodes(const AdmittedLog& log) {
  std::vector<std::uint32_t> nodes;
  for (const auto& e : log) {
    if (e.kind != LogEntry::Kind::outage) continue;
    if (std::find(nodes.begin(), nodes.end(), e.source) == nodes.end()) nodes.push_back(e.source);
  }
  return nodes;
}

}  // namespace ib
