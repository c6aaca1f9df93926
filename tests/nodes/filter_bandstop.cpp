#include "signal/bandstop.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const FilterChecks without_breath(node_def<BandStop>(), 25);

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_bandstop)

BOOST_AUTO_TEST_CASE(breath_is_gone_and_the_pulse_passes_at_its_time) {
  BOOST_TEST(without_breath.gain(0.25) < 0.01);  // 0.245 Hz is the middle
  BOOST_TEST(std::abs(without_breath.gain(0.15) - std::sqrt(0.5)) < 1e-3);
  BOOST_TEST(std::abs(without_breath.gain(0.4) - std::sqrt(0.5)) < 1e-3);
  BOOST_TEST(std::abs(without_breath.gain(1.2) - 1) < 2e-3);
  BOOST_TEST(std::abs(without_breath.gain(0.025) - 1) < 1e-3);
  BOOST_TEST(std::abs(without_breath.late_s(1.2)) < 2e-4);
  BOOST_TEST(without_breath.latency() > 20ms);
}

BOOST_AUTO_TEST_CASE(its_gain_is_that_of_its_law) {
  const double low = warped(0.15, 25), high = warped(0.4, 25);
  for (const double hz : {0.05, 0.2, 0.3, 0.5, 1.2, 5.0}) {
    const double w = warped(hz, 25);
    const double law = butterworth_gain(w * (high - low) / (w * w - low * high), 2);
    BOOST_TEST(std::abs(without_breath.gain(hz) - law) < 1e-6, hz << " Hz");
  }
}

BOOST_AUTO_TEST_CASE(chebyshev_is_down_where_it_says) {
  const FilterChecks node(node_def<BandStop>(), 25, {{"family", chebyshev2}});
  BOOST_TEST(std::abs(node.gain(0.15) - 0.1) < 1e-3);
  BOOST_TEST(std::abs(node.gain(0.4) - 0.1) < 1e-3);
  for (const double hz : {0.2, 0.25, 0.3}) BOOST_TEST(node.gain(hz) < 0.101);
}

BOOST_AUTO_TEST_CASE(where_the_heart_is_taken_out_the_delay_is_that_of_slow_waves) {
  const FilterChecks node(node_def<BandStop>(), 25, {{"low", 0.8}, {"high", 1.8}});
  BOOST_TEST(node.gain(1.2) < 0.01);
  BOOST_TEST(std::abs(node.late_s(0.05)) < 2e-3);
}

BOOST_AUTO_TEST_CASE(starts_gaps_jumps_and_cuts) {
  BandStop node;
  activate(node, {25});
  const auto settling = static_cast<std::size_t>(node.settling_samples);
  const FilterChecks wide(node_def<BandStop>(), 25, {{"low", 2}, {"high", 8}});
  node.low.value = 2;
  node.high.value = 8;
  activate(node, {25});
  BOOST_TEST(settling > 150U);
  without_breath.starts_still(1e6F);
  without_breath.gaps_are_as_they_should_be(settling);
  wide.begins_anew_behind_a_jump(static_cast<std::size_t>(node.settling_samples), 503);
  without_breath.any_cut_gives_the_same();
}

BOOST_AUTO_TEST_CASE(edges_that_are_no_band_are_refused_with_the_numbers) {
  const FilterChecks above(node_def<BandStop>(), 25, {{"low", 2}, {"high", 12}});
  BOOST_TEST(says(above.refusal(), {"12 Hz", "25 Hz", "11.25 Hz", "high: 12 Hz"}), above.refusal());
  const FilterChecks crossed(node_def<BandStop>(), 25, {{"low", 5}, {"high", 4}});
  BOOST_TEST(says(crossed.refusal(), {"low: 5 Hz, high: 4 Hz"}), crossed.refusal());
  BOOST_TEST(without_breath.refusal() == "");
}

BOOST_AUTO_TEST_SUITE_END()
