#include "dsp/fft.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

namespace {

using ib::dsp::RealFft;

std::vector<double> power_of(RealFft& fft, const std::vector<double>& x) {
  const auto power = fft.power(x);
  return {power.begin(), power.end()};
}

/// By the definition, term by term.
double power_by_definition(const std::vector<double>& x, std::size_t n, std::size_t k) {
  std::complex<double> sum;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double turn = static_cast<double>(k * i % n) / static_cast<double>(n);
    sum += x[i] * std::polar(1.0, -2 * std::numbers::pi * turn);
  }
  return std::norm(sum);
}

/// No two alike, none special.
std::vector<double> some_signal(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i);
    x[i] = std::sin(t * t) + 0.1 * t;
  }
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fft)

BOOST_AUTO_TEST_CASE(a_constant_is_all_in_bin_0) {
  RealFft fft(8);
  BOOST_TEST(fft.size() == 8u);
  BOOST_TEST(fft.bins() == 5u);
  BOOST_TEST(power_of(fft, std::vector<double>(8, 3.0)) == std::vector<double>({576, 0, 0, 0, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_impulse_is_everywhere) {
  RealFft fft(8);
  for (const double power : power_of(fft, {0, 2})) BOOST_TEST(std::abs(power - 4) < 1e-14);
}

BOOST_AUTO_TEST_CASE(alternating_signs_are_all_in_the_last_bin) {
  RealFft fft(4);
  BOOST_TEST(power_of(fft, {1, -1, 1, -1}) == std::vector<double>({0, 0, 16}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_length_equals_the_definition) {
  for (const std::size_t n : {2u, 4u, 6u, 10u, 14u, 30u, 74u, 240u, 256u, 1200u, 2048u}) {
    RealFft fft(n);
    const auto x = some_signal(n);
    const auto power = fft.power(x);
    BOOST_TEST(power.size() == n / 2 + 1);
    const double whole = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
    double worst = 0;
    for (std::size_t k = 0; k < power.size(); ++k)
      worst = std::max(worst, std::abs(power[k] - power_by_definition(x, n, k)));
    BOOST_TEST(worst < 1e-12 * whole * static_cast<double>(n), "length " << n << ": " << worst);
  }
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_zeros_and_what_is_too_much_is_left_out) {
  RealFft fft(64);
  const auto x = some_signal(40);
  auto padded = x, longer = x;
  padded.resize(64);
  longer.resize(64);
  longer.push_back(1e9);
  const auto expected = power_of(fft, padded);
  BOOST_TEST(power_of(fft, x) == expected, boost::test_tools::per_element());
  BOOST_TEST(power_of(fft, longer) == expected, boost::test_tools::per_element());
  BOOST_TEST(power_of(fft, {}) == std::vector<double>(33), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_odd_length_is_one_longer_and_the_least_is_two) {
  BOOST_TEST(RealFft(7).size() == 8u);
  BOOST_TEST(RealFft(1).size() == 2u);
  BOOST_TEST(RealFft(0).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_moved_transform_goes_on) {
  RealFft first(8);
  RealFft fft(std::move(first));
  BOOST_TEST(fft.power(std::vector<double>(8, 1.0))[0] == 64.0);
}

BOOST_AUTO_TEST_CASE(a_nan_does_not_stay) {
  RealFft fft(8);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(std::isnan(power_of(fft, {1, nan})[3]));
  BOOST_TEST(power_of(fft, {1})[3] == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
