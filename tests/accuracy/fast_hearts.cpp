// A heart above 200 a minute, of which a detector finds every second pulse: half its rate would be even, plausible and
// wrong. It is absent, and `aliasing` says why; hearts that are followed, with a second hump or without, lose nothing.
#include "support/csv_table.hpp"
#include "support/graph_world.hpp"
#include "support/shared_data.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <numbers>

using namespace ib;
using namespace ib::test;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> all_detectors{"mspt", "elgendi", "ssf"};

/// Rate of a heart at a time, in beats a minute.
using RateAt = std::function<double(double)>;

/// Two harmonics, as fast pulses are, and a second hump in the middle of the interval.
std::string pulse_file(const RateAt& bpm, double rate_hz, double length_s, double dicrotic = 0) {
  std::string text = fmt::format("# fs_hz: {}\nppg\n", rate_hz);
  const auto hump = [](double part) {
    const double x = part - std::round(part);
    return std::exp(-x * x / 0.025);
  };
  double beats = 0;
  for (double i = 0; i < rate_hz * length_s; ++i) {
    const double t = i / rate_hz;
    beats += bpm(t) / 60 / rate_hz;
    const double turn = 2 * std::numbers::pi * beats;
    const double x = dicrotic > 0 ? 2 * (hump(beats) + dicrotic * hump(beats - 0.5))
                                  : std::cos(turn) + 0.25 * std::cos(2 * turn - 0.7);
    text += fmt::format("{:.5f}\n", 1000 + 10 * x);
  }
  return text;
}

struct FastRun {
  CsvTable beats, hrv, activation;
};

FastRun run_chain(const Registry& registry, const fs::path& recording, const std::string& channel,
                  const std::string& algorithm) {
  const std::string text = fmt::format(R"(interbeat: 1
nodes:
  ring:       {{type: source, uri: "{}", channel: {}}}
  filtered:   {{type: filter.bandpass, in: ring.ppg}}
  detected:   {{type: beat.ppg, in: filtered, algorithm: {}}}
  quality:    {{type: quality.ppg, raw: ring.ppg, filtered: filtered, beats: detected}}
  clean:      {{type: interval.clean, beats: quality.beats}}
  hrv:        {{type: hrv.window, intervals: clean, window: 30 s, step: 1 s}}
  activation: {{type: stress.classifier, intervals: clean}}
  beats_file:      {{type: sink.csv, in: quality.beats, path: beats.csv}}
  hrv_file:        {{type: sink.csv, in: hrv, path: hrv.csv}}
  activation_file: {{type: sink.csv, in: activation, path: activation.csv}}
)",
                                       recording.string(), channel, algorithm);
  Diagnostics problems;
  const auto graph = read_graph_text(text, "fast", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  const Scratch out;
  PlanOptions options;
  options.out_dir = out.path();
  BOOST_TEST(run_replay(*plan(*graph, options), {}).failures.empty());
  FastRun run{CsvTable(out.path() / "beats.csv"), CsvTable(out.path() / "hrv.csv"),
              CsvTable(out.path() / "activation.csv")};
  for (const auto* table : {&run.beats, &run.hrv, &run.activation})
    BOOST_REQUIRE_MESSAGE(table->problem().empty(), table->problem());
  return run;
}

FastRun run_pulse(const Registry& registry, const std::string& text, const std::string& algorithm) {
  const Scratch in;
  std::ofstream(in.path() / "pulse.csv") << text;
  return run_chain(registry, in.path() / "pulse.csv", "ppg", algorithm);
}

std::size_t rows_with(const CsvTable& table, const std::string& reason) {
  std::size_t n = 0;
  for (std::size_t row = 0; row < table.rows(); ++row)
    n += table.text(row, "reason") == reason ? 1U : 0U;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fast_hearts)

/// At 12.5 Hz 240 alone: the second harmonic of 300 folds onto 150, and the samples tell that as well.
BOOST_AUTO_TEST_CASE(of_a_heart_too_fast_for_its_detector_no_rate_is_told) {
  const auto registry = all_nodes();
  const std::vector<std::pair<double, double>> hearts{{240, 12.5}, {240, 25}, {240, 64}, {240, 125},
                                                      {300, 25},   {300, 64}, {300, 125}};
  for (const auto& [bpm, rate] : hearts)
    for (const auto& algorithm : all_detectors) {
      BOOST_TEST_CONTEXT(bpm << " bpm, " << rate << " Hz, " << algorithm) {
        const auto run = run_pulse(
            registry, pulse_file([bpm = bpm](double) { return bpm; }, rate, 60), algorithm);
        // Two moving averages drop pulses of less than 0.11 s, and may tell nothing at all.
        const bool told = run.beats.rows() >= 80U;
        BOOST_TEST((told || (algorithm == "elgendi" && bpm == 300)));
        BOOST_TEST(rows_with(run.beats, "") == 0U);  // beats are given, and said to be no rate
        for (std::size_t row = 0; row < run.hrv.rows(); ++row) {
          BOOST_TEST(!run.hrv.number(row, "heart_rate_bpm"));
          BOOST_TEST(!run.hrv.number(row, "rmssd_ms"));
          if (told && *run.hrv.number(row, "time_s") >= 7)
            BOOST_TEST(run.hrv.text(row, "reason") == "aliasing", "row " << row);
        }
        for (std::size_t row = 0; row < run.activation.rows(); ++row) {
          BOOST_TEST(!run.activation.number(row, "heart_rate_bpm"));
          if (told && *run.activation.number(row, "time_s") >= 30)
            BOOST_TEST(run.activation.text(row, "reason") == "aliasing", "row " << row);
        }
      }
    }
}

/// Up from 150 to 260 within a minute, a minute there, and back: what is told before and behind it is the heart's.
BOOST_AUTO_TEST_CASE(a_heart_that_runs_away_keeps_its_rate_until_it_is_too_fast) {
  const auto registry = all_nodes();
  const auto bpm = [](double t) {
    if (t < 60) return 150.0;
    if (t < 120) return 150 + 110 * (t - 60) / 60;
    if (t < 180) return 260.0;
    if (t < 240) return 260 - 110 * (t - 180) / 60;
    return 150.0;
  };
  for (const double rate : {25.0, 64.0, 125.0})
    for (const auto& algorithm : all_detectors) {
      BOOST_TEST_CONTEXT(rate << " Hz, " << algorithm) {
        const auto run = run_pulse(registry, pulse_file(bpm, rate, 300), algorithm);
        int told = 0, fast = 0;
        for (std::size_t row = 0; row < run.hrv.rows(); ++row) {
          const double t = *run.hrv.number(row, "time_s");
          const auto hr = run.hrv.number(row, "heart_rate_bpm");
          double lowest = 300;
          for (double s = std::max(0.0, t - 31); s <= t; s += 0.5)
            lowest = std::min(lowest, bpm(s));
          if (hr) BOOST_TEST(*hr > lowest - 2, "at " << t << " s");  // never the half
          told += hr ? 1 : 0;
          fast += run.hrv.text(row, "reason") == "aliasing" ? 1 : 0;
          if (t > 125 && t < 180) BOOST_TEST(!hr, "at " << t << " s");
        }
        BOOST_TEST(told > 80);  // of some 110 in which no second is too fast
        BOOST_TEST(fast > 60);
      }
    }
}

BOOST_AUTO_TEST_CASE(a_strong_dicrotic_wave_is_no_pulse_of_its_own) {
  const auto registry = all_nodes();
  for (const double rate : {12.5, 25.0, 64.0, 125.0})
    for (const double bpm : {60.0, 120.0, 180.0})
      for (const auto& algorithm : all_detectors) {
        BOOST_TEST_CONTEXT(bpm << " bpm, " << rate << " Hz, " << algorithm) {
          const auto run = run_pulse(
              registry, pulse_file([=](double) { return bpm; }, rate, 60, 0.6), algorithm);
          BOOST_TEST(run.beats.rows() >= 50U);
          BOOST_TEST(rows_with(run.beats, "aliasing") == 0U);
          BOOST_TEST(rows_with(run.hrv, "aliasing") == 0U);
        }
      }
}

/// Fingers, wrists and a ring. A beat that the wave alone would have let through carries a score of 0.5 and more.
BOOST_AUTO_TEST_CASE(no_good_beat_of_a_real_recording_is_marked) {
  const auto data = shared("data");
  if (!data) return skip_absent("data");
  const auto registry = all_nodes();
  std::vector<std::pair<fs::path, std::string>> recordings{
      {*data / "ppg_ring_heartpy/ring_dev.csv", "ppg"}};
  for (const auto& e : fs::directory_iterator(*data / "ppg_ecg_bidmc"))
    if (e.path().string().ends_with("_signals.csv.gz")) recordings.emplace_back(e.path(), "ppg");
  for (const auto& e : fs::directory_iterator(*data / "ppg_rr_welltory"))
    if (e.path().string().ends_with("_ppg.csv")) recordings.emplace_back(e.path(), "r");
  for (const auto& e : fs::directory_iterator(*data / "stress_e4_stresspredict"))
    if (e.path().string().ends_with("_bvp.csv.gz")) recordings.emplace_back(e.path(), "bvp");
  BOOST_TEST(recordings.size() == 49U);
  std::size_t beats = 0, valid = 0, marked = 0, good = 0, withheld = 0;
  for (const auto& [file, channel] : recordings)
    for (const auto& algorithm : all_detectors) {
      const auto run = run_chain(registry, file, channel, algorithm);
      beats += run.beats.rows();
      withheld += rows_with(run.hrv, "aliasing");
      for (std::size_t row = 0; row < run.beats.rows(); ++row) {
        valid += run.beats.text(row, "valid") == "1" ? 1U : 0U;
        if (run.beats.text(row, "reason") != "aliasing") continue;
        ++marked;
        good += run.beats.number(row, "sqi").value_or(0) >= 0.5 ? 1U : 0U;
      }
    }
  BOOST_TEST_MESSAGE(fmt::format(
      "{} recordings, {} detectors: {} beats, {} valid; {} marked `aliasing`, {} of them rated good; {} rows withheld",
      recordings.size(), all_detectors.size(), beats, valid, marked, good, withheld));
  BOOST_TEST(valid > 100'000U);
  BOOST_TEST(good == 0U);
  BOOST_TEST(withheld == 0U);
  BOOST_TEST(static_cast<double>(marked) < 1e-4 * static_cast<double>(beats));
}

BOOST_AUTO_TEST_SUITE_END()
