#include "hrv/nonlinear.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

#include "nodes/probe.hpp"
#include "support/nn_series.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::vector<Timed<Interval>> stream_of(const NnSeries& series) {
  std::vector<Timed<Interval>> out;
  Time t{};
  for (const auto& x : series) {
    t = t + std::chrono::microseconds(x.us);
    const bool follows = x.continues && !out.empty();
    out.push_back({t, {x.us, true, follows, Label::normal, Reason::none, {}}});
  }
  return out;
}

std::vector<Timed<NonlinearRow>> nonlinear_rows(const std::vector<Timed<Interval>>& intervals,
                                                Duration end,
                                                std::vector<NodeRunner::Setting> settings = {}) {
  NodeRunner run(node_def<HrvNonlinear>(), std::move(settings));
  run.in<Interval>(0).items(intervals).settle(end).finish();
  run.play();
  return run.items<NonlinearRow>(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_nonlinear)

BOOST_AUTO_TEST_CASE(a_seesaw_turns_at_every_beat_and_is_no_surprise) {
  std::vector<std::int32_t> us;
  for (int i = 0; i < 500; ++i) us.push_back(i % 2 == 0 ? 800'000 : 840'000);
  const auto rows = nonlinear_rows(stream_of(unbroken(us)), 400s, {{"step", 100}});
  BOOST_REQUIRE_EQUAL(rows.size(), 4U);
  BOOST_CHECK(rows[0].v.reason == Reason::warming_up);
  BOOST_TEST(present(rows[0].v) == 0);
  const auto& full = rows.back().v;
  BOOST_CHECK(full.grade == HrvClass::ok);
  BOOST_CHECK(full.reason == Reason::none);
  BOOST_TEST(*full.pip_pct > 99);
  BOOST_TEST(*full.pas_pct > 99);
  BOOST_TEST(*full.sample_entropy < 0.01);
  BOOST_TEST(*full.porta_pct == 50, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(rows_equal_the_algorithms_on_the_window) {
  const auto series = noise(600, 5);
  const auto intervals = stream_of(series);
  const auto end = intervals.back().t - Time{};
  for (const auto& row : nonlinear_rows(intervals, end, {{"step", 20}})) {
    if (row.v.grade != HrvClass::ok) continue;
    NnSeries inside;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (intervals[i].t > row.t - 300s && intervals[i].t <= row.t) inside.push_back(series[i]);
    }
    dsp::IntervalEntropy entropy(inside.size());
    dsp::Dfa dfa(inside.size());
    dfa.take(inside);
    BOOST_TEST(static_cast<std::size_t>(row.v.n_beats) == inside.size());
    BOOST_TEST(*row.v.sample_entropy == *entropy(inside).sample);
    BOOST_TEST(*row.v.dfa_alpha1 == *dfa.alpha1());
  }
}

BOOST_AUTO_TEST_CASE(a_constant_heart_has_a_window_and_no_shape) {
  const auto row =
      nonlinear_rows(stream_of(unbroken(std::vector<std::int32_t>(500, 800'000))), 400s).back().v;
  BOOST_CHECK(row.grade == HrvClass::ok);
  BOOST_TEST(!row.sd1_sd2);
  BOOST_TEST(!row.stress_index);
  BOOST_TEST(!row.dfa_alpha1);
  BOOST_TEST(is_finite(row));
}

BOOST_AUTO_TEST_CASE(few_beats_are_of_class_low_and_a_thin_window_of_none) {
  const auto series = noise(100, 2);  // 80 s
  const auto low = nonlinear_rows(stream_of(series), 80s, {{"window", 60}, {"step", 80}}).back().v;
  BOOST_CHECK(low.grade == HrvClass::low);
  BOOST_CHECK(low.reason == Reason::insufficient_beats);
  BOOST_TEST(low.sd1_sd2.present == 1);
  BOOST_TEST(!low.sample_entropy);
  auto thin = stream_of(noise(500, 3));
  for (std::size_t i = 0; i < thin.size(); ++i) {
    thin[i].v.valid = i % 3 != 0;
    thin[i].v.contiguous = i % 3 == 2;
  }
  const auto absent = nonlinear_rows(thin, 390s, {{"step", 390}}).back().v;
  BOOST_CHECK(absent.grade == HrvClass::absent);
  BOOST_CHECK(absent.reason == Reason::insufficient_coverage);
  BOOST_TEST(present(absent) == 0);
}

BOOST_AUTO_TEST_CASE(beats_that_nothing_has_rated_are_refused) {
  BOOST_TEST(refuses(node_def<HrvNonlinear>(), 0) == "unrated");
}

BOOST_AUTO_TEST_SUITE_END()
