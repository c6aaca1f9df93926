// Two persons on virtual rings and their co-regulation, replayed: what a minute of their session costs
// the processor. The rings' own simulation is in it.
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"

#include <stdexcept>

namespace ib::bench {
namespace {

constexpr const char* yaml = R"(interbeat: 1
participants:
  a: {use: person.yaml, with: {source: "virtual:seed=1"}}
  b: {use: person.yaml, with: {source: "virtual:seed=2,couple=1,lag=2s"}}
nodes:
  together: {type: dyad.coregulation, a: a.intervals, b: b.intervals, window: 30 s, step: 5 s, horizon: 300 s}
  s1: {type: bench.any, in: together}
  s2: {type: bench.any, in: a.hrv}
  s3: {type: bench.any, in: b.hrv}
  s4: {type: bench.any, in: a.activation}
  s5: {type: bench.any, in: b.activation}
)";

Cost session(Duration length) {
  PlanOptions options;
  options.mode = Mode::replay;
  const auto plan = build(yaml, options);
  ReplayOptions replay;
  replay.limit = length;
  return cost_of(seconds(length), [&] {
    const auto report = run_replay(*plan, replay);
    if (!report.failures.empty()) throw std::runtime_error(report.failures.front());
  });
}

}  // namespace

Experiment couple(const Effort& effort) {
  const Duration length = effort.quick ? 600s : 1200s;  // the horizon of 300 s is filled in both
  Experiment e;
  e.title = "two virtual rings and their co-regulation, replayed";
  e.sides = {{"the session", [length] { return session(length); }}};
  e.figures = {
      {"CPU of a second of session", "us", Kind::time,
       [](auto& r) { return 1e-3 * r.sides[0].process(); }},
      {"times faster than the clock", "", Kind::time,
       [](auto& r) { return 1e9 / r.sides[0].process(); }},
  };
  e.rounds.turns = 1;  // each takes long enough
  return e;
}

}  // namespace ib::bench
