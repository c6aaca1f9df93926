// Busy times of nodes are an estimate; beside the run's CPU time they must make sense.
#include "stopwatch.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(stopwatch)

BOOST_AUTO_TEST_CASE(busy_times_together_are_at_most_the_cpu_time_and_keep_their_shares) {
  std::vector<ib::NodeReport> nodes(2);
  nodes[0].busy_ns = 1.25e9;  // one interrupted call, counted sixteen times
  nodes[1].busy_ns = 0.25e9;
  ib::detail::Stopwatch::keep_within(nodes, 0.3e9);
  BOOST_TEST(nodes[0].busy_ns == 0.25e9, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(nodes[1].busy_ns == 0.05e9, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(an_estimate_that_fits_stays_as_it_is) {
  std::vector<ib::NodeReport> nodes(1);
  nodes[0].busy_ns = 100;
  ib::detail::Stopwatch::keep_within(nodes, 101);
  BOOST_TEST(nodes[0].busy_ns == 100);
  ib::detail::Stopwatch::keep_within(nodes, 100);
  BOOST_TEST(nodes[0].busy_ns == 100);
}

BOOST_AUTO_TEST_SUITE_END()
