// The law of quiet, live: when everybody is silent, the process sleeps: no timer, no wake-up, no CPU.
#include "support/graph_world.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include <fstream>
#include <thread>

using namespace ib;
using namespace ib::test;

namespace {

/// Voluntary and other context switches of every thread but this one.
std::uint64_t switches_of_others() {
  std::uint64_t sum = 0;
  const auto self = std::to_string(gettid());
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    if (task.path().filename() == self) continue;
    std::ifstream status(task.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.find("ctxt_switches:") != std::string::npos)
        sum += std::stoull(line.substr(line.find(':') + 1));
    }
  }
  return sum;
}

/// CPU ticks (10 ms) of every thread but this one, which is busy looking.
std::uint64_t ticks_of_others() {
  std::uint64_t sum = 0;
  const auto self = std::to_string(gettid());
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    if (task.path().filename() == self) continue;
    std::ifstream stat(task.path() / "stat");
    std::string text;
    std::getline(stat, text);
    std::istringstream rest(text.substr(text.rfind(')') + 2));
    std::string field;
    for (int i = 3; rest >> field; ++i) {
      if (i == 14 || i == 15) sum += std::stoull(field);  // utime, stime
    }
  }
  return sum;
}

void wait_for(int fd, int milliseconds) {
  pollfd p{fd, POLLIN, 0};
  poll(&p, 1, milliseconds);
}

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t switches_of_the_sanitizer = 110;  // its own thread wakes ten times a second
constexpr std::uint64_t ticks_of_the_sanitizer = 2;
#else
constexpr std::uint64_t switches_of_the_sanitizer = 0;
constexpr std::uint64_t ticks_of_the_sanitizer = 0;
#endif

}  // namespace

BOOST_AUTO_TEST_SUITE(idle)

BOOST_AUTO_TEST_CASE(silent_rings_cost_nothing_for_ten_seconds) {
  Scratch out;
  const auto registry = all_nodes();
  const auto graph =
      read(registry, graphs() / "05-couple.yaml",
           {{"anna", "virtual:seed=1,silent_after=1s"}, {"ben", "virtual:seed=2,silent_after=1s"}});
  PlanOptions options;
  options.mode = Mode::live;
  options.out_dir = out.path();
  const auto built = plan(graph, options);
  const int stop = eventfd(0, 0);
  LiveOptions live;
  live.stop_fd = stop;
  RunReport report;
  std::thread runner([&] { report = run_live(*built, live); });
  const int never_written = eventfd(0, 0);
  wait_for(never_written, 12'000);  // both rings speak for a second; idle_after is 10 s
  const auto switches = switches_of_others();
  const auto ticks = ticks_of_others();
  wait_for(never_written, 10'000);
  const auto switches_after = switches_of_others();
  const auto ticks_after = ticks_of_others();
  const std::uint64_t one = 1;
  BOOST_REQUIRE(write(stop, &one, sizeof one) == sizeof one);
  runner.join();
  close(stop);
  close(never_written);
  BOOST_TEST(report.interrupted);
  BOOST_TEST(report.sources[0].settled_s > 0.3);
  BOOST_TEST(switches_after - switches <= switches_of_the_sanitizer);
  BOOST_TEST(ticks_after - ticks <= ticks_of_the_sanitizer);
}

BOOST_AUTO_TEST_SUITE_END()
