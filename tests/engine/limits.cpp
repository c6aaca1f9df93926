// What a run does at its bounds: a source that always has more, a node that takes its time, graphs that
// are too wide or too long for anything quadratic.
#include "support/graph_world.hpp"
#include "support/toy_nodes.hpp"

#include "bench/push.hpp"
#include "plan_impl.hpp"
#include "ticks.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <thread>

using namespace ib;
using namespace ib::test;

namespace {

/// Something one thread waits for and another says.
class Signal {
 public:
  Signal() : fd_(eventfd(0, 0)) {}
  ~Signal() { close(fd_); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  // From any thread: Boost.Test is for one alone.
  void say() const {
    const std::uint64_t one = 1;
    if (write(fd_, &one, sizeof one) != sizeof one) std::abort();
  }
  void wait() const {
    std::uint64_t n = 0;
    if (read(fd_, &n, sizeof n) != sizeof n) std::abort();
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// What the nodes below and their test share.
struct Scene {
  std::uint64_t bursts{}, bursts_at_first_item{};
  std::atomic<std::uint64_t> items{0};
  std::uint64_t enough{};
  Signal came, stop, called, go_on;
};
Scene* scene = nullptr;

/// A million packets at once: it never has to wait for one.
struct Burst {
  static constexpr About about{"test.burst", "1.0.0", "Always has more."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;
  static constexpr std::uint64_t packets = 1'000'000;
  Out<"ppg", Ppg, OutSpec{.doc = "Samples.", .grade = Grade::raw}> ppg;
  static constexpr auto fields = std::tuple{&Burst::ppg};
  const void* extension(std::string_view id) {
    static const ib_source source{
        sizeof(ib_source),
        [](ib_node*, ib_source_info* info, char*, std::uint32_t) -> ib_status {
          info->live = 1;
          return IB_OK;
        },
        [](ib_node*, std::int64_t) {}};
    return id == IB_EXT_SOURCE ? &source : nullptr;
  }
  bool activate(Activation& a) {
    a.out().rate_hz = 1e6;
    a.out().max_items = 1;
    return true;
  }
  ib_status process(ib_process& p) {
    const auto clock = Anchor::of_rate(1e6);
    ib_block& b = *p.out[0];
    b.anchor = {clock.index, clock.t_ns, clock.dt_q32};
    b.first_index = scene->bursts;
    b.n = 1;
    b.sample_flags = nullptr;
    writable_samples(b)[0] = 1;
    b.settled_ns = clock.at(scene->bursts).ns;
    p.wake_ns = IB_FOREVER;
    return ++scene->bursts < packets ? IB_OK : IB_SLEEP;
  }
};

/// Says when enough items have come, and how far the burst was at the first one.
struct Noted {
  static constexpr About about{"test.noted", "1.0.0", "Notes what came."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK;
  In<"in", Ppg> in;
  static constexpr auto fields = std::tuple{&Noted::in};
  ib_status process(ib_process& p) {
    const ib_block* b = p.in[0];
    if (b == nullptr || b->n == 0) return IB_OK;
    const auto before = scene->items.fetch_add(b->n);
    if (before == 0) scene->bursts_at_first_item = scene->bursts;
    if (before < scene->enough && before + b->n >= scene->enough) scene->came.say();
    return IB_OK;
  }
};

/// Counts the burst's.
struct Swallow {
  static constexpr About about{"test.swallow", "1.0.0", "Takes all."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK;
  In<"in", Ppg> in;
  std::uint64_t items{};
  static constexpr auto fields = std::tuple{&Swallow::in};
  ib_status process(ib_process& p) {
    if (p.in[0] != nullptr) items += p.in[0]->n;
    if (items == Burst::packets) scene->called.say();
    return IB_OK;
  }
};

/// Its first call ends when the test says so.
struct Slow {
  static constexpr About about{"test.slow", "1.0.0", "Takes its time."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK;
  In<"in", Ppg> in;
  bool first{true};
  static constexpr auto fields = std::tuple{&Slow::in};
  ib_status process(ib_process&) {
    if (!std::exchange(first, false)) return IB_OK;
    scene->called.say();
    scene->go_on.wait();
    return IB_OK;
  }
};

/// Says that it wrote more than there is room for.
struct Boaster {
  static constexpr About about{"test.boaster", "1.0.0", "Exaggerates."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;
  Out<"ppg", Ppg, OutSpec{.doc = "Samples.", .grade = Grade::raw}> ppg;
  static constexpr auto fields = std::tuple{&Boaster::ppg};
  bool activate(Activation& a) {
    a.out().rate_hz = 100;
    a.out().max_items = 4;
    return true;
  }
  ib_status process(ib_process& p) {
    p.out[0]->n = p.out[0]->capacity + 1;
    p.out[0]->anchor.dt_q32 = 1;
    return IB_DONE;
  }
};

Registry registry() {
  auto r = all_nodes();
  for (const auto& d : {node_def<bench::Push>(), node_def<Burst>(), node_def<Noted>(),
                        node_def<Swallow>(), node_def<Slow>(), node_def<Boaster>()})
    r.add(NodeType{d.desc, d.create});
  return r;
}

std::unique_ptr<Plan> planned(const std::string& nodes, PlanOptions options = {}) {
  static const auto all = registry();
  Diagnostics problems;
  const auto graph =
      read_graph_text("interbeat: 1\nnodes:\n" + nodes, "g.yaml", ".", {}, all, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text().substr(0, 2000));
  auto plan = Plan::build(*graph, options, problems);
  BOOST_REQUIRE_MESSAGE(plan != nullptr, problems.text().substr(0, 2000));
  return plan;
}

double cpu_s() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Ten seconds of a virtual ring through it, as fast as it can.
RunReport ten_seconds(const std::string& what, const std::string& nodes) {
  const Scratch out;
  PlanOptions options;
  options.mode = Mode::replay;
  options.out_dir = out.path();
  const double begin = cpu_s();
  const auto plan =
      planned("  ring: {type: source, uri: \"virtual:seed=1,duration=10s\"}\n" + nodes, options);
  const double built = cpu_s();
  const auto explained = plan->explain();
  const double told = cpu_s();
  auto report = run_replay(*plan, {});
  BOOST_TEST_MESSAGE(fmt::format(
      "{}: read and planned in {:.2f} s of CPU, explained in {:.2f} s, run "
      "in {:.2f} s, {} MB",
      what, built - begin, told - built, cpu_s() - told, plan->memory_bytes() / 1'000'000));
  BOOST_TEST(report.failures.empty());
  BOOST_TEST(cpu_s() - begin < 45);
  return report;
}

struct OnScene : Scene {
  OnScene() { scene = this; }
  ~OnScene() { scene = nullptr; }
  OnScene(const OnScene&) = delete;
  OnScene& operator=(const OnScene&) = delete;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(limits, OnScene)

BOOST_AUTO_TEST_CASE(more_than_a_slot_holds_reaches_nobody) {
  const auto plan = planned("  b: {type: test.boaster}\n  all: {type: test.swallow, in: b.ppg}\n");
  const auto report = run_replay(*plan, {});
  BOOST_TEST_REQUIRE(report.failures.size() == 1U);
  BOOST_TEST(report.failures[0] ==
             "b stopped: it says that it wrote more items than its output has room for");
  BOOST_TEST(report.nodes[1].items_in == 0U);
}

BOOST_AUTO_TEST_CASE(a_burst_of_a_million_packets_starves_nobody_and_arrives) {
  bench::PushRings rings(1);
  enough = 4;
  const auto plan = planned(
      "  burst: {type: test.burst}\n  all: {type: test.swallow, in: burst.ppg}\n"
      "  ring: {type: bench.push, ring: 0}\n  some: {type: test.noted, in: ring.ppg}\n");
  BOOST_REQUIRE(plan->impl().executors == 1U);
  const auto memory = plan->memory_bytes();
  const bench::PushPacket::Values x{1, 2, 3, 4};
  BOOST_TEST(rings.push(0, x, detail::monotonic_ns()));
  LiveOptions live;
  live.stop_fd = stop.fd();
  RunReport report;
  std::thread runner([&] { report = run_live(*plan, live); });
  came.wait();    // without a bound on a source's turns the whole burst would come before
  called.wait();  // and all of the burst comes too
  stop.say();
  runner.join();
  BOOST_TEST(bursts_at_first_item < 1000U);
  BOOST_TEST(bursts == Burst::packets);
  BOOST_TEST(report.lost == 0U);
  BOOST_TEST(memory < 1'000'000U);
}

BOOST_AUTO_TEST_CASE(a_slow_node_holds_nobody_and_who_ends_the_run_learns_whom_it_waits_for) {
  bench::PushRings rings(1);
  constexpr std::uint64_t packets = 300;
  enough = packets * 4;
  PlanOptions options;
  options.threads = 2;
  const auto plan = planned(
      "  ring: {type: bench.push, ring: 0}\n  some: {type: test.noted, in: ring.ppg}\n"
      "  slow: {type: test.slow, in: {from: ring.ppg, queue: 100 ms, overflow: drop_newest}}\n",
      options);
  LiveOptions live;
  live.stop_fd = stop.fd();
  RunReport report;
  std::thread runner([&] { report = run_live(*plan, live); });
  const bench::PushPacket::Values x{1, 2, 3, 4};
  for (std::uint64_t k = 0; k < packets; ++k) {
    while (!rings.has_room(0)) std::this_thread::yield();
    rings.push(0, x, detail::monotonic_ns());
  }
  called.wait();
  came.wait();  // all went past the node that still sits in its first call
  const auto waits = detail::waits_for(plan->impl());  // the last pass of the others may still run
  BOOST_TEST(waits.ends_with("slow (on another thread)"), waits);
  stop.say();
  go_on.say();
  runner.join();
  BOOST_TEST_REQUIRE(report.edges.size() == 1U);
  BOOST_TEST(report.edges[0].lost_items > 0U);  // counted, and no failure: the edge may lose
  BOOST_TEST(report.failures.empty());
}

BOOST_AUTO_TEST_CASE(a_thousand_readers_of_one_port) {
  std::string nodes;
  for (int i = 0; i < 1000; ++i)
    nodes += fmt::format("  n{}: {{type: test.swallow, in: ring.ppg}}\n", i);
  const auto report = ten_seconds("fan-out of 1,000", nodes);
  BOOST_TEST_REQUIRE(report.nodes.size() == 1001U);
  BOOST_TEST(report.nodes[1].items_in > 0U);
  for (const auto& n : report.nodes)
    BOOST_TEST((n.type == "source" || n.items_in == report.nodes[1].items_in));
}

BOOST_AUTO_TEST_CASE(a_chain_of_five_thousand) {
  std::string nodes, from = "ring.ppg";
  for (int i = 0; i < 5000; ++i) {
    nodes +=
        fmt::format("  n{}: {{type: filter.bandpass, in: {}, low: 0.5 Hz, high: 8 Hz}}\n", i, from);
    from = fmt::format("n{}", i);
  }
  const auto report =
      ten_seconds("chain of 5,000", nodes + "  end: {type: test.swallow, in: n4999}\n");
  BOOST_TEST_REQUIRE(report.nodes.size() == 5002U);
  BOOST_TEST(report.nodes.back().items_in == report.nodes.front().items_out);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_nodes_by_one_line) {
  const auto report =
      ten_seconds("100,000 nodes by for_each",
                  "  reader: {for_each: 0..99998, type: test.swallow, in: ring.ppg}\n");
  BOOST_TEST_REQUIRE(report.nodes.size() == 2U);  // equal ones are one line
  BOOST_TEST(report.nodes[1].nodes == 99'999U);
  BOOST_TEST(report.nodes[1].items_in % 99'999 == 0U);
  BOOST_TEST(report.nodes[1].items_in > 0U);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_nodes_by_hand) {
  std::string nodes;
  for (int i = 0; i < 100'000; ++i)
    nodes += fmt::format("  n{}: {{type: test.noted, in: ring.ppg}}\n", i);
  Diagnostics problems;
  const auto all = registry();
  const auto graph = read_graph_text(
      "interbeat: 1\nnodes:\n  ring: {type: source, uri: \"virtual:seed=1\"}\n" + nodes, "g.yaml",
      ".", {}, all, problems);
  BOOST_TEST(!graph.has_value());
  const auto said = problems.text().substr(0, 2000);
  BOOST_TEST(said.size() < 2000U, said);
  BOOST_TEST_MESSAGE(said);
}

BOOST_AUTO_TEST_SUITE_END()
