// The heart rate in what a Polar sensor advertises.
#include "polar/advertisement.hpp"

#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(polar_advertisement)

using ib::polar::advertised;
using ib::test::bytes;

BOOST_AUTO_TEST_CASE(it_is_the_slow_average) {
  const auto one = advertised(bytes("6b003b164446"));
  BOOST_REQUIRE(one);
  BOOST_TEST(int{one->hr_bpm} == 70);
  BOOST_TEST(one->contact);
  BOOST_TEST(int{one->counter} == 6);
  BOOST_TEST(int{advertised(bytes("6b002f166b68"))->hr_bpm} == 104);
  BOOST_TEST(int{advertised(bytes("6b003b1644"))->hr_bpm} == 68);  // the oldest have one average
}

BOOST_AUTO_TEST_CASE(others_have_none) {
  BOOST_TEST(!advertised(bytes("")));
  BOOST_TEST(!advertised(bytes("6b003b16")));
  BOOST_TEST(!advertised(bytes("6c003b164446")));  // another maker
  BOOST_TEST(!advertised(bytes("6b007b164446")));  // other data
  BOOST_TEST(!advertised(bytes("6b003b164400")));  // no heart rate yet
}

BOOST_AUTO_TEST_SUITE_END()
