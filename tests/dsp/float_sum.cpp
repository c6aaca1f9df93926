// The sum of floats is that of adding them one by one, to the last bit, whatever they are.
#include "dsp/float_sum.hpp"

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace ib::dsp;
using namespace ib::test;

BOOST_AUTO_TEST_SUITE(float_sum)

BOOST_AUTO_TEST_CASE(it_is_the_sum_in_order) {
  for (const auto seed : cases(1000)) {
    std::mt19937 random(seed);
    std::vector<float> values(random() % 400);
    const int decades = static_cast<int>(random() % 12);  // from 7 on, order matters
    for (auto& x : values) {
      std::uniform_real_distribution<double> mantissa(-1, 1), exponent(-decades, 0);
      x = random() % 20 == 0
              ? 0.0F
              : static_cast<float>(mantissa(random) * std::pow(10, exponent(random)));
    }
    double expected = 0, largest = 0;
    for (const float x : values) {
      expected += double{x};
      largest = std::max(largest, std::abs(double{x}));
    }
    const auto [sum, magnitude] = ib::dsp::float_sum(values);
    BOOST_TEST(sum == expected, "seed " << seed);
    BOOST_TEST(magnitude == largest, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(order_matters_where_it_does) {
  const std::vector<float> values{1.0F, 1e-9F, 1e-9F, 1e-9F, 1e9F, -1e9F, 1e-9F, 1e-9F, 1e-9F};
  double expected = 0, backwards = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    expected += double{values[i]};
    backwards += double{values[values.size() - 1 - i]};
  }
  BOOST_TEST_REQUIRE(expected != backwards);
  BOOST_TEST(ib::dsp::float_sum(values).sum == expected);
}

BOOST_AUTO_TEST_CASE(nothing_and_zeros_sum_to_zero) {
  BOOST_TEST(ib::dsp::float_sum({}).sum == 0.0);
  BOOST_TEST(ib::dsp::float_sum(std::vector<float>(100, 0.0F)).sum == 0.0);
  BOOST_TEST(ib::dsp::float_sum(std::vector<float>(100, 0.0F)).largest == 0.0F);
}

BOOST_AUTO_TEST_SUITE_END()
