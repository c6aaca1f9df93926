// hand-checked.yaml and beat.edit as a user has them: the automatics and a person's word side by side, with
// numbers that can be checked by eye; and neither the recording nor the edits file is touched.
#include "program.hpp"
#include "support/csv_table.hpp"

#include <fmt/format.h>

#include <cmath>

using namespace ib::test;

namespace {

const std::string edits_header = "time_s,action,to_s,until_s,by,why\n";

/// The row of a beat table at a time, as text; empty: no beat there.
std::string beat_row(const CsvTable& table, const std::string& time_s) {
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.text(i, "time_s") != time_s) continue;
    std::string row;
    for (const auto& name : table.columns()) row += table.text(i, name) + ",";
    return row;
  }
  return {};
}

/// 120 intervals of 1 s, and one beat too many 400 ms behind the fiftieth.
std::string heart_with_a_false_beat() {
  std::string text = "rr_ms\n";
  for (int i = 0; i < 120; ++i) text += i == 50 ? "400\n600\n" : "1000\n";
  return text;
}

const std::string rr_graph =
    "interbeat: 1\n"
    "parameters:\n"
    "  edits: {type: source}\n"
    "nodes:\n"
    "  strap: {type: source, uri: rr.csv}\n"
    "  person: {type: source.edits, path: $edits}\n"
    "  checked: {type: beat.edit, beats: strap.beats, edits: person}\n"
    "  clean: {type: interval.clean, beats: strap.beats, rule: none}\n"
    "  clean2: {type: interval.clean, beats: checked.beats, rule: none}\n"
    "  hrv: {type: hrv.window, intervals: clean, window: 60 s, step: 10 s}\n"
    "  hrv2: {type: hrv.window, intervals: clean2, window: 60 s, step: 10 s}\n"
    "  file: {type: sink.csv, in: hrv, path: hrv.csv}\n"
    "  file2: {type: sink.csv, in: hrv2, path: hrv2.csv}\n"
    "  outcome: {type: sink.csv, in: checked.edits, path: outcome.csv}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(hand_checked)

// One false beat: 1000, 400, 600, 1000 ms. Differences -600, 200, 400: 560 000 ms² over 60 of them.
BOOST_AUTO_TEST_CASE(a_false_beat_taken_out_leaves_a_heart_without_variability) {
  const Program interbeat;
  interbeat.write("g.yaml", rr_graph);
  const auto rr = interbeat.write("rr.csv", heart_with_a_false_beat());
  const auto edits = interbeat.write(
      "e.csv", edits_header + "50.4,remove,,,AB,no beat in the ECG\n200,add,,,AB,by mistake\n");
  const auto said = interbeat("run g.yaml --set edits=e.csv --speed max --out out");
  BOOST_REQUIRE_MESSAGE(said.code == 0, said.err);
  const CsvTable automatic(interbeat.folder / "out/hrv.csv"),
      edited(interbeat.folder / "out/hrv2.csv");
  BOOST_REQUIRE_MESSAGE(automatic.problem().empty() && edited.problem().empty(), said.err);
  BOOST_REQUIRE_EQUAL(automatic.rows(), 12U);
  BOOST_REQUIRE_EQUAL(edited.rows(), 20U);  // a session lasts as long as its longest source
  const std::size_t minute = 9;             // of 100 s: 40..100 s
  BOOST_TEST(automatic.text(minute, "time_s") == "100.000000");
  BOOST_TEST(*automatic.number(minute, "n_beats") == 61);
  BOOST_TEST(*automatic.number(minute, "rmssd_ms") == std::sqrt(560'000.0 / 60),
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(*automatic.number(minute, "n_edited") == 0);
  BOOST_TEST(*edited.number(minute, "n_beats") == 60);
  BOOST_TEST(*edited.number(minute, "mean_nn_ms") == 1000);
  BOOST_TEST(*edited.number(minute, "rmssd_ms") == 0);
  BOOST_TEST(*edited.number(minute, "n_edited") == 1);
  BOOST_TEST(*edited.number(11, "n_edited") == 0);  // 60..120 s: it has left
  const CsvTable outcome(interbeat.folder / "out/outcome.csv");
  BOOST_REQUIRE_EQUAL(outcome.rows(), 2U);
  BOOST_TEST(outcome.text(0, "outcome") == "applied");
  BOOST_TEST(outcome.text(0, "by") == "AB");
  BOOST_TEST(outcome.text(1, "outcome") == "outside");
  BOOST_TEST(has(said.err, "add at 200.000 s is not applied: outside"));
  BOOST_TEST(has(text_of_file(interbeat.folder / "out/run.json"), "\"unmatched\": 1"));
  BOOST_TEST(text_of_file(rr) == heart_with_a_false_beat());
  BOOST_TEST(has(text_of_file(edits), "no beat in the ECG\n200"));
}

BOOST_AUTO_TEST_CASE(three_edits_of_a_pulse_change_what_they_name_and_nothing_else) {
  const Program interbeat;
  interbeat.write("none.csv", edits_header);
  auto said = interbeat("run hand-checked --set edits=none.csv --speed max --out first");
  BOOST_REQUIRE_MESSAGE(said.code == 0, said.err);
  const CsvTable before(interbeat.folder / "first/beats.csv");
  BOOST_REQUIRE(before.rows() > 100U);
  BOOST_TEST(text_of_file(interbeat.folder / "first/beats.csv") ==
             text_of_file(interbeat.folder / "first/beats_checked.csv"));

  const auto time_of = [&](std::size_t i) { return *before.number(i, "time_s"); };
  const auto ibi_of = [&](std::size_t i) { return *before.number(i, "ibi_us"); };
  // Beat 60 was none, 70 lies 40 ms later than it was found, 80 can't be used.
  interbeat.write(
      "e.csv",
      edits_header + fmt::format("{:.6f},remove,,,AB,false\n{:.6f},move,{:.6f},,AB,late\n"
                                 "{:.6f},exclude,,,AB,odd\n",
                                 time_of(60), time_of(70), time_of(70) + 0.04, time_of(80)));
  said = interbeat("run hand-checked --set edits=e.csv --speed max --out second");
  BOOST_REQUIRE_MESSAGE(said.code == 0, said.err);
  BOOST_TEST(text_of_file(interbeat.folder / "first/beats.csv") ==
             text_of_file(interbeat.folder / "second/beats.csv"));
  BOOST_TEST(text_of_file(interbeat.folder / "first/hrv.csv") ==
             text_of_file(interbeat.folder / "second/hrv.csv"));
  const CsvTable after(interbeat.folder / "second/beats_checked.csv");
  BOOST_REQUIRE_EQUAL(after.rows(), before.rows() - 1);
  for (std::size_t i = 0; i < after.rows(); ++i) {
    const std::size_t was = i < 60 ? i : i + 1;
    BOOST_TEST_CONTEXT("beat " << was) {
      const double ibi = after.number(i, "ibi_us").value_or(0);  // the first beat ends none
      if (was == 61) BOOST_TEST(ibi == ibi_of(60) + ibi_of(61));
      else if (was == 70) BOOST_TEST(std::abs(ibi - ibi_of(70) - 40'000) <= 1);
      else if (was == 71) BOOST_TEST(std::abs(ibi - ibi_of(71) + 40'000) <= 1);
      else if (was == 80) BOOST_TEST(after.text(i, "reason") == "edited");
      else if (was > 0)
        BOOST_TEST(beat_row(after, before.text(was, "time_s")) ==
                   beat_row(before, before.text(was, "time_s")));
      BOOST_TEST(*after.number(i, "edited") ==
                 (was == 61 || was == 70 || was == 71 || was == 80 ? 1 : 0));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_row_stops_the_run_with_its_line) {
  const Program interbeat;
  interbeat.write("e.csv", edits_header + "5,remov,,,AB,a\n6,move,,,AB,a\n");
  const auto said = interbeat("run hand-checked --set edits=e.csv --speed max --out out");
  BOOST_TEST(said.code != 0);
  BOOST_TEST(
      has(said.err,
          "e.csv:2: action is 'remov'; expected add, remove, move or exclude; did you mean 'remove'?"),
      said.err);
  BOOST_TEST(has(said.err, "e.csv:3: move without to_s"), said.err);
}

BOOST_AUTO_TEST_CASE(without_a_file_of_edits_the_graph_says_what_is_missing) {
  const Program interbeat;
  const auto said = interbeat("run hand-checked --speed max --out out");
  BOOST_TEST(said.code != 0);
  BOOST_TEST(has(said.err, "edits"), said.err);
}

BOOST_AUTO_TEST_SUITE_END()
