// Executors: parts of a graph that nothing connects run on threads of their own, with the same bytes; and
// a source that another thread feeds wakes its executor, and only that.
#include "support/graph_world.hpp"
#include "support/toy_nodes.hpp"

#include "bench/push.hpp"
#include "due_heap.hpp"
#include "plan_impl.hpp"
#include "ticks.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstring>
#include <random>
#include <thread>

using namespace ib;
using namespace ib::test;

namespace {

/// `n` solo chains and a couple behind them, each with a file.
std::string people(int n) {
  std::string y = "interbeat: 1\nparticipants:\n";
  const auto module = (graphs() / "person.yaml").string();
  for (int i = 0; i < n + 2; ++i) {
    y += fmt::format("  p{}: {{use: \"{}\", with: {{source: \"virtual:seed={},duration=60s\"}}}}\n",
                     i, module, i + 1);
  }
  y += "nodes:\n";
  for (int i = 0; i < n + 2; ++i)
    y += fmt::format("  f{}: {{type: sink.csv, in: p{}.beats, path: p{}.csv}}\n", i, i, i);
  return y + fmt::format(
                 "  meet: {{type: dyad.coregulation, a: p{}.intervals, b: p{}.intervals}}\n"
                 "  out: {{type: sink.csv, in: meet, path: together.csv}}\n",
                 n, n + 1);
}

std::unique_ptr<Plan> planned(const std::string& yaml, const Registry& registry,
                              const PlanOptions& options) {
  Diagnostics problems;
  const auto graph = read_graph_text(yaml, "people", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  auto plan = Plan::build(*graph, options, problems);
  BOOST_REQUIRE_MESSAGE(plan != nullptr, problems.text());
  return plan;
}

std::map<std::string, std::string> bytes_with(unsigned executors, unsigned threads) {
  const Scratch out;
  const auto registry = all_nodes();
  PlanOptions options;
  options.mode = Mode::replay;
  options.executors = executors;
  options.threads = threads;
  options.out_dir = out.path();
  const auto plan = planned(people(3), registry, options);
  BOOST_TEST(plan->impl().executors == std::min(executors, 4U));
  const auto report = run_replay(*plan, {});
  BOOST_TEST(report.failures.empty());
  return files_in(out.path());
}

void wait_until_readable(int fd) {
  std::uint64_t n = 0;
  BOOST_REQUIRE(read(fd, &n, sizeof n) == sizeof n);
}

/// Says on a descriptor that so many items have come.
struct Count {
  static constexpr About about{"test.count", "1.0.0", "Counts, and says when it is enough."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", float, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&Count::in};
  static inline std::atomic<std::uint64_t> items{0}, enough{0};
  static inline int fd = -1;
  static inline std::atomic<std::thread::id> thread{};
  ib_status process(ib_process& p) {
    if (p.in[0] == nullptr || p.in[0]->n == 0) return IB_OK;
    thread.store(std::this_thread::get_id());
    const std::uint64_t one = 1;
    if (items.fetch_add(p.in[0]->n) + p.in[0]->n == enough.load() &&
        write(fd, &one, sizeof one) != sizeof one) {
      return IB_ERROR;
    }
    return IB_OK;
  }
};

Registry push_registry() {
  Registry r;
  for (const auto& d : {node_def<bench::Push>(), node_def<Count>()}) {
    r.add(NodeType{d.desc, d.create});
  }
  return r;
}

/// A client of a run's socket: a line there, a line back.
class Asked {
 public:
  explicit Asked(const std::filesystem::path& socket) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, socket.c_str(), sizeof name.sun_path - 1);
    while (connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
      std::this_thread::yield();  // the run is still about to listen
  }
  ~Asked() { close(fd_); }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  std::string line(std::string question) const {
    question += "\n";
    BOOST_REQUIRE(write(fd_, question.data(), question.size()) ==
                  static_cast<ssize_t>(question.size()));
    std::string answer;
    for (char c = 0; c != '\n'; answer += c) BOOST_REQUIRE(::read(fd_, &c, 1) == 1);
    return answer;
  }

 private:
  int fd_;
};

std::string push_yaml(std::size_t n) {
  std::string y = "interbeat: 1\nnodes:\n";
  for (std::size_t i = 0; i < n; ++i) {
    y +=
        fmt::format("  r{}: {{type: bench.push, ring: {}}}\n  c{}: {{type: test.count, in: r{}}}\n",
                    i, i, i, i);
  }
  return y;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(executors)

BOOST_AUTO_TEST_CASE(the_heap_gives_who_is_due_first_whatever_changed) {
  std::mt19937 g(1);
  detail::DueHeap heap(50);
  std::vector<Time> due(50, forever);
  for (int k = 0; k < 5000; ++k) {
    const auto i = static_cast<std::uint32_t>(g() % 50);
    due[i] = g() % 7 == 0 ? forever : Time{static_cast<std::int64_t>(g() % 100)};
    heap.set(i, due[i]);
    const auto least = *std::min_element(due.begin(), due.end());
    BOOST_REQUIRE(heap.first_due() == least);
    BOOST_REQUIRE(due[heap.first()] == least);
  }
}

BOOST_AUTO_TEST_CASE(any_number_of_executors_writes_the_same_bytes) {
  const auto expected = bytes_with(1, 1);
  BOOST_REQUIRE(expected.size() == 6U);
  for (const unsigned executors : {2U, 3U, 9U}) {
    const auto where = difference(expected, bytes_with(executors, executors == 3 ? 3 : 1));
    BOOST_TEST(where.empty(), executors << " executors: " << where);
  }
}

BOOST_AUTO_TEST_CASE(those_who_meet_stay_on_one_executor) {
  const auto registry = all_nodes();
  PlanOptions options;
  options.executors = 4;
  options.dry = true;
  const auto plan = planned(people(2), registry, options);
  const auto& impl = plan->impl();
  BOOST_TEST(impl.components.size() == 3U);  // two alone, two together
  std::map<std::uint32_t, const detail::Worker*> home;
  for (const auto& island : impl.islands) {
    if (island->blocking) continue;
    const auto [it, is_new] = home.emplace(island->component, island->home);
    BOOST_TEST((is_new || it->second == island->home));
  }
  BOOST_TEST(home.size() == 3U);
}

BOOST_AUTO_TEST_CASE(every_pushed_packet_arrives_on_its_own_executor) {
  constexpr std::size_t n = 16;
  constexpr std::uint64_t packets = 2000;
  bench::PushRings rings(n);
  const auto registry = push_registry();
  PlanOptions options;
  options.executors = 2;
  const auto plan = planned(push_yaml(n), registry, options);
  BOOST_REQUIRE((plan->mode() == Mode::live));
  Count::items = 0;
  Count::enough = n * packets * 4;
  Count::fd = eventfd(0, 0);
  const int stop = eventfd(0, 0);
  LiveOptions live;
  live.stop_fd = stop;
  RunReport report;
  std::thread runner([&] { report = run_live(*plan, live); });
  const bench::PushPacket::Values x{1, 2, 3, 4};
  for (std::uint64_t k = 0; k < packets; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      while (!rings.has_room(i)) std::this_thread::yield();
      BOOST_REQUIRE(rings.push(i, x, detail::monotonic_ns()));
    }
  }
  wait_until_readable(Count::fd);
  const std::uint64_t one = 1;
  BOOST_REQUIRE(write(stop, &one, sizeof one) == sizeof one);
  runner.join();
  close(stop);
  close(Count::fd);
  BOOST_TEST(report.interrupted);
  BOOST_TEST(report.lost == 0U);
  BOOST_TEST(Count::items.load() == n * packets * 4);
  std::uint64_t turns = 0;
  for (const auto& s : report.sources) turns += s.turns;
  BOOST_TEST(turns >= n * packets);
}

BOOST_AUTO_TEST_CASE(a_part_that_has_ended_still_answers_who_changes_it) {
  const Scratch out;
  const auto registry = all_nodes();
  PlanOptions options;
  options.executors = 2;
  options.out_dir = out.path();
  const auto plan = planned(
      "interbeat: 1\nparticipants:\n"
      "  long:  {use: \"" +
          (graphs() / "person.yaml").string() +
          "\", with: {source: \"virtual:seed=1\"}}\n"
          "  short: {use: \"" +
          (graphs() / "person.yaml").string() +
          "\", with: {source: \"virtual:seed=2,duration=1s\"}}\n"
          "nodes:\n"
          "  a: {type: sink.csv, in: long.activation, path: a.csv}\n"
          "  b: {type: sink.csv, in: short.activation, path: b.csv}\n",
      registry, options);
  BOOST_REQUIRE(plan->impl().executors == 2U);
  const int stop = eventfd(0, 0);
  LiveOptions live;
  live.stop_fd = stop;
  live.socket = out.path() / "c.sock";
  std::thread runner([&] { run_live(*plan, live); });
  Asked asked(live.socket);
  while (asked.line("{\"do\":\"report\"}").find("\"finished\":true") == std::string::npos) {}
  const auto said = asked.line("{\"do\":\"set\",\"change\":\"short.activation.b0=-1.5\"}");
  BOOST_TEST(said.find("short.activation.b0=-1.5 from") != std::string::npos, said);
  const std::uint64_t one = 1;
  BOOST_REQUIRE(write(stop, &one, sizeof one) == sizeof one);
  runner.join();
  close(stop);
}

BOOST_AUTO_TEST_SUITE_END()
