// A call of a node in a process of its own, against the least that two processes can say to each other.
#include "bench/experiment.hpp"
#include "bench/round_trips.hpp"

namespace ib::bench {
namespace {

enum Sides : std::size_t { bare, isolated };

}  // namespace

Experiment isolation(const Effort& effort) {
  const auto n = static_cast<std::size_t>(effort.of(20'000));
  const auto program = effort.program;
  Experiment e;
  e.title =
      "a call of an isolated node, packets of 8 samples; two processes and two eventfds beside it";
  e.sides = {{"bare ping-pong", [n] { return bare_round_trips(n); }},
             {"isolated band-pass", [n, program] { return isolated_calls(n, program); }}};
  e.figures = {
      {"p50 / bare", "x", Kind::ratio,
       [](auto& r) { return r.sides[isolated].latency_us(0.5) / r.sides[bare].latency_us(0.5); },
       at_most(1.3)},
      {"p50, isolated", "us", Kind::time,
       [](auto& r) { return r.sides[isolated].latency_us(0.5); }},
      {"p99, isolated", "us", Kind::time,
       [](auto& r) { return r.sides[isolated].latency_us(0.99); }},
      {"p50, bare", "us", Kind::time, [](auto& r) { return r.sides[bare].latency_us(0.5); }},
      {"p99, bare", "us", Kind::time, [](auto& r) { return r.sides[bare].latency_us(0.99); }},
      {"context switches of the caller a call", "", Kind::count,
       [](auto& r) { return r.sides[isolated].switches_each(); }},
  };
  e.counts = [program]() -> std::vector<Count> {
    const auto times = deaths(9, program);
    return {{"a death is noticed after (median of 9)", "ms", times.noticed_ms, {}, at_most(10)},
            {"and the node is ready again after (median of 9)",
             "ms",
             times.restarted_ms,
             {},
             at_most(250)}};
  };
  e.rounds.turns = 1;
  e.threads = 2;
  return e;
}

}  // namespace ib::bench
