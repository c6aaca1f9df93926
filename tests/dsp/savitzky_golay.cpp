#include "dsp/savitzky_golay.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <interbeat/sugar/state.hpp>
#include <limits>
#include <numeric>
#include <vector>

#include "support/reference_json.hpp"

namespace {

using ib::dsp::savitzky_golay_error;
using ib::dsp::savitzky_golay_weights;
using ib::dsp::SavitzkyGolay;
using ib::dsp::SavitzkyGolayOf;

double worst_weight(std::vector<double> weights, const std::vector<double>& expected) {
  BOOST_TEST_REQUIRE(weights.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    worst = std::max(worst, std::abs(weights[i] - expected[i]));
  return worst;
}

/// The reference has them in the order of a convolution, newest sample first.
std::vector<double> newest_first(std::vector<double> weights) {
  std::reverse(weights.begin(), weights.end());
  return weights;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(savitzky_golay)

// Table I of the paper: -3 12 17 12 -3 / 35, and -2 3 6 7 6 3 -2 / 21.
BOOST_AUTO_TEST_CASE(five_and_seven_points_are_those_of_the_paper) {
  const double a = 35, b = 21;
  BOOST_TEST(worst_weight(savitzky_golay_weights(5, 2), {-3 / a, 12 / a, 17 / a, 12 / a, -3 / a}) <
             1e-15);
  BOOST_TEST(worst_weight(savitzky_golay_weights(7, 2),
                          {-2 / b, 3 / b, 6 / b, 7 / b, 6 / b, 3 / b, -2 / b}) < 1e-15);
  BOOST_TEST(worst_weight(savitzky_golay_weights(5, 2, SavitzkyGolayOf::slope),
                          {-0.2, -0.1, 0, 0.1, 0.2}) < 1e-15);
}

// An odd order adds nothing to the value in the middle, an even one nothing to the slope there.
BOOST_AUTO_TEST_CASE(orders_come_in_pairs) {
  BOOST_TEST(worst_weight(savitzky_golay_weights(9, 3), savitzky_golay_weights(9, 2)) < 1e-15);
  BOOST_TEST(worst_weight(savitzky_golay_weights(9, 2, SavitzkyGolayOf::slope),
                          savitzky_golay_weights(9, 1, SavitzkyGolayOf::slope)) < 1e-15);
  BOOST_TEST(worst_weight(savitzky_golay_weights(3, 0), {1 / 3.0, 1 / 3.0, 1 / 3.0}) < 1e-15);
  BOOST_TEST(worst_weight(savitzky_golay_weights(3, 2), {0, 1, 0}) < 1e-15);
}

BOOST_AUTO_TEST_CASE(a_polynomial_of_its_order_passes_unchanged) {
  for (const std::size_t n : {9u, 25u, 255u}) {
    for (int order = 0; order <= 8; ++order) {
      BOOST_TEST_CONTEXT(n << " samples, order " << order) {
        const auto half = static_cast<double>(n / 2);
        const auto value = savitzky_golay_weights(n, order);
        const auto slope = savitzky_golay_weights(n, order, SavitzkyGolayOf::slope);
        for (int power = 0; power <= order; ++power) {
          double sum = 0, sloping = 0;
          for (std::size_t i = 0; i < n; ++i) {
            const double t = (static_cast<double>(i) - half) / half;
            sum += value[i] * std::pow(t, power);
            sloping += slope[i] * std::pow(t, power);
          }
          BOOST_TEST(std::abs(sum - (power == 0 ? 1 : 0)) < 1e-12);
          BOOST_TEST(std::abs(sloping * half - (power == 1 ? 1 : 0)) < 1e-10);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_parabola_passes_late_by_the_delay) {
  SavitzkyGolay smooth(7, 2);
  SavitzkyGolay slope(7, 2, SavitzkyGolayOf::slope);
  BOOST_TEST(smooth.delay_samples() == 3u);
  const auto parabola = [](double t) { return 0.5 * t * t - 4 * t + 100; };
  for (int i = 0; i < 40; ++i) {
    const auto value = smooth(parabola(i));
    const auto rise = slope(parabola(i));
    BOOST_TEST(value.has_value() == (i >= 6));
    if (value) BOOST_TEST(*value == parabola(i - 3), boost::test_tools::tolerance(1e-12));
    if (rise) BOOST_TEST(std::abs(*rise - (i - 7)) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_state_goes_on_where_it_was_and_a_false_one_is_refused) {
  SavitzkyGolay used(5, 2), loaded(5, 2);
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
  SavitzkyGolay smooth(5, 2);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (int i = 0; i < 7; ++i) smooth(100);
    BOOST_TEST(!smooth(bad));
    for (int i = 0; i < 4; ++i) BOOST_TEST(!smooth(1));
    BOOST_TEST(*smooth(1) == 1.0, boost::test_tools::tolerance(1e-14));
  }
  constexpr double huge = std::numeric_limits<double>::max();
  smooth.restart();
  for (const double x : {-huge, huge, huge, huge}) smooth(x);
  BOOST_TEST(!smooth(-huge));  // 47 / 35 of it is no number
}

BOOST_AUTO_TEST_CASE(a_refused_filter_is_explained_with_its_numbers) {
  BOOST_TEST(!savitzky_golay_error(5, 2));
  BOOST_TEST(!savitzky_golay_error(255, 8));
  BOOST_TEST(!savitzky_golay_error(3, 2));
  BOOST_TEST(*savitzky_golay_error(6, 2) ==
             "a smoothing length of 6 samples is not an odd number from 3 to 255");
  for (const std::size_t n : {0u, 1u, 257u}) BOOST_TEST(savitzky_golay_error(n, 0).has_value());
  BOOST_TEST(*savitzky_golay_error(5, 9) == "a polynomial order of 9 is not from 0 to 8");
  BOOST_TEST(savitzky_golay_error(5, -1).has_value());
  BOOST_TEST(*savitzky_golay_error(5, 5) == "a polynomial of order 5 needs more than 5 samples");
}

BOOST_AUTO_TEST_CASE(weights_equal_the_reference) {
  const auto file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  const auto& d = file.at("savgol");
  const double worst = std::max(
      {worst_weight(newest_first(savitzky_golay_weights(7, 2)), ib::test::numbers(d.at("smooth"))),
       worst_weight(newest_first(savitzky_golay_weights(7, 2, SavitzkyGolayOf::slope)),
                    ib::test::numbers(d.at("deriv1_per_sample_conv"))),
       worst_weight(newest_first(savitzky_golay_weights(5, 2, SavitzkyGolayOf::slope)),
                    ib::test::numbers(d.at("deriv1_5pt_poly2")))});
  BOOST_TEST(worst < 1e-12);
  BOOST_TEST_MESSAGE("largest difference " << worst);
}

BOOST_AUTO_TEST_SUITE_END()
