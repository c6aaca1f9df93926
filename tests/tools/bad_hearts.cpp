// Hearts and files that no heart made, through the shipped graphs as a user runs them: what can't be known is absent
// with a reason, or the file is refused with a sentence at load. Never a NaN in a file, never an end that is not one of
// these two.
#include "program.hpp"

#include "support/csv_table.hpp"
#include "support/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace ib::test;

namespace {

/// All that is made of one person's intervals, each in a file.
const char* const all_of_intervals = R"(interbeat: 1
parameters:
  source: {type: source}
nodes:
  strap:       {type: source, uri: $source}
  clean:       {type: interval.clean, beats: strap.beats, trust_source: true}
  minute:      {type: hrv.window, intervals: clean, window: 60 s, step: 5 s}
  time:        {type: hrv.window, intervals: clean, window: 300 s, step: 30 s}
  spectrum:    {type: hrv.spectrum, intervals: clean, window: 300 s, step: 30 s}
  nonlinear:   {type: hrv.nonlinear, intervals: clean, window: 300 s, step: 30 s}
  coherence:   {type: hrv.coherence, intervals: clean}
  respiration: {type: hrv.respiration, intervals: clean}
  activation:  {type: stress.classifier, intervals: clean}
  intervals_file:   {type: sink.csv, in: clean, path: intervals.csv}
  minute_file:      {type: sink.csv, in: minute, path: hrv_60s.csv}
  time_file:        {type: sink.csv, in: time, path: hrv_300s.csv}
  spectrum_file:    {type: sink.csv, in: spectrum, path: spectrum.csv}
  nonlinear_file:   {type: sink.csv, in: nonlinear, path: nonlinear.csv}
  coherence_file:   {type: sink.csv, in: coherence, path: coherence.csv}
  respiration_file: {type: sink.csv, in: respiration, path: respiration.csv}
  activation_file:  {type: sink.csv, in: activation, path: activation.csv}
  activation_json:  {type: sink.jsonl, in: activation, path: activation.jsonl}
)";

/// The value of each table that must not be missing without a word.
const std::vector<std::pair<std::string, std::string>> main_values{
    {"hrv_60s.csv", "heart_rate_bpm"}, {"hrv_300s.csv", "heart_rate_bpm"},
    {"spectrum.csv", "hf_ms2"},        {"nonlinear.csv", "sample_entropy"},
    {"coherence.csv", "score_pct"},    {"respiration.csv", "breaths_per_min"}};

using TextRows = std::vector<std::string>;

std::string file_of(const std::string& head, const TextRows& rows) {
  std::string text = head + "\n";
  for (const auto& row : rows) text += row + "\n";
  return text;
}

/// A calm heart of 75 a minute, in ms.
std::vector<int> calm_heart(std::size_t n, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<int> ms;
  for (std::size_t i = 0; i < n; ++i)
    ms.push_back(800 + static_cast<int>(40 * std::sin(1.3 * static_cast<double>(i))) +
                 static_cast<int>(random() % 31) - 15);
  return ms;
}

/// Every twentieth interval is something else.
TextRows with_now_and_then(const std::string& something) {
  TextRows rows;
  for (const int ms : calm_heart(600))
    rows.push_back(rows.size() % 20 == 5 ? something : std::to_string(ms));
  return rows;
}
TextRows all_alike(std::size_t n, const std::string& value) { return TextRows(n, value); }

/// TextRows "t_s,rr_ms"; behind the 300th `pause_s` are missing.
TextRows timed_rows(double begin_s, double pause_s = 0, std::size_t n = 600) {
  TextRows rows;
  double t = begin_s;
  for (const int ms : calm_heart(n)) {
    t += ms * 1e-3 + (rows.size() == 300 ? pause_s : 0);
    rows.push_back(fmt::format("{:.3f},{}", t, ms));
  }
  return rows;
}
TextRows each_twice(const TextRows& rows) {
  TextRows twice;
  for (const auto& row : rows) twice.insert(twice.end(), 2, row);
  return twice;
}

struct Bad {
  std::string name, text;
  bool may_be_refused{};  ///< with a sentence at load
  bool says_nothing{};    ///< no value at all may come of it
};

std::vector<Bad> interval_files() {
  std::vector<Bad> all;
  const auto intervals = [&](const std::string& name, const TextRows& rows, bool refused,
                             bool nothing) {
    all.push_back({name, file_of("rr_ms", rows), refused, nothing});
  };
  intervals("NaN now and then", with_now_and_then("nan"), false, false);
  intervals("infinity now and then", with_now_and_then("inf"), false, false);
  intervals("nothing but NaN", all_alike(300, "nan"), true, true);
  intervals("no interval at all", {}, true, true);
  intervals("constant", all_alike(600, "800"), false, false);
  intervals("one beat", all_alike(1, "800"), true, true);
  intervals("two beats", all_alike(2, "800"), true, true);
  intervals("300 a minute", all_alike(2000, "200"), false, true);
  intervals("20 a minute", all_alike(200, "3000"), false, true);
  intervals("intervals of 0 now and then", with_now_and_then("0"), false, false);
  intervals("nothing but intervals of 0", all_alike(300, "0"), true, true);
  intervals("negative intervals now and then", with_now_and_then("-800"), false, false);
  intervals("numbers that no clock has", all_alike(10, "1e300"), true, true);
  intervals("shorter than every window", all_alike(30, "800"), false, true);
  const auto with_times = [&](const std::string& name, const TextRows& rows) {
    all.push_back({name, file_of("t_s,rr_ms", rows), false, false});
  };
  with_times("a gap of ten hours", timed_rows(0, 36'000));
  with_times("negative time", timed_rows(-100));
  with_times("duplicated beats", each_twice(timed_rows(0)));
  auto back = timed_rows(0);
  const auto again = timed_rows(0);
  back.insert(back.end(), again.begin() + 100, again.begin() + 300);
  with_times("time that goes back", back);
  TextRows beats;
  for (const auto& row : timed_rows(0)) beats.push_back(row.substr(0, row.find(',')));
  all.push_back({"duplicated times of beats", file_of("t_s", each_twice(beats)), true, false});
  all.push_back({"a single time of a beat", file_of("t_s", {"1.0"}), true, true});
  return all;
}

/// Samples of a pulse of that rate at 32 Hz; `spoil` makes of a time and its value a cell.
std::string pulse_of(double beats_per_minute, double length_s,
                     const std::function<std::string(double, double)>& spoil = {}) {
  std::string text = "# fs_hz: 32\nppg\n";
  for (double i = 0; i < 32 * length_s; ++i) {
    const double t = i / 32, phase = 2 * std::numbers::pi * t * beats_per_minute / 60;
    const double x = std::sin(phase) + 0.4 * std::sin(2 * phase + 1) + 100;
    text += (spoil ? spoil(t, x) : fmt::format("{:.6f}", x)) + "\n";
  }
  return text;
}

/// A pulse with a time column; ten hours are missing in the middle.
std::string pulse_with_a_pause() {
  std::string text = "t_s,ppg\n";
  for (int i = 0; i < 32 * 240; ++i) {
    const double t = i / 32.0 + (i < 32 * 120 ? 0 : 36'000);
    text += fmt::format("{:.5f},{:.6f}\n", t, std::sin(2 * std::numbers::pi * 1.2 * i / 32.0));
  }
  return text;
}

std::vector<Bad> pulse_files() {
  const auto only = [](double from_s, double to_s) {
    return [=](double t, double x) {
      return t >= from_s && t < to_s ? fmt::format("{:.6f}", x) : std::string("100");
    };
  };
  return {
      {"NaN now and then",
       pulse_of(72, 120,
                [](double t, double x) {
                  return std::fmod(t, 7) < 0.5 ? std::string("nan") : fmt::format("{:.6f}", x);
                }),
       false, false},
      {"nothing but NaN", pulse_of(72, 60, [](double, double) { return std::string("nan"); }), true,
       true},
      {"constant", pulse_of(72, 120, [](double, double) { return std::string("100"); }), false,
       true},
      {"numbers near the end of a float",
       pulse_of(72, 120, [](double, double x) { return fmt::format("{:.6e}", 3e36 * x); }), true,
       false},
      {"one beat", pulse_of(72, 120, only(50, 50.8)), false, true},
      {"two beats", pulse_of(72, 120, only(50, 51.6)), false, true},
      {"300 a minute", pulse_of(300, 120), false, true},
      {"20 a minute", pulse_of(20, 120), false, false},
      {"shorter than every window", pulse_of(72, 20), false, true},
      {"three samples", "# fs_hz: 32\nppg\n1\n2\n3\n", true, true},
      {"a gap of ten hours", pulse_with_a_pause(), false, false},
  };
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// No cell of it is what is no number.
void holds_only_numbers(const fs::path& file) {
  const CsvTable table(file);
  BOOST_TEST(table.problem() == "");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (const auto& column : table.columns()) {
      const auto cell = lower(table.text(row, column));
      const bool good = cell.find("nan") == std::string::npos &&
                        cell.rfind("inf", 0) == std::string::npos &&
                        cell.rfind("-inf", 0) == std::string::npos;
      BOOST_TEST(good, file << ", row " << row << ", " << column << ": " << cell);
      if (!good) return;
    }
  }
}

/// How many rows have the value; those that have not say why.
std::size_t values_or_reasons(const CsvTable& table, const std::string& column) {
  std::size_t values = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool there = table.number(row, column).has_value();
    values += there ? 1 : 0;
    if (there) continue;
    const bool told = !table.text(row, "reason").empty() ||
                      (table.has("doubt") && !table.text(row, "doubt").empty());
    BOOST_TEST(told, column << " is absent in row " << row << " without a reason");
    if (!told) break;
  }
  return values;
}

struct BadOutcome {
  std::size_t refused{}, ran{}, rows{}, values{};
};

/// Runs it and looks into every file.
void run_bad(const Program& interbeat, const std::string& graph, const std::string& words,
             const Bad& bad, BadOutcome& outcome) {
  fs::remove_all(interbeat.folder / "out");
  const auto said = interbeat("run " + graph + " --speed max --out out " + words);
  if (said.code == 2) {
    BOOST_TEST(bad.may_be_refused, said.err);
    BOOST_TEST(has(said.err, "error: "), said.err);
    ++outcome.refused;
    return;
  }
  BOOST_TEST(said.code == 0, said.err);
  if (said.code != 0) return;
  ++outcome.ran;
  for (const auto& entry : fs::recursive_directory_iterator(interbeat.folder / "out")) {
    if (entry.path().extension() == ".csv") holds_only_numbers(entry.path());
    if (entry.path().extension() == ".jsonl") {
      const auto text = lower(text_of_file(entry.path()));
      BOOST_TEST(!has(text, ":nan"));
      BOOST_TEST(!has(text, ":inf"));
      BOOST_TEST(!has(text, ":-inf"));
    }
  }
  for (const auto& [file, column] : main_values) {
    if (!fs::exists(interbeat.folder / "out" / file)) continue;
    BOOST_TEST_CONTEXT(file) {
      const CsvTable table(interbeat.folder / "out" / file);
      const auto values = values_or_reasons(table, column);
      if (bad.says_nothing) BOOST_TEST(values == 0U);
      outcome.rows += table.rows();
      outcome.values += values;
    }
  }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bad_hearts, Program)

BOOST_AUTO_TEST_CASE(intervals_that_no_heart_made_are_absent_with_a_reason_or_refused) {
  auto& interbeat = *this;
  interbeat.write("g.yaml", all_of_intervals);
  BadOutcome all;
  for (const auto& bad : interval_files()) {
    BOOST_TEST_CONTEXT(bad.name) {
      interbeat.write("rr.csv", bad.text);
      run_bad(interbeat, "g.yaml", "--set source=rr.csv", bad, all);
      if (!fs::exists(interbeat.folder / "out/activation.csv")) continue;
      const CsvTable activation(interbeat.folder / "out/activation.csv");
      for (std::size_t row = 0; row < activation.rows(); ++row) {
        const bool mute = activation.text(row, "state") == "insufficient";
        if (mute) BOOST_TEST(!activation.text(row, "reason").empty(), "row " << row);
        if (bad.says_nothing) BOOST_TEST(mute, "row " << row);
      }
    }
  }
  BOOST_TEST_MESSAGE(all.ran << " files ran, " << all.refused << " were refused; " << all.values
                             << " of " << all.rows << " rows hold their value");
  BOOST_TEST(all.ran >= 13U);
  BOOST_TEST(all.values > 1000U);
  BOOST_TEST(all.rows > 2 * all.values);
}

BOOST_AUTO_TEST_CASE(pulses_that_no_heart_made_are_absent_with_a_reason_or_refused) {
  auto& interbeat = *this;
  const auto graph = "'" + std::string(source_folder) + "/graphs/variability.yaml'";
  BadOutcome all;
  for (const auto& bad : pulse_files()) {
    BOOST_TEST_CONTEXT(bad.name) {
      interbeat.write("pulse.csv", bad.text);
      run_bad(interbeat, graph, "--set recording=pulse.csv", bad, all);
    }
  }
  BOOST_TEST_MESSAGE(all.ran << " files ran, " << all.refused << " were refused; " << all.values
                             << " of " << all.rows << " rows hold their value");
  BOOST_TEST(all.ran >= 7U);
}

/// The other person's results are what they are without a partner.
BOOST_AUTO_TEST_CASE(a_bad_heart_does_its_partner_no_harm) {
  auto& interbeat = *this;
  const auto graph = "'" + std::string(source_folder) + "/graphs/couple-intervals.yaml'";
  TextRows calm;
  for (const int ms : calm_heart(600, 2)) calm.push_back(std::to_string(ms));
  interbeat.write("good.csv", file_of("rr_ms", calm));
  interbeat.write("rr.csv", file_of("rr_ms", calm));
  BadOutcome all;
  run_bad(interbeat, graph, "--set a=good.csv --set b=rr.csv", {}, all);
  const CsvTable alone(interbeat.folder / "out/a/hrv.csv");
  BOOST_TEST(alone.rows() > 90U);
  for (const auto& bad : interval_files()) {
    BOOST_TEST_CONTEXT(bad.name) {
      interbeat.write("rr.csv", bad.text);
      run_bad(interbeat, graph, "--set a=good.csv --set b=rr.csv", bad, all);
      if (!fs::exists(interbeat.folder / "out/together.csv")) continue;
      const CsvTable beside(interbeat.folder / "out/a/hrv.csv");
      const auto value = [](const CsvTable& table, std::size_t row) {
        return table.text(row, "rmssd_ms");
      };
      BOOST_TEST(beside.rows() >= alone.rows());
      for (std::size_t row = 0; row < std::min(alone.rows(), beside.rows()); ++row)
        BOOST_TEST(value(beside, row) == value(alone, row), "row " << row);
      const CsvTable together(interbeat.folder / "out/together.csv");
      for (std::size_t row = 0; row < together.rows(); ++row)
        if (!together.number(row, "linkage_p"))
          BOOST_TEST(!together.text(row, "reason").empty(), "row " << row);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
