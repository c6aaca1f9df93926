// From a packet handed over to its sink, the engine asleep before; against what waking a sleeping thread
// takes on this machine with nothing of the engine in it.
#include "bench/experiment.hpp"
#include "bench/system_calls.hpp"
#include "bench/wakeups.hpp"

namespace ib::bench {
namespace {

enum Sides : std::size_t { bare, engine };

std::vector<Count> system_calls() {
  constexpr std::size_t n = 2000;
  const auto calls =
      count_system_calls([] { engine_packets(n, SystemCallWindow::open, SystemCallWindow::close); },
                         Traced::works_own_thread);
  Count c{"system calls of the engine's thread a packet", "", {}, calls.why, at_most(2)};
  if (calls.counted) c.value = static_cast<double>(calls.total) / (n - 1);
  return {c};
}

}  // namespace

Experiment wake(const Effort& effort) {
  using namespace std::chrono_literals;
  const auto n = static_cast<std::size_t>(effort.of(10'000));
  Experiment e;
  e.title = "a packet in, its sink out, the engine asleep: one after 200 us of rest";
  e.sides = {{"bare eventfd and epoll", [n] { return bare_wakeups(n, 200us); }},
             {"engine", [n] { return engine_wakeups(n, 200us); }}};
  e.figures = {
      {"p50 / bare", "x", Kind::ratio,
       [](auto& r) { return r.sides[engine].latency_us(0.5) / r.sides[bare].latency_us(0.5); },
       at_most(1.15)},
      {"p50, engine", "us", Kind::time, [](auto& r) { return r.sides[engine].latency_us(0.5); }},
      {"p99, engine", "us", Kind::time, [](auto& r) { return r.sides[engine].latency_us(0.99); }},
      {"p50, bare", "us", Kind::time, [](auto& r) { return r.sides[bare].latency_us(0.5); }},
      {"p99, bare", "us", Kind::time, [](auto& r) { return r.sides[bare].latency_us(0.99); }},
      {"CPU of the engine's thread a packet", "us", Kind::time,
       [](auto& r) { return 1e-3 * r.sides[engine].cpu(); }},
      {"CPU of the bare thread", "us", Kind::time,
       [](auto& r) { return 1e-3 * r.sides[bare].cpu(); }},
      {"context switches a packet, engine", "", Kind::count,
       [](auto& r) { return r.sides[engine].switches_each(); }},
      {"context switches a wake-up, bare", "", Kind::count,
       [](auto& r) { return r.sides[bare].switches_each(); }},
  };
  e.counts = system_calls;
  e.rounds.turns = 1;
  e.threads = 2;
  return e;
}

}  // namespace ib::bench
