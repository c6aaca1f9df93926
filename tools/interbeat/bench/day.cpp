// A day of one 64-Hz ring, as a user has it: a CSV file in, the graph in YAML, CSV files out, in a
// process of its own. HRV every second.
#include "bench/child.hpp"
#include "bench/experiment.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

namespace ib::bench {
namespace {

constexpr double rate = 64;

constexpr const char* yaml = R"(interbeat: 1
parameters:
  recording: {type: source}
nodes:
  ring:       {type: source, uri: $recording}
  filtered:   {type: filter.bandpass, in: ring.ppg, low: 0.5 Hz, high: 8 Hz}
  detected:   {type: beat.ppg, in: filtered}
  quality:    {type: quality.ppg, raw: ring.ppg, filtered: filtered, beats: detected}
  clean:      {type: interval.clean, beats: quality.beats}
  hrv:        {type: hrv.window, intervals: clean, window: 60 s, step: 1 s}
  activation: {type: stress.classifier, intervals: clean}
  beats_file:      {type: sink.csv, in: quality.beats, path: beats.csv}
  hrv_file:        {type: sink.csv, in: hrv, path: hrv.csv}
  activation_file: {type: sink.csv, in: activation, path: activation.csv}
)";

/// With everything that can be said of one heart.
constexpr const char* every_metric = R"(
  time:        {type: hrv.window, intervals: clean, window: 300 s, step: 1 s}
  spectrum:    {type: hrv.spectrum, intervals: clean, window: 300 s, step: 1 s, method: sliding}
  nonlinear:   {type: hrv.nonlinear, intervals: clean, window: 60 s, step: 1 s}
  order:       {type: hrv.nonlinear, intervals: clean}
  coherence:   {type: hrv.coherence, intervals: clean}
  respiration: {type: hrv.respiration, intervals: clean}
  time_file:        {type: sink.csv, in: time, path: hrv_300s.csv}
  spectrum_file:    {type: sink.csv, in: spectrum, path: spectrum.csv}
  nonlinear_file:   {type: sink.csv, in: nonlinear, path: nonlinear.csv}
  order_file:       {type: sink.csv, in: order, path: nonlinear_300s.csv}
  coherence_file:   {type: sink.csv, in: coherence, path: coherence.csv}
  respiration_file: {type: sink.csv, in: respiration, path: respiration.csv}
)";

/// Pulses with two rhythms in their intervals, whole counts: shaped so that they are let through, or
/// there would be no values to work for.
void write_recording(const std::filesystem::path& file, double seconds) {
  std::ofstream out(file, std::ios::binary);
  out << "# fs_hz: 64\nppg\n";
  fmt::memory_buffer text;
  double beat = 0, next = 0.83;
  for (std::uint64_t i = 0; static_cast<double>(i) < seconds * rate; ++i) {
    const double t = static_cast<double>(i) / rate;
    if (t > beat + next) {
      beat += next;
      next = 0.83 + 0.04 * std::sin(0.6 * t) + 0.02 * std::sin(1.7 * t);
    }
    const double systole = (t - beat - 0.15) / 0.07, diastole = (t - beat - 0.42) / 0.14;
    fmt::format_to(std::back_inserter(text), "{}\n",
                   std::lround(50000 + 500 * std::exp(-systole * systole / 2) +
                               220 * std::exp(-diastole * diastole / 2) + 8 * std::sin(1.1 * t)));
    if (text.size() > 60'000) {
      out.write(text.data(), static_cast<std::streamsize>(text.size()));
      text.clear();
    }
  }
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush()) throw std::runtime_error(file.string() + " can't be written");
}

/// The recording, the graph, and what came of the last run.
struct Day {
  TemporaryFolder folder;
  std::map<std::string, double> peak_bytes;  ///< by graph
};

}  // namespace

Experiment day(const Effort& effort) {
  const double hours = effort.quick ? 4.8 : 24;
  const auto day = std::make_shared<Day>();
  Experiment e;
  e.title = fmt::format("{:g} hours of one ring, CSV in and CSV out, the whole process", hours);
  const auto recording = day->folder.path() / "day.csv";
  write_recording(recording, hours * 3600);
  const auto run = [&](const char* name, const std::string& graph) {
    const auto file = day->folder.path() / (std::string(name) + ".yaml");
    std::ofstream(file) << graph;
    const std::vector<std::string> words{effort.program.string(),
                                         "run",
                                         file.string(),
                                         "--set",
                                         "recording=" + recording.string(),
                                         "--out",
                                         (day->folder.path() / name).string()};
    return [words, day, name] {
      const auto child = run_child(words, "the day's graph");
      day->peak_bytes[name] = child.peak_bytes;
      return child.cost;
    };
  };
  e.sides = {{"interbeat run", run("solo", yaml)},
             {"interbeat run, every metric", run("metrics", std::string(yaml) + every_metric)}};
  const double scale = 24 / hours;
  e.figures = {{"CPU of 24 hours", "s", Kind::time,
                [scale](auto& r) { return 1e-9 * scale * r.sides[0].cpu(); }, at_most(3)},
               {"... with every metric, most every second", "s", Kind::time,
                [scale](auto& r) { return 1e-9 * scale * r.sides[1].cpu(); }, at_most(4)}};
  e.counts = [day] {
    return std::vector{
        Count{"peak memory", "MB", 1e-6 * day->peak_bytes["solo"], "", at_most(48)},
        Count{"... with every metric", "MB", 1e-6 * day->peak_bytes["metrics"], "", at_most(48)}};
  };
  e.rounds.turns = 1;
  e.rounds.most = 20;  // each takes seconds
  return e;
}

}  // namespace ib::bench
