// The whole chain of one person with HRV every second, from samples to rows, one core, no files:
// what a second of 64-Hz signal costs, beside what other people's programs took on the same machine
// for the same: NeuroKit2 0.2.12 17 ms for `nk.hrv` of one 60-s window, numpy and scipy by hand 3.0
// to 4.2 s for an hour of such windows (figures taken earlier, not in this run; neither rates beats
// nor cleans intervals). NeuroKit2 finds its beats by Elgendi's method; the default here is mspt.
#include "bench/experiment.hpp"

#include <fmt/format.h>
#include "bench/graph_work.hpp"

namespace ib::bench {
namespace {

constexpr int packet = 256;
constexpr double rate = 64, neurokit_us = 17'000, numpy_least_s = 3.0, numpy_most_s = 4.2;
enum Sides : std::size_t { elgendi, minute, every };

constexpr const char* chain = R"(interbeat: 1
nodes:
  ring:       {{type: bench.source, packet: {}}}
  filtered:   {{type: filter.bandpass, in: ring, low: 0.5 Hz, high: 8 Hz}}
  detected:   {{type: beat.ppg, in: filtered, algorithm: {}}}
  quality:    {{type: quality.ppg, raw: ring, filtered: filtered, beats: detected}}
  clean:      {{type: interval.clean, beats: quality.beats}}
)";

/// What NeuroKit2's `hrv` reports, of the same window: time domain, spectrum, order.
constexpr const char* of_a_minute = R"(
  time:       {type: hrv.window, intervals: clean, window: 60 s, step: 1 s}
  spectrum:   {type: hrv.spectrum, intervals: clean, window: 60 s, step: 1 s, method: sliding}
  nonlinear:  {type: hrv.nonlinear, intervals: clean, window: 60 s, step: 1 s}
  a: {type: bench.any, in: time}
  b: {type: bench.any, in: spectrum}
  c: {type: bench.any, in: nonlinear}
)";

/// Everything that has a node, with windows that carry every value.
constexpr const char* of_everything = R"(
  minute:      {type: hrv.window, intervals: clean, window: 60 s, step: 1 s}
  time:        {type: hrv.window, intervals: clean, window: 300 s, step: 1 s}
  spectrum:    {type: hrv.spectrum, intervals: clean, window: 300 s, step: 1 s, method: sliding}
  nonlinear:   {type: hrv.nonlinear, intervals: clean, window: 300 s, step: 1 s}
  coherence:   {type: hrv.coherence, intervals: clean}
  respiration: {type: hrv.respiration, intervals: clean}
  activation:  {type: stress.classifier, intervals: clean}
  a: {type: bench.any, in: minute}
  b: {type: bench.any, in: time}
  c: {type: bench.any, in: spectrum}
  d: {type: bench.any, in: nonlinear}
  e: {type: bench.any, in: coherence}
  f: {type: bench.any, in: respiration}
  g: {type: bench.any, in: activation}
)";

Side person(const std::string& name, const char* detector, const char* metrics,
            std::uint64_t samples) {
  const GraphWork work{fmt::format(chain, packet, detector) + metrics, samples / packet,
                       400 * 64 / packet};  // all windows are full before it begins
  return {name, [work] { return run_graph(work); }};
}

double us_a_second(const Round& r, std::size_t side) {
  return 1e-3 * r.sides[side].cpu() * rate / packet;
}

}  // namespace

Experiment metrics(const Effort& effort) {
  Experiment e;
  e.title = "every metric every second: the whole chain of one person, 64 Hz";
  e.sides = {person("60-s windows, elgendi", "elgendi", of_a_minute, effort.of(512'000)),
             person("60-s windows, mspt", "mspt", of_a_minute, effort.of(512'000)),
             person("everything, 300-s windows, mspt", "mspt", of_everything, effort.of(256'000))};
  for (const auto& [side, name] : {std::pair{elgendi, "elgendi (theirs)"}, {minute, "mspt"}}) {
    const auto text = [name = std::string(name)](const char* what) { return name + ": " + what; };
    const auto us = [side = side](const Round& r) { return us_a_second(r, side); };
    e.figures.push_back({text("a second of signal"), "us", Kind::time, us});
    e.figures.push_back({text("NeuroKit2's 17 ms a window / ours"), "times", Kind::time,
                         [us](auto& r) { return neurokit_us / us(r); }, at_least(1000)});
    e.figures.push_back({text("numpy's 4.2 s an hour / ours"), "times", Kind::time,
                         [us](auto& r) { return numpy_most_s / (3600e-6 * us(r)); }, at_least(60)});
    e.figures.push_back({text("numpy's 3.0 s an hour / ours"), "times", Kind::time,
                         [us](auto& r) { return numpy_least_s / (3600e-6 * us(r)); }});
  }
  e.figures.push_back({"everything: a second of signal", "us", Kind::time,
                       [](auto& r) { return us_a_second(r, every); }});
  e.figures.push_back({"everything: CPU of 24 hours, without files", "s", Kind::time,
                       [](auto& r) { return 86'400e-6 * us_a_second(r, every); }});
  return e;
}

}  // namespace ib::bench
