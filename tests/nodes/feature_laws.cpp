// Laws that hold for features whatever the heart: nothing is computed across a gap, of whatever length; deviations do
// not ask how fast a heart beats and go with its scale; partners that change places change signs.
#include "dyad/slope.hpp"
#include "hrv/coherence.hpp"
#include "hrv/nonlinear.hpp"
#include "hrv/respiration.hpp"
#include "hrv/spectrum.hpp"
#include "hrv/window.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/cases.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

using IntervalStream = std::vector<Timed<Interval>>;

void append_interval(IntervalStream& to, Time t, int us, bool contiguous) {
  to.push_back({t, {us, true, contiguous, Label::normal, Reason::none, {}}});
}

/// 1 s each, then a gap, then 600 ms each. Inside either piece nothing changes.
struct TwoPieces {
  IntervalStream intervals;
  Duration gap_from{}, gap_to{}, end{};

  TwoPieces(int slow_beats, Duration gap, int quick_beats) {
    Time t{};
    for (int i = 0; i < slow_beats; ++i) append_interval(intervals, t = t + 1s, 1'000'000, i > 0);
    gap_from = t - Time{} + Duration{1};
    t = t + gap;
    gap_to = t - Time{};
    for (int i = 0; i < quick_beats; ++i) append_interval(intervals, t = t + 600ms, 600'000, i > 0);
    end = t - Time{};
  }
};

template <class Node, class Row>
std::vector<Timed<Row>> rows_across(const TwoPieces& heart,
                                    std::vector<NodeRunner::Setting> settings) {
  NodeRunner run(node_def<Node>(), std::move(settings));
  auto in = run.in<Interval>(0);
  for (const auto& i : heart.intervals) {
    const bool behind = i.v.ibi_us == 600'000 && !i.v.contiguous;
    if (behind) in.gap(heart.gap_from, heart.gap_to);
    in.item(i.t - Time{}, i.v);
  }
  in.settle(heart.end).finish();
  run.play();
  return run.items<Row>(0);
}

/// From a millisecond to an hour, evenly in its logarithm.
Duration any_gap(std::mt19937& random) {
  return from_seconds(1e-3 * std::pow(10.0, static_cast<double>(random() % 6556) / 1000));
}

/// A heart at rest in whole microseconds.
std::vector<int> random_heart(std::mt19937& random, std::size_t n) {
  std::vector<int> us;
  for (std::size_t i = 0; i < n; ++i) us.push_back(600'000 + static_cast<int>(random() % 200'000));
  return us;
}

HrvRow last_row_of(const std::vector<int>& us) {
  IntervalStream intervals;
  Time t{};
  for (const int x : us) append_interval(intervals, t = t + x * 1us, x, !intervals.empty());
  const double length = std::ceil(seconds(t));
  NodeRunner run(node_def<HrvWindow>(), {{"window", length}, {"step", length}});
  run.in<Interval>(0).items(intervals).settle(from_seconds(length)).finish();
  run.play();
  const auto rows = run.items<HrvRow>(0);
  BOOST_REQUIRE_EQUAL(rows.size(), 1U);
  return rows.front().v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(feature_laws)

// The step from 1000 to 600 ms stands in no difference: were it there once in a window of 60 s, RMSSD were above 40 ms.
BOOST_AUTO_TEST_CASE(no_difference_reaches_across_a_gap_of_any_length) {
  int seen = 0, both = 0;
  for (const unsigned seed : cases(100)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      for (const Duration gap : {Duration(200ms), any_gap(random)}) {
        const TwoPieces heart(70, gap, 120);
        for (const auto& row :
             rows_across<HrvWindow, HrvRow>(heart, {{"window", 60}, {"step", 2}})) {
          if (!row.v.rmssd_ms) continue;
          ++seen;
          const bool of_both = row.v.min_nn_ms && *row.v.min_nn_ms < *row.v.max_nn_ms;
          both += of_both ? 1 : 0;
          BOOST_TEST(*row.v.rmssd_ms == 0);
          BOOST_TEST(*row.v.pnn20_pct == 0);
          if (row.v.sdsd_ms) BOOST_TEST(*row.v.sdsd_ms == 0);
          if (row.v.sd1_ms) BOOST_TEST(*row.v.sd1_ms == 0);
        }
      }
    }
  }
  BOOST_TEST_MESSAGE("RMSSD in " << seen << " rows, " << both << " of them with both pieces");
  BOOST_TEST(seen > 0);
  BOOST_TEST(both > 0);
}

BOOST_AUTO_TEST_CASE(no_pattern_reaches_across_a_gap_of_any_length) {
  int seen = 0;
  for (const unsigned seed : cases(60)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const TwoPieces heart(310, any_gap(random), 600);
      for (const auto& row :
           rows_across<HrvNonlinear, NonlinearRow>(heart, {{"window", 300}, {"step", 30}})) {
        if (row.v.grade == HrvClass::absent) continue;
        ++seen;
        BOOST_TEST(!row.v.porta_pct);  // no change is there to be slower or quicker
        BOOST_TEST(!row.v.guzik_pct);
        BOOST_TEST((!row.v.deceleration_ms || *row.v.deceleration_ms == 0));
        BOOST_TEST((!row.v.acceleration_ms || *row.v.acceleration_ms == 0));
      }
    }
  }
  BOOST_TEST(seen > 0);
}

// A spectrum may look across a short gap, which its definition fills; across more than 10 s it may not.
BOOST_AUTO_TEST_CASE(no_wave_is_seen_across_a_gap_of_more_than_ten_seconds) {
  int absent = 0;
  for (const unsigned seed : cases(40)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const TwoPieces heart(320, 10s + any_gap(random), 600);
      const auto crosses = [&](Time t, Duration window) {
        return t - Time{} > heart.gap_to && t - Time{} - window < heart.gap_from - 1s;
      };
      for (const auto& row :
           rows_across<HrvSpectrum, SpectrumRow>(heart, {{"window", 300}, {"step", 10}})) {
        if (!crosses(row.t, 300s)) continue;
        ++absent;
        BOOST_TEST(!row.v.hf_ms2);
        BOOST_TEST(!row.v.lf_ms2);
        BOOST_CHECK(row.v.reason != Reason::none);
      }
      for (const auto& row : rows_across<HrvCoherence, CoherenceRow>(heart, {})) {
        if (!crosses(row.t, 64s)) continue;
        BOOST_TEST(!row.v.score_pct);
        BOOST_CHECK(row.v.reason != Reason::none);
      }
      for (const auto& row : rows_across<HrvRespiration, RespirationRow>(heart, {}))
        if (crosses(row.t, 64s)) BOOST_TEST(!row.v.breaths_per_min);
    }
  }
  BOOST_TEST(absent > 0);
}

BOOST_AUTO_TEST_CASE(deviations_do_not_ask_for_the_level_and_go_with_the_scale) {
  for (const unsigned seed : cases(100)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const auto heart = random_heart(random, 100);
      auto slower = heart, twice = heart;
      const int by = static_cast<int>(random() % 300'000);
      for (int& x : slower) x += by;
      for (int& x : twice) x *= 2;
      const auto row = last_row_of(heart), shifted = last_row_of(slower),
                 scaled = last_row_of(twice);
      const auto same = boost::test_tools::tolerance(1e-12);
      BOOST_TEST(*shifted.rmssd_ms == *row.rmssd_ms, same);
      BOOST_TEST(*shifted.sdnn_ms == *row.sdnn_ms, same);
      BOOST_TEST(*shifted.mean_nn_ms == *row.mean_nn_ms + by * 1e-3, same);
      BOOST_TEST(*scaled.rmssd_ms == 2 * *row.rmssd_ms, same);
      BOOST_TEST(*scaled.sdnn_ms == 2 * *row.sdnn_ms, same);
    }
  }
}

BOOST_AUTO_TEST_CASE(partners_that_change_places_change_their_slopes) {
  for (const unsigned seed : cases(50)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<Timed<PairHr>> grid, mirrored;
      for (int k = 0; k < 100; ++k) {
        const auto value = [&] {
          return random() % 8 == 0 ? Maybe()
                                   : Maybe(60 + 0.01 * static_cast<double>(random() % 4000));
        };
        PairHr here, there;
        here.hr_a_bpm = there.hr_b_bpm = value();
        here.hr_b_bpm = there.hr_a_bpm = value();
        grid.push_back({Time{} + 500ms * k, here});
        mirrored.push_back({Time{} + 500ms * k, there});
      }
      const auto slopes = [](const std::vector<Timed<PairHr>>& pairs) {
        NodeRunner run(node_def<DyadSlope>());
        run.in<PairHr>(0).rate(2).items(pairs).settle(50s).finish();
        run.play();
        return run.items<PairSlope>(0);
      };
      const auto p = slopes(grid), q = slopes(mirrored);
      BOOST_REQUIRE_EQUAL(p.size(), q.size());
      for (std::size_t k = 0; k < p.size(); ++k) {
        BOOST_CHECK(p[k].v.slope_a == q[k].v.slope_b);
        BOOST_CHECK(p[k].v.slope_b == q[k].v.slope_a);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
