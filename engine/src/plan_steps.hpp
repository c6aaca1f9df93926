// The steps from a Graph to a Plan, in their order; plan_build.cpp tells the story. Each fills its part
// of PlanImpl and says all it finds wrong; a step runs only if those before it found nothing.
//
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include "plan_impl.hpp"

#include <string>
#include <string_view>

namespace ib::detail {

/// Producers before consumers; equal ones as written.
void sort_nodes(PlanImpl& plan);
/// What no edge connects, and on which executor it runs.
void find_components(PlanImpl& plan);
/// Plan::executor_notes().
std::vector<std::string> executor_notes(const PlanImpl& plan);
/// A fresh node for each, with its params.
void make_nodes(PlanImpl& plan, Diagnostics& out);
/// A node in a process of its own; it starts when the node gets ready.
ib_node* make_isolated(PlanImpl& plan, std::uint32_t i, const ib_host& host);
/// Once it is known whether time is virtual.
void pace_isolated(PlanImpl& plan);
/// In front of nodes that may be interrupted; their rings are there.
void make_intakes(PlanImpl& plan);
/// Every source opened: rates, lengths and whether a device paces it are known from here on.
void open_sources(PlanImpl& plan, Diagnostics& out);
/// By component.
void list_sources(PlanImpl& plan);
/// Whether two hearts that meet are two people, and who is simulated, told to those who show it.
void check_people(PlanImpl& plan, Diagnostics& out);
/// Session time 0, and where each source's own time 0 lies on it.
void place_sources(PlanImpl& plan);
/// Rates, bounds, latencies and owners flow from the sources to the sinks, and every node gets ready.
void activate_nodes(PlanImpl& plan, Diagnostics& out);
/// Islands, the rings between them, and the threads they run on. False: no memory for it, and said.
bool cut_into_islands(PlanImpl& plan, Diagnostics& out);
/// Histograms for the nodes, shared by equal ones.
void attach_meters(PlanImpl& plan);
/// Notes that this slot of a block of that shape shall get its memory.
void want(Arena& arena, BlockSlot& slot, const BlockShape& shape);
/// Buffers shared like registers, then all memory in one piece. False: no room for it, and said.
bool allocate(PlanImpl& plan, Diagnostics& out);

inline bool is_source(const PlanImpl& plan, std::uint32_t i) {
  return (plan.graph.nodes[i].type->desc->flags & IB_NODE_SOURCE) != 0;
}
inline bool is_sink(const PlanImpl& plan, std::uint32_t i) {
  return (plan.graph.nodes[i].type->desc->flags & IB_NODE_SINK) != 0;
}
/// Whether it gives items of their own time: how old they are then is a decision of its own.
inline bool decides(const PlanImpl& plan, std::uint32_t i) {
  const auto& desc = *plan.graph.nodes[i].type->desc;
  bool reads = false, gives = false;
  for (std::uint32_t k = 0; k < desc.n_ports; ++k) {
    const auto flags = desc.ports[k].flags;
    if ((flags & IB_PORT_OUT) == 0) reads = true;
    else gives = gives || (flags & IB_PORT_REGULAR) == 0;
  }
  return reads && gives;
}
inline bool times_decisions(const PlanImpl& plan) {
  return plan.mode == Mode::live || plan.options.time_decisions;
}
inline bool is_isolated(const PlanImpl& plan, std::uint32_t i) {
  return plan.options.isolate && plan.graph.nodes[i].isolation != 0;
}
/// The setting that names what a source opens; null: its default does.
inline const Setting* source_setting(const GraphNode& node) {
  for (const auto& s : node.settings) {
    if ((node.type->desc->params[s.param].flags & IB_PARAM_SOURCE) != 0) return &s;
  }
  return nullptr;
}
/// A problem of node i, at its place in the YAML.
inline void report(const PlanImpl& plan, Diagnostics& out, std::uint32_t i, std::string what,
                   std::string hint = {}) {
  const auto& n = plan.graph.nodes[i];
  out.add({Severity::error,
           n.origin->mark,
           "nodes." + n.path,
           std::move(what),
           {},
           std::move(hint),
           n.origin->chain});
}
/// A problem of one value of node i, at the place where a person wrote it: in the YAML, or in `--set`.
inline void report_setting(const PlanImpl& plan, Diagnostics& out, std::uint32_t i,
                           const Setting& setting, std::string what) {
  const auto& n = plan.graph.nodes[i];
  auto chain = n.origin->chain;
  if (!setting.via.empty()) chain.insert(chain.begin(), setting.via.str());
  out.add({Severity::error,
           setting.mark,
           "nodes." + n.path + "." + n.type->desc->params[setting.param].name,
           std::move(what),
           {},
           {},
           std::move(chain)});
}

}  // namespace ib::detail
