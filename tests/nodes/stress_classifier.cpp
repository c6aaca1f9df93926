#include "stress/classifier.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

using Intervals = std::vector<Timed<Interval>>;
using Rows = std::vector<Timed<ActivationRow>>;

/// A heart that breathes: `ms` +-4 % with a period of about five beats.
void beat_until(Intervals& to, Time end, double ms, Reason reason = Reason::none) {
  for (;;) {
    const double swing = 0.04 * std::sin(1.3 * static_cast<double>(to.size()));
    const auto us = static_cast<std::int32_t>(1000 * ms * (1 + swing));
    const Time t = (to.empty() ? Time{} : to.back().t) + us * 1us;
    if (t > end) return;
    const bool valid = reason == Reason::none;
    const bool contiguous = valid && !to.empty() && to.back().v.valid;
    to.push_back({t, {us, valid, contiguous, Label::normal, reason, {}}});
  }
}

/// Rest at 60 bpm for `rest`, then at `ms` until `end`.
Intervals rest_then(Duration rest, double ms, Duration end) {
  Intervals out;
  beat_until(out, Time{} + rest, 1000);
  beat_until(out, Time{} + end, ms);
  return out;
}

/// Acceleration at 10 Hz: gravity, shaken by +-`shake_g`.
std::vector<float> hand(double seconds, float shake_g) {
  std::vector<float> xyz;
  for (int i = 0; i < static_cast<int>(10 * seconds); ++i) {
    const float z = 1.0F + (i % 2 == 0 ? shake_g : -shake_g);
    xyz.insert(xyz.end(), {0.0F, 0.0F, z});
  }
  return xyz;
}

Rows rows_of(const Intervals& intervals, Duration end,
             std::vector<NodeRunner::Setting> settings = {{"baseline_window", 180}},
             const std::vector<float>& acc = {}, double sampled_hz = 0) {
  NodeRunner run(node_def<ActivationClassifier>(), std::move(settings));
  run.in<Interval>(0).sampled(sampled_hz).items(intervals).settle(end).finish();
  if (!acc.empty()) run.in<Acceleration>(1).rate(10).samples(acc).settle(end).finish();
  run.play();
  BOOST_TEST(run.counter("late") == 0u);
  return run.items<ActivationRow>(0);
}

const ActivationRow& at(const Rows& rows, int second) {
  BOOST_REQUIRE(rows.size() >= static_cast<std::size_t>(second));
  BOOST_REQUIRE(rows[static_cast<std::size_t>(second) - 1].t == Time{} + second * 1s);
  return rows[static_cast<std::size_t>(second) - 1].v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stress_classifier)

BOOST_AUTO_TEST_CASE(rest_is_collected_first_and_then_near_rest) {
  const auto rows = rows_of(rest_then(400s, 1000, 400s), 400s);
  BOOST_TEST(rows.size() == 400u);
  const auto& early = at(rows, 100);
  BOOST_CHECK(early.baseline == BaselineState::collecting);
  BOOST_CHECK(early.reason == Reason::no_baseline);
  BOOST_CHECK(early.state == ActivationLevel::insufficient);
  BOOST_TEST(!early.score);
  BOOST_TEST(!early.high_arousal);                       // unknown, which is not "no"
  BOOST_TEST(std::abs(*early.heart_rate_bpm - 60) < 1);  // what is known is shown
  const auto& rest = at(rows, 380);
  BOOST_CHECK(rest.baseline == BaselineState::ready);
  BOOST_CHECK(rest.state == ActivationLevel::near_rest);
  BOOST_CHECK(rest.reason == Reason::none);
  BOOST_TEST(std::abs(*rest.rest_heart_rate_bpm - 60) < 1);
  BOOST_TEST(std::abs(*rest.score - 1 / (1 + std::exp(1.0))) < 0.05);  // z near 0: sigmoid(b0)
  BOOST_CHECK(rest.confidence == dsp::Confidence::low);                // no accelerometer
}

BOOST_AUTO_TEST_CASE(a_raised_heart_rate_is_well_above_after_its_dwell) {
  const auto rows = rows_of(rest_then(300s, 650, 480s), 480s);
  BOOST_CHECK(at(rows, 300).state == ActivationLevel::near_rest);
  BOOST_CHECK(at(rows, 325).state <= ActivationLevel::somewhat_above);
  const auto& high = at(rows, 470);
  BOOST_CHECK(high.state == ActivationLevel::well_above);
  BOOST_TEST(*high.high_arousal == 1.0);  // 92 bpm, 32 above rest, for more than 60 s
  BOOST_TEST(*at(rows, 355).high_arousal == 0.0);
  BOOST_TEST(*high.z_heart_rate == 4.0);
  BOOST_TEST(std::abs(*high.term_heart_rate - 0.9 * 4.0) < 1e-12);
  BOOST_TEST(std::abs(*high.term_ln_rmssd + 0.6 * *high.z_ln_rmssd) < 1e-12);
}

/// As hrv.window: ten samples a second carry a heart rate, and no variability.
BOOST_AUTO_TEST_CASE(slow_samples_carry_heart_rate_alone) {
  const auto intervals = rest_then(300s, 650, 480s);
  const auto rows = rows_of(intervals, 480s, {{"baseline_window", 180}}, {}, 10);
  for (const int second : {100, 299, 470}) {
    const auto& row = at(rows, second);
    BOOST_TEST(!!row.heart_rate_bpm);
    BOOST_TEST(!row.ln_rmssd);
    BOOST_TEST(!row.score);
    BOOST_CHECK(row.reason == Reason::below_rate);
  }
  const auto alone =
      rows_of(intervals, 480s, {{"baseline_window", 180}, {"weight_ln_rmssd", 0}}, {}, 10);
  BOOST_CHECK(at(alone, 470).state == ActivationLevel::well_above);
  BOOST_TEST(!at(alone, 470).ln_rmssd);
  const auto enough = rows_of(intervals, 480s, {{"baseline_window", 180}}, {}, 12.5);
  BOOST_TEST(!!at(enough, 470).ln_rmssd);
}

BOOST_AUTO_TEST_CASE(weights_and_bias_are_settings) {
  const auto rows = rows_of(rest_then(300s, 650, 480s), 480s,
                            {{"baseline_window", 180}, {"weight_heart_rate", 0}, {"b0", 2}});
  BOOST_TEST(*at(rows, 299).score > 0.8);
  BOOST_TEST(!at(rows, 470).term_heart_rate);  // not used: no term
}

BOOST_AUTO_TEST_CASE(silence_becomes_stale_and_then_insufficient) {
  const auto rows = rows_of(rest_then(300s, 1000, 300s), 360s);
  BOOST_CHECK(at(rows, 303).state == ActivationLevel::near_rest);
  BOOST_CHECK(at(rows, 310).reason == Reason::stale);  // held
  BOOST_CHECK(at(rows, 310).state == ActivationLevel::near_rest);
  BOOST_TEST(!at(rows, 310).score);  // the state is held, a score would be an old one
  BOOST_TEST(*at(rows, 310).high_arousal == 0.0);
  BOOST_TEST(!at(rows, 310).heart_rate_bpm);
  const auto& lost = at(rows, 330);
  BOOST_CHECK(lost.state == ActivationLevel::insufficient);
  BOOST_TEST(!lost.score);
  BOOST_CHECK(lost.reason == Reason::stale);
}

BOOST_AUTO_TEST_CASE(a_still_hand_earns_confidence_and_a_moving_one_none) {
  auto acc = hand(260, 0.005F);
  const auto shaken = hand(60, 0.2F);
  acc.insert(acc.end(), shaken.begin(), shaken.end());
  const auto rows = rows_of(rest_then(320s, 1000, 320s), 319s, {{"baseline_window", 180}}, acc);
  BOOST_CHECK(at(rows, 250).confidence == dsp::Confidence::medium);
  BOOST_CHECK(at(rows, 270).reason == Reason::motion);
  BOOST_CHECK(at(rows, 270).state == ActivationLevel::near_rest);  // held for 30 s
  BOOST_CHECK(at(rows, 300).state == ActivationLevel::insufficient);
  BOOST_CHECK(at(rows, 300).reason == Reason::motion);
}

BOOST_AUTO_TEST_CASE(motion_makes_no_baseline) {
  const auto rows =
      rows_of(rest_then(300s, 1000, 300s), 299s, {{"baseline_window", 180}}, hand(300, 0.08F));
  BOOST_CHECK(at(rows, 299).baseline == BaselineState::collecting);
}

BOOST_AUTO_TEST_CASE(rejected_beats_make_the_rate_unusable) {
  auto intervals = rest_then(300s, 1000, 400s);
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (intervals[i].t < Time{} + 320s || i % 5 > 1) continue;
    intervals[i].v.valid = intervals[i].v.contiguous = false;
    intervals[i].v.reason = Reason::artefact;
  }
  const auto row = at(rows_of(intervals, 400s), 390);  // 60 % accepted
  BOOST_CHECK(row.state == ActivationLevel::insufficient);
  BOOST_CHECK(row.reason == Reason::insufficient_coverage ||
              row.reason == Reason::insufficient_beats);
}

BOOST_AUTO_TEST_CASE(irregular_withholds_variability_and_not_heart_rate) {
  auto intervals = rest_then(300s, 1000, 300s);
  beat_until(intervals, Time{} + 400s, 1000, Reason::irregular);
  const auto rows = rows_of(intervals, 400s);
  BOOST_TEST(bool(at(rows, 299).ln_rmssd));
  BOOST_TEST(!at(rows, 305).ln_rmssd);  // most of its minute is still regular
  for (int second : {305, 390}) {
    const auto& row = at(rows, second);
    BOOST_TEST_REQUIRE(bool(row.heart_rate_bpm));
    BOOST_TEST(std::abs(*row.heart_rate_bpm - 60) < 1);
    BOOST_CHECK(row.reason == Reason::irregular);
    BOOST_TEST(!row.score);
  }
  BOOST_CHECK(at(rows, 390).state == ActivationLevel::insufficient);
}

BOOST_AUTO_TEST_CASE(seconds_that_the_score_would_refuse_make_no_baseline) {
  Intervals irregular, thin;
  beat_until(irregular, Time{} + 400s, 1000, Reason::irregular);
  beat_until(thin, Time{} + 400s, 1000);
  for (std::size_t i = 0; i < thin.size(); ++i) {  // 3 of 5 accepted, in runs that give RMSSD
    if (i % 50 < 30) continue;
    thin[i].v.valid = thin[i].v.contiguous = false;
    thin[i].v.reason = Reason::artefact;
  }
  for (const auto& intervals : {irregular, thin})
    BOOST_CHECK(at(rows_of(intervals, 400s), 399).baseline == BaselineState::collecting);
}

BOOST_AUTO_TEST_CASE(another_weight_wants_another_baseline) {
  const auto intervals = rest_then(700s, 1000, 700s);
  NodeRunner run(node_def<ActivationClassifier>(),
                 {{"baseline_window", 180}, {"weight_ln_rmssd", 0}});
  run.in<Interval>(0).items(intervals).settle(700s).finish();
  run.change(300s, "weight_ln_rmssd", -0.6);
  run.play();
  const auto rows = run.items<ActivationRow>(0);
  BOOST_CHECK(at(rows, 299).state == ActivationLevel::near_rest);
  BOOST_CHECK(at(rows, 699).state == ActivationLevel::near_rest);  // never a dead end
  BOOST_TEST(bool(at(rows, 699).z_ln_rmssd));
}

BOOST_AUTO_TEST_CASE(step_thins_the_rows_and_not_the_levels) {
  const auto intervals = rest_then(300s, 650, 480s);
  const auto every = rows_of(intervals, 480s);
  const auto fifth = rows_of(intervals, 480s, {{"baseline_window", 180}, {"step", 5}});
  BOOST_REQUIRE_EQUAL(fifth.size(), 96u);
  for (const auto& row : fifth) {
    const auto& same = at(every, static_cast<int>(seconds(row.t)));
    BOOST_CHECK(row.v.state == same.state);
    BOOST_TEST((row.v.score == same.score));
  }
}

BOOST_AUTO_TEST_CASE(nothing_valid_or_nothing_at_all_gives_reasons_only) {
  Intervals bad;
  beat_until(bad, Time{} + 300s, 1000, Reason::low_quality);
  for (const auto& intervals : {bad, Intervals{}}) {
    const auto rows = rows_of(intervals, 300s);
    BOOST_TEST(rows.size() == 300u);
    for (const auto& row : rows) {
      BOOST_TEST(present(row.v) == 0);
      BOOST_TEST(is_finite(row.v));
      BOOST_CHECK(row.v.state == ActivationLevel::insufficient);
      BOOST_CHECK(row.v.reason != Reason::none);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_heart_like_a_clock_gives_no_nan) {
  Intervals clock;
  for (int i = 1; i <= 300; ++i)
    clock.push_back({Time{} + i * 1s, {1'000'000, true, i > 1, Label::normal, Reason::none, {}}});
  for (const auto& row : rows_of(clock, 300s)) {
    BOOST_TEST(is_finite(row.v));
    BOOST_CHECK(row.v.state == ActivationLevel::insufficient);  // ln 0 is no feature
  }
}

BOOST_AUTO_TEST_CASE(any_cut_and_interleaving_gives_the_same_rows) {
  for (unsigned seed : cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      NodeRunner run(node_def<ActivationClassifier>(), {{"baseline_window", 180}});
      auto intervals = rest_then(200s, 600 + static_cast<double>(random() % 400), 260s);
      auto in = run.in<Interval>(0);
      for (const auto& i : intervals) {
        if (i.t > Time{} + 230s && i.t < Time{} + 240s) continue;
        in.item(i.t - Time{}, i.v);
      }
      in.settle(265s).finish();
      if (seed % 2 == 0) {
        auto acc = run.in<Acceleration>(1);
        acc.rate(10).samples(hand(210, 0.01F)).lose(random() % 40);
        acc.samples(hand(40, 0.2F)).settle(265s).finish();
      }
      run.play();
      const auto whole = run.outputs();
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
      BOOST_TEST(run.counter("late") == 0u);
      BOOST_TEST(run.items<ActivationRow>(0).size() == 265u);
    }
  }
}

BOOST_AUTO_TEST_CASE(after_reset_as_fresh) {
  ActivationClassifier fresh, used;
  for (auto* node : {&fresh, &used}) {
    node->baseline_window.value = 180;
    activate(*node, {0, -1});
  }
  const auto feed = [](ActivationClassifier& node, Duration from) {
    int second = 1;
    for (const auto& i : rest_then(200s, 700, 300s)) {
      for (; second * 1s < i.t - Time{}; ++second) node.tick(Time{} + from + second * 1s);
      node.on(node.intervals, i.t + from, i.v);
    }
  };
  feed(used, 0s);
  used.reset();
  Catch a(fresh.activation), b(used.activation);
  feed(fresh, 1000s);
  feed(used, 1000s);
  BOOST_TEST(a.size() > 250u);
  BOOST_CHECK(a == b);
}

BOOST_AUTO_TEST_CASE(no_word_for_people_says_stress) {
  std::string words;
  for (const char* w : labels(ActivationLevel{})) words += std::string(w) + " ";
  for (const char* w : labels(BaselineState{})) words += std::string(w) + " ";
  const auto& type = ActivationRow::type();
  for (std::uint32_t i = 0; i < type.n_fields; ++i)
    words += std::string(type.fields[i].name) + " " + type.fields[i].doc + " ";
  BOOST_TEST(words.find("stress") == std::string::npos);
  BOOST_TEST(words.find("near_rest") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
