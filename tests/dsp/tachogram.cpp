#include "dsp/tachogram.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "support/rr_series.hpp"

namespace {

using ib::Time;
using ib::dsp::BeatInterval;
using ib::dsp::Curve;
using ib::dsp::Tachogram;
using ib::test::beat_intervals;
using namespace std::chrono_literals;

std::vector<double> samples_of(const std::vector<BeatInterval>& intervals,
                               Curve curve = Curve::natural) {
  Tachogram tachogram(3600s, 10'000);
  tachogram.take(intervals);
  const auto samples = tachogram.sampled(curve);
  return {samples.begin(), samples.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tachogram)

BOOST_AUTO_TEST_CASE(a_line_is_read_off_every_quarter_second) {
  const auto y = samples_of({{Time{} + 10s, 800'000, true}, {Time{} + 11s, 1'000'000, true}});
  BOOST_TEST(y == std::vector<double>({800, 850, 900, 950, 1000}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_ends_before_the_last_beat) {
  BOOST_TEST(samples_of({{Time{} + 1s, 900'000, true}, {Time{} + 1999ms, 999'000, true}}).size() ==
             4u);
}

BOOST_AUTO_TEST_CASE(an_invalid_interval_is_no_point) {
  const auto y = samples_of({{Time{} + 1s, 800'000, true},
                             {Time{} + 1500ms, 9'000, false},
                             {Time{} + 2s, 800'000, true}});
  for (const double ms : y) BOOST_TEST(ms == 800.0);
}

BOOST_AUTO_TEST_CASE(neither_is_one_that_goes_back_in_time_or_has_no_length) {
  const auto y = samples_of({{Time{} + 2s, 800'000, true},
                             {Time{} + 2s, 100'000, true},
                             {Time{} + 1s, 100'000, true},
                             {Time{} + 3s, 0, true},
                             {Time{} + 3s, -5, true},
                             {Time{} + 4s, 800'000, true}});
  BOOST_TEST(y.size() == 9u);
  for (const double ms : y) BOOST_TEST(ms == 800.0);
}

BOOST_AUTO_TEST_CASE(too_little_gives_no_samples) {
  BOOST_TEST(samples_of({}).empty());
  BOOST_TEST(samples_of({{Time{} + 1s, 800'000, true}}).empty());
  BOOST_TEST(samples_of({{Time{} + 1s, 800'000, false}, {Time{} + 2s, 800'000, false}}).empty());
}

BOOST_AUTO_TEST_CASE(the_last_ones_are_taken_where_room_ends) {
  const auto intervals = beat_intervals(std::vector<double>(100, 500.0));
  Tachogram few(3600s, 10), brief(5s, 1000);
  few.take(intervals);
  BOOST_TEST(few.times().size() == 10u);
  brief.take(intervals);
  BOOST_TEST(brief.times().size() == 11u);  // 5 s between the first and the last
  BOOST_TEST(brief.sampled().size() == brief.most_samples());
}

BOOST_AUTO_TEST_CASE(a_shifted_session_gives_the_same_bits) {
  const auto rr = ib::test::swinging_rr(800, 50, 0.1, 60);
  BOOST_TEST(samples_of(beat_intervals(rr)) == samples_of(beat_intervals(rr, Time{} + 86'413s)),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_monotone_curve_stays_calm_across_a_gap) {
  std::vector<BeatInterval> intervals;
  for (int i = 0; i < 20; ++i) {
    const int us = 800'000 + (i % 2) * 100'000;
    intervals.push_back({Time{} + i * 850ms + (i < 10 ? 0s : 9s), us, true});
  }
  for (const double ms : samples_of(intervals, Curve::monotone))
    BOOST_TEST((ms >= 800 && ms <= 900));
}

BOOST_AUTO_TEST_CASE(detrended_has_no_mean_and_no_drift) {
  std::vector<double> rr;
  for (int i = 0; i < 100; ++i) rr.push_back(700 + i);
  Tachogram tachogram(3600s, 200);
  tachogram.take(beat_intervals(rr));
  double sum = 0, moment = 0, place = 0;
  for (const double ms : tachogram.detrended()) {
    sum += ms;
    moment += ms * place++;
  }
  BOOST_TEST(std::abs(sum) < 1e-8);
  BOOST_TEST(std::abs(moment) < 1e-5);
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  for (const auto& series : ib::test::reference_series()) {
    const auto& expected = series.spec.at("tachogram_4hz_cubic_natural");
    const auto y = samples_of(beat_intervals(series.rr_ms));
    BOOST_TEST_CONTEXT(series.name) {
      // biosppy_rri and systole_rr stand on fractions of a microsecond.
      BOOST_TEST_REQUIRE(y.size() == expected.at("n").get<std::size_t>());
      double sum = 0, squares = 0;
      for (const double ms : y) sum += ms;
      const double mean = sum / static_cast<double>(y.size());
      for (const double ms : y) squares += (ms - mean) * (ms - mean);
      const double sd = std::sqrt(squares / static_cast<double>(y.size()));
      BOOST_TEST(mean == expected.at("mean").get<double>(), boost::test_tools::tolerance(1e-6));
      BOOST_TEST(sd == expected.at("std_pop").get<double>(), boost::test_tools::tolerance(1e-6));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
