// When the samples of a frame were taken: evenly from the frame before, or by the rate.
#include "polar/sample_times.hpp"

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

BOOST_AUTO_TEST_SUITE(polar_sample_times)

using ib::polar::SampleTimes;

BOOST_AUTO_TEST_CASE(the_first_frame_goes_by_the_rate) {
  const SampleTimes times(2'000'000'000, {}, 5, 100);
  BOOST_TEST(times.size() == 5U);
  BOOST_TEST(times[4] == 2'000'000'000U);
  BOOST_TEST(times[3] == 1'990'000'000U);
  BOOST_TEST(times[0] == 1'960'000'000U);
}

BOOST_AUTO_TEST_CASE(the_others_share_the_time_since_the_last) {
  const SampleTimes times(2'000'000'000, 1'000'000'000, 4, 55);  // whatever rate was asked for
  BOOST_TEST(times[3] == 2'000'000'000U);
  BOOST_TEST(times[0] == 1'250'000'000U);
}

BOOST_AUTO_TEST_CASE(frames_join_without_a_seam) {
  // 73 samples of ECG at 129.9 Hz in each of three frames.
  const std::uint64_t period = 7'698'229, frame = 73 * period;
  const SampleTimes one(frame, {}, 73, 129.9), two(2 * frame, frame, 73, 130),
      three(3 * frame, 2 * frame, 73, 130);
  BOOST_TEST(two[0] - one[72] == period);
  BOOST_TEST(three[0] - two[72] == period);
  BOOST_TEST(three[1] - three[0] == period);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_is_not_believed) {
  BOOST_TEST(SampleTimes(1'000'000'000, 1'000'000'000, 2, 100)[0] == 990'000'000U);
  BOOST_TEST(SampleTimes(1'000'000'000, 5'000'000'000, 2, 100)[0] == 990'000'000U);
  BOOST_TEST(SampleTimes(5, {}, 3, 1)[0] == 0U);  // before the sensor's time began
}

BOOST_AUTO_TEST_CASE(times_rise_and_end_at_the_stamp_whatever_the_numbers) {
  for (const auto seed : ib::test::cases(1000)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      const auto last = random(), previous = random();
      const auto n = 1 + random() % 4056;
      const SampleTimes times(last, seed % 2 == 0 ? std::optional(previous) : std::nullopt, n,
                              std::ldexp(1.0, static_cast<int>(random() % 30) - 15));
      BOOST_TEST(times[n - 1] == last);
      bool rises = true;
      for (std::size_t i = 1; i < n; ++i) rises = rises && times[i] >= times[i - 1];
      BOOST_TEST(rises);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
