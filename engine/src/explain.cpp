// Plan::explain: what the plan made of the graph, for people. Islands and their stages, each cut
// and why it is there, the worst-case latency of each path, memory. Thread: [control].
#include "owners.hpp"
#include "plan_steps.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace ib {
namespace detail {
namespace {

std::string bytes_text(std::size_t n) {
  if (n < 10 * 1024) return fmt::format("{} B", n);
  if (n < 10 * 1024 * 1024) return fmt::format("{} KiB", n / 1024);
  return fmt::format("{} MiB", n / 1024 / 1024);
}

std::string seconds_text(Duration d) { return fmt::format("{:.3f} s", seconds(d)); }

std::string counted(std::size_t n, std::string_view one) {
  return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

const char* policy_text(Overflow policy) {
  switch (policy) {
    case Overflow::block: return "waits for room";
    case Overflow::error: return "overflow is an error";
    case Overflow::drop_newest: return "drops the newest when full";
    case Overflow::latest: return "keeps the latest only";
  }
  return "";
}

bool may_lose(const CutRing& ring) {
  return ring.policy == Overflow::drop_newest || ring.policy == Overflow::latest;
}

class Explanation {
 public:
  explicit Explanation(const PlanImpl& plan) : plan_(plan) {}

  std::string text() {
    title();
    islands();
    cuts();
    latencies();
    best_effort();
    memory();
    return out_;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }
  const GraphNode& graph_node(std::uint32_t i) const { return plan_.graph.nodes[i]; }

  void title() {
    say("{}: {} on {}, {} between them, {}\n", plan_.graph.name,
        counted(plan_.graph.nodes.size(), "node"), counted(plan_.islands.size(), "island"),
        counted(plan_.rings.size(), "ring"), bytes_text(plan_.arena.bytes()));
    say("made for {}; settled time advances by at most {} per turn of a source\n",
        plan_.mode == Mode::live ? "live pace" : "replay (virtual time)",
        format_quantity(seconds(plan_.step()), "s"));
  }

  // -- islands ------------------------------------------------------------------------------------
  void islands() {
    say("\nIslands: the nodes of one run one after the other, on one thread\n");
    for (const auto& island : plan_.islands) {
      say("  {}  {}{}\n", island->id, island->why, thread_text(*island));
      for (const auto& stage : island->stages) node_line(stage->graph_node);
    }
  }
  void node_line(std::uint32_t i) {
    const auto latency = own_latency(i);
    say("       {:<24} {}{}{}\n", graph_node(i).path, graph_node(i).type->desc->type,
        latency.count() > 0 ? ", adds " + seconds_text(latency) : "", shown_text(i));
  }
  /// What a sink takes out of the house: whose body, in what detail.
  std::string shown_text(std::uint32_t i) const {
    if (!is_sink(plan_, i)) return "";
    std::string text;
    for (const auto& s : plan_.streams[i].in) {
      if (s.owners == nullptr || *s.owners == '\0') continue;
      const auto one = fmt::format("{} of {}", grade_text(s.grade), s.owners);
      if (text.find(one) == std::string::npos) text += (text.empty() ? "" : ", ") + one;
    }
    return text.empty() ? "" : ", takes " + text;
  }
  std::string thread_text(const Island& island) const {
    if (plan_.workers.size() < 2) return "";
    for (std::size_t k = 0; k < plan_.workers.size(); ++k) {
      if (plan_.workers[k].get() == island.home) {
        return fmt::format("  (thread {}{})", k, island.blocking ? ", for disk and network" : "");
      }
    }
    return "";
  }

  // -- cuts ---------------------------------------------------------------------------------------
  void cuts() {
    say("\nCuts: edges that became a ring\n");
    if (plan_.rings.empty()) say("  none: everything runs where its data comes in\n");
    for (const auto& ring : plan_.rings) {
      say("  {} -> {}\n       because {}; {}; {} of at most {}, {}\n", ring->from, ring->to,
          ring->why, policy_text(ring->policy), counted(ring->ring.capacity(), "block"),
          counted(ring->shape.capacity, "item"), bytes_text(ring_bytes(*ring)));
    }
  }
  static std::size_t ring_bytes(const CutRing& ring) {
    return ring.ring.capacity() * ring.shape.bytes();
  }

  // -- latency ------------------------------------------------------------------------------------
  /// What node i itself adds to the latency of what comes in.
  Duration own_latency(std::uint32_t i, std::uint32_t port) const {
    const auto& st = plan_.streams[i];
    if (port >= st.out.size()) return {};
    std::int64_t in = 0;
    for (const auto& s : st.in) in = std::max(in, s.latency_ns);
    return Duration{std::max<std::int64_t>(0, st.out[port].latency_ns - in)};
  }
  Duration own_latency(std::uint32_t i) const {
    Duration longest{};
    for (std::uint32_t k = 0; k < plan_.streams[i].out.size(); ++k) {
      longest = std::max(longest, own_latency(i, k));
    }
    return longest;
  }

  using FromSource = std::map<std::uint32_t, Path>;  ///< source node -> its slowest way to here

  void latencies() {
    say("\nLatency: from a heart's moment to the sink, at worst, per source and its slowest "
        "path\n");
    std::vector<FromSource> ways(plan_.graph.nodes.size());
    for (const auto i : plan_.order) {
      ways[i] = slowest_ways(ways, i);
      if (!is_sink(plan_, i)) continue;
      for (const auto& [source, path] : ways[i]) {
        say("  {:>10}  {}\n", seconds_text(path.latency), path.text);
      }
    }
  }
  FromSource slowest_ways(const std::vector<FromSource>& ways, std::uint32_t i) const {
    FromSource here;
    const auto& name = graph_node(i).path;
    if (graph_node(i).inputs.empty()) here[i] = {name, {}};
    for (const auto& e : graph_node(i).inputs) {
      for (const auto& [source, path] : ways[e.from_node]) {
        const auto latency = path.latency + own_latency(e.from_node, e.from_port);
        auto& best = here[source];
        if (best.text.empty() || latency > best.latency) best = {path.text + " > " + name, latency};
      }
    }
    return here;
  }

  // -- what may lose ------------------------------------------------------------------------------
  /// Every node behind a ring that may lose.
  std::set<std::uint32_t> behind_losses() const {
    std::set<std::uint32_t> behind;
    for (const auto& island : plan_.islands) {
      for (const auto& arrival : island->arrivals) {
        if (!may_lose(*arrival.ring)) continue;
        for (const auto& target : arrival.targets) behind.insert(target.stage->graph_node);
      }
    }
    for (const auto i : plan_.order) {
      for (const auto& e : graph_node(i).inputs) {
        if (behind.count(e.from_node) != 0) behind.insert(i);
      }
    }
    return behind;
  }
  void best_effort() {
    const auto behind = behind_losses();
    if (behind.empty()) return;
    say("\nBest effort: behind an edge that may lose (each loss is counted, and a gap in the "
        "stream)\n");
    for (const auto i : behind) say("  {}\n", graph_node(i).path);
  }

  void memory() {
    std::size_t rings = 0, ports = 0;
    for (const auto& ring : plan_.rings) rings += ring_bytes(*ring);
    for (const auto& island : plan_.islands) {
      for (const auto& stage : island->stages) {
        for (const auto& port : stage->ports) {
          if (port.listened) ports += port.shape.bytes();
        }
      }
    }
    const auto all = plan_.arena.bytes();
    say("\nMemory: {}, allocated once: rings {}, buffers within islands {} ({} if none were "
        "shared)\n",
        bytes_text(all), bytes_text(rings), bytes_text(all > rings ? all - rings : 0),
        bytes_text(ports));
  }

  const PlanImpl& plan_;
  std::string out_;
};

}  // namespace
}  // namespace detail

std::string Plan::explain() const { return detail::Explanation(*impl_).text(); }

}  // namespace ib
