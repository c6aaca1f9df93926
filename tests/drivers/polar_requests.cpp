// What a Polar sensor is asked, byte by byte.
#include "polar/requests.hpp"

#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(polar_requests)

using namespace ib::polar;
using ib::test::hex;

BOOST_AUTO_TEST_CASE(a_stream_is_started_with_its_settings) {
  BOOST_TEST(hex(start(Measurement::ecg, {130, 14, {}, {}})) == "02000001820001010e00");
  BOOST_TEST(hex(start(Measurement::acceleration, {200, 16, 2, {}})) ==
             "02020001c8000101100002010200");
  BOOST_TEST(hex(start(Measurement::ppg, {55, 22, {}, 4})) == "02010001370001011600040104");
  BOOST_TEST(hex(start(Measurement::pp_interval)) == "0203");
  BOOST_TEST(hex(start(Measurement::sdk_mode)) == "0209");
}

BOOST_AUTO_TEST_CASE(the_others_are_short) {
  BOOST_TEST(hex(ask_settings(Measurement::acceleration)) == "0102");
  BOOST_TEST(hex(stop(Measurement::ppg)) == "0301");
  BOOST_TEST(hex(ask_status()) == "05");
  BOOST_TEST(hex(ask_sdk_status()) == "06");
}

BOOST_AUTO_TEST_SUITE_END()
