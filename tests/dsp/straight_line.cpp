#include "dsp/straight_line.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using ib::dsp::remove_line;

BOOST_AUTO_TEST_SUITE(straight_line)

BOOST_AUTO_TEST_CASE(a_line_leaves_nothing) {
  std::vector<double> y{5, 7, 9, 11};
  remove_line(y);
  for (const double v : y) BOOST_TEST(std::abs(v) < 1e-14);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_line_stays) {
  std::vector<double> y{1 + 10, -1 + 13, -1 + 16, 1 + 19};
  remove_line(y);
  const std::vector<double> expected{1, -1, -1, 1};
  for (std::size_t i = 0; i < y.size(); ++i) BOOST_TEST(std::abs(y[i] - expected[i]) < 1e-14);
}

BOOST_AUTO_TEST_CASE(times_may_be_uneven) {
  const std::vector<double> t{0, 1, 5, 5.5};
  std::vector<double> y{3, 5, 13, 14};
  remove_line(t, y);
  for (const double v : y) BOOST_TEST(std::abs(v) < 1e-14);
}

BOOST_AUTO_TEST_CASE(few_values) {
  std::vector<double> none, one{7}, two{7, 9};
  remove_line(none);
  remove_line(one);
  remove_line(two);
  BOOST_TEST(one[0] == 0.0);
  BOOST_TEST((std::abs(two[0]) < 1e-15 && std::abs(two[1]) < 1e-15));
}

BOOST_AUTO_TEST_CASE(at_one_time_only_the_mean_goes) {
  const std::vector<double> t{4, 4};
  std::vector<double> y{1, 3};
  remove_line(t, y);
  BOOST_TEST(y == std::vector<double>({-1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
