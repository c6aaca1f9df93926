#include "hrv/window.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/reference_json.hpp"

using namespace ib;
using namespace ib::test;

namespace {

using Intervals = std::vector<Timed<Interval>>;

void add(Intervals& to, Time t, int us, Reason reason = Reason::none, bool follows = true) {
  const bool valid = reason == Reason::none;
  const bool contiguous = valid && follows && !to.empty() && to.back().v.valid;
  to.push_back({t, {us, valid, contiguous, Label::normal, reason, {}}});
}

/// 800 and 840 ms in turn: every difference is 40 ms.
Intervals seesaw(Time from, Time to) {
  Intervals out;
  for (Time t = from;;) {
    const int ms = out.size() % 2 == 0 ? 800 : 840;
    t = t + ms * 1ms;
    if (t > to) return out;
    add(out, t, ms * 1000);
  }
}

Intervals wandering(unsigned seed, Duration end) {
  std::mt19937 random(seed);
  Intervals out;
  for (Time t{}; t < Time{} + end;) {
    const int us = 700'000 + static_cast<int>(random() % 300'000);
    const bool lifted = random() % 60 == 0;
    t = t + us * 1us + 1ms * (lifted ? static_cast<int>(random() % 30'000) : 0);
    add(out, t, us, random() % 12 == 0 ? Reason::artefact : Reason::none, !lifted);
  }
  return out;
}

std::vector<Timed<HrvRow>> rows_of(const Intervals& intervals, Duration end,
                                   std::vector<NodeRunner::Setting> settings = {}) {
  NodeRunner run(node_def<HrvWindow>(), std::move(settings));
  run.in<Interval>(0).items(intervals).settle(end).finish();
  run.play();
  BOOST_TEST(run.counter("late") == 0u);
  return run.items<HrvRow>(0);
}

/// Mean, SDNN and RMSSD of (t - window, t] from their definitions.
struct Expected {
  int n{}, n_diff{};
  double mean{}, sdnn{}, rmssd{};
};
Expected recomputed(const Intervals& all, Time t, Duration window) {
  Expected e;
  double sum = 0, squares = 0, scatter = 0;
  const Interval* before = nullptr;
  std::vector<double> x;
  for (const auto& i : all) {
    if (i.t <= t - window || i.t > t) continue;
    if (i.v.valid) {
      x.push_back(i.v.ibi_us / 1000.0);
      sum += x.back();
      if (before != nullptr && before->valid && i.v.contiguous) {
        const double d = (i.v.ibi_us - before->ibi_us) / 1000.0;
        squares += d * d;
        ++e.n_diff;
      }
    }
    before = &i.v;
  }
  e.n = static_cast<int>(x.size());
  e.mean = sum / e.n;
  for (double v : x) scatter += (v - e.mean) * (v - e.mean);
  e.sdnn = std::sqrt(scatter / (e.n - 1));
  e.rmssd = std::sqrt(squares / e.n_diff);
  return e;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_window)

BOOST_AUTO_TEST_CASE(a_row_every_step_from_the_first_tick_on) {
  const auto rows = rows_of(seesaw({}, Time{} + 120s), 120s);
  BOOST_REQUIRE_EQUAL(rows.size(), 24u);
  for (int k = 1; const auto& row : rows) BOOST_CHECK(row.t == Time{} + k++ * 5s);
  BOOST_TEST(present(rows[0].v) == 0);
  BOOST_CHECK(rows[0].v.reason == Reason::warming_up);
  BOOST_TEST(rows[0].v.n_beats == 6);  // and yet it says how far it is
  const auto& full = rows.back().v;
  BOOST_CHECK(full.grade == dsp::Grade::ok);
  BOOST_CHECK(full.reason == Reason::none);
  BOOST_TEST(*full.rmssd_ms == 40.0);
  BOOST_TEST(*full.pnn20_pct == 100.0);
  BOOST_TEST(*full.pnn50_pct == 0.0);
  BOOST_TEST(std::abs(*full.heart_rate_bpm - 60'000 / *full.mean_nn_ms) < 1e-12);
  BOOST_TEST(!full.hti);  // 60 s are too short for it
  BOOST_CHECK(full.triangle_grade == dsp::Grade::absent);
  BOOST_TEST(*full.prc20_nn_ms == 800.0);
  BOOST_TEST(*full.prc80_nn_ms == 840.0);
  const double n = full.n_beats, slow = n * *full.mean_nn_ms - 800 * n;  // 40 ms for each long one
  const double mean_of_rates = 60'000 * (slow / 40 / 840 + (n - slow / 40) / 800) / n;
  BOOST_TEST(std::abs(*full.heart_rate_beats_bpm - mean_of_rates) < 1e-9);
}

BOOST_AUTO_TEST_CASE(rows_equal_the_definitions) {
  const auto intervals = wandering(7, 600s);
  int compared = 0;
  for (const auto& row : rows_of(intervals, 600s, {{"window", 60}, {"step", 2.5}})) {
    const auto e = recomputed(intervals, row.t, 60s);
    BOOST_TEST(row.v.n_beats == e.n);
    BOOST_TEST(row.v.n_differences == e.n_diff);
    if (row.v.rmssd_ms) {
      BOOST_TEST(std::abs(*row.v.rmssd_ms - e.rmssd) < 1e-9);
      BOOST_TEST(std::abs(*row.v.mean_nn_ms - e.mean) < 1e-9);
      ++compared;
    }
    if (row.v.sdnn_ms) BOOST_TEST(std::abs(*row.v.sdnn_ms - e.sdnn) < 1e-9);
    BOOST_TEST((row.v.grade == dsp::Grade::absent) == !row.v.rmssd_ms);
    BOOST_TEST((row.v.grade == dsp::Grade::ok) == (row.v.reason == Reason::none));
  }
  BOOST_TEST(compared > 50);
}

BOOST_AUTO_TEST_CASE(after_a_gap_values_go_and_the_row_says_why) {
  const auto before = seesaw({}, Time{} + 120s);
  auto after = seesaw(Time{} + 180s, Time{} + 260s);
  after.front().v.contiguous = false;
  NodeRunner run(node_def<HrvWindow>());
  run.in<Interval>(0).items(before).gap(120s, 181s).items(after).settle(260s).finish();
  run.play();
  for (const auto& row : run.items<HrvRow>(0)) {
    const double t = seconds(row.t);
    if (t <= 155 || t > 225) continue;  // half of the window is empty from 150 s to 210 s
    if (t < 210) BOOST_CHECK(row.v.reason == Reason::insufficient_coverage);
    if (t < 210) BOOST_TEST(present(row.v) == 0, "at " << t);
  }
  const auto last = run.items<HrvRow>(0).back().v;
  BOOST_TEST(*last.rmssd_ms == 40.0);
}

BOOST_AUTO_TEST_CASE(a_window_with_irregular_intervals_is_withheld) {
  auto intervals = seesaw({}, Time{} + 200s);
  intervals[120].v = {800'000, false, false, Label::normal, Reason::irregular, {}};
  const double at = seconds(intervals[120].t);
  int withheld = 0;
  for (const auto& row : rows_of(intervals, 200s)) {
    const double age = seconds(row.t) - at;
    if (age < 0 || age >= 60) continue;
    BOOST_CHECK(row.v.reason == Reason::irregular);
    BOOST_TEST(present(row.v) == 1);  // heart rate
    BOOST_TEST(std::abs(*row.v.heart_rate_bpm - 60'000 / 820.0) < 0.5);
    ++withheld;
  }
  BOOST_TEST(withheld == 12);
}

/// Five of eight: the heart was faster than the rest of the window tells. Four may be chance.
BOOST_AUTO_TEST_CASE(a_window_of_a_heart_that_outran_its_detector_says_nothing) {
  for (const std::size_t n : {4U, 5U, 20U}) {
    auto intervals = seesaw({}, Time{} + 200s);
    for (std::size_t k = 100; k < 100 + n; ++k)
      intervals[k].v = {500'000, false, false, Label::low_quality, Reason::aliasing, {}};
    intervals[110 + n].v = {800'000, false, false, Label::normal, Reason::irregular, {}};
    const double from = seconds(intervals[104].t), to = seconds(intervals[100 + n].t) + 60;
    for (const auto& row : rows_of(intervals, 200s)) {
      const double t = seconds(row.t);
      const bool outran = n > 4 && t >= from && t < to - 5;
      if (outran) BOOST_CHECK(row.v.reason == Reason::aliasing);
      if (outran) BOOST_TEST(present(row.v) == 0, n << ", at " << t);
      if (n == 4 || t < from || t > to + 5) BOOST_CHECK(row.v.reason != Reason::aliasing);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_irregular_heart_has_a_rate) {
  Intervals intervals;
  for (int i = 1; i <= 100; ++i) {
    add(intervals, Time{} + i * 1s, 1'000'000, i % 3 > 0 ? Reason::irregular : Reason::artefact);
  }
  const auto rows = rows_of(intervals, 100s);
  BOOST_TEST(!rows[5].v.heart_rate_bpm);  // 20 of 60 s
  BOOST_TEST(*rows.back().v.heart_rate_bpm == 60.0);
  BOOST_TEST(present(rows.back().v) == 1);
  BOOST_TEST(rows.back().v.n_beats == 0);
}

BOOST_AUTO_TEST_CASE(a_heart_like_a_clock_has_no_logarithm) {
  Intervals intervals;
  for (int i = 1; i <= 100; ++i) add(intervals, Time{} + i * 1s, 1'000'000);
  for (const auto& row : rows_of(intervals, 100s)) {
    BOOST_TEST(is_finite(row.v));
    BOOST_TEST(!row.v.ln_rmssd);
    if (row.v.rmssd_ms) BOOST_TEST(*row.v.rmssd_ms == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(nothing_valid_or_nothing_at_all_gives_reasons_only) {
  Intervals bad;
  for (int i = 1; i <= 100; ++i) add(bad, Time{} + i * 1s, 1'000'000, Reason::low_quality);
  for (const auto& intervals : {bad, Intervals{}}) {
    const auto rows = rows_of(intervals, 100s);
    BOOST_TEST(rows.size() == 20u);
    for (const auto& row : rows) {
      BOOST_TEST(present(row.v) == 0);
      BOOST_TEST(is_finite(row.v));
      BOOST_CHECK(row.v.reason != Reason::none);
      BOOST_CHECK(row.v.grade == dsp::Grade::absent);
      const bool filling = row.t < Time{} + 60s;  // not for ever, also without a single interval
      BOOST_CHECK((row.v.reason == Reason::warming_up) == filling);
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_equal_the_sliding_reference) {
  const auto reference = test::reference("hrv_sliding.json");
  const auto series = test::reference("hrv_series.json");
  if (reference.is_null() || series.is_null()) return;
  const auto rr = series.at("pyhrv_short").at("rr").get<std::vector<double>>();
  std::size_t compared = 0;
  for (const auto& [length, table] : reference.at("windows").items()) {
    HrvWindow node;
    node.window.value = std::stod(length);
    activate(node, {0});
    Catch rows(node.hrv);
    std::size_t k = 0;
    Time t{};
    for (std::size_t i = 0; i < rr.size(); ++i) {
      const auto us = static_cast<std::int32_t>(std::lround(rr[i] * 1000));
      t = t + us * 1us;
      node.on(node.intervals, t, {us, true, i > 0, Label::normal, Reason::none, {}});
      if (t < Time{} + node.window.duration()) continue;
      node.tick(t);
      const auto& row = rows.item(rows.size() - 1);
      const auto& expected = table.at("rows").at(k++);
      const Maybe values[] = {row.mean_nn_ms,   row.sdnn_ms,   row.rmssd_ms,  row.pnn50_pct,
                              row.median_nn_ms, row.min_nn_ms, row.max_nn_ms, row.sdsd_ms};
      BOOST_TEST(row.n_beats == expected.at(1).get<int>());
      for (std::size_t c = 0; c < std::size(values); ++c) {
        if (!values[c]) continue;  // too few differences in 10 s
        BOOST_TEST(std::abs(*values[c] - expected.at(c + 2).get<double>()) < 1e-6);
        ++compared;
      }
    }
    BOOST_TEST(k == table.at("rows").size());
  }
  BOOST_TEST_MESSAGE(compared << " values compared");
  BOOST_TEST(compared > 8000u);
}

BOOST_AUTO_TEST_CASE(five_minutes_have_a_triangle) {
  const auto rows = rows_of(wandering(5, 900s), 900s, {{"window", 300}, {"step", 60}});
  int triangles = 0;
  for (const auto& row : rows) {
    triangles += row.v.hti && row.v.tinn_ms ? 1 : 0;
    BOOST_CHECK((row.v.triangle_grade == dsp::Grade::low) == bool(row.v.hti));
  }
  BOOST_TEST(triangles > 0);
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_rows) {
  for (unsigned seed : cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const auto intervals = wandering(seed, 200s);
      NodeRunner run(node_def<HrvWindow>(), {{"window", 30}, {"step", seed % 2 == 0 ? 0.5 : 7}});
      auto in = run.in<Interval>(0);
      Time last{};
      for (const auto& i : intervals) {
        if (i.t - last > 3s) in.gap(last - Time{} + 1ms, i.t - Time{} - 1s);
        in.item(i.t - Time{}, i.v);
        last = i.t;
      }
      in.settle(last - Time{} + 20s).finish();
      run.play();
      const auto whole = run.outputs();
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
      BOOST_TEST(run.counter("late") == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(after_reset_as_fresh) {
  HrvWindow fresh, used;
  activate(fresh, {0});
  activate(used, {0});
  auto irregular = wandering(1, 100s);
  irregular.back().v.reason = Reason::irregular;
  for (const auto& i : irregular) used.on(used.intervals, i.t, i.v);
  used.reset();
  Catch a(fresh.hrv), b(used.hrv);
  for (auto* node : {&fresh, &used}) {
    for (const auto& i : seesaw(Time{} + 110s, Time{} + 200s)) {
      node->on(node->intervals, i.t, i.v);
      node->tick(i.t);
    }
  }
  BOOST_TEST(a.size() > 100u);
  BOOST_CHECK(a == b);
}

BOOST_AUTO_TEST_CASE(unrated_intervals_are_refused_at_load) {
  BOOST_TEST(refuses(node_def<HrvWindow>(), 0) == "unrated");
}

BOOST_AUTO_TEST_CASE(profiles_say_what_other_programs_print) {
  // Differences +40, -40, ...: a mean of nearly 0, so both RMSSD are nearly the same; and pNN20 of n - 1 in n.
  const auto intervals = seesaw({}, Time{} + 120s);
  const auto ours = rows_of(intervals, 120s).back().v;
  const auto kubios = rows_of(intervals, 120s, {{"profile", 1}}).back().v;
  const auto neurokit = rows_of(intervals, 120s, {{"profile", 2}}).back().v;
  const double n_diff = ours.n_differences;
  BOOST_TEST(*kubios.rmssd_ms == *ours.sdsd_ms * std::sqrt((n_diff - 1) / n_diff),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(*kubios.ln_rmssd == std::log(*kubios.rmssd_ms), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(*kubios.sdnn_ms == *ours.sdnn_ms);
  BOOST_TEST(*ours.pnn20_pct == 100);
  BOOST_TEST(*neurokit.pnn20_pct == 100 * n_diff / ours.n_beats,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(*neurokit.rmssd_ms == *ours.rmssd_ms);
  const auto early = rows_of(intervals, 120s, {{"profile", 1}}).front().v;
  BOOST_TEST(present(early) == 0);  // what is withheld stays withheld
}

BOOST_AUTO_TEST_CASE(intervals_made_by_hand_are_counted_while_they_are_in_the_window) {
  auto intervals = seesaw({}, Time{} + 150s);
  std::vector<Time> by_hand;
  for (std::size_t k = 20; k < 60; k += 10) {  // 4 of them, at about 17 to 42 s
    intervals[k].v.reason = Reason::edited;
    by_hand.push_back(intervals[k].t);
  }
  intervals[50].v.valid = false;  // excluded
  for (const auto& [window, step] : {std::pair{60.0, 5.0}, {61.5, 5.0}, {10.0, 30.0}, {60.0, 0.5}})
    for (const auto& row : rows_of(intervals, 150s, {{"window", window}, {"step", step}})) {
      int expected = 0;
      for (const auto t : by_hand)
        expected += t <= row.t && t > row.t - from_seconds(window) ? 1 : 0;
      BOOST_TEST(row.v.n_edited == expected);
    }
  const auto rows = rows_of(intervals, 150s, {{"window", 60}, {"step", 5}});
  BOOST_TEST(rows.at(8).v.n_edited == 4);  // at 45 s
  BOOST_TEST(rows.at(28).v.n_edited == 0);
}

std::vector<Timed<HrvRow>> rows_sampled_at(double hz, const Intervals& intervals) {
  NodeRunner run(node_def<HrvWindow>(), {{"window", 60}, {"step", 5}});
  run.in<Interval>(0).sampled(hz).items(intervals).settle(120s).finish();
  run.play();
  return run.items<HrvRow>(0);
}

BOOST_AUTO_TEST_CASE(the_rate_of_the_samples_decides_what_a_window_carries) {
  const auto intervals = seesaw({}, Time{} + 120s);
  const auto at = [&](double hz) { return rows_sampled_at(hz, intervals).back().v; };
  for (const double hz : {0.0, 20.0, 25.0, 19.7}) {
    const auto row = at(hz);
    BOOST_TEST((row.grade == HrvClass::ok && row.reason == Reason::none), hz);
    BOOST_TEST((row.rmssd_ms && row.sdnn_ms), hz);
  }
  const auto low = at(12.5);  // the row of class low, whatever its coverage
  BOOST_TEST((low.grade == HrvClass::low && low.reason == Reason::below_rate));
  BOOST_TEST(*low.rmssd_ms == 40, boost::test_tools::tolerance(1e-9));
  BOOST_TEST((low.rmssd_low_ms && !low.sdnn_ms && !low.sdnn_low_ms && !low.median_nn_ms));
  const auto rate_alone = at(10);
  BOOST_TEST((rate_alone.grade == HrvClass::absent && rate_alone.reason == Reason::below_rate));
  BOOST_TEST(*rate_alone.heart_rate_bpm == 60'000 / 820.0, boost::test_tools::tolerance(0.01));
  BOOST_TEST(present(rate_alone) == 1);
  NodeRunner slower(node_def<HrvWindow>(), {});
  slower.in<Interval>(0).sampled(4).items(intervals).finish();
  BOOST_TEST(!slower.activate());
  BOOST_TEST(slower.error().find("10 samples a second") != std::string::npos, slower.error());
  BOOST_TEST(slower.error().find("4 Hz") != std::string::npos, slower.error());
}

BOOST_AUTO_TEST_CASE(a_rate_that_may_be_an_image_of_another_is_withheld) {
  Intervals fast;
  for (Time t = Time{} + 230ms; t < Time{} + 120s; t = t + 230ms) add(fast, t, 230'000);  // 261 bpm
  const auto at_10_hz = rows_sampled_at(10, fast).back().v;
  BOOST_TEST((at_10_hz.reason == Reason::aliasing));  // up to 240 bpm could be told
  BOOST_TEST(present(at_10_hz) == 0);
  BOOST_TEST(rows_sampled_at(12.5, fast).back().v.heart_rate_bpm.present == 1u);
}

BOOST_AUTO_TEST_CASE(a_row_says_what_was_used_and_by_whose_definition) {
  auto intervals = seesaw({}, Time{} + 120s);
  for (const std::size_t k : {80UL, 90UL, 100UL, 101UL})
    intervals[k].v = {820'000, false, false, Label::ectopic, Reason::artefact, {}};
  const auto row = rows_of(intervals, 120s).back().v;
  BOOST_TEST(row.n_excluded == 4);
  BOOST_TEST(row.n_beats + row.n_excluded == 73);  // 60 s of 820 ms
  BOOST_TEST((row.definition == Definition::task_force));
  BOOST_TEST(!row.loss_not_random);
  BOOST_TEST(
      (rows_of(intervals, 120s, {{"profile", 1}}).back().v.definition == Definition::kubios));
  // 95 % of such minutes: around the value, and not as wide as the value itself.
  BOOST_TEST((*row.heart_rate_low_bpm <= *row.heart_rate_bpm &&
              *row.heart_rate_bpm <= *row.heart_rate_high_bpm));
  BOOST_TEST((*row.rmssd_low_ms < 40 && 40 < *row.rmssd_high_ms));
}

BOOST_AUTO_TEST_CASE(what_is_lost_while_the_heart_is_fast_is_said) {
  Intervals intervals;
  Time t{};
  for (int i = 0; t < Time{} + 60s; ++i) {
    const bool walks = t > Time{} + 30s && t < Time{} + 45s;
    const int us = (walks ? 600'000 : 820'000) + (i % 5) * 4000;
    t = t + us * 1us;
    add(intervals, t, us, walks ? Reason::low_quality : Reason::none);
    if (walks) intervals.back().v.label = Label::low_quality;
  }
  const auto row = rows_of(intervals, 62s, {{"window", 60}, {"step", 1}}).back().v;
  BOOST_TEST(row.loss_not_random);
  BOOST_TEST((row.rmssd_ms && !row.heart_rate_low_bpm));  // no interval around it would hold
}

BOOST_AUTO_TEST_SUITE_END()
