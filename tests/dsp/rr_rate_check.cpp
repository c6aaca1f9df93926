#include "dsp/rr_rate_check.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace ib;
using namespace std::chrono_literals;
using dsp::RrRateCheck;

namespace {

/// Seconds until it disagrees, of 100 with one interval a second; 0: never.
int disagrees_after(int ms, std::optional<double> hr_bpm, int from_s = 0) {
  RrRateCheck check;
  for (int s = 0; s < 100; ++s) {
    const std::int32_t us = s < from_s ? 1'000'000 : 1000 * ms;
    check.arrive(Time{} + s * 1s, {&us, 1}, s < from_s ? 60.0 : hr_bpm);
    if (check.disagrees()) return s;
  }
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rr_rate_check)

BOOST_AUTO_TEST_CASE(a_strap_that_agrees_with_itself_is_trusted) {
  BOOST_TEST(disagrees_after(1000, 60) == 0);
  BOOST_TEST(disagrees_after(1140, 60) == 0);
  BOOST_TEST(disagrees_after(860, 60) == 0);
  BOOST_TEST(disagrees_after(1000, std::nullopt) == 0);
}

BOOST_AUTO_TEST_CASE(intervals_that_part_from_the_rate_are_not_trusted_after_20_s) {
  BOOST_TEST(disagrees_after(1150, 60) == 20);
  BOOST_TEST(disagrees_after(500, 60) == 20);  // in another unit, or each beat twice
  BOOST_TEST(disagrees_after(1000, 0) == 20);
  BOOST_TEST(disagrees_after(1000, std::nan("")) == 20);
  BOOST_TEST(disagrees_after(1000, std::numeric_limits<double>::infinity()) == 20);
  BOOST_TEST(disagrees_after(1000, -60) == 20);
}

BOOST_AUTO_TEST_CASE(a_median_waits_for_half_of_its_memory) {
  const int after = disagrees_after(500, 60, 50);
  BOOST_TEST(after >= 50 + 30);
  BOOST_TEST(after <= 50 + 31);
}

BOOST_AUTO_TEST_CASE(one_that_comes_back_is_trusted_again) {
  RrRateCheck check;
  std::int32_t us = 500'000;
  for (int s = 0; s < 30; ++s) check.arrive(Time{} + s * 1s, {&us, 1}, 60);
  BOOST_TEST(check.disagrees());
  us = 1'000'000;
  for (int s = 30; s < 50; ++s) check.arrive(Time{} + s * 1s, {&us, 1}, 60);
  BOOST_TEST(!check.disagrees());
}

BOOST_AUTO_TEST_SUITE_END()
