// RunReport: counts, depths, losses and latencies as they stand; equal nodes of a `for_each:` are one
// line. [any] while running: every number is read from an atomic; together they are a moment's view, not a
// snapshot.
#include "fold.hpp"
#include "plan_impl.hpp"
#include "report_waiting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ib {
namespace detail {
namespace {

template <class T>
T get(const std::atomic<T>& c) {
  return c.load(std::memory_order_relaxed);
}

std::string state_text(const Stage& s) {
  switch (s.state.load(std::memory_order_acquire)) {  // the text was there before the state
    case StageState::bypassed: return std::string("bypassed: ") + s.failure;
    case StageState::stopped: return std::string("stopped: ") + s.failure;
    case StageState::running: break;
  }
  return "running";
}

void add_counter(NodeReport& r, const char* name, std::uint64_t n) {
  const auto it = std::find_if(r.counters.begin(), r.counters.end(),
                               [&](const auto& c) { return c.first == name; });
  if (it != r.counters.end()) it->second += n;
  else r.counters.emplace_back(name, n);
}

void add_counters(NodeReport& r, const Stage& s) {
  const auto* own = static_cast<const ib_counters*>(s.node->extension(s.node, IB_EXT_COUNTERS));
  for (std::uint32_t i = 0; own != nullptr && i < own->n; ++i) {
    if (const auto v = own->value(s.node, i); v > 0) add_counter(r, own->name(s.node, i), v);
  }
}

class Reporting {
 public:
  Reporting(PlanImpl& plan, RunReport& r, Detail detail)
      : plan_(plan),
        r_(r),
        folding_(plan.graph),
        newest_(newest_time(plan)),
        bounds_(detail == Detail::histograms ? report_bounds_ns() : std::vector<double>()) {}

  void run() {
    r_.graph = plan_.graph.name;
    r_.hash = fmt::format("{:016x}", graph_hash(plan_.graph));
    sources();
    nodes();
    rings();
    threads();
    r_.outages = plan_.outages.all();
    for (auto& o : r_.outages) o.path = plan_.graph.nodes[o.node].path;
  }

 private:
  /// The line of a node's group; null: it has none yet, and gets the next.
  template <class Line>
  Line* line_of(std::map<std::uint32_t, std::size_t>& lines, std::vector<Line>& all,
                std::uint32_t node) {
    const auto [it, is_new] = lines.emplace(folding_.group_of(node), all.size());
    if (!is_new) return &all[it->second];
    all.emplace_back();
    return nullptr;
  }

  void sources() {
    std::map<std::uint32_t, std::size_t> lines;
    for (auto& s : plan_.sources) {
      const Time settled{std::atomic_ref(s.told_settled_ns).load(std::memory_order_relaxed)};
      const double settled_s = settled > never ? seconds(settled) : 0;
      const double behind_s = lag_s(newest_[s.component], settled);
      const bool finished = std::atomic_ref(s.finished).load(std::memory_order_relaxed);
      r_.session_s = std::max(r_.session_s, settled_s);
      if (auto* r = line_of(lines, r_.sources, s.node)) {
        ++r->sources;
        r->settled_s = std::min(r->settled_s, settled_s);
        r->lag_s = std::max(r->lag_s, behind_s);
        r->finished = r->finished && finished;
        r->turns += counted(s.turns);
        r->seen_marks += counted(s.seen_marks);
        add_presence(*r, s);
        continue;
      }
      auto& r = r_.sources.back();
      r.path = folding_.name(folding_.group_of(s.node));
      r.uri = s.uri;
      r.settled_s = settled_s;
      r.lag_s = behind_s;
      r.start_s = seconds(s.start);
      if (s.info.utc_start_ns != IB_NEVER) r.start_utc_ns = s.info.utc_start_ns;
      r.finished = finished;
      r.live = s.info.live != 0;
      r.turns = counted(s.turns);
      r.seen_marks = counted(s.seen_marks);
      add_presence(r, s);
    }
  }
  void add_presence(SourceReport& r, const Source& s) const {
    if (s.presence == nullptr) return;
    const auto found = s.presence->presence(plan_.nodes[s.node]);
    r.breaks += found.breaks;
    r.away_s += static_cast<double>(found.away_ns) / 1e9;
    if (found.since_ns == IB_NEVER) return;
    r.away = true;
    if (const Time now = session_now(plan_); now > Time{found.since_ns})
      r.away_s += seconds(now - Time{found.since_ns});
  }

  struct Timing {
    Histogram process, latency;
    std::set<const Histogram*> added;  // equal nodes share theirs
    double timed_ns{}, passes{}, declared_s{};
    bool sink{};
  };

  /// Blocks that reached each node, in one walk over all programs.
  void count_blocks() {
    blocks_.assign(plan_.graph.nodes.size(), 0);
    const auto add = [&](const Program& program) {
      const auto passes = counted(program.passes);
      for (const auto& op : program.ops) blocks_[op.stage->graph_node] += passes;
    };
    for (const auto& island : plan_.islands) {
      add(island->turn);
      for (const auto& arrival : island->arrivals) add(arrival.program);
    }
  }

  void nodes() {
    count_blocks();
    std::map<std::uint32_t, std::size_t> lines;
    std::map<std::uint32_t, Timing> timings;
    for (const auto i : plan_.order) {
      const Stage* s = plan_.stages[i];
      if (s == nullptr) continue;
      auto* r = line_of(lines, r_.nodes, i);
      if (r != nullptr) ++r->nodes;
      else begin(*(r = &r_.nodes.back()), i);
      add(*r, *s, timings[folding_.group_of(i)]);
    }
    for (auto& [group, timing] : timings) finish(r_.nodes[lines[group]], timing);
  }
  void begin(NodeReport& r, std::uint32_t i) {
    r.path = folding_.name(folding_.group_of(i));
    r.type = plan_.graph.nodes[i].type->desc->type;
    r.state = "running";
  }
  void add(NodeReport& r, const Stage& s, Timing& timing) {
    const auto passed = totals(*s.island, s);
    r.blocks += blocks_[s.graph_node];
    r.items_in += passed.items_in;
    r.items_out += passed.items_out;
    r.errors += get(s.counts.errors);
    r.restarts += get(s.counts.restarts);
    add_counters(r, s);
    if (s.island->intake != nullptr && s.island->begins_at == s.graph_node)
      add_counter(r, "lost_in_restarts", s.island->intake->lost());
    if (const auto state = state_text(s); state != "running") {
      if (r.state == "running") r.state = state;
      r_.failures.push_back(plan_.graph.nodes[s.graph_node].path + " " + state);
    }
    add_waiting(r, plan_, s, newest_[plan_.component_of[s.graph_node]]);
    r.timed += get(s.counts.timed);
    timing.timed_ns += static_cast<double>(get(s.counts.timed_ticks));
    if (s.process_time != nullptr && timing.added.insert(s.process_time).second) {
      timing.process.add(*s.process_time);
    }
    if (s.latency != nullptr && timing.added.insert(s.latency).second) {
      timing.latency.add(*s.latency);
    }
    timing.sink = s.sink;
    const auto& st = plan_.streams[s.graph_node];
    Duration above{};
    for (const auto& in : st.in) above = std::max(above, Duration{in.latency_ns});
    timing.declared_s = std::max(timing.declared_s, seconds(st.path_latency - above));
  }
  void finish(NodeReport& r, const Timing& timing) {
    const double tick = plan_.tick_rate.ns_per_tick();
    if (r.timed > 0) {
      r.busy_ns =
          tick * timing.timed_ns / static_cast<double>(r.timed) * static_cast<double>(r.blocks);
      r.timed_ns = tick * timing.timed_ns;
      for (const double ns : bounds_)
        r.timed_within.push_back(timing.process.count_within(ns / tick));
      r.p50_ns = tick * timing.process.quantile(0.5);
      r.p99_ns = tick * timing.process.quantile(0.99);
    }
    for (const auto& [name, count] : r.counters) {
      if (name.starts_with("lost") && name != "lost_packets") r_.lost += count;
    }
    const auto& l = timing.latency;
    if (l.count() == 0) return;
    if (!timing.sink) return add_decisions(r, timing);
    r_.latencies.push_back({r.path,
                            l.count(),
                            l.quantile(0.5) / 1e3,
                            l.quantile(0.99) / 1e3,
                            static_cast<double>(l.max()) / 1e3,
                            l.sum() / 1e3,
                            {}});
    for (const double ns : bounds_) r_.latencies.back().within.push_back(l.count_within(ns));
  }

  void add_decisions(const NodeReport& r, const Timing& timing) {
    const auto& l = timing.latency;
    auto& d = r_.decisions.emplace_back();
    d.node = r.path;
    d.n = l.count();
    d.p50_s = l.quantile(0.5) / 1e9;
    d.p95_s = l.quantile(0.95) / 1e9;
    d.max_s = static_cast<double>(l.max()) / 1e9;
    d.sum_s = l.sum() / 1e9;
    d.declared_s = timing.declared_s;
    if (bounds_.empty()) return;
    for (const double s : decision_bounds_s()) d.within.push_back(l.count_within(1e9 * s));
  }

  void rings() {
    std::map<std::string, std::size_t> lines;
    for (const auto& ring : plan_.rings) {
      const auto from = folding_.folded(ring->from), to = folding_.folded(ring->to);
      const auto [it, is_new] = lines.emplace(from + " > " + to, r_.edges.size());
      if (is_new) r_.edges.push_back({from, to, 0, 0, 0, 0, 0, ring->ring.capacity(), ring->why});
      auto& e = r_.edges[it->second];
      ++e.edges;
      e.blocks += ring->ring.published();
      const auto lost = ring->lost_items.load();
      e.lost_items += lost;
      e.deepest = std::max(e.deepest, ring->deepest.load());
      for (std::size_t k = 0; k < ring->ring.readers(); ++k) {
        e.depth = std::max(e.depth, ring->ring.depth(k));
      }
      r_.lost += lost;
      if (lost > 0 && ring->policy == Overflow::error) {
        r_.failures.push_back(fmt::format("the edge {} to {} overflowed and lost {} items",
                                          ring->from, ring->to, lost));
      }
    }
  }

  void threads() {
    std::size_t sinks = 0, apart = 0, more = 0;
    for (std::size_t k = 0; k < plan_.workers.size(); ++k) {
      const auto& w = *plan_.workers[k];
      const auto what = k < plan_.executors  ? fmt::format("executor {}", k)
                        : is_for_isolated(w) ? fmt::format("thread of isolated nodes {}", apart++)
                        : w.is_ordinary()    ? fmt::format("sink thread {}", sinks++)
                                             : fmt::format("thread {}", more++);
      r_.threads.push_back({what, w.wake_ups()});
    }
  }

  bool is_for_isolated(const Worker& w) const {
    return std::any_of(plan_.islands.begin(), plan_.islands.end(),
                       [&](const auto& island) { return island->home == &w && island->isolated; });
  }

  PlanImpl& plan_;
  RunReport& r_;
  Folding folding_;
  std::vector<std::uint64_t> blocks_;  ///< by graph node
  std::vector<Time> newest_;           ///< by component: what lags, lags behind this
  std::vector<double> bounds_;         ///< empty: no histograms were asked for
};

}  // namespace

RunReport make_report(PlanImpl& plan, Detail detail) {
  RunReport r;
  Reporting(plan, r, detail).run();
  return r;
}

}  // namespace detail

std::vector<double> decision_bounds_s() {
  return {0.05, 0.1, 0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6,
          0.7,  0.8, 1,    1.25, 1.5,  2,   3,    4,   6,    10,  30};
}

std::vector<double> report_bounds_ns() {
  std::vector<double> bounds;
  for (double ns = 64; ns < 2e9; ns *= 2) bounds.push_back(ns);
  return bounds;
}

}  // namespace ib
