// Points in time as text, with their distance from UTC.
#include "files/iso_time.hpp"

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>
#include <ctime>
#include <random>
#include <string>

BOOST_AUTO_TEST_SUITE(iso_time)

using ib::files::unix_ms_of;

BOOST_AUTO_TEST_CASE(the_same_moment_in_many_ways) {
  constexpr std::int64_t evening = 1'714'586'400'000;  // date -d 2024-05-01T20:00+02:00 +%s
  for (const auto* text :
       {"2024-05-01T20:00:00+02:00", "2024-05-01T20:00:00.000+02:00", "2024-05-01T18:00:00Z",
        "2024-05-01 18:00:00z", "2024-05-01T20:00:00+0200", "2024-05-01T20:00:00+02",
        "2024-05-01T13:30:00-04:30", "2024-05-02T00:00:00+06:00", "2024-05-01T18:00:00,000Z"})
    BOOST_TEST((unix_ms_of(text) == evening), text);
  BOOST_TEST((unix_ms_of("2024-05-01T18:00:00.25Z") == evening + 250));
  BOOST_TEST((unix_ms_of("2024-05-01T18:00:00.0019999Z") == evening + 1));
  BOOST_TEST((unix_ms_of("1970-01-01T00:00:00Z") == 0));
  BOOST_TEST((unix_ms_of("2016-12-31T23:59:60Z") == unix_ms_of("2017-01-01T00:00:00Z")));
}

BOOST_AUTO_TEST_CASE(what_is_no_moment_is_refused) {
  for (const auto* text : {"",
                           "2024-05-01",
                           "2024-05-01T20:00:00",
                           "2024-05-01T20:00+02:00",
                           "2024-02-30T20:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2024-13-01T20:00:00Z",
                           "2024-05-01T24:00:00Z",
                           "2024-05-01T20:60:00Z",
                           "2024-05-01T20:00:61Z",
                           "2024-05-01T20:00:00.Z",
                           "2024-05-01T20:00:00+15:00",
                           "2024-05-01T20:00:00+02:60",
                           "2024-05-01T20:00:00+02:0",
                           "2024-05-01T20:00:00Z ",
                           "1969-12-31T23:59:59Z",
                           "2262-01-01T00:00:00Z",
                           "20240501T200000Z",
                           "yesterday",
                           "2024-05-01T20:00:00-",
                           "-024-05-01T20:00:00Z"})
    BOOST_TEST(!unix_ms_of(text), text);
}

BOOST_AUTO_TEST_CASE(any_second_is_that_of_the_c_library) {
  for (const auto seed : ib::test::cases(500)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      const auto second = static_cast<std::time_t>(random() % 9'000'000'000);
      std::tm utc{};
      gmtime_r(&second, &utc);
      char text[40];
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
      BOOST_TEST((unix_ms_of(text) == std::int64_t{second} * 1000), text);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
