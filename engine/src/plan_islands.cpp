// Islands: one per source; a node joins its inputs' island; an edge is cut, and becomes a ring, where two
// islands meet, at `queue:`, and in front of sinks that touch disk or network when live.
#include "plan_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace ib::detail {
namespace {

class Cutting {
 public:
  explicit Cutting(PlanImpl& plan) : plan_(plan) {}

  void run() {
    form_islands();
    make_stages();
    connect();
  }

 private:
  const GraphNode& graph_node(std::uint32_t i) const { return plan_.graph.nodes[i]; }

  // -- islands: one per source; a node joins its inputs' island; cut where two islands meet -------
  void form_islands() {
    island_of_.assign(plan_.graph.nodes.size(), PlanImpl::nobody);
    for (const auto i : plan_.order) {
      if (!plan_.planned[i]) continue;
      island_of_[i] = choose_island(i);
    }
  }
  std::uint32_t choose_island(std::uint32_t i) {
    const auto& n = graph_node(i);
    if (is_source(plan_, i)) return new_island(fmt::format("source {}", n.path));
    if (plan_.mode == Mode::live && (n.type->desc->flags & IB_NODE_BLOCKING) != 0) {
      return new_island(fmt::format("{} touches disk, network or a terminal", n.path), true);
    }
    std::uint32_t common = PlanImpl::nobody;
    bool meets = false, queued = false;
    for (const auto& e : n.inputs) {
      if (island_of_[e.from_node] == PlanImpl::nobody) continue;
      queued = queued || e.cut;
      if (common != PlanImpl::nobody && common != island_of_[e.from_node]) meets = true;
      common = island_of_[e.from_node];
    }
    if (meets) return new_island(fmt::format("islands meet at {}", n.path));
    if (queued) return new_island(fmt::format("`queue:` at {}", n.path));
    return common;
  }
  std::uint32_t new_island(std::string why, bool blocking = false) {
    auto island = std::make_unique<Island>();
    island->id = static_cast<std::uint32_t>(plan_.islands.size());
    island->why = std::move(why);
    island->blocking = blocking;
    island->busy = &plan_.busy;
    plan_.islands.push_back(std::move(island));
    return static_cast<std::uint32_t>(plan_.islands.size() - 1);
  }

  void make_stages() {
    plan_.stages.assign(plan_.graph.nodes.size(), nullptr);
    for (const auto i : plan_.order) {
      if (island_of_[i] == PlanImpl::nobody) continue;
      auto stage = std::make_unique<Stage>();
      Stage& s = *stage;
      const auto& st = plan_.streams[i];
      s.node = plan_.nodes[i];
      s.graph_node = i;
      s.on_error = graph_node(i).on_error;
      s.sink = is_sink(plan_, i);
      s.n_in = static_cast<std::uint32_t>(st.in.size());
      s.n_out = static_cast<std::uint32_t>(st.out.size());
      s.inputs.resize(s.n_in);
      s.in.assign(s.n_in, nullptr);
      s.out.assign(s.n_out, nullptr);
      s.ports = std::vector<OutPort>(s.n_out);
      s.settled_in.assign(s.n_in, IB_NEVER);
      if (has_live_params(i)) {
        s.mailbox = std::make_unique<Ring<ib_event>>(Stage::max_events, 1);
        s.events.reserve(Stage::max_events);
      }
      for (std::uint32_t k = 0; k < s.n_out; ++k) shape_port(s.ports[k], st.out[k]);
      s.call.struct_size = sizeof s.call;
      s.call.n_in = s.n_in;
      s.call.n_out = s.n_out;
      s.call.in = s.in.data();
      s.call.out = s.out.data();
      plan_.stages[i] = &s;
      auto& island = *plan_.islands[island_of_[i]];
      if (is_source(plan_, i)) {
        auto& source = plan_.sources[plan_.source_of[i]];
        source.stage = &s;
        source.island = &island;
      }
      island.stages.push_back(std::move(stage));
    }
  }
  bool has_live_params(std::uint32_t i) const {
    const auto& d = *graph_node(i).type->desc;
    return std::any_of(d.params, d.params + d.n_params,
                       [](const ib_param& p) { return (p.flags & IB_PARAM_LIVE) != 0; });
  }
  static void shape_port(OutPort& port, const ib_stream& s) {
    port.listened = (s.flags & IB_STREAM_CONNECTED) != 0 && (s.flags & IB_STREAM_ABSENT) == 0;
    const bool regular = s.rate_hz > 0;
    const auto channels = std::max(1U, s.channels);
    port.shape = {s.max_items,
                  s.type != nullptr ? s.type->item_size
                                    : static_cast<std::uint32_t>(sizeof(float)) * channels,
                  regular, channels};
  }

  // -- edges --------------------------------------------------------------------------------------
  void connect() {
    // (producer port) → edges that leave its island, gating and lossy apart.
    for (const auto i : plan_.order) {
      if (plan_.stages[i] == nullptr) continue;
      for (const auto& e : graph_node(i).inputs) {
        Stage* from = plan_.stages[e.from_node];
        if (from == nullptr || !from->ports[e.from_port].listened) continue;
        if (island_of_[i] == island_of_[e.from_node]) {
          plan_.stages[i]->inputs[e.to_port].port = &from->ports[e.from_port];
        } else {
          leaving_[{e.from_node, e.from_port}].push_back({i, &e});
        }
      }
    }
    for (const auto& [port, edges] : leaving_) cut(port.first, port.second, edges);
    find_partners();
    place_on_workers();
  }

  struct Leaving {
    std::uint32_t to;
    const Edge* edge;
  };
  /// In virtual time everybody waits; live, as the edge says, else a sink drops and says so.
  Overflow policy_of(const Leaving& l) const {
    if (plan_.mode == Mode::replay) return Overflow::block;
    if (l.edge->overflow) return *l.edge->overflow;
    return plan_.islands[island_of_[l.to]]->blocking ? Overflow::drop_newest : Overflow::error;
  }

  void cut(std::uint32_t node, std::uint32_t port, const std::vector<Leaving>& edges) {
    std::map<std::uint32_t, std::vector<Leaving>> gating, lossy;  // by consumer island
    for (const auto& l : edges) {
      const auto p = policy_of(l);
      const bool loses = p == Overflow::drop_newest || p == Overflow::latest;
      (loses ? lossy : gating)[island_of_[l.to]].push_back(l);
    }
    if (!gating.empty()) make_ring(node, port, gating, false);
    for (const auto& one : lossy) make_ring(node, port, {one}, true);
  }

  void make_ring(std::uint32_t node, std::uint32_t port,
                 const std::map<std::uint32_t, std::vector<Leaving>>& by_island, bool lossy) {
    auto& out = plan_.stages[node]->ports[port];
    const auto& first = by_island.begin()->second.front();
    double span = 0;  // the longest that an edge of this ring asks for
    for (const auto& [island, leaving] : by_island) {
      for (const auto& l : leaving) span = std::max(span, l.edge->queue_s);
    }
    if (span == 0) span = lossy ? 30 : 1;
    auto ring = std::make_unique<CutRing>(
        slots(out.shape, plan_.streams[node].out[port], span, lossy), by_island.size());
    ring->shape = out.shape;
    ring->policy = policy_of(first);
    ring->why = plan_.islands[by_island.begin()->first]->why;
    ring->producer = plan_.islands[island_of_[node]].get();
    ring->from = plan_.streams[node].out_names[port];
    std::size_t reader = 0;
    for (const auto& [island, leaving] : by_island) {
      RingInput arrival;
      arrival.ring = ring.get();
      arrival.reader = reader++;
      arrival.view.head.settled_ns = IB_NEVER;
      arrival.view_gaps.resize(ring->shape.gaps() + 1);
      for (const auto& l : leaving) {
        arrival.targets.push_back({plan_.stages[l.to], l.edge->to_port});
        ring->to += (ring->to.empty() ? "" : ", ") + graph_node(l.to).path;
      }
      ring->consumers.push_back(plan_.islands[island].get());
      plan_.islands[island]->arrivals.push_back(std::move(arrival));
    }
    if (lossy) {
      out.lossy.push_back(ring.get());
    } else {
      out.gating = ring.get();
      ring->producer->leaves.push_back(ring.get());
    }
    plan_.rings.push_back(std::move(ring));
  }

  /// Live: blocks that arrive within `span`, at most 16 packets/s and 4 marks/s; replay: a few steps.
  std::size_t slots(const BlockShape&, const ib_stream&, double span, bool lossy) const {
    if (plan_.mode == Mode::replay) return 4;
    return static_cast<std::size_t>(span * (lossy ? 40 : 64));
  }

  void find_partners() {
    for (const auto& st : plan_.streams) {
      if (st.sources.size() < 2) continue;
      for (const auto a : st.sources) {
        for (const auto b : st.sources) {
          auto& p = plan_.sources[a].partners;
          if (a != b && std::find(p.begin(), p.end(), b) == p.end()) p.push_back(b);
        }
      }
    }
  }

  /// Sources stay on worker 0; each blocking sink has a thread, so that one that stalls harms no
  /// other; the rest goes round.
  void place_on_workers() {
    plan_.workers.push_back(std::make_unique<Worker>());
    const unsigned more = plan_.options.threads > 1 ? plan_.options.threads - 1 : 0;
    for (unsigned k = 0; k < more; ++k) plan_.workers.push_back(std::make_unique<Worker>());
    unsigned next = 0;
    for (auto& island : plan_.islands) {
      const bool source = std::any_of(island->stages.begin(), island->stages.end(),
                                      [](const auto& s) { return s->n_in == 0; });
      std::size_t home = 0;
      if (island->blocking) {
        home = plan_.workers.size();
        plan_.workers.push_back(std::make_unique<Worker>());
      } else if (!source && more > 0) {
        home = 1 + next++ % more;
      }
      island->home = plan_.workers[home].get();
    }
  }

  PlanImpl& plan_;
  std::vector<std::uint32_t> island_of_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Leaving>> leaving_;
};

}  // namespace

void cut_into_islands(PlanImpl& plan) { Cutting(plan).run(); }

}  // namespace ib::detail
