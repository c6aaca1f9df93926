// What the plan makes of a graph: islands and where they are cut, memory that live blocks never
// share, streams that are absent or too slow, latency along paths, and what a full ring does.
#include "support/cases.hpp"
#include "support/toy_nodes.hpp"

#include "plan_impl.hpp"
#include "run.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <set>

using namespace ib;
using namespace ib::test;

namespace {

// -- toys that only this file needs --------------------------------------------------------------

/// Pulses, with a second stream that this recording does not have.
struct Poor : Pulses {
  static constexpr About about{"test.poor", "1.0.0", "Lacks a stream."};
  Out<"extra", Pulse> extra;
  static constexpr auto fields = std::tuple{&Pulses::out, &Poor::extra};
  bool activate(Activation& a) {
    a.out(1).flags |= IB_STREAM_ABSENT;
    return Pulses::activate(a);
  }
};

/// A device that nobody finds.
struct Missing : Pulses {
  static constexpr About about{"test.missing", "1.0.0", "Can't be opened."};
  String<"uri", StringSpec{.source = true}> uri;
  static constexpr auto fields = std::tuple{&Pulses::out, &Missing::uri};
  const void* extension(std::string_view id) {
    static const ib_source source{
        sizeof(ib_source),
        [](ib_node*, ib_source_info*, char* error, std::uint32_t size) -> ib_status {
          std::strncpy(error, "no such file: gone.csv", size - 1);
          return IB_ERROR;
        },
        [](ib_node*, std::int64_t) {}};
    return id == IB_EXT_SOURCE ? &source : nullptr;
  }
};

struct Either {
  static constexpr About about{"test.either", "1.0.0", "Can do without its second input."};
  In<"a", Pulse> a;
  In<"b", Pulse, InSpec{.optional = true}> b;
  Out<"out", Pulse> out;
  static constexpr auto fields = std::tuple{&Either::a, &Either::b, &Either::out};
  void on(decltype(a)&, Time t, const Pulse& p) { out(t, p); }
  void on(decltype(b)&, Time, const Pulse&) {}
};

struct Slow {
  static constexpr About about{"test.slow", "1.0.0", "Wants 100 Hz."};
  In<"in", float, InSpec{.doc = "Fast samples.", .rate_min_hz = 100}> in;
  Out<"out", float> out;
  static constexpr auto fields = std::tuple{&Slow::in, &Slow::out};
  void restart(double) {}
  double operator()(double x) { return x; }
};

/// Adds its own share of latency.
struct Delay {
  static constexpr About about{"test.delay", "1.0.0", "Tells later."};
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  Param<"by", NumberSpec{.min = 0, .max = 100, .def = 1, .unit = "s", .doc = "How much later."}> by;
  static constexpr auto fields = std::tuple{&Delay::in, &Delay::out, &Delay::by};
  Duration latency{};
  bool activate(Activation&) {
    latency = by.duration();
    return true;
  }
  void on(decltype(in)&, Time t, const Pulse& p) { out(t, p); }
};

/// Keeps what arrives, and touches a disk.
struct Disk : Collect {
  static constexpr About about{"test.disk", "1.0.0", "Keeps what arrives, slowly."};
  static constexpr std::uint32_t node_flags =
      IB_NODE_SINK | IB_NODE_DETERMINISTIC | IB_NODE_BLOCKING;
  static constexpr auto fields = std::tuple{&Disk::in};
  ib_status process(ib_process& p) {
    if ((p.in[0]->flags & IB_BLOCK_LOST) != 0) {
      rows->rows.push_back({{p.in[0]->settled_ns}, "lost " + std::to_string(p.in[0]->lost)});
    }
    return Collect::process(p);
  }
};

Registry toys() {
  Registry r;
  const auto add = [&r](NodeDef d) { r.add(NodeType{d.desc, d.create}); };
  add(node_def<Pulses>());
  add(node_def<Wave>());
  add(node_def<Poor>());
  add(node_def<Missing>());
  add(node_def<Relay>());
  add(node_def<Either>());
  add(node_def<Slow>());
  add(node_def<Delay>());
  add(node_def<Meet>());
  add(node_def<Collect>());
  add(node_def<Disk>());
  return r;
}

struct Made {
  std::unique_ptr<Plan> plan;
  Diagnostics problems;

  /// Islands by their nodes: "a r out | b".
  std::string islands() const {
    std::string s;
    for (const auto& island : plan->impl().islands) {
      if (!s.empty()) s += " |";
      for (const auto& stage : island->stages) {
        s += (s.empty() ? "" : " ") + plan->graph().nodes[stage->graph_node].path;
      }
    }
    return s;
  }
  std::string why(std::size_t island) const {
    return detail::why_there(*plan->impl().islands.at(island), plan->graph());
  }
  Duration latency(std::string_view path) const {
    for (std::uint32_t i = 0; i < plan->graph().nodes.size(); ++i) {
      if (plan->graph().nodes[i].path == path) return plan->impl().streams[i].path_latency;
    }
    return Duration{-1};
  }
};

/// From the YAML that a user writes. Sources `a` and `b` play ten pulses, `w` a wave of 25 Hz.
Made made(const std::string& nodes, PlanOptions options = {}) {
  static const Registry registry = toys();
  stagehand().tapes.clear();
  stagehand().rows.clear();
  Tape pulses;
  for (int i = 1; i <= 10; ++i) pulses.times.push_back(Time{} + Duration(1s) * i);
  pulses.end = Time{} + 11s;
  Tape wave;
  wave.x.assign(100, 0.5F);
  wave.end = Time{} + 4s;
  stagehand().tapes = {{"a", pulses}, {"b", pulses}, {"w", wave}};
  Made m;
  const auto graph =
      read_graph_text("interbeat: 1\nnodes:\n" + nodes, "g.yaml", ".", {}, registry, m.problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), m.problems.text());
  m.plan = Plan::build(*graph, options, m.problems);
  return m;
}

const std::string a = "  a: {type: test.pulses}\n", b = "  b: {type: test.pulses}\n";

PlanOptions live() {
  PlanOptions o;
  o.mode = Mode::live;
  o.step = 100s;  // a turn reaches as far as it is asked to
  return o;
}

/// Turns the source at each of these seconds without letting anybody behind its rings run.
void turn_alone(Made& m, detail::Run& run, int first, int last) {
  auto& s = run.source(0);
  for (int i = first; i <= last; ++i) {
    s.stage->call.now_ns = Duration(1s).count() * i;
    s.stage->call.wake_ns = IB_FOREVER;
    detail::run_turn(*s.island, m.plan->impl().context);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan)

// -- islands and cuts ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_chain_is_one_island) {
  const auto m = made(a + "  r: {type: test.relay, in: a}\n  out: {type: test.collect, in: r}\n");
  BOOST_TEST(m.islands() == "a r out");
  BOOST_TEST(m.plan->impl().rings.empty());
  BOOST_TEST(m.why(0) == "source a");
}

BOOST_AUTO_TEST_CASE(islands_are_cut_where_two_of_them_meet_and_nowhere_else) {
  const auto m =
      made(a + b +
           "  ra: {type: test.relay, in: a}\n  rb: {type: test.relay, in: b}\n"
           "  both: {type: test.meet, a: ra, b: rb}\n  out: {type: test.collect, in: both}\n"
           "  log: {type: test.collect, in: ra}\n");
  BOOST_TEST(m.islands() == "a ra log | b rb | both out");
  BOOST_TEST(m.plan->impl().rings.size() == 2U);
  BOOST_TEST(m.why(2) == "islands meet at both");
}

BOOST_AUTO_TEST_CASE(a_queue_in_the_graph_is_a_cut) {
  const auto m = made(a +
                      "  r: {type: test.relay, in: {from: a, queue: 5 s}}\n"
                      "  out: {type: test.collect, in: r}\n");
  BOOST_TEST(m.islands() == "a | r out");
  BOOST_TEST(m.why(1) == "`queue:` at r");
}

BOOST_AUTO_TEST_CASE(live_cuts_what_touches_a_disk_and_replay_does_not) {
  const std::string nodes = a + "  out: {type: test.disk, in: a}\n";
  BOOST_TEST(made(nodes).islands() == "a out");
  const auto m = made(nodes, live());
  BOOST_TEST(m.islands() == "a | out");
  BOOST_TEST(m.plan->impl().islands[1]->blocking);
  BOOST_TEST(m.plan->impl().workers.size() == 2U);
  BOOST_TEST((m.plan->impl().rings.at(0)->policy == Overflow::drop_newest));
}

// -- streams -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_absent_stream_is_a_warning_where_it_is_optional) {
  stagehand().tapes["a"] = {};
  const auto m = made(
      "  a: {type: test.poor}\n  e: {type: test.either, a: a.out, b: a.extra}\n"
      "  out: {type: test.collect, in: e}\n");
  BOOST_REQUIRE(m.plan != nullptr);
  BOOST_TEST(!m.problems.has_errors());
  BOOST_TEST(m.problems.text().find("g.yaml:4") == 0U, m.problems.text());
  BOOST_TEST(m.problems.text().find("warning") != std::string::npos);
  BOOST_TEST(m.problems.text().find("a has no stream `extra`; e runs without it") !=
             std::string::npos);
  run_replay(*m.plan, {});
  BOOST_TEST(stagehand().rows["out"].items() == 10U);
}

BOOST_AUTO_TEST_CASE(an_absent_stream_is_an_error_where_it_is_needed) {
  const auto m = made(
      "  a: {type: test.poor}\n  r: {type: test.relay, in: a.extra}\n"
      "  out: {type: test.collect, in: r}\n  o: {type: test.collect, in: a.out}\n");
  BOOST_TEST(m.plan == nullptr);
  BOOST_TEST(m.problems.text().find("a has no stream `extra`, which r needs") != std::string::npos);
  BOOST_TEST(m.problems.text().find("one of: out") != std::string::npos, m.problems.text());
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_too_slow_is_refused_with_both_numbers) {
  const auto m = made(
      "  w: {type: test.wave}\n  s: {type: test.slow, in: w}\n"
      "  out: {type: test.collect, in: s}\n");
  BOOST_TEST(m.plan == nullptr);
  BOOST_TEST(m.problems.text().find("s needs at least 100 Hz on `in`, but w.out has 25 Hz") !=
                 std::string::npos,
             m.problems.text());
}

BOOST_AUTO_TEST_CASE(a_source_that_cannot_be_opened_is_told_with_its_place) {
  const auto m =
      made("  a: {type: test.missing, uri: gone.csv}\n  out: {type: test.collect, in: a}\n");
  BOOST_TEST(m.plan == nullptr);
  BOOST_TEST(m.problems.text().find("g.yaml:3") == 0U, m.problems.text());
  BOOST_TEST(m.problems.text().find("a can't be opened: no such file: gone.csv") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(latency_adds_up_along_the_longest_path) {
  const auto m = made(a +
                      "  one: {type: test.delay, in: a, by: 2 s}\n"
                      "  two: {type: test.delay, in: one, by: 3 s}\n"
                      "  both: {type: test.meet, a: a, b: two}\n"
                      "  last: {type: test.delay, in: both, by: 500 ms}\n"
                      "  out: {type: test.collect, in: last}\n");
  BOOST_TEST(m.latency("a").count() == 0);
  BOOST_TEST(m.latency("two").count() == Duration(5s).count());
  BOOST_TEST(m.latency("both").count() == Duration(5s).count());
  BOOST_TEST(m.latency("out").count() == Duration(5500ms).count());
}

// -- memory --------------------------------------------------------------------------------------

/// Each output of a random graph gets its own stamp when its stage has run; every later reader in
/// the island, and whoever is behind a cut, must still find it.
BOOST_AUTO_TEST_CASE(no_block_is_overwritten_before_its_last_reader) {
  std::size_t shared = 0;
  for (const auto seed : cases(200)) {
    std::mt19937 g(seed);
    World w;
    const auto sources = 1 + g() % 2;
    std::vector<std::string> names;
    for (unsigned i = 0; i < sources; ++i) {
      const auto name = "s" + std::to_string(i);
      Tape tape;
      tape.times = {Time{} + 1s};
      tape.end = Time{} + 2s;
      w.play(name, tape);
      w.add<Pulses>(name);
      names.push_back(name);
    }
    for (unsigned i = 0; i < 3 + g() % 12; ++i) {
      const auto name = "n" + std::to_string(i);
      const auto pick = [&] { return names[g() % names.size()]; };
      const World::From first{pick(), 0, g() % 10 == 0};
      if (g() % 2 == 0) w.add<Relay>(name, {first});
      else w.add<Meet>(name, {first, {pick(), 0, false}});
      names.push_back(name);
    }
    for (unsigned i = 0; i < 3; ++i)
      w.add<Collect>("out" + std::to_string(i), {{names[g() % names.size()], 0, false}});
    const auto plan = w.plan({});
    for (const auto& island : plan->impl().islands) {
      std::map<const std::byte*, const detail::OutPort*> holds;  // whose stamp lies at an address
      const auto& stages = island->stages;
      for (const auto& stage : stages) {
        for (const auto& ref : stage->inputs) {
          if (ref.port == nullptr) continue;
          const auto* at = ref.port->own.data;
          BOOST_TEST((holds[at] == ref.port), "seed " << seed << ": an input was overwritten");
        }
        for (const auto& port : stage->ports) {
          if (!port.listened) continue;
          shared += holds.count(port.own.data);
          for (const auto& ref : stage->inputs) {
            BOOST_TEST((ref.port == nullptr || ref.port->own.data != port.own.data),
                       "seed " << seed << ": written in place");
          }
          holds[port.own.data] = &port;
        }
      }
      for (const auto& stage : stages) {  // what leaves is published when all have run
        for (const auto& port : stage->ports) {
          if (port.gating == nullptr && port.lossy.empty()) continue;
          BOOST_TEST((holds[port.own.data] == &port), "seed " << seed << ": lost before it left");
        }
      }
    }
  }
  BOOST_TEST(shared > 0U);  // else nothing was tested
}

BOOST_AUTO_TEST_CASE(a_long_chain_needs_two_buffers) {
  std::string nodes = a;
  std::string last = "a";
  for (int i = 0; i < 8; ++i) {
    const auto name = "r" + std::to_string(i);
    nodes += "  " + name + ": {type: test.relay, in: " + last + "}\n";
    last = name;
  }
  const auto m = made(nodes + "  out: {type: test.collect, in: " + last + "}\n");
  std::set<const std::byte*> buffers;
  for (const auto& stage : m.plan->impl().islands[0]->stages) {
    for (const auto& port : stage->ports) buffers.insert(port.own.data);
  }
  BOOST_TEST(buffers.size() == 2U);
}

// -- rings that are full -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(drop_newest_loses_and_tells) {
  auto m =
      made(a + "  out: {type: test.disk, in: {from: a, queue: 100 ms, overflow: drop_newest}}\n",
           live());
  BOOST_REQUIRE(m.plan != nullptr);
  auto& ring = *m.plan->impl().rings.at(0);
  BOOST_TEST(ring.ring.capacity() == 4U);
  {
    detail::Run run(m.plan->impl(), nullptr);
    // Keeps the sink's own thread out: the ring is filled before anybody is woken.
    ring.consumers.clear();
    turn_alone(m, run, 1, 7);  // four fit, the pulses at 5, 6 and 7 s do not
    BOOST_TEST(ring.lost_items.load() == 3U);
    ring.consumers.push_back(m.plan->impl().islands[1].get());
    detail::schedule(*ring.consumers[0]);
    run.wait_quiet();
    turn_alone(m, run, 8, 8);  // the next one comes behind the loss
    run.wait_quiet();
    run.close();
  }
  const auto report = detail::make_report(m.plan->impl());
  BOOST_TEST(report.lost == 3U);
  BOOST_TEST(report.failures.empty());
  const auto& rows = stagehand().rows["out"].rows;
  std::string story;
  for (const auto& r : rows) {
    story += r.bytes.size() == sizeof(Pulse) && r.bytes.rfind("gap", 0) != 0
                 ? std::to_string(r.t.ns / Duration(1s).count()) + " "
                 : r.bytes + " ";
  }
  BOOST_TEST(story.find("1 2 3 4 lost ") == 0U, story);
  BOOST_TEST(story.find("gap 8000000000 8 ") != std::string::npos, story);
  BOOST_TEST(story.find("5 ") == std::string::npos, story);
}

BOOST_AUTO_TEST_CASE(an_edge_that_may_not_lose_reports_its_overflow_as_a_failure) {
  auto m = made(a + "  r: {type: test.relay, in: {from: a, queue: 50 ms, overflow: error}}\n"
                    "  out: {type: test.collect, in: r}\n",
                live());
  BOOST_REQUIRE(m.plan != nullptr);
  BOOST_TEST(m.plan->impl().rings.at(0)->ring.capacity() == 4U);
  detail::Run run(m.plan->impl(), nullptr);
  turn_alone(m, run, 1, 7);
  run.close();
  const auto report = detail::make_report(m.plan->impl());
  BOOST_REQUIRE(report.failures.size() == 1U);
  BOOST_TEST(report.failures[0] == "the edge a.out to r overflowed and lost 3 items");
}

BOOST_AUTO_TEST_CASE(an_end_that_finds_the_ring_full_comes_when_there_is_room) {
  auto m =
      made(a + "  out: {type: test.disk, in: {from: a, queue: 100 ms, overflow: drop_newest}}\n",
           live());
  BOOST_REQUIRE(m.plan != nullptr);
  auto& ring = *m.plan->impl().rings.at(0);
  detail::Run run(m.plan->impl(), nullptr);
  ring.consumers.clear();
  turn_alone(m, run, 1, 11);  // four fit; the rest, and the end, do not
  ring.consumers.push_back(m.plan->impl().islands[1].get());
  detail::schedule(*ring.consumers[0]);
  run.close();
  BOOST_TEST(stagehand().rows["out"].finished);
  BOOST_TEST(detail::make_report(m.plan->impl()).lost == 6U);
}

BOOST_AUTO_TEST_CASE(samples_that_were_lost_are_a_gap_up_to_the_next_sample) {
  auto m = made(
      "  w: {type: test.wave}\n"
      "  out: {type: test.disk, in: {from: w, queue: 100 ms, overflow: drop_newest}}\n",
      live());
  BOOST_REQUIRE(m.plan != nullptr);
  auto& ring = *m.plan->impl().rings.at(0);
  detail::Run run(m.plan->impl(), nullptr);
  ring.consumers.clear();
  auto& s = run.source(0);
  const auto turn = [&](double to) {
    s.stage->call.now_ns = from_seconds(to).count();
    detail::run_turn(*s.island, m.plan->impl().context);
  };
  for (int i = 1; i <= 6; ++i) turn(0.4 * i);  // ten samples each, in two pieces; two blocks fit
  ring.consumers.push_back(m.plan->impl().islands[1].get());
  detail::schedule(*ring.consumers[0]);
  run.wait_quiet();
  turn(2.8);
  run.close();
  const auto& rows = stagehand().rows["out"].rows;
  const auto gap = std::find_if(rows.begin(), rows.end(),
                                [](const Row& r) { return r.bytes.rfind("gap", 0) == 0; });
  BOOST_REQUIRE(gap != rows.end());
  BOOST_TEST(gap->t.ns == 800'000'001);  // behind what was settled: the second block
  BOOST_TEST(gap->bytes == "gap 2440000000");
  BOOST_TEST((gap + 1)->t.ns == 2'440'000'000);
}

BOOST_AUTO_TEST_CASE(to_wait_is_refused_where_a_device_is_heard) {
  const auto m = made(a + "  r: {type: test.relay, in: {from: a, queue: 1 s, overflow: block}}\n"
                          "  out: {type: test.collect, in: r}\n",
                      live());
  BOOST_TEST(m.plan == nullptr);
  BOOST_TEST(m.problems.text().find("g.yaml:4") == 0U, m.problems.text());
  BOOST_TEST(m.problems.text().find("would make a live source wait") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(latest_hands_over_the_newest_block_alone) {
  auto m = made(a + "  out: {type: test.collect, in: {from: a, queue: 100 ms, overflow: latest}}\n",
                live());
  BOOST_REQUIRE(m.plan != nullptr);
  detail::Run run(m.plan->impl(), nullptr);
  turn_alone(m, run, 1, 3);
  run.drain();
  const auto pulses = stagehand().rows["out"].as<Pulse>();
  BOOST_REQUIRE(pulses.size() == 1U);
  BOOST_TEST(pulses[0].number == 2);
  BOOST_TEST(m.plan->impl().rings.at(0)->lost_items.load() == 2U);
  BOOST_TEST(stagehand().rows["out"].rows.front().bytes == "gap 3000000000");  // and says so
  run.close();
}

BOOST_AUTO_TEST_SUITE_END()
