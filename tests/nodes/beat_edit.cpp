#include "beat/edit.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/graph_world.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// A heart of 1 s from 1 s on; `sqi` as a rater gave it.
std::vector<Timed<Beat>> steady_beats(int n, Maybe sqi = 0.8) {
  std::vector<Timed<Beat>> beats;
  for (int i = 1; i <= n; ++i) {
    Beat b;
    if (i > 1) b.ibi_us = 1'000'000;
    b.contiguous = i > 1;
    b.valid = true;
    b.reason = i > 1 ? Reason::none : Reason::gap;
    b.sqi = sqi;
    beats.push_back({Time{} + i * 1s, b});
  }
  return beats;
}

Timed<BeatEdit> edit_at(Duration t, EditAction action, Maybe shift_s = {}, Maybe length_s = {}) {
  BeatEdit e;
  e.action = action;
  e.shift_s = shift_s;
  e.length_s = length_s;
  return {Time{} + t, e};
}

struct EditRun {
  NodeRunner run{node_def<EditBeats>()};

  EditRun(const std::vector<Timed<Beat>>& beats, const std::vector<Timed<BeatEdit>>& edits) {
    run.in<Beat>(0).items(beats).settle(beats.back().t - Time{} + 20s).finish();
    run.in<BeatEdit>(1).items(edits).settle(beats.back().t - Time{} + 20s).finish();
    run.play();
  }
  std::vector<Timed<Beat>> beats() const { return run.items<Beat>(0); }
  /// One beat as "t_ms ibi_ms", with '+' if contiguous, '!' if not valid, '*' if edited.
  std::string text(std::size_t from = 0, std::size_t to = 99) const {
    std::string text;
    const auto all = beats();
    for (std::size_t i = from; i < std::min(to, all.size()); ++i) {
      const auto& [t, b] = all[i];
      text += (text.empty() ? "" : ", ") + std::to_string(t.ns / 1'000'000) + " ";
      text += b.ibi_us ? std::to_string(std::lround(*b.ibi_us / 1000)) : "-";
      text += std::string(b.contiguous ? "+" : "") + (b.valid ? "" : "!") + (b.edited ? "*" : "");
    }
    return text;
  }
  std::string outcomes() const {
    std::string text;
    for (const auto& e : run.items<BeatEdit>(1))
      (text += text.empty() ? "" : " ") +=
          labels(EditOutcome{})[static_cast<std::size_t>(e.v.outcome)];
    return text;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(beat_edit)

BOOST_AUTO_TEST_CASE(without_edits_it_is_the_same_stream) {
  auto beats = steady_beats(8);
  beats[4].v.valid = false;
  beats[4].v.reason = Reason::low_quality;
  beats[6].v.contiguous = false;
  const EditRun run(beats, {});
  BOOST_TEST(same(run.beats(), beats));
}

BOOST_AUTO_TEST_CASE(a_removed_beat_joins_its_two_intervals) {
  const EditRun run(steady_beats(5), {edit_at(3050ms, EditAction::remove)});
  BOOST_TEST(run.text() == "1000 -, 2000 1000+, 4000 2000+*, 5000 1000+");
  BOOST_TEST(run.outcomes() == "applied");
  BOOST_TEST(run.run.counter("removed") == 1U);
}

BOOST_AUTO_TEST_CASE(two_beats_removed_in_a_row_join_three) {
  const EditRun run(steady_beats(5),
                    {edit_at(2s, EditAction::remove), edit_at(3s, EditAction::remove)});
  BOOST_TEST(run.text() == "1000 -, 4000 3000+*, 5000 1000+");
}

BOOST_AUTO_TEST_CASE(the_first_beat_removed_leaves_nothing_to_measure_from) {
  const EditRun run(steady_beats(3), {edit_at(1s, EditAction::remove)});
  BOOST_TEST(run.text() == "2000 -*, 3000 1000+");
  BOOST_TEST((run.beats()[0].v.reason == Reason::gap));
}

BOOST_AUTO_TEST_CASE(an_added_beat_divides_an_interval_and_the_sum_stays) {
  auto beats = steady_beats(4);
  beats[2].v.ibi_us = 1'000'007;  // the device's own clock
  const EditRun run(beats, {edit_at(2400ms, EditAction::add)});
  BOOST_TEST(run.text() == "1000 -, 2000 1000+, 2400 400+*, 3000 600+*, 4000 1000+");
  const auto out = run.beats();
  BOOST_TEST(*out[2].v.ibi_us + *out[3].v.ibi_us == 1'000'007);
  BOOST_TEST(out[2].v.valid);
  BOOST_TEST(*out[2].v.sqi == 1);    // a person's word
  BOOST_TEST(*out[3].v.sqi == 0.8);  // as it was rated
  BOOST_TEST((out[2].v.reason == Reason::none));
}

BOOST_AUTO_TEST_CASE(a_moved_beat_changes_the_interval_on_each_side) {
  const EditRun run(steady_beats(4), {edit_at(2s, EditAction::move, 0.06)});
  BOOST_TEST(run.text() == "1000 -, 2060 1060+*, 3000 940+*, 4000 1000+");
  // The edit says where the beat is, not by how far the automatics were wrong.
  const EditRun near(steady_beats(4), {edit_at(2020ms, EditAction::move, -0.08)});
  BOOST_TEST(near.text() == "1000 -, 1940 940+*, 3000 1060+*, 4000 1000+");
}

BOOST_AUTO_TEST_CASE(an_excluded_beat_stays_where_it_is) {
  const EditRun run(steady_beats(4), {edit_at(3s, EditAction::exclude)});
  BOOST_TEST(run.text() == "1000 -, 2000 1000+, 3000 1000+!*, 4000 1000+");
  BOOST_TEST((run.beats()[2].v.reason == Reason::edited));
  BOOST_TEST(run.run.counter("excluded") == 1U);
}

BOOST_AUTO_TEST_CASE(a_stretch_excludes_all_that_lies_in_it) {
  auto beats = steady_beats(40);
  const EditRun run(
      beats, {edit_at(3s, EditAction::exclude, {}, 30.5), edit_at(35s, EditAction::exclude)});
  for (const auto& [t, b] : run.beats()) {
    const bool in = (t >= Time{} + 3s && t <= Time{} + 33'500ms) || t == Time{} + 35s;
    BOOST_TEST(b.valid == !in, t.ns);
    BOOST_TEST((b.reason == Reason::edited) == in);
  }
  BOOST_TEST(run.run.counter("excluded") == 32U);
  BOOST_TEST(run.outcomes() == "applied applied");
}

BOOST_AUTO_TEST_CASE(a_stretch_reaches_over_a_gap) {
  NodeRunner run(node_def<EditBeats>());
  auto beats = steady_beats(12);
  beats.erase(beats.begin() + 5, beats.begin() + 8);
  beats[5].v.contiguous = false;
  std::vector<Timed<Beat>> first(beats.begin(), beats.begin() + 5),
      second(beats.begin() + 5, beats.end());
  run.in<Beat>(0).items(first).gap(5100ms, 8500ms).items(second).settle(40s).finish();
  run.in<BeatEdit>(1)
      .item(4500ms, edit_at({}, EditAction::exclude, {}, 5.0).v)
      .settle(40s)
      .finish();
  run.play();
  for (const auto& [t, b] : run.items<Beat>(0))
    BOOST_TEST(b.valid == (t < Time{} + 4500ms || t > Time{} + 9500ms), t.ns);
}

BOOST_AUTO_TEST_CASE(remove_and_add_may_name_one_place_in_either_order) {
  for (const int shift : {-100, 100}) {
    const EditRun run(
        steady_beats(4),
        {shift < 0 ? edit_at(1900ms, EditAction::add) : edit_at(2s, EditAction::remove),
         shift < 0 ? edit_at(2s, EditAction::remove) : edit_at(2100ms, EditAction::add)});
    BOOST_TEST(run.outcomes() == "applied applied");
    BOOST_TEST(run.text() == (shift < 0 ? "1000 -, 1900 900+*, 3000 1100+*, 4000 1000+"
                                        : "1000 -, 2100 1100+*, 3000 900+*, 4000 1000+"));
  }
}

BOOST_AUTO_TEST_CASE(what_can_not_be_done_is_counted_and_named) {
  const EditRun run(steady_beats(4),
                    {
                        edit_at(1400ms, EditAction::remove),  // no beat within 150 ms
                        edit_at(2000ms, EditAction::remove),
                        edit_at(2100ms, EditAction::move, 0.2),   // of the same beat
                        edit_at(3100ms, EditAction::add),         // there is one
                        edit_at(3900ms, EditAction::move, -0.8),  // that far
                        edit_at(60s, EditAction::add),            // after the recording
                    });
  BOOST_TEST(run.outcomes() == "no_beat applied taken too_close outside outside");
  BOOST_TEST(run.run.counter("unmatched") == 5U);
  BOOST_TEST(run.text() == "1000 -, 3000 2000+*, 4000 1000+");
}

BOOST_AUTO_TEST_CASE(the_tolerance_is_a_setting) {
  NodeRunner run(node_def<EditBeats>(), {{"tolerance", 30}});
  run.in<Beat>(0).items(steady_beats(4)).settle(30s).finish();
  run.in<BeatEdit>(1)
      .item(2030ms, edit_at({}, EditAction::remove).v)
      .item(3031ms, edit_at({}, EditAction::remove).v)
      .settle(30s)
      .finish();
  run.play();
  BOOST_TEST(run.counter("removed") == 1U);
  BOOST_TEST(run.counter("unmatched") == 1U);
}

BOOST_AUTO_TEST_CASE(an_added_beat_in_a_break_forms_no_interval) {
  auto beats = steady_beats(6);
  beats[3].v.contiguous = false;
  beats[3].v.ibi_us = {};
  const EditRun run(beats, {edit_at(3500ms, EditAction::add)});
  BOOST_TEST(run.text() ==
             "1000 -, 2000 1000+, 3000 1000+, 3500 -*, 4000 -*, 5000 1000+, 6000 1000+");
  BOOST_TEST((run.beats()[3].v.reason == Reason::gap));
  BOOST_TEST(run.beats()[3].v.valid);
}

BOOST_AUTO_TEST_CASE(nine_beats_that_a_detector_missed_may_be_added) {
  auto beats = steady_beats(20);
  beats.erase(beats.begin() + 5, beats.begin() + 14);
  beats[5].v.ibi_us = 10'000'000;
  std::vector<Timed<BeatEdit>> edits;
  for (int i = 6; i <= 14; ++i) edits.push_back(edit_at(i * 1s, EditAction::add));
  const EditRun run(beats, edits);
  const auto out = run.beats();
  BOOST_REQUIRE_EQUAL(out.size(), 20U);
  for (std::size_t i = 1; i < out.size(); ++i) {
    BOOST_TEST(*out[i].v.ibi_us == 1'000'000);
    BOOST_TEST(out[i].v.contiguous);
  }
}

BOOST_AUTO_TEST_CASE(beats_that_a_detector_missed_while_it_settled_may_be_added) {
  auto beats = steady_beats(8);
  beats.erase(beats.begin(), beats.begin() + 3);
  beats[0].v.contiguous = false;
  beats[0].v.ibi_us = {};
  const EditRun run(beats, {edit_at(1s, EditAction::add), edit_at(2s, EditAction::add)});
  BOOST_TEST(run.text(0, 3) == "1000 -*, 2000 -*, 4000 -*");
}

BOOST_AUTO_TEST_CASE(an_unrated_stream_stays_unrated) {
  const std::string text =
      "interbeat: 1\n"
      "nodes:\n"
      "  ring: {type: source, uri: \"virtual:seed=1\"}\n"
      "  filtered: {type: filter.bandpass, in: ring.ppg}\n"
      "  detected: {type: beat.ppg, in: filtered}\n"
      "  person: {type: source.edits, path: e.csv}\n"
      "  checked: {type: beat.edit, beats: detected, edits: person}\n"
      "  clean: {type: interval.clean, beats: checked.beats}\n"
      "  file: {type: sink.csv, in: clean, path: out.csv}\n";
  Diagnostics problems;
  (void)read_graph_text(text, "g.yaml", graphs(), {}, all_nodes(), problems);
  BOOST_TEST(problems.text().find("interval.clean refuses a stream that is \"unrated\"") !=
                 std::string::npos,
             problems.text());
}

BOOST_AUTO_TEST_CASE(any_cut_of_the_blocks_gives_the_same_beats) {
  for (const auto seed : cases(200)) {
    BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
      std::mt19937 random(seed);
      auto beats = steady_beats(60);
      for (auto& b : beats) b.t = b.t + static_cast<int>(random() % 400) * 1ms;
      for (auto& b : beats) b.v.contiguous = b.v.contiguous && random() % 12 != 0;
      std::vector<Timed<BeatEdit>> edits;
      for (Duration t = 500ms; t < 60s; t += static_cast<int>(1 + random() % 1500) * 1ms) {
        const auto action = static_cast<EditAction>(random() % 4);
        const bool stretch = action == EditAction::exclude && random() % 4 == 0;
        edits.push_back(edit_at(t, action, static_cast<double>(random() % 900) / 1000 - 0.45,
                                stretch ? Maybe(3.0) : Maybe()));
      }
      NodeRunner run(node_def<EditBeats>());
      run.in<Beat>(0).items(beats).settle(80s).finish();
      run.in<BeatEdit>(1).items(edits).settle(80s).finish();
      run.play();
      const auto whole = run.items<Beat>(0);
      const auto outcomes = run.items<BeatEdit>(1);
      BOOST_TEST(outcomes.size() == edits.size());
      std::size_t applied = 0;
      for (const auto& e : outcomes) applied += e.v.outcome == EditOutcome::applied ? 1U : 0U;
      BOOST_TEST(run.counter("unmatched") == edits.size() - applied);
      BOOST_TEST(whole.size() == beats.size() + run.counter("added") - run.counter("removed"));
      BOOST_TEST(run.counter("late") == 0U);
      for (std::size_t i = 1; i < whole.size(); ++i) {
        if (!whole[i].v.contiguous) continue;
        BOOST_TEST(*whole[i].v.ibi_us >= 1);
      }
      run.play(Cut{seed});
      BOOST_TEST(same(whole, run.items<Beat>(0)));
      BOOST_TEST(same(outcomes, run.items<BeatEdit>(1)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
