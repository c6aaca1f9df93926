// Quantiles of durations, right within a sixteenth, from buckets that are fixed.
#include "histogram.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(histogram)

BOOST_AUTO_TEST_CASE(empty_says_nothing) {
  ib::Histogram h;
  BOOST_TEST(h.count() == 0U);
  BOOST_TEST(h.quantile(0.5) == 0.0);
}

BOOST_AUTO_TEST_CASE(up_to_fifteen_is_exact) {
  ib::Histogram h;
  for (int ns = 0; ns < 16; ++ns) h.record(ns);
  BOOST_TEST(h.quantile(0) == 0.0);
  BOOST_TEST(h.quantile(0.2) == 3.0);
  BOOST_TEST(h.quantile(1) == 15.0);
}

BOOST_AUTO_TEST_CASE(every_value_is_right_within_a_sixteenth) {
  for (std::int64_t ns = 16; ns < (1LL << 40); ns = ns * 33 / 32 + 1) {
    ib::Histogram h;
    h.record(ns);
    h.record(ns);
    h.record(2 * ns);
    const double q = h.quantile(0.5), x = static_cast<double>(ns);
    BOOST_REQUIRE(q > x);  // the upper edge
    BOOST_REQUIRE(q <= x * 17 / 16);
  }
}

BOOST_AUTO_TEST_CASE(quantiles_of_a_thousand) {
  ib::Histogram h;
  for (int i = 1; i <= 1000; ++i) h.record(i * 1000);
  BOOST_TEST(h.quantile(0.5) >= 500'000.0);
  BOOST_TEST(h.quantile(0.5) <= 500'000.0 * 17 / 16);
  BOOST_TEST(h.quantile(0.99) >= 990'000.0);
  BOOST_TEST(h.max() == 1'000'000);
  BOOST_TEST(h.count() == 1000U);
}

BOOST_AUTO_TEST_CASE(no_quantile_lies_above_the_maximum) {
  for (std::int64_t ns = 1; ns < (1LL << 44); ns = ns * 33 / 32 + 1) {
    ib::Histogram h;
    h.record(ns);
    BOOST_REQUIRE(h.quantile(0.5) <= static_cast<double>(h.max()));
    BOOST_REQUIRE(h.quantile(1) <= static_cast<double>(h.max()));
  }
}

BOOST_AUTO_TEST_CASE(what_is_negative_or_huge_has_a_bucket_too) {
  ib::Histogram h;
  h.record(-5);
  BOOST_TEST(h.quantile(0.5) == 0.0);
  h.record(INT64_MAX);
  h.record(INT64_MAX);
  BOOST_TEST(h.quantile(1) > 8e12);
  BOOST_TEST(h.max() == INT64_MAX);
}

BOOST_AUTO_TEST_CASE(what_two_threads_counted_merges_into_what_one_would_have) {
  ib::Histogram all, even, odd, merged;
  for (int i = 1; i <= 10'000; ++i) {
    const std::int64_t ns = std::int64_t{i} * i;
    all.record(ns);
    (i % 2 == 0 ? even : odd).record(ns);
  }
  merged.add(odd);
  merged.add(even);
  BOOST_TEST(merged.count() == all.count());
  BOOST_TEST(merged.max() == all.max());
  BOOST_TEST(merged.sum() == all.sum());
  for (const double q : {0.0, 0.01, 0.5, 0.99, 0.999, 1.0}) {
    BOOST_TEST(merged.quantile(q) == all.quantile(q));
  }
  for (double ns = 64; ns < 1e9; ns *= 2) {
    BOOST_TEST(merged.count_within(ns) == all.count_within(ns));
  }
}

BOOST_AUTO_TEST_CASE(powers_of_two_split_it_exactly) {
  ib::Histogram h;
  for (int ns = 0; ns < 4096; ++ns) h.record(ns);
  for (int ns = 64; ns <= 4096; ns *= 2) {
    BOOST_TEST(h.count_within(ns) == static_cast<std::uint64_t>(ns));
  }
}

BOOST_AUTO_TEST_CASE(the_sum_is_right_within_a_thirtysecond) {
  ib::Histogram h;
  double sum = 0;
  for (int i = 1; i <= 1000; ++i) {
    h.record(i * 977);
    sum += i * 977.0;
  }
  BOOST_TEST(h.sum() == sum, boost::test_tools::tolerance(1.0 / 32));
}

BOOST_AUTO_TEST_SUITE_END()
