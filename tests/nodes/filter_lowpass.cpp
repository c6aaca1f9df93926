#include "signal/lowpass.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const FilterChecks below_8_hz(node_def<LowPass>(), 100);
const FilterChecks bessel_8_hz(node_def<LowPass>(), 100, {{"family", LowPass::of_bessel}});

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_lowpass)

BOOST_AUTO_TEST_CASE(a_pulse_passes_at_its_time_and_noise_does_not) {
  BOOST_TEST(std::abs(below_8_hz.gain(1.2) - 1) < 1e-4);
  BOOST_TEST(std::abs(below_8_hz.late_s(1.2)) < 1e-4);
  BOOST_TEST(std::abs(below_8_hz.gain(8) - std::sqrt(0.5)) < 1e-4);
  BOOST_TEST(below_8_hz.gain(24) < 0.01);  // a third of the way up, to the fourth power, and less
  const double seconds_late = seconds(below_8_hz.latency());
  BOOST_TEST(std::abs(seconds_late - 0.052) < 0.001);  // 2.613 / (2 pi 8)
}

BOOST_AUTO_TEST_CASE(its_gain_is_that_of_its_law) {
  for (const double hz : {2.0, 5.0, 12.0, 24.0, 40.0}) {
    const double law = butterworth_gain(warped(hz, 100) / warped(8, 100), 4);
    BOOST_TEST(std::abs(below_8_hz.gain(hz) - law) < 1e-6, hz << " Hz");
  }
}

BOOST_AUTO_TEST_CASE(bessel_delays_all_alike_and_leaves_no_undershoot) {
  for (const double hz : {0.5, 1.2, 3.0, 5.0}) BOOST_TEST(std::abs(bessel_8_hz.late_s(hz)) < 1e-3);
  std::vector<float> x;
  for (int i = 0; i < 300; ++i)
    x.push_back(static_cast<float>(std::exp(-std::pow((i - 150) / 8.0, 2))));
  const auto out = bessel_8_hz.of(x);
  const auto y = values_of(out);
  const auto peak = std::max_element(y.begin(), y.end());
  BOOST_TEST(*std::min_element(y.begin(), y.end()) > -0.01F);
  BOOST_TEST(
      std::abs(1e-9 * static_cast<double>(out.t_ns[static_cast<std::size_t>(peak - y.begin())]) -
               1.5) <= 0.005);  // half a sample
}

BOOST_AUTO_TEST_CASE(chebyshev_is_down_where_it_says) {
  const FilterChecks node(node_def<LowPass>(), 100,
                          {{"family", LowPass::of_chebyshev2}, {"stop_db", 40}});
  BOOST_TEST(std::abs(node.gain(8) - 0.01) < 1e-5);
  for (const double hz : {9.0, 12.0, 20.0, 40.0}) BOOST_TEST(node.gain(hz) < 0.0101);
  for (const double hz : {3.0, 5.0, 7.0}) {
    const double t = std::cosh(4 * std::acosh(warped(8, 100) / warped(hz, 100)));
    const double law = 1 / std::sqrt(1 + (1e4 - 1) / (t * t));
    BOOST_TEST(std::abs(node.gain(hz) - law) < 1e-6, hz << " Hz");
  }
  BOOST_TEST(std::abs(node.gain(1.2) - 1) < 1e-3);
  BOOST_TEST(std::abs(node.late_s(1.2)) < 1e-4);
}

BOOST_AUTO_TEST_CASE(where_the_heart_is_taken_out_the_delay_is_that_of_what_passes) {
  const FilterChecks drift(node_def<LowPass>(), 25, {{"edge", 0.1}, {"order", 2}});
  BOOST_TEST(std::abs(drift.late_s(0.025)) < 0.2);
  BOOST_TEST(std::abs(seconds(drift.latency()) - 2.25) < 0.01);  // sqrt 2 / (2 pi 0.1)
}

BOOST_AUTO_TEST_CASE(starts_gaps_jumps_and_cuts) {
  LowPass node;
  activate(node, {100});
  const auto settling = static_cast<std::size_t>(node.settling_samples);
  BOOST_TEST(settling == 25U);  // 4.6 / (2 pi 8 sin 22.5 deg) s
  below_8_hz.starts_still(1e6F);
  below_8_hz.gaps_are_as_they_should_be(settling);
  below_8_hz.begins_anew_behind_a_jump(settling, 502);
  below_8_hz.any_cut_gives_the_same();
  bessel_8_hz.any_cut_gives_the_same(10);
}

BOOST_AUTO_TEST_CASE(an_edge_beyond_the_rate_is_refused_with_the_numbers) {
  const FilterChecks node(node_def<LowPass>(), 12.5);
  BOOST_TEST(says(node.refusal(), {"8 Hz", "12.5 Hz", "5.625 Hz", "edge: 8 Hz"}), node.refusal());
  BOOST_TEST(below_8_hz.refusal() == "");
  const FilterChecks slow(node_def<LowPass>(), 100,
                          {{"edge", 0.05}, {"order", 1}, {"family", 1}, {"stop_db", 60}});
  BOOST_TEST(says(slow.refusal(), {"1000000 samples", "10000 s", "100 Hz"}), slow.refusal());
}

BOOST_AUTO_TEST_SUITE_END()
