// RunReport: counts, depths, losses and latencies as they stand. [any] while running: every number is
// read from an atomic; together they are a moment's view, not a snapshot.
#include "plan_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ib {
namespace detail {
namespace {

NodeReport node_report(const PlanImpl& plan, const Stage& s) {
  const auto get = [](const std::atomic<std::uint64_t>& c) {
    return c.load(std::memory_order_relaxed);
  };
  NodeReport r;
  const auto& n = plan.graph.nodes[s.graph_node];
  r.path = n.path;
  r.type = n.type->desc->type;
  r.blocks = get(s.blocks);
  r.items_in = get(s.items_in);
  r.items_out = get(s.items_out);
  r.errors = get(s.errors);
  r.restarts = get(s.restarts);
  if (get(s.timed) > 0) {
    r.busy_ns = static_cast<double>(get(s.timed_ns)) / static_cast<double>(get(s.timed)) *
                static_cast<double>(r.blocks);
  }
  switch (s.state.load(std::memory_order_acquire)) {  // the text was there before the state
    case StageState::running: r.state = "running"; break;
    case StageState::bypassed: r.state = std::string("bypassed: ") + s.failure.data(); break;
    case StageState::stopped: r.state = std::string("stopped: ") + s.failure.data(); break;
  }
  if (const auto* c = static_cast<const ib_counters*>(s.node->extension(s.node, IB_EXT_COUNTERS))) {
    for (std::uint32_t i = 0; i < c->n; ++i) {
      const auto v = c->value(s.node, i);
      if (v > 0) r.counters.emplace_back(c->name(s.node, i), v);
    }
  }
  return r;
}

SourceReport source_report(const PlanImpl& plan, const Source& s) {
  SourceReport r;
  r.path = plan.graph.nodes[s.stage->graph_node].path;
  r.uri = s.uri;
  r.settled_s = s.settled() > never ? seconds(s.settled()) : 0;
  r.start_s = seconds(s.start);
  if (s.info.utc_start_ns != IB_NEVER) r.start_utc_ns = s.info.utc_start_ns;
  r.finished = s.finished;
  r.live = s.info.live != 0;
  r.turns = s.turns;
  r.seen_marks = s.seen_marks;
  return r;
}

}  // namespace

RunReport make_report(PlanImpl& plan) {
  RunReport r;
  r.graph = plan.graph.name;
  r.hash = fmt::format("{:016x}", graph_hash(plan.graph));
  for (const auto& s : plan.sources) {
    r.sources.push_back(source_report(plan, s));
    r.session_s = std::max(r.session_s, r.sources.back().settled_s);
  }
  for (const auto i : plan.order) {
    const Stage* s = plan.stages[i];
    if (s == nullptr) continue;
    r.nodes.push_back(node_report(plan, *s));
    if (s->state.load(std::memory_order_acquire) != StageState::running) {
      r.failures.push_back(r.nodes.back().path + " " + r.nodes.back().state);
    }
    for (const auto& [name, count] : r.nodes.back().counters) {
      if (name.starts_with("lost") && name != "lost_packets") r.lost += count;
    }
    if (s->latency.count() > 0) {
      r.latencies.push_back({r.nodes.back().path, s->latency.count(),
                             s->latency.quantile(0.5) / 1e3, s->latency.quantile(0.99) / 1e3,
                             static_cast<double>(s->latency.max()) / 1e3});
    }
  }
  for (const auto& ring : plan.rings) {
    EdgeReport e{ring->from,
                 ring->to,
                 ring->blocks.load(),
                 ring->lost_items.load(),
                 0,
                 ring->ring.capacity(),
                 ring->why};
    for (std::size_t k = 0; k < ring->ring.readers(); ++k) {
      e.depth = std::max(e.depth, ring->ring.depth(k));
    }
    r.lost += e.lost_items;
    if (e.lost_items > 0 && ring->policy == Overflow::error) {
      r.failures.push_back(fmt::format("the edge {} to {} overflowed and lost {} items", e.from,
                                       e.to, e.lost_items));
    }
    r.edges.push_back(std::move(e));
  }
  return r;
}

}  // namespace detail
}  // namespace ib
