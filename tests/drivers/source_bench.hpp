// SourceBench: a graph of source nodes and ears, built by hand, played by the replay executor.
//
//   SourceBench bench;
//   bench.source("a", "source.csv", {{"path", file}}).hear("a", "ppg");
//   BOOST_TEST(bench.play(1s)["a.ppg"].items.size() == 100);
//
// An ear keeps all that its input brings, and what would break the contract of a source: marks that
// fall back or leap by more than a step, times out of order, a gap inside a regular block.
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "builtin.hpp"

namespace ib::test {

/// What came through one port.
struct Heard {
  struct Item {
    std::int64_t t{};
    std::uint64_t index{};  ///< of regular streams
    std::string bytes;
    bool operator==(const Item&) const = default;
  };
  struct Gap {
    std::int64_t from{}, to{};
    std::uint64_t lost{};
    bool operator==(const Gap&) const = default;
  };
  std::vector<Item> items;
  std::vector<Gap> gaps;
  std::int64_t settled{IB_NEVER};
  bool finished{};
  ib_stream stream{};
  std::vector<std::string> breaches;

  bool same_as(const Heard& o) const {
    return items == o.items && gaps == o.gaps && settled == o.settled;
  }
  template <class T = float>
  T value(std::size_t i, std::size_t channel = 0) const {
    T v{};
    std::memcpy(&v, items.at(i).bytes.data() + channel * sizeof(T), sizeof(T));
    return v;
  }
  double time_s(std::size_t i) const { return static_cast<double>(items.at(i).t) * 1e-9; }
};

inline std::map<std::string, Heard>& all_heard() {
  static std::map<std::string, Heard> heard;
  return heard;
}

struct Ear {
  static constexpr About about{"test.ear", "1.0.0", "Keeps what it hears."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK;
  In<"in", void, InSpec{.doc = "Anything."}> in;
  String<"as", StringSpec{.doc = "Name of what is heard."}> as;
  static constexpr auto fields = std::tuple{&Ear::in, &Ear::as};

  bool activate(Activation& a) {
    heard_ = &all_heard()[as.value];
    heard_->stream = a.in();
    step_ = a.max_step().count();
    return true;
  }
  ib_status process(ib_process& p) {
    if (p.in[0] != nullptr) hear(*p.in[0]);
    return IB_OK;
  }

 private:
  void hear(const ib_block& b) {
    auto& h = *heard_;
    const bool regular = h.stream.rate_hz > 0;
    if (b.n > b.capacity) breach("more items than room");
    if (regular && b.n_gaps > 0 && b.gaps[0].at != 0) breach("a gap inside a regular block");
    for (std::uint32_t k = 0; k < b.n_gaps; ++k)
      h.gaps.push_back({b.gaps[k].from_ns, b.gaps[k].to_ns, b.lost});
    const std::size_t bytes = h.stream.type->item_size;
    const Samples s{b};
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const std::int64_t t = regular ? s.time(i).ns : b.t_ns[i];
      if (t <= h.settled) breach("an item at or before the mark");
      if (!h.items.empty() && t <= h.items.back().t) breach("times do not rise");
      if (t > b.settled_ns) breach("an item beyond its own block's mark");
      const auto* item = static_cast<const char*>(b.data) + i * bytes;
      h.items.push_back({t, regular ? s.index(i) : 0, fields_of(item)});
    }
    if (b.settled_ns < h.settled) breach("the mark falls back");
    if (h.settled > IB_NEVER && b.settled_ns - h.settled > step_) breach("the mark leaps");
    h.settled = b.settled_ns;
    h.finished = h.finished || (b.flags & IB_BLOCK_FINISHED) != 0;
  }
  /// The item without what lies between its fields.
  std::string fields_of(const char* item) const {
    const auto& type = *heard_->stream.type;
    std::string bytes(type.item_size, '\0');
    for (std::uint32_t k = 0; k < type.n_fields; ++k) {
      const auto& f = type.fields[k];
      const std::size_t size = f.kind == IB_TEXT                      ? f.count
                               : f.kind == IB_MAYBE                   ? sizeof(ib_maybe)
                               : f.kind == IB_F32 || f.kind == IB_I32 ? 4
                               : f.kind == IB_F64 || f.kind == IB_I64 ? 8
                                                                      : 1;
      std::memcpy(bytes.data() + f.offset, item + f.offset, size);
    }
    return bytes;
  }
  void breach(const char* what) {
    if (heard_->breaches.size() < 10) heard_->breaches.emplace_back(what);
  }

  Heard* heard_{};
  std::int64_t step_{};
};

/// What a bench heard, and what the engine said.
struct Played {
  std::map<std::string, Heard> ports;
  RunReport report;
  std::string problems;  ///< of building the plan
  std::vector<std::string> starts;
  bool built{};

  const Heard& operator[](const std::string& port) const { return ports.at(port); }
  std::uint64_t counter(const std::string& node, const std::string& name) const {
    for (const auto& n : report.nodes)
      for (const auto& [counter, value] : n.counters)
        if (n.path == node && counter == name) return value;
    return 0;  // counters that never counted are not reported
  }
};

class SourceBench {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  SourceBench() {
    add_builtin_drivers(registry_);
    const auto ear = node_def<Ear>();
    registry_.add(NodeType{ear.desc, ear.create});
    graph_.name = "bench";
  }
  SourceBench(const SourceBench&) = delete;

  SourceBench& source(const std::string& name, const std::string& type, const Settings& settings) {
    return add(name, type, settings);
  }
  SourceBench& seed(std::uint64_t seed) {
    graph_.seed = seed;
    return *this;
  }
  SourceBench& hear(const std::string& source, const std::string& port) {
    const auto name = source + "." + port;
    add("ear_" + name, "test.ear", {{"as", name}});
    std::uint32_t from = 0;
    while (graph_.nodes[from].path != source) ++from;
    Edge edge;
    edge.from_node = from;
    edge.from_port = find_output(*graph_.nodes[from].type->desc, port).index;
    graph_.nodes.back().inputs.push_back(edge);
    return *this;
  }

  Played play(Duration step, std::optional<Duration> limit = {}) {
    return run(step, [&](Plan& plan) {
      ReplayOptions options;
      options.limit = limit;
      return run_replay(plan, options);
    });
  }
  /// Turns all sources at these times, as a live executor might.
  Played turn_at(const std::vector<Time>& times) {
    return run(1s, [&](Plan& plan) {
      AdmittedLog log;
      const auto sources = static_cast<std::uint32_t>(plan.start_notes().size());
      for (const Time t : times)
        for (std::uint32_t i = 0; i < sources; ++i)
          log.push_back({LogEntry::Kind::until, i, t, 0, 0});
      return run_log(plan, log);
    });
  }

 private:
  SourceBench& add(const std::string& name, const std::string& type, const Settings& settings) {
    GraphNode node;
    node.path = name;
    node.type = registry_.find(type);
    BOOST_REQUIRE_MESSAGE(node.type != nullptr, "no node type " << type);
    const auto& desc = *node.type->desc;
    for (const auto& [param, text] : settings) {
      std::uint32_t index = 0;
      while (index < desc.n_params && param != desc.params[index].name) ++index;
      BOOST_REQUIRE_MESSAGE(index < desc.n_params, type << " has no param " << param);
      Setting s;
      s.param = index;
      if (desc.params[index].kind == IB_STRING) s.text = text;
      else s.number = std::stod(text);
      node.settings.push_back(s);
    }
    graph_.nodes.push_back(node);
    return *this;
  }

  template <class How>
  Played run(Duration step, How how) {
    all_heard().clear();
    Played played;
    Diagnostics problems;
    PlanOptions options;
    options.step = step;
    options.mode = Mode::replay;
    {
      const auto plan = Plan::build(graph_, options, problems);
      played.problems = problems.text();
      played.built = plan != nullptr;
      if (!plan) return played;
      played.starts = plan->start_notes();
      played.report = how(*plan);
    }
    played.ports = all_heard();
    for (const auto& [name, heard] : played.ports)
      for (const auto& breach : heard.breaches) BOOST_ERROR(name << ": " << breach);
    return played;
  }

  Registry registry_;
  Graph graph_;
};

/// The steps at which every recording must sound the same.
inline const std::vector<Duration> steps{300ms, 1s, 10s, 60s};

/// Plays at all steps, demands that `port` is the same at each, and returns the last.
inline Played play_at_all_steps(SourceBench& bench, std::optional<Duration> limit = {}) {
  Played first = bench.play(steps.front(), limit), last;
  BOOST_REQUIRE_MESSAGE(first.built, first.problems);
  for (std::size_t k = 1; k < steps.size(); ++k) {
    last = bench.play(steps[k], limit);
    for (const auto& [name, heard] : first.ports)
      BOOST_CHECK_MESSAGE(heard.same_as(last[name]), name << " differs between steps of "
                                                          << seconds(steps.front()) << " s and "
                                                          << seconds(steps[k]) << " s");
  }
  return last;
}

}  // namespace ib::test
