// graphs/solo.yaml on an hour from the wrist of three people (Empatica E4, rest, tasks and talking;
// Iqbal et al. 2022, doi 10.3390/s22218135): every file is there, nothing in it is made up, and
// what is absent says why. How much of the hour carried HRV is printed, and loosely guarded: a
// wrist without an accelerometer gives little, and nothing at all would be a broken chain.
#include "support/csv_table.hpp"
#include "support/graph_world.hpp"
#include "support/shared_data.hpp"
#include "support/statistics.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

using namespace ib;
using namespace ib::test;

namespace {

constexpr std::array recordings{
    "data/stress_e4_stresspredict/S06_bvp.csv.gz",  // pulse only
    "data/stress_e4_stresspredict/S19_bvp.csv.gz",
    "data/e4_folder/S05",  // pulse and acceleration
};

// Half of what the worst of the three hours gave (20 % of the beats, 16 % of the intervals).
constexpr double least_valid_beats = 0.10;
constexpr double least_valid_intervals = 0.08;

struct Hour {
  double seconds{};
  double build_s{}, run_s{};
  std::map<std::string, CsvTable> files;
  const CsvTable& operator[](const std::string& name) const { return files.at(name); }
};

Hour run_solo(const std::filesystem::path& recording) {
  const Scratch scratch;
  const auto registry = all_nodes();
  const auto graph = read(registry, graphs() / "solo.yaml", {{"recording", recording.string()}});
  PlanOptions options;
  options.out_dir = scratch.path();
  const auto before = std::chrono::steady_clock::now();
  const auto built = plan(graph, options);
  Hour hour;
  hour.build_s = seconds(std::chrono::steady_clock::now() - before);
  const auto report = run_replay(*built, {});
  for (const auto& failure : report.failures) BOOST_ERROR(failure);
  hour.run_s = report.wall_s;
  hour.seconds = report.session_s;
  for (const std::string name : {"beats", "intervals", "quality", "hrv", "activation"}) {
    const auto& table = hour.files.emplace(name, scratch.path() / (name + ".csv")).first->second;
    BOOST_REQUIRE_MESSAGE(table.problem().empty(), table.problem());
    BOOST_TEST(table.remarks().empty(),
               name << ": " << table.remarks().size() << " lines of losses");
  }
  return hour;
}

/// Rows whose `value` is empty, or has the text `without`, say why.
std::size_t rows_without(const CsvTable& table, const std::string& value,
                         const std::string& without = "") {
  std::size_t n = 0, silent = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.text(i, value) != without) continue;
    ++n;
    silent += table.text(i, "reason").empty() ? 1U : 0U;
  }
  BOOST_TEST(silent == 0U, silent << " of " << n << " rows without " << value << " say no reason");
  return n;
}

void check_numbers(const CsvTable& table, const std::string& name) {
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (const auto& column : table.columns()) {
      const auto& cell = table.text(i, column);
      const bool a_number =
          cell.find("nan") == std::string::npos && cell.find("inf") == std::string::npos;
      BOOST_REQUIRE_MESSAGE(a_number,
                            name << ".csv row " << i + 1 << ", " << column << ": " << cell);
    }
}

/// Every `step` seconds of the hour a row, but for the ends.
void check_pace(const CsvTable& table, const std::string& name, double seconds, double step) {
  const auto rows = static_cast<double>(table.rows());
  BOOST_TEST(rows <= seconds / step + 1, name << " has " << rows << " rows");
  BOOST_TEST(rows >= (seconds - 15) / step, name << " has " << rows << " rows");
}

/// Time strictly increases.
void check_order(const CsvTable& table, const std::string& name) {
  const auto t = table.numbers("time_s");
  BOOST_TEST(t.size() == table.rows());
  const auto back =
      std::adjacent_find(t.begin(), t.end(), [](double a, double b) { return b <= a; });
  BOOST_TEST((back == t.end()), name << " runs back at " << (back == t.end() ? 0 : *back) << " s");
}

/// Loose bounds: who breaks one of these has broken the chain, not changed a figure.
void check_values(const Hour& hour) {
  const auto &beats = hour["beats"], &intervals = hour["intervals"], &hrv = hour["hrv"];
  BOOST_TEST(mean(beats.numbers("valid")) > least_valid_beats);
  BOOST_TEST(mean(intervals.numbers("valid")) > least_valid_intervals);
  for (double rate : hrv.numbers("heart_rate_bpm")) BOOST_TEST((rate > 40 && rate < 160));
  for (double rmssd : hrv.numbers("rmssd_ms")) BOOST_TEST((rmssd > 2 && rmssd < 300));
  for (double share : hrv.numbers("coverage")) BOOST_TEST((share >= 0 && share <= 1));
  for (double score : hour["activation"].numbers("score")) BOOST_TEST((score > 0 && score < 1));
  const auto rates = hour["activation"].numbers("heart_rate_bpm");
  if (!rates.empty()) BOOST_TEST((median(rates) > 50 && median(rates) < 110));  // sitting
}

double percent(std::size_t part, std::size_t whole) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void check(const Hour& hour) {
  for (const auto& [name, table] : hour.files) {
    check_numbers(table, name);
    check_order(table, name);
  }
  // Between the slowest and the fastest heart, with what a moving wrist adds and hides.
  const auto beats = static_cast<double>(hour["beats"].rows());
  BOOST_TEST(beats >= hour.seconds * 40 / 60);
  BOOST_TEST(beats <= hour.seconds * 180 / 60);
  BOOST_TEST(hour["intervals"].rows() <= hour["beats"].rows());
  BOOST_TEST(hour["intervals"].rows() >= hour["beats"].rows() / 2);
  check_pace(hour["quality"], "quality", hour.seconds, 1);
  check_pace(hour["hrv"], "hrv", hour.seconds, 5);
  check_pace(hour["activation"], "activation", hour.seconds, 1);
  check_values(hour);
}

void describe(const Hour& hour, std::string_view recording) {
  const auto &hrv = hour["hrv"], &intervals = hour["intervals"], &activation = hour["activation"];
  const auto not_valid = rows_without(intervals, "valid", "0");
  const auto beats_not_valid = rows_without(hour["beats"], "valid", "0");
  const auto no_rate = rows_without(hrv, "heart_rate_bpm");
  const auto no_rmssd = rows_without(hrv, "rmssd_ms");
  const auto no_sdnn = rows_without(hrv, "sdnn_ms");
  const auto no_score = rows_without(activation, "score");
  const auto no_quality = rows_without(hour["quality"], "score");
  const auto rate = hrv.numbers("heart_rate_bpm"), rmssd = hrv.numbers("rmssd_ms");
  BOOST_TEST_MESSAGE(fmt::format(
      "{}: {:.0f} s; built in {:.2f} s, run in {:.2f} s\n"
      "  beats {}, valid {:.1f} %; intervals {}, valid {:.1f} %; quality rows {}, rated {:.1f} %\n"
      "  hrv rows {}: coverage mean {:.3f}, with heart rate {:.1f} %, RMSSD {:.1f} %, SDNN {:.1f} "
      "%\n"
      "  activation rows {}, with a score {:.1f} %",
      recording, hour.seconds, hour.build_s, hour.run_s, hour["beats"].rows(),
      100 - percent(beats_not_valid, hour["beats"].rows()), intervals.rows(),
      100 - percent(not_valid, intervals.rows()), hour["quality"].rows(),
      100 - percent(no_quality, hour["quality"].rows()), hrv.rows(), mean(hrv.numbers("coverage")),
      100 - percent(no_rate, hrv.rows()), 100 - percent(no_rmssd, hrv.rows()),
      100 - percent(no_sdnn, hrv.rows()), activation.rows(),
      100 - percent(no_score, activation.rows())));
  if (!rate.empty())
    BOOST_TEST_MESSAGE(fmt::format("  heart rate median {:.1f} bpm, RMSSD median {:.1f} ms",
                                   median(rate), rmssd.empty() ? 0.0 : median(rmssd)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(solo)

BOOST_AUTO_TEST_CASE(an_hour_from_the_wrist) {
  for (const auto* recording : recordings) {
    const auto path = shared(recording);
    if (!path) {
      skip_absent(recording);
      continue;
    }
    const auto hour = run_solo(*path);
    BOOST_REQUIRE(hour.seconds > 1800);
    describe(hour, recording);
    BOOST_TEST_CONTEXT(recording) check(hour);
  }
}

BOOST_AUTO_TEST_SUITE_END()
