#include "dsp/moving_average.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <interbeat/sugar/state.hpp>
#include <limits>
#include <random>
#include <vector>

#include "support/reference_json.hpp"

using ib::dsp::MovingAverage;

BOOST_AUTO_TEST_SUITE(moving_average)

BOOST_AUTO_TEST_CASE(three_by_hand) {
  MovingAverage mean(3);
  BOOST_TEST(mean.delay_samples() == 1u);
  BOOST_TEST(!mean(3));
  BOOST_TEST(!mean(6));
  BOOST_TEST(*mean(0) == 3.0);
  BOOST_TEST(*mean(-9) == -1.0);
  BOOST_TEST(*mean(9) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_single_one_passes) {
  MovingAverage mean(1);
  BOOST_TEST(*mean(0.1) == 0.1, boost::test_tools::tolerance(1e-11));
  BOOST_TEST(*mean(-7) == -7.0);
  BOOST_TEST(mean.delay_samples() == 0u);
}

BOOST_AUTO_TEST_CASE(a_line_passes_late_by_the_delay) {
  MovingAverage mean(9);
  for (int i = 0; i < 50; ++i)
    if (const auto y = mean(3 * i)) BOOST_TEST(*y == 3.0 * (i - 4));
}

// A naive running sum keeps the rounding of the huge value for ever.
BOOST_AUTO_TEST_CASE(a_huge_value_leaves_nothing_behind) {
  MovingAverage mean(5);
  for (const double x : {0.1, 0.2, 1e17, -3e15, 0.3}) mean(x);
  for (int i = 0; i < 4; ++i) mean(0.25);
  BOOST_TEST(*mean(0.25) == 0.25);
}

BOOST_AUTO_TEST_CASE(sliding_equals_a_mean_made_anew_bit_for_bit) {
  const unsigned seed = 31;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::vector<double> x;
  MovingAverage sliding(25);
  for (int i = 0; i < 100'000; ++i) {
    x.push_back((static_cast<double>(random()) / 4294967296.0 - 0.5) *
                (i % 1000 == 0 ? 1e12 : 1e3));
    const auto y = sliding(x.back());
    if (i % 97 != 0 || !y) continue;
    MovingAverage fresh(25);
    std::optional<double> expected;
    for (std::size_t k = x.size() - 25; k < x.size(); ++k) expected = fresh(x[k]);
    BOOST_TEST_REQUIRE(*y == *expected, "sample " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_state_goes_on_where_it_was_and_a_false_one_is_refused) {
  MovingAverage used(5), loaded(5);
  for (int i = 0; i < 13; ++i) used(i * i);
  std::vector<std::byte> bytes(512);
  auto save = ib::State::saving(bytes.data(), bytes.size());
  used.state(save);
  auto load = ib::State::loading(bytes.data(), save.bytes());
  loaded.state(load);
  BOOST_TEST(load.good());
  for (int i = 0; i < 7; ++i) BOOST_TEST(*used(i) == *loaded(i));

  std::fill(bytes.begin(), bytes.end(), std::byte{0x7f});
  auto false_one = ib::State::loading(bytes.data(), save.bytes());
  loaded.state(false_one);
  BOOST_TEST(!false_one.good());
  BOOST_TEST(!loaded(1));
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_gives_nothing_and_begins_anew) {
  MovingAverage mean(3);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    for (int i = 0; i < 3; ++i) mean(100);
    BOOST_TEST(!mean(bad));
    BOOST_TEST(!mean(1));
    BOOST_TEST(!mean(1));
    BOOST_TEST(*mean(1) == 1.0);
  }
}

BOOST_AUTO_TEST_CASE(the_largest_values_in_the_longest_window_do_not_overflow) {
  MovingAverage mean(MovingAverage::length_max);
  std::optional<double> y;
  for (std::size_t i = 0; i < mean.length(); ++i) y = mean(std::numeric_limits<double>::max());
  BOOST_TEST(*y == std::ldexp(1, 60));
  for (std::size_t i = 0; i < mean.length(); ++i) y = mean(-std::numeric_limits<double>::max());
  BOOST_TEST(*y == -std::ldexp(1, 60));
}

BOOST_AUTO_TEST_CASE(output_equals_the_reference) {
  const auto file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  const auto& d = file.at("moving_average");
  MovingAverage mean(d.at("n").get<std::size_t>());
  std::vector<double> y;
  for (const double x : ib::test::numbers(d.at("input")))
    if (const auto value = mean(x)) y.push_back(*value);
  const auto expected = ib::test::numbers(d.at("output_full_only"));
  BOOST_TEST_REQUIRE(y.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs(y[i] - expected[i]));
  BOOST_TEST(worst < 1e-9);
  BOOST_TEST_MESSAGE("largest difference " << worst);
}

BOOST_AUTO_TEST_SUITE_END()
