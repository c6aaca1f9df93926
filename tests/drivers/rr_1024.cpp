// The unit of a strap's intervals: every value that there is.
#include "source/rr_1024.hpp"

#include <boost/test/unit_test.hpp>

#include "files/interval_chain.hpp"

using namespace ib::source;

BOOST_AUTO_TEST_SUITE(rr_1024)

BOOST_AUTO_TEST_CASE(is_rounded_to_the_nearest_microsecond) {
  BOOST_TEST(rr_1024_us(0) == 0);
  BOOST_TEST(rr_1024_us(1) == 977);       // 976.5625
  BOOST_TEST(rr_1024_us(8) == 7813);      // 7812.5
  BOOST_TEST(rr_1024_us(602) == 587891);  // 587890.625
  BOOST_TEST(rr_1024_us(1024) == 1'000'000);
  BOOST_TEST(rr_1024_us(856) == 835'938);             // 835.94 ms
  BOOST_TEST(rr_1024_us(rr_1024_max) == 63'999'023);  // 63999.02 ms
  for (std::int64_t raw = 0; raw <= rr_1024_max; ++raw) {
    const auto us = rr_1024_us(static_cast<std::int32_t>(raw));
    const auto miss = 1024 * std::int64_t{us} - raw * 1'000'000;  // in 1/1024 us
    BOOST_TEST_REQUIRE((miss > -512 && miss <= 512));
  }
}

BOOST_AUTO_TEST_CASE(a_file_s_nanoseconds_round_to_the_same_microseconds) {
  for (std::int32_t raw = 0; raw <= rr_1024_max; ++raw)
    BOOST_TEST_REQUIRE(ib::files::IntervalChain::microseconds(rr_1024_ns(raw)) == rr_1024_us(raw));
}

BOOST_AUTO_TEST_SUITE_END()
