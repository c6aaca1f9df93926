#include "dsp/dfa.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/cases.hpp"
#include "support/nn_series.hpp"

namespace {

using ib::dsp::Dfa;
using ib::test::NnSeries;

Dfa dfa_of(const NnSeries& series) {
  Dfa dfa(series.size());
  dfa.take(series);
  return dfa;
}

/// F(n) as it is defined: the profile around the mean, a line taken off each box.
double fluctuation_by_definition(const NnSeries& series, std::size_t n) {
  long double mean = 0, profile = 0, squares = 0;
  for (const auto x : series) mean += x.us / 1000.0L;
  mean /= static_cast<long double>(series.size());
  std::vector<long double> y;
  for (const auto x : series) y.push_back(profile += x.us / 1000.0L - mean);
  std::size_t values = 0;
  for (std::size_t begin = 0, end = 1; begin < series.size(); begin = end++) {
    while (end < series.size() && series[end].continues) ++end;
    for (std::size_t from = begin; from + n <= end; from += n, values += n) {
      long double level = 0, slope = 0, weight = 0;
      const long double middle = static_cast<long double>(n - 1) / 2;
      for (std::size_t i = 0; i < n; ++i) level += y[from + i] / static_cast<long double>(n);
      for (std::size_t i = 0; i < n; ++i) {
        const long double x = static_cast<long double>(i) - middle;
        slope += x * y[from + i], weight += x * x;
      }
      for (std::size_t i = 0; i < n; ++i) {
        const long double x = static_cast<long double>(i) - middle;
        const long double rest = y[from + i] - level - slope / weight * x;
        squares += rest * rest;
      }
    }
  }
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(values)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dfa)

// 810, 790, 790, 810 around 800: the profile is 10, 0, -10, 0. Its line falls by 4 per interval
// (covariance -20, sum of squares 5), and of the 200 of squares 80 lie on the line:
// F = sqrt(120 / 4).
BOOST_AUTO_TEST_CASE(one_box_by_hand) {
  const auto dfa = dfa_of(ib::test::unbroken({810'000, 790'000, 790'000, 810'000}));
  BOOST_TEST(*dfa.fluctuation(4) == std::sqrt(30.0), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(!dfa.fluctuation(5));
  BOOST_TEST(!dfa.fluctuation(2));
  BOOST_TEST(!dfa.fluctuation(0));
  BOOST_TEST(!dfa_of(ib::test::noise(100, 1)).fluctuation(65));
}

BOOST_AUTO_TEST_CASE(noise_has_one_half_and_its_running_sum_one_and_a_half) {
  auto series = ib::test::noise(20'000, 11);
  BOOST_TEST(std::abs(*dfa_of(series).alpha2() - 0.5) < 0.05);
  std::int32_t walk = 2'000'000;
  for (auto& x : series) x.us = walk += (x.us - 800'000) / 50;
  BOOST_TEST(std::abs(*dfa_of(series).alpha2() - 1.5) < 0.05);
}

BOOST_AUTO_TEST_CASE(it_needs_64_intervals_for_alpha1_and_192_for_alpha2) {
  BOOST_TEST(!dfa_of({}).alpha1());
  BOOST_TEST(!dfa_of(ib::test::noise(63, 1)).alpha1());
  BOOST_TEST(dfa_of(ib::test::noise(64, 1)).alpha1().has_value());
  BOOST_TEST(!dfa_of(ib::test::noise(191, 1)).alpha2());
  BOOST_TEST(dfa_of(ib::test::noise(192, 1)).alpha2().has_value());
}

BOOST_AUTO_TEST_CASE(constant_intervals_have_no_exponent) {
  const auto dfa = dfa_of(ib::test::unbroken(std::vector<std::int32_t>(300, 801'234)));
  BOOST_TEST(*dfa.fluctuation(4) == 0.0);
  BOOST_TEST(!dfa.alpha1());
  BOOST_TEST(!dfa.alpha2());
}

// The last one drifts by a minute and a half: a box's squares are a millionth of its line's.
BOOST_AUTO_TEST_CASE(every_box_length_equals_the_definition) {
  for (const unsigned seed : ib::test::cases(20)) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random(seed);
    auto series = ib::test::noise(200 + random() % 300, seed);
    for (auto& x : series) x.continues = random() % 90 != 0;
    if (seed % 3 == 1)
      for (std::size_t i = 0; i < series.size(); ++i)
        series[i].us =
            700'000 + (i < 150 ? 0 : 900'000) + static_cast<std::int32_t>(random() % 900);
    const auto dfa = dfa_of(series);
    for (std::size_t n = Dfa::shortest_box; n <= Dfa::longest_box; ++n)
      if (const auto f = dfa.fluctuation(n))
        BOOST_TEST(*f == fluctuation_by_definition(series, n), boost::test_tools::tolerance(1e-9));
  }
}

// Whole boxes on both sides of a break give what they give without one.
BOOST_AUTO_TEST_CASE(a_break_between_boxes_changes_nothing_and_one_inside_costs_boxes) {
  const auto whole = ib::test::noise(128, 2);
  auto broken = whole;
  broken[64].continues = false;
  BOOST_TEST(*dfa_of(broken).fluctuation(16) == *dfa_of(whole).fluctuation(16));
  broken = whole;
  for (std::size_t i = 0; i < broken.size(); i += 15) broken[i].continues = false;
  BOOST_TEST(dfa_of(broken).fluctuation(15).has_value());
  BOOST_TEST(!dfa_of(broken).fluctuation(16));
  BOOST_TEST(!dfa_of(broken).alpha1());
}

BOOST_AUTO_TEST_CASE(stretches_of_25_need_four) {
  auto series = ib::test::noise(100, 3);
  for (std::size_t i = 0; i < series.size(); i += 25) series[i].continues = false;
  BOOST_TEST(dfa_of(series).alpha1().has_value());
  series.resize(90);
  BOOST_TEST(!dfa_of(series).alpha1());
}

BOOST_AUTO_TEST_CASE(of_a_longer_window_the_newest_count) {
  const auto series = ib::test::noise(300, 4);
  Dfa dfa(200);
  dfa.take(ib::test::noise(200, 9));
  dfa.take(series);
  BOOST_TEST(*dfa.alpha1() == *dfa_of(NnSeries(series.end() - 200, series.end())).alpha1());
}

BOOST_AUTO_TEST_CASE(all_series_equal_the_reference) {
  double worst = 0;
  for (const auto& [name, series, parts, expected] : ib::test::nn_reference_series()) {
    BOOST_TEST_CONTEXT(name) {
      const auto x = dfa_of(series);
      const auto& spec = expected.at("spec");
      const auto check = [&](double value, double wanted) {
        BOOST_TEST(value == wanted, boost::test_tools::tolerance(1e-9));
        worst = std::max(worst, std::abs(value / wanted - 1));
      };
      check(*x.alpha1(), spec.at("DFA_alpha1_4_16"));
      check(*x.alpha2(), spec.at("DFA_alpha2_16_64"));
      check(*x.exponent({4, 11, 4}), spec.at("DFA_alpha1_4_11"));
      const auto f = ib::test::numbers(spec.at("DFA_F_4_16"));
      for (std::size_t i = 0; i < f.size(); ++i) check(*x.fluctuation(4 + i) / parts, f[i]);
    }
  }
  BOOST_TEST_MESSAGE("largest relative difference " << worst);
}

BOOST_AUTO_TEST_SUITE_END()
