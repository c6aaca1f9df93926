#include "dsp/baseline.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace {

using ib::Time;
using ib::dsp::Baseline;
using ib::dsp::Feature;
using ib::dsp::Features;
using namespace std::chrono_literals;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

Features features(std::optional<double> hr, std::optional<double> ln_rmssd = 3.75) {
  Features x;
  x[Feature::hr] = hr;
  x[Feature::ln_rmssd] = ln_rmssd;
  return x;
}

/// One call a second, as the stream does.
struct Rest {
  Baseline baseline;
  Time now{};

  explicit Rest(const Baseline::Params& params = {}) : baseline(params) {}
  void quiet(int seconds, std::optional<double> hr, std::optional<double> ln = 3.75) {
    for (int i = 0; i < seconds; ++i, now = now + 1s) baseline.add(now, features(hr, ln), true);
  }
  void disturbed(int seconds) {
    for (int i = 0; i < seconds; ++i, now = now + 1s) baseline.add(now, features(90), false);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(baseline)

BOOST_AUTO_TEST_CASE(five_quiet_minutes_make_a_baseline) {
  Rest rest;
  rest.quiet(300, 65);
  BOOST_TEST(!rest.baseline.ready());
  BOOST_TEST(!rest.baseline.z(Feature::hr, 70).has_value());
  rest.quiet(1, 65);
  BOOST_TEST_REQUIRE(rest.baseline.ready());
  BOOST_TEST((rest.baseline.collected() == 300s));
  BOOST_TEST(rest.baseline.of(Feature::hr)->mu == 65.0);
  BOOST_TEST(rest.baseline.of(Feature::hr)->s_eff == 3.0);  // no scatter: the floor alone
  BOOST_TEST(*rest.baseline.z(Feature::hr, 71) == 2.0);
  BOOST_TEST(*rest.baseline.z(Feature::hr, 165) == 4.0);
  BOOST_TEST(*rest.baseline.z(Feature::hr, 20) == -4.0);
  BOOST_TEST(!rest.baseline.z(Feature::hr, nan_value).has_value());
}

BOOST_AUTO_TEST_CASE(a_guided_rest_takes_three_minutes) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(181, 65);
  BOOST_TEST(rest.baseline.ready());
}

BOOST_AUTO_TEST_CASE(median_and_mad_over_steps) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(1, 60);
  for (double hr : {60.0, 61.0, 62.0, 63.0, 64.0, 90.0}) rest.quiet(30, hr);
  // Median 62.5; distances 2.5 1.5 0.5 0.5 1.5 27.5, their median 1.5.
  const auto hr = rest.baseline.of(Feature::hr);
  BOOST_TEST_REQUIRE(hr.has_value());
  BOOST_TEST(hr->mu == 62.5);
  BOOST_TEST(hr->s_eff == std::hypot(1.4826 * 1.5, 3), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(motion_voids_the_step_it_falls_in) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(29, 65);
  rest.disturbed(1);
  BOOST_TEST((rest.baseline.collected() == 0s));
  for (int i = 0; i < 20; ++i) {
    rest.quiet(20, 65);
    rest.disturbed(1);
  }
  BOOST_TEST((rest.baseline.collected() == 0s));
  rest.quiet(181, 65);
  BOOST_TEST(rest.baseline.ready());
}

BOOST_AUTO_TEST_CASE(a_pause_or_a_missing_heart_rate_voids_the_step_too) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(29, 65);
  rest.now = rest.now + 10s;
  rest.quiet(29, 65);
  rest.quiet(1, std::nullopt);
  rest.quiet(29, 65);
  rest.quiet(1, nan_value);
  BOOST_TEST((rest.baseline.collected() == 0s));
}

BOOST_AUTO_TEST_CASE(it_is_frozen_once_ready) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(181, 65);
  const auto before = rest.baseline.of(Feature::hr);
  rest.quiet(600, 95);
  BOOST_TEST((rest.baseline.of(Feature::hr) == before));
}

BOOST_AUTO_TEST_CASE(it_expires_after_twelve_hours) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(181, 65);
  BOOST_TEST(!rest.baseline.expired(rest.now + 11h));
  BOOST_TEST(rest.baseline.expired(rest.now + 13h));
}

BOOST_AUTO_TEST_CASE(a_feature_missing_most_of_the_time_has_no_reference) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(61, 65, 3.75);
  rest.quiet(120, 65, std::nullopt);
  BOOST_TEST(rest.baseline.ready());
  BOOST_TEST(rest.baseline.of(Feature::hr).has_value());
  BOOST_TEST(!rest.baseline.of(Feature::ln_rmssd).has_value());
  BOOST_TEST(!rest.baseline.of(Feature::hr_slope).has_value());
}

BOOST_AUTO_TEST_CASE(a_heart_rate_still_falling_is_unsettled) {
  Rest level(Baseline::guided_rest()), falling(Baseline::guided_rest());
  level.quiet(181, 65);
  for (int i = 0; i <= 180; ++i) falling.quiet(1, 80 - 2 * i / 60.0);  // 2 bpm per minute
  BOOST_TEST(level.baseline.settled());
  BOOST_TEST(falling.baseline.ready());
  BOOST_TEST(!falling.baseline.settled());
}

BOOST_AUTO_TEST_CASE(quiet_pieces_of_a_whole_hour_are_no_rest) {
  Rest rest(Baseline::guided_rest());
  for (int i = 0; i < 40; ++i) {  // a step of quiet in every 92 s: six of them take 8 min
    rest.quiet(31, 65);
    rest.disturbed(61);
  }
  BOOST_TEST(!rest.baseline.ready());
  BOOST_TEST((rest.baseline.collected() <= 120s));
  for (int i = 0; i < 6; ++i) {  // ... in every 42 s: 4 min, within twice the time needed
    rest.quiet(31, 65);
    rest.disturbed(11);
  }
  BOOST_TEST(rest.baseline.ready());
}

BOOST_AUTO_TEST_CASE(a_broken_end_is_unsettled_however_level) {
  Rest broken(Baseline::guided_rest()), whole(Baseline::guided_rest());
  broken.quiet(121, 65);
  broken.disturbed(1);
  broken.quiet(61, 65);  // the last four steps are not in one piece
  BOOST_TEST_REQUIRE(broken.baseline.ready());
  BOOST_TEST(!broken.baseline.settled());
  whole.quiet(61, 65);
  whole.disturbed(100);
  whole.quiet(121, 65);  // a pause before them does not matter
  BOOST_TEST_REQUIRE(whole.baseline.ready());
  BOOST_TEST(whole.baseline.settled());
}

BOOST_AUTO_TEST_CASE(a_needed_feature_that_is_missing_makes_no_step) {
  Rest rest(Baseline::guided_rest());
  rest.baseline.needs({true, true, false, false, false});
  rest.quiet(400, 65, std::nullopt);
  BOOST_TEST((rest.baseline.collected() == 0s));
  rest.quiet(181, 65, 3.75);
  BOOST_TEST_REQUIRE(rest.baseline.ready());
  BOOST_TEST(rest.baseline.of(Feature::ln_rmssd).has_value());
  rest.baseline.needs({true, false, false, false, false});  // it has more than that
  BOOST_TEST(rest.baseline.ready());
  rest.baseline.needs({true, false, true, false, false});  // of this it knows nothing
  BOOST_TEST(!rest.baseline.ready());
}

BOOST_AUTO_TEST_CASE(once_expired_it_is_collected_anew) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(181, 65);
  rest.now = rest.now + 13h;
  rest.quiet(1, 80);
  BOOST_TEST(!rest.baseline.ready());
  BOOST_TEST(!rest.baseline.of(Feature::hr).has_value());
  rest.quiet(181, 80);
  BOOST_TEST_REQUIRE(rest.baseline.ready());
  BOOST_TEST(rest.baseline.of(Feature::hr)->mu == 80.0);
}

BOOST_AUTO_TEST_CASE(earlier_baselines_vouch_for_it) {
  Rest rest(Baseline::guided_rest());
  rest.quiet(181, 65);
  std::vector<double> similar = {63, 66, 65, 68}, far = {50, 51, 52}, few = {50, 51};
  BOOST_TEST(rest.baseline.agrees_with(similar));
  BOOST_TEST(!rest.baseline.agrees_with(far));
  BOOST_TEST(rest.baseline.agrees_with(few));
}

BOOST_AUTO_TEST_SUITE_END()
