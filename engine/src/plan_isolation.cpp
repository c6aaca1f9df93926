// Nodes in processes of their own: how the plan makes them, and what stands in front of them.
#include "graph_isolation.hpp"
#include "isolated_node.hpp"
#include "plan_steps.hpp"
#include "plugin.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace ib::detail {
namespace {

using nlohmann::json;

/// What its process needs to make it.
std::string told_of(const NodeType& type) {
  json told{{"type", type.desc->type}, {"plugin", nullptr}};
  if (type.plugin != nullptr) {
    told["plugin"] = {{"file", type.plugin->file().string()}, {"hash", type.plugin->stamp().hash}};
  }
  return told.dump();
}

/// In virtual time a call brings as many items as ten seconds have, and the machine may be busy otherwise.
std::chrono::nanoseconds patience(const PlanImpl& plan, const Isolation& isolation) {
  if (plan.mode == Mode::live) return isolation.hang_after;
  return std::max<std::chrono::nanoseconds>(isolation.hang_after * 40, std::chrono::seconds(10));
}

}  // namespace

ib_node* make_isolated(PlanImpl& plan, std::uint32_t i, const ib_host& host) {
  const auto& node = plan.graph.nodes[i];
  const auto& isolation = *plan.graph.isolation_of(node);
  if (plan.death_watch == nullptr) plan.death_watch = std::make_unique<DeathWatch>();
  auto& process = plan.processes[process_name(node.path, isolation)];
  if (process == nullptr) {
    const auto& named = plan.options.node_host;
    process = std::make_shared<NodeProcess>(
        *plan.death_watch, named.empty() ? std::filesystem::path("/proc/self/exe") : named,
        NodeProcess::Limits{std::uint64_t{isolation.memory_mb} << 20, isolation.max_restarts});
  }
  auto* made = new IsolatedNode(process, {node.type->desc, told_of(*node.type), &host});
  return made->node();
}

void pace_isolated(PlanImpl& plan) {
  for (std::uint32_t i = 0; i < plan.nodes.size(); ++i) {
    if (!is_isolated(plan, i) || plan.nodes[i] == nullptr) continue;
    const auto& isolation = *plan.graph.isolation_of(plan.graph.nodes[i]);
    IsolatedNode::of(plan.nodes[i])->be_patient(patience(plan, isolation), plan.mode == Mode::live);
  }
}

void make_intakes(PlanImpl& plan) {
  for (auto& island : plan.islands) {
    if (island->begins != Begins::isolated) continue;
    Stage& first = *island->stages.front();
    island->intake = std::make_unique<Intake>(first, plan.outages);
    for (const auto& arrival : island->arrivals) {
      for (const auto& target : arrival.targets) {
        island->intake->connect(target.port, arrival.ring->shape.gaps());
      }
    }
  }
}

}  // namespace ib::detail
