// What the instruments cost: the chain of one person with no pass timed, with one in 16 timed, as every
// run has it, and with an output tapped whose reader has gone to sleep. The counters, a store per hop,
// are part of all three: they can't be switched off.
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"

#include "plan_impl.hpp"

namespace ib::bench {
namespace {

enum Sides : std::size_t { none, sampled, tapped };
constexpr int packet = 4;  // of a ring: the most passes per sample

Side person(const std::string& name, std::uint64_t samples, std::function<void(Plan&)> prepare) {
  const GraphWork work{.yaml = solo_yaml(packet),
                       .packets = samples / packet,
                       .warm_up = 120 * 64 / packet,
                       .prepare = std::move(prepare)};
  return {name, [work] { return run_graph(work); }};
}

void time_nothing(Plan& plan) {
  for (auto& island : plan.impl().islands) island->sampling = detail::Sampling::none();
}

void tap_the_filter(Plan& plan) {
  auto& impl = plan.impl();
  for (const auto i : impl.order) {
    if (impl.graph.nodes[i].path == "filtered") impl.taps.open(*impl.stages[i], 0);
  }
}

double ratio(const Round& r, std::size_t side) { return r.sides[side].cpu() / r.sides[none].cpu(); }

}  // namespace

Experiment instruments(const Effort& effort) {
  const auto samples = effort.of(128'000);
  Experiment e;
  e.title = "what looking costs the chain of one person, packets of 4";
  e.sides = {person("no pass timed", samples, time_nothing), person("as it runs", samples, {}),
             person("an output tapped", samples, tap_the_filter)};
  e.figures = {
      {"CPU with sampled times, without: 1", "", Kind::ratio,
       [](auto& r) { return ratio(r, sampled); }, at_most(1.03)},
      {"CPU with a tap as well, without both: 1", "", Kind::ratio,
       [](auto& r) { return ratio(r, tapped); }},
  };
  return e;
}

}  // namespace ib::bench
