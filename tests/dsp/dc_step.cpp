#include "dsp/dc_step.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using ib::dsp::DcStep;

namespace {

/// A pulse of height 100 with a steep upstroke and a long calm foot, 75 per minute.
double pulse(double t) {
  const double phase = std::fmod(t, 0.8) / 0.8;
  return 100 * std::exp(-(phase - 0.2) * (phase - 0.2) / 0.004) + 2 * std::sin(6.28 * phase);
}

/// Indices at which a jump is seen; `level` is added to the pulse.
template <class Level>
std::vector<int> jumps(double rate_hz, double until_s, Level level) {
  DcStep step(rate_hz);
  std::vector<int> at;
  for (int i = 0; i < static_cast<int>(until_s * rate_hz); ++i) {
    const double t = i / rate_hz;
    if (step(pulse(t) + level(t))) at.push_back(i);
  }
  return at;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dc_step)

BOOST_AUTO_TEST_CASE(a_pulse_alone_never_jumps_at_any_rate) {
  for (double rate : {12.5, 25.0, 64.0, 125.0, 500.0})  // its side: 60 deviations at 25 Hz
    BOOST_TEST(jumps(rate, 60, [](double) { return 1e5; }).empty(), rate << " Hz");
}

BOOST_AUTO_TEST_CASE(another_level_is_one_jump) {
  for (double rate : {25.0, 125.0}) {
    const auto at = jumps(rate, 60, [](double t) { return t >= 20 ? 5000.0 : 0.0; });
    BOOST_TEST_REQUIRE(at.size() == 1u);
    BOOST_TEST(at[0] == static_cast<int>(20 * rate));
  }
}

BOOST_AUTO_TEST_CASE(a_jump_may_take_some_samples) {
  const auto at = jumps(25, 60, [](double t) { return 2e5 * std::clamp(t - 20, 0.0, 0.12); });
  BOOST_TEST(at == (std::vector<int>{501, 502, 503}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(another_gain_is_learnt_and_not_fought) {
  DcStep step(25);
  int seen = 0;
  for (int i = 0; i < 25 * 60; ++i) {
    const bool louder = i >= 25 * 20;
    seen += step(louder ? 50 * (1000 + pulse(i / 25.0)) : 1000 + pulse(i / 25.0));
  }
  BOOST_TEST(seen >= 1);
  BOOST_TEST(seen <= 5);  // within 0.2 s
}

BOOST_AUTO_TEST_CASE(a_wave_that_stands_still_has_no_scale) {
  DcStep step(25);
  for (int i = 0; i < 200; ++i) BOOST_TEST(!step(i < 150 ? 7 : 100));
}

BOOST_AUTO_TEST_CASE(a_restart_forgets_the_level) {
  DcStep step(25);
  for (int i = 0; i < 200; ++i) step(pulse(i / 25.0));
  step.restart();
  BOOST_TEST(!step(1e6));
  for (int i = 0; i < 200; ++i) BOOST_TEST(!step(1e6 + pulse(i / 25.0)));
  BOOST_TEST(step(0));
}

BOOST_AUTO_TEST_SUITE_END()
