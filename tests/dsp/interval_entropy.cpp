#include "dsp/interval_entropy.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/cases.hpp"
#include "support/nn_series.hpp"

namespace {

using ib::dsp::Entropy;
using ib::dsp::IntervalEntropy;
using ib::test::NnSeries;

Entropy entropy(const NnSeries& series) { return IntervalEntropy(series.size())(series); }

NnSeries alternating(std::size_t n, std::int32_t step_us) {
  std::vector<std::int32_t> us(n, 800'000);
  for (std::size_t i = 1; i < n; i += 2) us[i] += step_us;
  return ib::test::unbroken(us);
}

/// The definition, template by template.
std::int64_t pairs_alike(const NnSeries& x, std::size_t length, double tolerance_us) {
  const auto unbroken = [&](std::size_t from) {  // with the interval behind a template of two
    return x[from + 1].continues && x[from + 2].continues;
  };
  std::int64_t count = 0;
  for (std::size_t i = 0; i + 2 < x.size(); ++i) {
    for (std::size_t j = i + 1; j + 2 < x.size(); ++j) {
      bool alike = unbroken(i) && unbroken(j);
      for (std::size_t k = 0; k < length; ++k)
        alike = alike && std::abs(x[i + k].us - x[j + k].us) <= tolerance_us;
      count += alike ? 1 : 0;
    }
  }
  return count;
}

/// phi(2) - phi(3), each template with itself.
double approximate_by_definition(const NnSeries& x, double tolerance_us) {
  const auto phi = [&](std::size_t length) {
    std::vector<std::size_t> ends;  // of templates
    for (std::size_t i = length - 1; i < x.size(); ++i) {
      bool whole = true;
      for (std::size_t k = 0; k + 1 < length; ++k) whole = whole && x[i - k].continues;
      if (whole) ends.push_back(i);
    }
    double sum = 0;
    for (const std::size_t i : ends) {
      const auto alike = std::count_if(ends.begin(), ends.end(), [&](std::size_t j) {
        for (std::size_t k = 0; k < length; ++k)
          if (std::abs(x[i - k].us - x[j - k].us) > tolerance_us) return false;
        return true;
      });
      sum += std::log(static_cast<double>(alike) / static_cast<double>(ends.size()));
    }
    return sum / static_cast<double>(ends.size());
  };
  return phi(2) - phi(3);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interval_entropy)

// High, low, high, low: 98 templates of two, 49 of each kind; every two of a kind are
// alike and stay so.
BOOST_AUTO_TEST_CASE(what_repeats_itself_has_no_entropy) {
  const auto x = entropy(alternating(100, 50'000));
  BOOST_TEST(x.alike == 2 * 49 * 48 / 2);
  BOOST_TEST(x.alike_longer == x.alike);
  BOOST_TEST(*x.sample == 0.0);
  BOOST_TEST(std::abs(*x.approximate) < 0.01);
}

BOOST_AUTO_TEST_CASE(constant_intervals_have_none_either) {
  const auto x = entropy(alternating(100, 0));
  BOOST_TEST(x.alike == 98 * 97 / 2);
  BOOST_TEST(*x.sample == 0.0);
  BOOST_TEST(*x.approximate == 0.0);
  BOOST_TEST(x.tolerance_us == 0.0);
}

// Even noise: two values are within r = 0.2 SDNN = 0.2 L / sqrt 12 with probability
// 2 r/L - (r/L)^2.
BOOST_AUTO_TEST_CASE(noise_has_the_entropy_of_one_comparison) {
  const double reach = 0.2 / std::sqrt(12.0);
  const auto x = entropy(ib::test::noise(3000, 5));
  BOOST_TEST(std::abs(*x.sample + std::log(2 * reach - reach * reach)) < 0.05);
}

BOOST_AUTO_TEST_CASE(below_100_intervals_it_is_absent_and_below_200_not_enough) {
  const auto few = entropy(ib::test::noise(99, 1));
  BOOST_TEST(!few.sample);
  BOOST_TEST(!few.approximate);
  BOOST_TEST(entropy(ib::test::noise(100, 1)).approximate.has_value());
  BOOST_TEST(!entropy(ib::test::noise(199, 1)).enough);
  BOOST_TEST(entropy(ib::test::noise(200, 1)).enough);
  BOOST_TEST(!IntervalEntropy(0)({}).sample);
}

BOOST_AUTO_TEST_CASE(where_no_templates_are_alike_it_is_absent) {
  std::vector<std::int32_t> rising;
  for (std::int32_t i = 0; i < 100; ++i) rising.push_back(300'000 + 10'000 * i);  // r = 58 ms
  BOOST_TEST(entropy(ib::test::unbroken(rising)).sample.has_value());
  IntervalEntropy exact(100, {0.0});
  BOOST_TEST(!exact(ib::test::unbroken(rising)).sample);
  BOOST_TEST(*exact(ib::test::unbroken(rising)).approximate == std::log(98.0 / 99.0),
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(no_template_reaches_across_a_break) {
  auto series = ib::test::noise(150, 3);
  for (const std::size_t at : {1u, 2u, 40u, 41u, 75u, 149u}) series[at].continues = false;
  const auto x = entropy(series);
  BOOST_TEST(x.alike == pairs_alike(series, 2, x.tolerance_us));
  BOOST_TEST(x.alike_longer == pairs_alike(series, 3, x.tolerance_us));
  for (auto& interval : series) interval.continues = false;
  BOOST_TEST(!entropy(series).sample);
  BOOST_TEST(!entropy(series).approximate);
}

// Sets of 64 meet at their ends; breaks lie where they do, and equal intervals have no order.
BOOST_AUTO_TEST_CASE(any_window_equals_its_definition_pair_by_pair) {
  IntervalEntropy measure(400);
  for (const unsigned seed : ib::test::cases(60)) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random(seed);
    auto series = ib::test::noise(100 + random() % 300, seed);
    for (auto& x : series) {
      if (random() % 2 == 0) x.us = x.us / 10'000 * 10'000;
      if (random() % 40 == 0) x.continues = false;
    }
    const auto x = measure(series);
    BOOST_TEST(x.alike == pairs_alike(series, 2, x.tolerance_us));
    BOOST_TEST(x.alike_longer == pairs_alike(series, 3, x.tolerance_us));
    BOOST_TEST(*x.approximate == approximate_by_definition(series, x.tolerance_us),
               boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(of_a_longer_window_the_newest_count_and_nothing_of_the_one_before) {
  const auto series = ib::test::noise(300, 4);
  const NnSeries newest(series.end() - 200, series.end());
  IntervalEntropy used(200);
  used(alternating(200, 30'000));
  const auto a = used(series);
  const auto b = entropy(newest);
  BOOST_TEST(*a.sample == *b.sample);
  BOOST_TEST(*a.approximate == *b.approximate);
}

BOOST_AUTO_TEST_CASE(the_longest_intervals_overflow_nothing) {
  const auto x = entropy(alternating(20'000, 15'000'000));
  BOOST_TEST(*x.sample == 0.0);
  BOOST_TEST(std::isfinite(*x.approximate));
}

BOOST_AUTO_TEST_CASE(all_series_equal_the_reference) {
  double worst = 0;
  for (const auto& [name, series, parts, expected] : ib::test::nn_reference_series()) {
    BOOST_TEST_CONTEXT(name) {
      const auto x = entropy(series);
      const auto& spec = expected.at("spec");
      BOOST_TEST(x.alike == spec.at("SampEn").at("B").get<std::int64_t>());
      BOOST_TEST(x.alike_longer == spec.at("SampEn").at("A").get<std::int64_t>());
      const double sample = spec.at("SampEn").at("value");
      const double approximate = spec.at("ApEn");
      for (const double off : {*x.sample - sample, *x.approximate - approximate}) {
        BOOST_TEST(std::abs(off) < 1e-9);
        worst = std::max(worst, std::abs(off));
      }
    }
  }
  BOOST_TEST_MESSAGE("largest difference " << worst);
}

BOOST_AUTO_TEST_SUITE_END()
