// A day of one 64-Hz ring, as a user has it: a CSV file in, the graph in YAML, CSV files out, in a
// process of its own. HRV every second.
#include "bench/child.hpp"
#include "bench/experiment.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
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

/// A pulse with a slow sway of its intervals, whole counts.
void write_recording(const std::filesystem::path& file, double seconds) {
  std::ofstream out(file, std::ios::binary);
  out << "# fs_hz: 64\nppg\n";
  fmt::memory_buffer text;
  double beat = 0, next = 0.83;
  for (std::uint64_t i = 0; static_cast<double>(i) < seconds * rate; ++i) {
    const double t = static_cast<double>(i) / rate;
    if (t > beat + next) {
      beat += next;
      next = 0.83 + 0.05 * std::sin(0.6 * t);
    }
    const double from_peak = t - beat - 0.3;
    fmt::format_to(std::back_inserter(text), "{}\n",
                   std::lround(50000 + 500 * std::exp(-from_peak * from_peak / 0.01)));
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
  double peak_bytes{};
};

}  // namespace

Experiment day(const Effort& effort) {
  const double hours = effort.quick ? 4.8 : 24;
  const auto day = std::make_shared<Day>();
  Experiment e;
  e.title = fmt::format("{:g} hours of one ring, CSV in and CSV out, the whole process", hours);
  const auto recording = day->folder.path() / "day.csv", graph = day->folder.path() / "day.yaml";
  write_recording(recording, hours * 3600);
  std::ofstream(graph) << yaml;
  const std::vector<std::string> words{effort.program.string(),
                                       "run",
                                       graph.string(),
                                       "--set",
                                       "recording=" + recording.string(),
                                       "--out",
                                       (day->folder.path() / "out").string()};
  e.sides = {{"interbeat run", [words, day] {
                const auto child = run_child(words, "the day's graph");
                day->peak_bytes = child.peak_bytes;
                return child.cost;
              }}};
  const double scale = 24 / hours;
  e.figures = {{"CPU of 24 hours", "s", Kind::time,
                [scale](auto& r) { return 1e-9 * scale * r.sides[0].cpu(); }, at_most(3)}};
  e.counts = [day] {
    return std::vector{Count{"peak memory", "MB", 1e-6 * day->peak_bytes, "", at_most(48)}};
  };
  e.rounds.turns = 1;
  e.rounds.most = 20;  // each takes seconds
  return e;
}

}  // namespace ib::bench
