#include "signal/average.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const FilterChecks average_of_five(node_def<AverageFilter>(), 25);  // 0.2 s

std::string average_refusal(double rate, double window) {
  return FilterChecks(node_def<AverageFilter>(), rate, {{"window", window}}).refusal();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_average)

BOOST_AUTO_TEST_CASE(one_sample_becomes_five_of_a_fifth_around_it) {
  const auto out = average_of_five.of({0, 0, 0, 0, 0, 5, 0, 0, 0, 0});
  BOOST_TEST((values_of(out) == std::vector<float>{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}));
  BOOST_TEST(out.t_ns[7] == 200'000'000);  // the middle one stands where the sample did
  BOOST_TEST(average_of_five.latency() == 80ms);
}

BOOST_AUTO_TEST_CASE(all_frequencies_have_one_delay_and_a_fifth_of_the_rate_is_gone) {
  for (const double hz : {0.5, 1.2, 3.0}) BOOST_TEST(std::abs(average_of_five.late_s(hz)) < 1e-6);
  BOOST_TEST(average_of_five.gain(5) < 1e-6);
  BOOST_TEST(std::abs(average_of_five.gain(0.1) - 1) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_year_later_nothing_is_left_of_what_was) {
  std::vector<float> x(1000, 1e9F);
  x.resize(1010, 0.1F);
  BOOST_TEST(average_of_five.values(x).back() == 0.1F);
}

BOOST_AUTO_TEST_CASE(starts_gaps_and_cuts) {
  average_of_five.starts_still(1e6F);
  average_of_five.gaps_are_as_they_should_be(4);
  average_of_five.any_cut_gives_the_same();
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_marked_and_begins_anew) {
  std::vector<float> x(20, 3.0F);
  x[9] = std::numeric_limits<float>::quiet_NaN();
  x[10] = 7;
  const auto out = average_of_five.of(x);
  const auto y = values_of(out);
  BOOST_TEST(y[8] == 3);
  BOOST_TEST(y[9] == 0);
  BOOST_TEST(y[10] == 7);
  for (std::size_t i = 4; i < x.size(); ++i)
    BOOST_TEST(out.flags[i] == (i >= 9 && i < 14 ? IB_SAMPLE_WARMING : 0), "sample " << i);
}

BOOST_AUTO_TEST_CASE(too_few_or_too_many_samples_are_refused_with_the_numbers) {
  BOOST_TEST(says(average_refusal(25, 0.04), {"3 to 65535", "0.04 s", "25 Hz are 1 "}),
             average_refusal(25, 0.04));
  BOOST_TEST(says(average_refusal(2000, 60), {"65535", "60 s at 2000 Hz are 120001"}),
             average_refusal(2000, 60));
  BOOST_TEST(average_refusal(25, 0.08) == "");
}

BOOST_AUTO_TEST_SUITE_END()
