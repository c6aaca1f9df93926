// Islands: one per source; a node joins its inputs' island; an edge is cut, and becomes a ring, where two
// islands meet, at `queue:`, and in front of sinks that touch disk or network when live.
#include "fold.hpp"
#include "graph_isolation.hpp"
#include "machine_limits.hpp"
#include "memory_bill.hpp"
#include "plan_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace ib::detail {
namespace {

class Cutting {
 public:
  explicit Cutting(PlanImpl& plan) : plan_(plan), folding_(plan.graph) {}

  /// False: its rings need more memory than there is.
  bool run(Diagnostics& out) {
    for (unsigned e = 0; e < plan_.executors; ++e) plan_.busy.push_back(std::make_unique<Busy>());
    form_islands();
    make_stages();
    find_cuts();
    if (!rings_fit(out)) return false;
    for (const auto& cut : cuts_) make_ring(cut);
    make_intakes(plan_);
    find_partners();
    place_on_workers();
    find_local();
    return true;
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
    if (is_source(plan_, i)) return new_island(i, Begins::source);
    if (plan_.mode == Mode::live && (n.type->desc->flags & IB_NODE_BLOCKING) != 0) {
      return new_island(i, Begins::blocking);
    }
    if (may_be_interrupted(i)) return new_island(i, Begins::isolated);
    std::uint32_t common = PlanImpl::nobody;
    bool meets = false, queued = false;
    for (const auto& e : n.inputs) {
      if (island_of_[e.from_node] == PlanImpl::nobody) continue;
      queued = queued || e.cut;
      if (common != PlanImpl::nobody && common != island_of_[e.from_node]) meets = true;
      common = island_of_[e.from_node];
    }
    if (meets) return new_island(i, Begins::meeting);
    if (queued) return new_island(i, Begins::queue);
    return common;
  }
  bool may_be_interrupted(std::uint32_t i) const {
    const auto& listed = plan_.options.interrupted;
    return is_isolated(plan_, i) || std::find(listed.begin(), listed.end(), i) != listed.end();
  }
  std::uint32_t new_island(std::uint32_t node, Begins begins) {
    auto island = std::make_unique<Island>();
    island->id = static_cast<std::uint32_t>(plan_.islands.size());
    island->begins_at = node;
    island->begins = begins;
    island->blocking = begins == Begins::blocking;
    island->isolated = plan_.mode == Mode::live && is_isolated(plan_, node);
    island->busy = plan_.busy[plan_.components[plan_.component_of[node]].executor].get();
    island->component = plan_.component_of[node];
    plan_.islands.push_back(std::move(island));
    return static_cast<std::uint32_t>(plan_.islands.size() - 1);
  }

  void make_stages() {
    reserve_stages();
    std::size_t stage = 0, port = 0, input = 0, settled = 0;
    for (const auto i : plan_.order) {
      if (island_of_[i] == PlanImpl::nobody) continue;
      Stage& s = plan_.stages_in_order[stage++];
      const auto& st = plan_.streams[i];
      s.node = plan_.nodes[i];
      s.graph_node = i;
      s.on_error = graph_node(i).on_error;
      s.sink = is_sink(plan_, i);
      s.n_in = static_cast<std::uint32_t>(st.in.size());
      s.n_out = static_cast<std::uint32_t>(st.out.size());
      s.inputs = std::span(plan_.inputs).subspan(input, s.n_in);
      s.ports = std::span(plan_.ports).subspan(port, s.n_out);
      s.settled_in = std::span(plan_.settled_in).subspan(settled, marks(s.n_in));
      input += s.n_in;
      port += s.n_out;
      settled += s.settled_in.size();
      for (std::uint32_t k = 0; k < s.n_out; ++k) shape_port(s.ports[k], st.out[k]);
      plan_.stages[i] = &s;
      auto& island = *plan_.islands[island_of_[i]];
      if (is_source(plan_, i)) {
        auto& source = plan_.sources[plan_.source_of[i]];
        source.stage = &s;
        source.island = &island;
      }
      island.stages.push_back(&s);
    }
  }
  /// A node of one input has its mark in `now`.
  static std::size_t marks(std::size_t inputs) { return inputs > 1 ? inputs : 0; }
  void reserve_stages() {
    std::size_t stages = 0, ports = 0, inputs = 0, settled = 0;
    std::vector<std::size_t> of_island(plan_.islands.size());
    for (const auto i : plan_.order) {
      if (island_of_[i] == PlanImpl::nobody) continue;
      ++stages;
      ++of_island[island_of_[i]];
      ports += plan_.streams[i].out.size();
      inputs += plan_.streams[i].in.size();
      settled += marks(plan_.streams[i].in.size());
    }
    for (std::size_t k = 0; k < of_island.size(); ++k)
      plan_.islands[k]->stages.reserve(of_island[k]);
    plan_.stages.assign(plan_.graph.nodes.size(), nullptr);
    plan_.stages_in_order = std::vector<Stage>(stages);
    plan_.ports = std::vector<OutPort>(ports);
    plan_.inputs = std::vector<InRef>(inputs);
    plan_.settled_in = std::vector<std::atomic<std::int64_t>>(settled);
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
  void find_cuts() {
    find_meetings();
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
  }

  /// Islands and rings whose every neighbour runs on their own thread.
  void find_local() {
    for (auto& ring : plan_.rings) {
      ring->local = std::all_of(ring->consumers.begin(), ring->consumers.end(),
                                [&](const Island* c) { return c->home == ring->producer->home; });
    }
    for (auto& island : plan_.islands) {
      const auto own = [](const auto& r) { return r->local; };
      island->local = std::all_of(island->arrivals.begin(), island->arrivals.end(),
                                  [](const auto& a) { return a.ring->local; }) &&
                      std::all_of(island->leaves.begin(), island->leaves.end(), own);
      for (CutRing* r : island->leaves) r->batch = batch_of(*r);
    }
  }

  /// Live everybody hears at once; in virtual time, between threads, of several blocks together.
  std::uint32_t batch_of(const CutRing& ring) const {
    if (plan_.mode == Mode::live || ring.local) return 1;
    return static_cast<std::uint32_t>(std::max<std::size_t>(1, ring.ring.capacity() / 4));
  }

  struct Leaving {
    std::uint32_t to;
    const Edge* edge;
  };
  /// In virtual time everybody waits; live, as the edge says, else a sink drops and says so.
  Overflow policy_of(const Leaving& l) const {
    if (plan_.mode == Mode::replay) return Overflow::block;
    if (l.edge->overflow) return *l.edge->overflow;
    const auto& to = *plan_.islands[island_of_[l.to]];
    return to.blocking || to.isolated ? Overflow::drop_newest : Overflow::error;
  }

  using ByIsland = std::map<std::uint32_t, std::vector<Leaving>>;  ///< consumers
  /// A ring to be.
  struct Cut {
    std::uint32_t node, port;
    ByIsland to;
    bool lossy;
    BlockShape shape;
    std::size_t slots;
  };

  void cut(std::uint32_t node, std::uint32_t port, const std::vector<Leaving>& edges) {
    ByIsland gating, lossy;
    for (const auto& l : edges) {
      const auto p = policy_of(l);
      const bool loses = p == Overflow::drop_newest || p == Overflow::latest;
      (loses ? lossy : gating)[island_of_[l.to]].push_back(l);
    }
    if (!gating.empty()) plan_ring(node, port, gating, false);
    for (const auto& one : lossy) plan_ring(node, port, {one}, true);
  }

  void plan_ring(std::uint32_t node, std::uint32_t port, ByIsland by_island, bool lossy) {
    double span = 0;  // the longest that an edge of this ring asks for
    for (const auto& [island, leaving] : by_island) {
      for (const auto& l : leaving) span = std::max(span, l.edge->queue_s);
    }
    if (span == 0) span = lossy ? 30 : 1;
    const auto& stream = plan_.streams[node].out[port];
    auto shape = plan_.stages[node]->ports[port].shape;
    const bool copies = policy_of(by_island.begin()->second.front()) == Overflow::drop_newest;
    if (copies) shape.capacity = std::min(shape.capacity, piece(stream));
    const auto n = may_run_ahead(by_island) ? slots_across(shape) : slots(stream, span, lossy);
    cuts_.push_back({node, port, std::move(by_island), lossy, shape, n});
  }

  /// The bill is itemised only for those who can't pay it.
  bool rings_fit(Diagnostics& out) const {
    const auto bytes = [](const Cut& c) {
      return std::bit_ceil(c.slots) * (sizeof(BlockSlot) + c.shape.bytes());
    };
    std::size_t all = 0;
    for (const auto& c : cuts_) all += bytes(c);
    const auto left = free_memory();
    if (all <= left.bytes) return true;
    MemoryBill bill;
    for (const auto& c : cuts_) {
      const auto to = c.to.begin()->second.front().to;
      bill.add(
          fmt::format("the ring from {} to {}{}",
                      folding_.folded(output_name(graph_node(c.node), c.port)),
                      folding_.name(folding_.group_of(to)), c.to.size() > 1 ? " and others" : ""),
          bytes(c));
    }
    bill.refuse("the rings of this graph need", all, left, plan_.graph.file.string(), out);
    return false;
  }

  void make_ring(const Cut& c) {
    const auto node = c.node, port = c.port;
    const auto& by_island = c.to;
    const bool lossy = c.lossy;
    auto& out = plan_.stages[node]->ports[port];
    const auto& first = by_island.begin()->second.front();
    auto ring = std::make_unique<CutRing>(c.slots, by_island.size());
    ring->shape = c.shape;
    ring->to_sinks = lossy && std::all_of(by_island.begin(), by_island.end(), [&](const auto& to) {
                       return plan_.islands[to.first]->blocking;
                     });
    ring->policy = policy_of(first);
    ring->why = why_there(*plan_.islands[by_island.begin()->first], plan_.graph);
    ring->producer = plan_.islands[island_of_[node]].get();
    ring->from = output_name(graph_node(node), port);
    ring->from_node = node;
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
      ring->pieces = (out.shape.capacity + ring->shape.capacity - 1) / ring->shape.capacity;
      plan_.components[plan_.component_of[node]].lossy.push_back(ring.get());
    } else {
      out.gating = ring.get();
      ring->producer->leaves.push_back(ring.get());
    }
    plan_.rings.push_back(std::move(ring));
  }

  /// Live: blocks that arrive within `span`, at most 16 packets/s and 4 marks/s, or, of an irregular
  /// stream that may lose, its items and a mark a second. Replay: a few steps.
  std::size_t slots(const ib_stream& s, double span, bool lossy) const {
    if (plan_.mode == Mode::replay) return 4;
    const double blocks = !lossy ? 64 : s.rate_hz > 0 ? 40 : std::min(40.0, s.items_per_second + 1);
    return std::max<std::size_t>(4, static_cast<std::size_t>(std::ceil(span * blocks)));
  }
  /// Replay with several threads, and nobody behind the ring reads a second stream, whose items would
  /// have to be kept until this one's come.
  bool may_run_ahead(const ByIsland& to) const {
    if (plan_.mode != Mode::replay || plan_.options.threads < 2) return false;
    return std::all_of(to.begin(), to.end(), [&](const auto& one) {
      return std::all_of(one.second.begin(), one.second.end(), [&](const Leaving& l) {
        return graph_node(l.to).inputs.size() < 2 && meets_later_[l.to] == 0;
      });
    });
  }
  /// Enough that a wake-up, which costs a thread's tens of microseconds, is one of hundreds of blocks.
  static std::size_t slots_across(const BlockShape& shape) {
    constexpr std::size_t most = 1024, bytes = 512 * 1024;
    return std::clamp<std::size_t>(bytes / (sizeof(BlockSlot) + shape.bytes()), 4, most);
  }
  void find_meetings() {
    meets_later_.assign(plan_.graph.nodes.size(), 0);
    for (auto i = plan_.order.rbegin(); i != plan_.order.rend(); ++i) {
      const auto& inputs = graph_node(*i).inputs;
      if (inputs.size() < 2 && meets_later_[*i] == 0) continue;
      for (const auto& e : inputs) meets_later_[e.from_node] = 1;
    }
  }
  /// Items of a slot of a ring that gets copies: what usually comes at once.
  static std::uint32_t piece(const ib_stream& s) {
    const double rate = s.rate_hz > 0 ? s.rate_hz : s.items_per_second;
    return std::max(4U, static_cast<std::uint32_t>(std::ceil(rate / 4)));
  }

  /// Only where sources meet first: what follows a merge meets nobody new.
  void find_partners() {
    std::vector<std::vector<std::uint32_t>> meets(plan_.sources.size());  // by source: nodes
    for (std::uint32_t i = 0; i < plan_.graph.nodes.size(); ++i) {
      if (!merges(i)) continue;
      for (const auto a : plan_.streams.sources(i)) meets[a].push_back(i);
    }
    std::vector<std::uint32_t> met_by(plan_.sources.size(), PlanImpl::nobody);
    for (std::uint32_t a = 0; a < meets.size(); ++a) {
      met_by[a] = a;
      for (const auto i : meets[a]) {
        for (const auto b : plan_.streams.sources(i)) {
          if (std::exchange(met_by[b], a) != a) plan_.sources[a].partners.push_back(b);
        }
      }
    }
  }
  bool merges(std::uint32_t i) const {
    const auto all = plan_.streams.sources(i).size();
    return all > 1 && std::none_of(graph_node(i).inputs.begin(), graph_node(i).inputs.end(),
                                   [&](const Edge& e) {
                                     return plan_.streams.sources(e.from_node).size() == all;
                                   });
  }

  /// In virtual time nodes apart stay on their executor's thread: their streams meet others of the same source
  /// again, and would lie whole rings behind them.
  /// An executor runs whole components. More threads take what stands behind cuts; each sink that blocks
  /// has one, so that one that stalls harms no other, up to a bound.
  void place_on_workers() {
    const unsigned more = plan_.options.threads > 1 ? plan_.options.threads - 1 : 0;
    for (unsigned k = 0; k < plan_.executors + more; ++k) add_worker();
    unsigned next = 0, blocking = 0;
    const auto first_blocking = plan_.workers.size();
    for (auto& island : plan_.islands) {
      const bool source = std::any_of(island->stages.begin(), island->stages.end(),
                                      [](const auto& s) { return s->n_in == 0; });
      std::size_t home = plan_.components[island->component].executor;
      if (island->blocking || island->isolated) {
        const auto own = own_thread(*island, blocking);
        home = first_blocking + own % max_blocking_threads;
        if (home == plan_.workers.size()) {
          add_worker();
          plan_.workers.back()->stay_ordinary();
        }
      } else if (!source && more > 0 && island->begins != Begins::isolated) {
        home = plan_.executors + next++ % more;
      }
      island->home = plan_.workers[home].get();
    }
    for (auto& s : plan_.sources) {
      if (s.stage == nullptr) continue;
      auto& host = plan_.hosts[s.node];
      host.source.store(&s, std::memory_order_release);
    }
  }
  /// Nodes that share a process are called one after the other anyway.
  unsigned own_thread(const Island& island, unsigned& next) {
    if (!island.isolated) return next++;
    const auto& node = graph_node(island.begins_at);
    const auto name = process_name(node.path, *plan_.graph.isolation_of(node));
    const auto [at, is_new] = thread_of_.try_emplace(name, next);
    if (is_new) ++next;
    return at->second;
  }
  void add_worker() { plan_.workers.push_back(std::make_unique<Worker>()); }
  static constexpr unsigned max_blocking_threads = 32;

  PlanImpl& plan_;
  Folding folding_;
  std::vector<Cut> cuts_;
  std::vector<std::uint32_t> island_of_;
  std::map<std::string, unsigned> thread_of_;  ///< by process
  std::vector<std::uint8_t> meets_later_;  ///< by node: somebody behind it reads several streams
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Leaving>> leaving_;
};

}  // namespace

std::string why_there(const Island& island, const Graph& graph) {
  const auto& path = graph.nodes[island.begins_at].path;
  switch (island.begins) {
    case Begins::source: return fmt::format("source {}", path);
    case Begins::blocking: return fmt::format("{} touches disk, network or a terminal", path);
    case Begins::isolated: return fmt::format("{} runs in a process of its own", path);
    case Begins::meeting: return fmt::format("islands meet at {}", path);
    case Begins::queue: break;
  }
  return fmt::format("`queue:` at {}", path);
}

bool cut_into_islands(PlanImpl& plan, Diagnostics& out) { return Cutting(plan).run(out); }

}  // namespace ib::detail
