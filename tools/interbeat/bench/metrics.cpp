// The whole chain of one person with HRV every second, from samples to rows, one core, no files:
// what a second of 64-Hz signal costs, beside what other people's programs took on the same machine
// for the same: NeuroKit2 0.2.12 17 ms for `nk.hrv` of one 60-s window, numpy and scipy by hand 3.0
// to 4.2 s for an hour of such windows (figures taken earlier, not in this run).
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"

namespace ib::bench {
namespace {

constexpr int packet = 256;
constexpr double rate = 64, neurokit_us = 17'000, numpy_s_an_hour = 3.0;
enum Sides : std::size_t { minute, every };

constexpr const char* chain = R"(interbeat: 1
nodes:
  ring:       {type: bench.source, packet: 256}
  filtered:   {type: filter.bandpass, in: ring, low: 0.5 Hz, high: 8 Hz}
  detected:   {type: beat.ppg, in: filtered}
  quality:    {type: quality.ppg, raw: ring, filtered: filtered, beats: detected}
  clean:      {type: interval.clean, beats: quality.beats}
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

Side person(const std::string& name, const char* metrics, std::uint64_t samples) {
  const GraphWork work{std::string(chain) + metrics, samples / packet,
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
  e.sides = {person("time, spectrum and order of 60 s", of_a_minute, effort.of(512'000)),
             person("everything, of 300 s", of_everything, effort.of(256'000))};
  e.figures = {
      {"a second of signal, 60-s windows", "us", Kind::time,
       [](auto& r) { return us_a_second(r, minute); }},
      {"NeuroKit2's 17 ms a window / ours", "times", Kind::time,
       [](auto& r) { return neurokit_us / us_a_second(r, minute); }, at_least(1000)},
      {"numpy's 3.0 s an hour / ours", "times", Kind::time,
       [](auto& r) { return numpy_s_an_hour / (3600e-6 * us_a_second(r, minute)); }, at_least(60)},
      {"a second of signal, everything, 300-s windows", "us", Kind::time,
       [](auto& r) { return us_a_second(r, every); }},
      {"CPU of 24 hours, everything, without files", "s", Kind::time,
       [](auto& r) { return 86'400e-6 * us_a_second(r, every); }, at_most(4)},
  };
  return e;
}

}  // namespace ib::bench
