#include "signal/dc.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <vector>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const FilterChecks without_constant(node_def<DcFilter>(), 25);

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_dc)

// At a cutoff of rate ln 2 / (2 pi) half of the output is left one sample later.
BOOST_AUTO_TEST_CASE(a_step_falls_to_half_at_each_sample) {
  const double half_hz = 8 * std::numbers::ln2 / (2 * std::numbers::pi);
  const FilterChecks node(node_def<DcFilter>(), 8, {{"cutoff", half_hz}});
  BOOST_TEST((node.values({7, 15, 15, 15, 15}) == std::vector<float>{0, 8, 4, 2, 1}));
}

BOOST_AUTO_TEST_CASE(a_pulse_passes_at_its_time_and_the_constant_does_not) {
  BOOST_TEST(std::abs(without_constant.gain(3) - 1) < 0.05);
  BOOST_TEST(std::abs(without_constant.gain(0.3) - std::sqrt(0.5)) < 0.03);
  BOOST_TEST(without_constant.gain(0.025) < 0.09);  // a twelfth of the cutoff
  BOOST_TEST(std::abs(without_constant.late_s(1.2)) < 1e-3);
}

BOOST_AUTO_TEST_CASE(starts_gaps_jumps_and_cuts) {
  DcFilter node;
  activate(node, {25});
  const auto settling = static_cast<std::size_t>(node.settling_samples);
  BOOST_TEST(settling == 62U);  // 4.6 / (2 pi 0.3) s
  without_constant.starts_still(0);
  without_constant.gaps_are_as_they_should_be(settling);
  without_constant.begins_anew_behind_a_jump(settling, 3);
  without_constant.any_cut_gives_the_same();
}

BOOST_AUTO_TEST_CASE(a_cutoff_beyond_the_rate_is_refused_with_the_numbers) {
  const FilterChecks node(node_def<DcFilter>(), 25, {{"cutoff", 12}});
  BOOST_TEST(says(node.refusal(), {"12 Hz", "25 Hz", "11.25 Hz", "cutoff: 12 Hz"}), node.refusal());
  BOOST_TEST(without_constant.refusal() == "");
}

BOOST_AUTO_TEST_SUITE_END()
