// A call of a node in a process of its own, against the least that two processes can say to each other.
#include "bench/experiment.hpp"
#include "bench/round_trips.hpp"

namespace ib::bench {
namespace {

enum Sides : std::size_t { bare, isolated, bare_apart, isolated_apart };

auto p50_ratio(Sides isolated_side, Sides bare_side) {
  return [=](auto& r) {
    return r.sides[isolated_side].latency_us(0.5) / r.sides[bare_side].latency_us(0.5);
  };
}

auto quantile_of(Sides side, double q) {
  return [=](auto& r) { return r.sides[side].latency_us(q); };
}

}  // namespace

Experiment isolation(const Effort& effort) {
  const auto n = static_cast<std::size_t>(effort.of(20'000));
  const auto program = effort.program;
  Experiment e;
  e.title =
      "a call of an isolated node, packets of 8 samples; two processes and two eventfds beside it";
  using enum Placed;
  e.sides = {
      {"bare ping-pong, one CPU", [n] { return bare_round_trips(n, on_one_cpu); }},
      {"isolated, one CPU", [n, program] { return isolated_calls(n, program, on_one_cpu); }},
      {"bare ping-pong, two CPUs", [n] { return bare_round_trips(n, on_two_cpus); }},
      {"isolated, two CPUs", [n, program] { return isolated_calls(n, program, on_two_cpus); }}};
  e.figures = {
      {"p50 / bare, on one CPU", "x", Kind::ratio, p50_ratio(isolated, bare), at_most(1.3)},
      {"p50 / bare, on two CPUs", "x", Kind::ratio, p50_ratio(isolated_apart, bare_apart),
       at_most(1.3)},
      {"p50, isolated, on one CPU", "us", Kind::time, quantile_of(isolated, 0.5)},
      {"p99, isolated, on one CPU", "us", Kind::time, quantile_of(isolated, 0.99)},
      {"p50, bare, on one CPU", "us", Kind::time, quantile_of(bare, 0.5)},
      {"p50, isolated, on two CPUs", "us", Kind::time, quantile_of(isolated_apart, 0.5)},
      {"p99, isolated, on two CPUs", "us", Kind::time, quantile_of(isolated_apart, 0.99)},
      {"p50, bare, on two CPUs", "us", Kind::time, quantile_of(bare_apart, 0.5)},
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
