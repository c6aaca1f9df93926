// graphs/strap.yaml on ten people with a strap at a computer's tasks, notifications as a phone received
// them (Freihaut & Goeritz 2021, doi 10.1016/j.ijhcs.2020.102520): what beat.rr makes of them, beside the
// beats that source.intervals makes of the same rows. There is no reference; what must hold whatever came:
// no interval is changed or lost unsaid, beats never turn back, and no difference reaches over a hole.
#include "files/notification_reader.hpp"
#include "source/rr_1024.hpp"
#include "support/csv_table.hpp"
#include "support/graph_world.hpp"
#include "support/recorded_intervals.hpp"
#include "support/shared_data.hpp"
#include "support/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

using namespace ib;
using namespace ib::test;

namespace {

constexpr std::string_view strap_folder = "data/ble_hr_freihaut";

/// What a file holds.
struct Sent {
  std::vector<std::int32_t> us;
  double first_s{}, last_s{};  ///< arrivals
  std::size_t rows{};
};

Sent sent_of(const std::filesystem::path& path) {
  auto lines = files::LineReader::open(path);
  BOOST_REQUIRE(lines);
  std::string_view head;
  do BOOST_REQUIRE(lines->next(head));
  while (head.starts_with('#'));
  const std::vector<std::string> names{"arrival_s", "hr_bpm", "rr_1024", "hex"};
  BOOST_REQUIRE(head == "arrival_s,hr_bpm,rr_1024,hex");
  files::NotificationReader reader(std::move(*lines), files::NotificationLayout::of(names));
  Sent sent;
  while (reader.next() != files::NotificationReader::Got::end) {
    if (sent.rows++ == 0) sent.first_s = seconds(reader.at() - Time{});
    sent.last_s = seconds(reader.at() - Time{});
    for (const auto raw : reader.rr_1024()) sent.us.push_back(source::rr_1024_us(raw));
  }
  BOOST_TEST(reader.refused() == 0U);
  return sent;
}

struct StrapChain {
  CsvTable beats, intervals, hrv;
  std::uint64_t gaps{}, late{}, misfits{};

  double joined() const { return mean(beats.numbers("contiguous")); }
  double usable() const { return mean(intervals.numbers("valid")); }
  std::vector<double> rmssd() const { return hrv.numbers("rmssd_ms"); }
};

std::uint64_t counter_of(const RunReport& report, const std::string& node,
                         const std::string& name) {
  for (const auto& n : report.nodes)
    for (const auto& [counter, value] : n.counters)
      if (n.path == node && counter == name) return value;
  return 0;  // what never counted is not reported
}

StrapChain made_by(const Graph& graph) {
  const Scratch scratch;
  PlanOptions options;
  options.out_dir = scratch.path();
  const auto report = run_replay(*plan(graph, options), {});
  for (const auto& failure : report.failures) BOOST_ERROR(failure);
  return {CsvTable(scratch.path() / "beats.csv"), CsvTable(scratch.path() / "intervals.csv"),
          CsvTable(scratch.path() / "hrv.csv"),   counter_of(report, "beats", "gaps"),
          counter_of(report, "beats", "late"),    counter_of(report, "beats", "misfits")};
}

/// The same chain on the beats that source.intervals makes itself.
StrapChain made_of_intervals(const std::filesystem::path& recording) {
  const auto registry = all_nodes();
  Diagnostics problems;
  const auto graph = read_graph_text(
      "interbeat: 1\nnodes:\n  strap: {type: source.intervals, path: \"" + recording.string() +
          "\"}\n"
          "  clean: {type: interval.clean, beats: strap.beats, trust_source: true}\n"
          "  hrv: {type: hrv.window, intervals: clean, window: 60 s, step: 5 s}\n"
          "  beats_file: {type: sink.csv, in: strap.beats, path: beats.csv}\n"
          "  intervals_file: {type: sink.csv, in: clean, path: intervals.csv}\n"
          "  hrv_file: {type: sink.csv, in: hrv, path: hrv.csv}\n",
      "intervals.yaml", graphs(), {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  return made_by(*graph);
}

void check_nothing_is_changed(const StrapChain& made, const Sent& sent) {
  std::vector<double> all(sent.us.begin(), sent.us.end());
  const auto given = made.beats.numbers("ibi_us");
  BOOST_TEST(given.size() + made.late <= all.size());
  BOOST_TEST(given.size() + made.late + 9 >=
             all.size());  // what the first notification tells of before it
  auto at = all.begin();
  for (const double us : given) {  // in the order in which they came; what is late is left out
    at = std::find(at, all.end(), us);
    BOOST_TEST_REQUIRE((at != all.end()));
    ++at;
  }
}

/// Beats never turn back, and what joins joins: their times are an interval apart, or less where the
/// envelope falls, down to an eighth of it, or more where it rises, by a notification's longest wait at most.
void check_order_of_beats(const StrapChain& made) {
  const auto t = made.beats.numbers("time_s"), ibi = made.beats.numbers("ibi_us");
  const auto joins = made.beats.numbers("contiguous");
  for (std::size_t i = 1; i < t.size(); ++i) {
    BOOST_TEST_REQUIRE(t[i] > t[i - 1]);
    if (joins[i] == 0) continue;
    BOOST_TEST(t[i] - t[i - 1] > 0.125e-6 * ibi[i] - 1e-6);
    BOOST_TEST(t[i] - t[i - 1] < 2.25e-6 * ibi[i] + 0.35);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(strap)

BOOST_AUTO_TEST_CASE(ten_people_at_tasks) {
  const auto recordings = recorded::files(std::string(strap_folder).c_str(), "_hrm.csv");
  if (recordings.empty()) return skip_absent(strap_folder);
  BOOST_TEST_MESSAGE(
      "person      rows    RR  sum/span  | beat.rr: gaps late misfit joined usable rmssd | source.intervals: "
      "joined usable rmssd");
  for (const auto& path : recordings) {
    BOOST_TEST_CONTEXT(path.filename().string()) {
      const auto sent = sent_of(path);
      const auto registry = all_nodes();
      const auto made =
          made_by(read(registry, graphs() / "strap.yaml", {{"recording", path.string()}}));
      const auto before = made_of_intervals(path);
      check_nothing_is_changed(made, sent);
      check_order_of_beats(made);
      const double sum_s = 1e-6 * std::accumulate(sent.us.begin(), sent.us.end(), 0.0);
      for (const double ms : made.rmssd()) BOOST_TEST((ms > 1 && ms < 400));
      for (const double bpm : made.hrv.numbers("heart_rate_bpm"))
        BOOST_TEST((bpm > 35 && bpm < 160));
      const auto middle = [](const std::vector<double>& ms) {
        return ms.empty() ? std::string("-") : fmt::format("{:.1f} ({})", median(ms), ms.size());
      };
      BOOST_TEST_MESSAGE(fmt::format(
          "{:10} {:5} {:5}  {:.3f}     | {:4} {:4} {:4} {:.3f} {:.3f} {:>12} | {:.3f} {:.3f} {:>12}",
          recorded::stem(path, "_hrm.csv"), sent.rows, sent.us.size(),
          sum_s / (sent.last_s - sent.first_s), made.gaps, made.late, made.misfits, made.joined(),
          made.usable(), middle(made.rmssd()), before.joined(), before.usable(),
          middle(before.rmssd())));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
