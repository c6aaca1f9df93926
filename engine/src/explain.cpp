// Plan::explain: what the plan made of the graph, for people. Islands and their stages, each cut
// and why it is there, the worst-case latency of each path, memory. What `for_each:` made equal is said
// once. Thread: [control].
#include "fold.hpp"
#include "nearest.hpp"
#include "owners.hpp"
#include "plan_steps.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

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
  explicit Explanation(const PlanImpl& plan) : plan_(plan), folding_(plan.graph) {}

  std::string text() {
    title();
    executors();
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
  /// Its path; of one of many, that of all of them.
  const std::string& name_of(std::uint32_t i) const { return folding_.name(folding_.group_of(i)); }

  /// Texts that are equal once they are folded, each with the first and the last that has it.
  struct Same {
    std::string text;
    std::size_t first{}, last{}, n{};
  };
  class Sames {
   public:
    void add(std::string text, std::size_t i) {
      const auto [it, fresh] = places_.emplace(std::move(text), all_.size());
      if (fresh) all_.push_back({it->first, i, i, 0});
      auto& same = all_[it->second];
      same.last = i;
      ++same.n;
    }
    const std::vector<Same>& all() const { return all_; }

   private:
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<Same> all_;
  };
  static std::string times(std::size_t n) { return n == 1 ? "" : fmt::format("  ({} times)", n); }

  void title() {
    say("{}: {} on {}, {} between them, {}\n", plan_.graph.name,
        counted(plan_.graph.nodes.size(), "node"), counted(plan_.islands.size(), "island"),
        counted(plan_.rings.size(), "ring"), bytes_text(plan_.arena.bytes()));
    say("made for {}; settled time advances by at most {} per turn of a source\n",
        plan_.mode == Mode::live ? "live pace" : "replay (virtual time)",
        format_quantity(seconds(plan_.step()), "s"));
  }

  // -- executors ----------------------------------------------------------------------------------
  void executors() {
    const auto notes = executor_notes(plan_);
    if (plan_.executors > 1) {
      say("\nExecutors: each runs whole parts of the graph, which no edge connects\n");
      for (unsigned e = 0; e < plan_.executors; ++e) say("  {}  {}\n", e, parts_of(e));
    }
    for (const auto& note : notes) say("  {}\n", note);
  }
  /// "5000 parts like p[0000–9999].ring; anna.ring, ben.ring": each part by its sources.
  std::string parts_of(unsigned executor) const {
    Sames parts;
    for (std::size_t c = 0; c < plan_.components.size(); ++c) {
      if (plan_.components[c].executor != executor) continue;
      std::vector<std::string> names;
      for (const auto k : plan_.components[c].sources) {
        const auto& name = name_of(plan_.sources[k].node);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        if (names.size() > 6) break;  // beyond that shown_elements() shortens
      }
      parts.add(shown_elements(names), c);
    }
    std::string text;
    for (const auto& part : parts.all()) {
      text += text.empty() ? "" : "; ";
      text += part.n == 1 ? part.text : fmt::format("{} parts like {}", part.n, part.text);
    }
    return text;
  }

  // -- islands ------------------------------------------------------------------------------------
  void islands() {
    say("\nIslands: the nodes of one run one after the other, on one thread\n");
    Sames sames;
    for (std::size_t k = 0; k < plan_.islands.size(); ++k) {
      const auto& island = *plan_.islands[k];
      std::string nodes;
      for (const auto& stage : island.stages) nodes += node_line(stage->graph_node);
      sames.add(folded_words(why_there(island, plan_.graph)) +
                    (island.blocking ? "" : thread_text(island)) + nodes,
                k);
    }
    for (const auto& same : sames.all()) island_text(same);
  }
  void island_text(const Same& same) {
    const auto& first = *plan_.islands[same.first];
    const auto& last = *plan_.islands[same.last];
    auto threads = thread_text(first);
    if (same.n > 1 && first.home != last.home) threads += " to " + thread_text(last).substr(2);
    const auto which = same.n == 1 ? fmt::format("{}", first.id)
                                   : fmt::format("{} to {}, {} alike", first.id, last.id, same.n);
    say("  {}  {}{}\n", which, folded_words(why_there(first, plan_.graph)), threads);
    for (const auto& stage : first.stages) say("{}", node_line(stage->graph_node));
  }
  std::string node_line(std::uint32_t i) const {
    const auto latency = own_latency(i);
    return fmt::format("       {:<24} {}{}{}\n", name_of(i), graph_node(i).type->desc->type,
                       latency.count() > 0 ? ", adds " + seconds_text(latency) : "", shown_text(i));
  }
  /// Folds every path in a list or a sentence.
  std::string folded_words(std::string_view text) const {
    std::string out;
    while (!text.empty()) {
      const auto end = std::min(text.find_first_of(" ,"), text.size());
      out += folding_.folded(text.substr(0, end));
      text.remove_prefix(end);
      const auto next = std::min(text.find_first_not_of(" ,"), text.size());
      out += text.substr(0, next);
      text.remove_prefix(next);
    }
    return out;
  }
  /// What a sink takes out of the house: whose body, in what detail.
  std::string shown_text(std::uint32_t i) const {
    if (!is_sink(plan_, i)) return "";
    std::string text;
    for (const auto& s : plan_.streams[i].in) {
      if (s.owners == nullptr || *s.owners == '\0') continue;
      const auto one = fmt::format("{} of {}", grade_text(s.grade), folded_words(s.owners));
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
    Sames sames;
    for (std::size_t k = 0; k < plan_.rings.size(); ++k) {
      const auto& ring = *plan_.rings[k];
      sames.add(fmt::format("  {} -> {}\n       because {}; {}; {} of at most {}, {}",
                            folded_words(ring.from), folded_words(ring.to), folded_words(ring.why),
                            policy_text(ring.policy), counted(ring.ring.capacity(), "block"),
                            counted(ring.shape.capacity, "item"), bytes_text(ring_bytes(ring))),
                k);
    }
    for (const auto& same : sames.all()) say("{}{}\n", same.text, times(same.n));
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

  /// The slowest way from one source to a node: its latency and the node before.
  struct Way {
    Duration latency{};
    std::uint32_t before{};
  };
  using FromSource = std::map<std::uint32_t, Way>;  ///< by source node

  void latencies() {
    say("\nLatency: from a heart's moment to the sink, at worst, per source and its slowest "
        "path\n");
    std::vector<FromSource> ways(plan_.graph.nodes.size());
    Sames sames;
    for (const auto i : plan_.order) {
      ways[i] = slowest_ways(ways, i);
      if (!is_sink(plan_, i)) continue;
      for (const auto& [source, way] : ways[i]) {
        sames.add(fmt::format("  {:>10}  {}", seconds_text(way.latency), path_of(ways, source, i)),
                  0);
      }
    }
    for (const auto& same : sames.all()) say("{}{}\n", same.text, times(same.n));
  }
  FromSource slowest_ways(const std::vector<FromSource>& ways, std::uint32_t i) const {
    FromSource here;
    if (graph_node(i).inputs.empty()) here[i] = {{}, i};
    for (const auto& e : graph_node(i).inputs) {
      for (const auto& [source, way] : ways[e.from_node]) {
        const auto latency = way.latency + own_latency(e.from_node, e.from_port);
        const auto [best, fresh] = here.emplace(source, Way{latency, e.from_node});
        if (!fresh && latency > best->second.latency) best->second = {latency, e.from_node};
      }
    }
    return here;
  }
  /// "ring > filtered > file"; of a very long way its ends.
  std::string path_of(const std::vector<FromSource>& ways, std::uint32_t source,
                      std::uint32_t i) const {
    std::vector<std::uint32_t> way{i};
    while (i != source) way.push_back(i = ways[i].at(source).before);
    constexpr std::size_t ends = 64;  // more than shortened() leaves of either
    std::vector<std::string> names(way.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (k < ends || k + ends >= names.size()) names[k] = name_of(way[way.size() - 1 - k]);
    }
    std::string text;
    for (const auto& name : shortened(std::move(names))) text += (text.empty() ? "" : " > ") + name;
    return text;
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
    std::set<std::uint32_t> said;
    for (const auto i : behind) {
      if (said.insert(folding_.group_of(i)).second) say("  {}\n", name_of(i));
    }
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
  Folding folding_;
  std::string out_;
};

}  // namespace
}  // namespace detail

std::string Plan::explain() const { return detail::Explanation(*impl_).text(); }

}  // namespace ib
