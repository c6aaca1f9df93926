#include "signal/highpass.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const FilterChecks without_baseline(node_def<HighPass>(), 25);

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_highpass)

BOOST_AUTO_TEST_CASE(a_pulse_passes_at_its_time_and_drift_does_not) {
  BOOST_TEST(std::abs(without_baseline.gain(5) - 1) < 1e-3);
  BOOST_TEST(std::abs(without_baseline.gain(0.5) - std::sqrt(0.5)) < 1e-4);
  BOOST_TEST(without_baseline.gain(0.05) < 0.0101);  // a tenth of the edge, squared
  BOOST_TEST(std::abs(without_baseline.late_s(1.2)) < 2e-4);
  BOOST_TEST(without_baseline.latency() > 50ms);
}

BOOST_AUTO_TEST_CASE(its_gain_is_that_of_its_law) {
  for (const double hz : {0.1, 0.3, 0.7, 1.2, 5.0}) {
    const double law = butterworth_gain(warped(0.5, 25) / warped(hz, 25), 2);
    BOOST_TEST(std::abs(without_baseline.gain(hz) - law) < 1e-6, hz << " Hz");
  }
}

BOOST_AUTO_TEST_CASE(chebyshev_is_down_where_it_says) {
  const FilterChecks node(node_def<HighPass>(), 25, {{"family", chebyshev2}, {"order", 4}});
  BOOST_TEST(std::abs(node.gain(0.5) - 0.1) < 1e-4);
  for (const double hz : {0.05, 0.2, 0.4}) BOOST_TEST(node.gain(hz) < 0.101);
  BOOST_TEST(std::abs(node.gain(2) - 1) < 1e-3);
  BOOST_TEST(std::abs(node.late_s(1.2)) < 1e-3);
  node.starts_still(1e5F);  // of an even order: said in the log
  FilterChecks(node_def<HighPass>(), 25, {{"family", chebyshev2}, {"order", 3}}).starts_still(0);
}

BOOST_AUTO_TEST_CASE(where_the_heart_is_taken_out_the_delay_is_that_of_what_passes) {
  const FilterChecks complexes(node_def<HighPass>(), 250, {{"edge", 5}});
  BOOST_TEST(std::abs(complexes.late_s(10)) < 1e-5);
}

BOOST_AUTO_TEST_CASE(starts_gaps_jumps_and_cuts) {
  HighPass node;
  activate(node, {25});
  const auto settling = static_cast<std::size_t>(node.settling_samples);
  BOOST_TEST(settling == 52U);
  without_baseline.starts_still(0);
  without_baseline.gaps_are_as_they_should_be(settling);
  without_baseline.begins_anew_behind_a_jump(settling, 3);
  without_baseline.any_cut_gives_the_same();
}

BOOST_AUTO_TEST_CASE(an_edge_beyond_the_rate_is_refused_with_the_numbers) {
  const FilterChecks node(node_def<HighPass>(), 25, {{"edge", 12}});
  BOOST_TEST(says(node.refusal(), {"12 Hz", "25 Hz", "11.25 Hz", "edge: 12 Hz"}), node.refusal());
  BOOST_TEST(without_baseline.refusal() == "");
}

BOOST_AUTO_TEST_SUITE_END()
