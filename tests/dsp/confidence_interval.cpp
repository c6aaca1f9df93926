#include "dsp/confidence_interval.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/cases.hpp"
#include "support/confidence.hpp"
#include "support/nn_series.hpp"

namespace {

using namespace std::chrono_literals;
using ib::dsp::ConfidenceInterval;
using ib::test::ln_rmssd_interval;
using ib::test::mean_hr_interval;
using ib::test::mean_nn_interval;
using ib::test::NnSeries;
using ib::test::rmssd_interval;
using ib::test::sdnn_interval;
using ib::test::unbroken;

/// Gaussian around 800 ms: each interval keeps `kept` of the one before. 20 ms when independent.
NnSeries gaussian_hearts(std::size_t n, double kept, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<std::int32_t> us;
  double x = normal(random) / std::sqrt(1 - kept * kept);
  for (; us.size() < n; x = kept * x + normal(random))
    us.push_back(static_cast<std::int32_t>(std::lround(800'000 + 20'000 * x)));
  return unbroken(us);
}

/// RMSSD's degrees of freedom by their definition: one lag after the other, each summed in the order of
/// time.
double degrees_by_definition(const NnSeries& series) {
  std::vector<std::vector<double>> pieces(1);
  for (std::size_t i = 1; i < series.size(); ++i) {
    if (series[i].continues) pieces.back().push_back(series[i].us - series[i - 1].us);
    else if (!pieces.back().empty()) pieces.emplace_back();
  }
  double n = 0, pairs = 0;
  for (const auto& piece : pieces) n += static_cast<double>(piece.size());
  const auto products = [&](std::size_t lag, double square_less) {
    double sum = pairs = 0;
    const auto value = [&](double x) { return square_less < 0 ? x : x * x - square_less; };
    for (const auto& piece : pieces)
      for (std::size_t i = lag; i < piece.size(); ++i, ++pairs)
        sum += value(piece[i]) * value(piece[i - lag]);
    return sum;
  };
  const double power = products(0, -1), mean_square = power / n;
  const auto most = static_cast<std::size_t>(std::min({std::round(std::sqrt(n)), 64.0, n - 1}));
  double correlated = 1, variance = products(0, mean_square);
  for (std::size_t lag = 1; lag <= most; ++lag) {
    const double r = products(lag, -1) / power;
    if (pairs == 0) break;
    correlated += 2 * r * r * n / pairs;
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(most + 1);
    variance += 2 * weight * products(lag, mean_square);
  }
  return 1 / std::max(correlated / n, variance / (2 * n * n * mean_square * mean_square));
}

double width(const ConfidenceInterval& x) { return std::log(x.high / x.low); }

/// Of a deviation with that many degrees of freedom, where they are many: +-1.96 / sqrt(2 nu) in ln.
double width_of_many(double degrees) { return 2 * 1.959964 / std::sqrt(2 * degrees); }

double rmssd_of(const NnSeries& series) {
  double squares = 0, n = 0;
  for (std::size_t i = 1; i < series.size(); ++i) {
    if (!series[i].continues) continue;
    const double d = (series[i].us - series[i - 1].us) / 1000.0;
    squares += d * d;
    ++n;
  }
  return std::sqrt(squares / n);
}

double mean_of(const NnSeries& series) {
  double sum = 0;
  for (const auto x : series) sum += x.us / 1000.0;
  return sum / static_cast<double>(series.size());
}

NnSeries changed(NnSeries series, int factor, int more) {
  for (auto& x : series) x.us = factor * x.us + more;
  return series;
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::ConfidenceInterval)

BOOST_AUTO_TEST_SUITE(confidence_interval)

BOOST_AUTO_TEST_CASE(too_few_have_none) {
  const auto eight = gaussian_hearts(8, 0, 1);  // 7 differences
  BOOST_TEST(!rmssd_interval(eight));
  BOOST_TEST(!ln_rmssd_interval(eight));
  BOOST_TEST(sdnn_interval(eight).has_value());
  BOOST_TEST(mean_nn_interval(eight, 10s).has_value());
  BOOST_TEST(rmssd_interval(gaussian_hearts(9, 0, 1)).has_value());
  const auto seven = gaussian_hearts(7, 0, 1);
  BOOST_TEST(!sdnn_interval(seven));
  BOOST_TEST(!mean_nn_interval(seven, 10s));
  BOOST_TEST(!mean_hr_interval(seven, 10s));
  for (const auto& none : {NnSeries{}, unbroken({800'000})}) {
    BOOST_TEST(!rmssd_interval(none));
    BOOST_TEST(!sdnn_interval(none));
    BOOST_TEST(!mean_nn_interval(none, 10s));
  }
}

BOOST_AUTO_TEST_CASE(a_constant_heart_has_a_mean_only) {
  const auto constant = unbroken(std::vector<std::int32_t>(40, 800'000));
  BOOST_TEST(!rmssd_interval(constant));
  BOOST_TEST(!sdnn_interval(constant));
  const auto mean = mean_nn_interval(constant, 60s);
  BOOST_REQUIRE(mean.has_value());
  BOOST_TEST((*mean == ConfidenceInterval{800, 800}));
}

BOOST_AUTO_TEST_CASE(the_value_is_inside) {
  for (const unsigned seed : ib::test::cases(200)) BOOST_TEST_CONTEXT("seed " << seed) {
      const auto series = gaussian_hearts(9 + seed % 100, 0.3, seed);
      const double rmssd = rmssd_of(series), mean = mean_of(series);
      if (const auto x = rmssd_interval(series)) BOOST_TEST((x->low < rmssd && rmssd < x->high));
      if (const auto x = mean_nn_interval(series, 120s))
        BOOST_TEST((x->low < mean && mean < x->high));
      const auto ln = ln_rmssd_interval(series);
      const auto plain = rmssd_interval(series);
      BOOST_TEST(ln.has_value() == plain.has_value());
      if (ln) BOOST_TEST(std::exp(ln->high) == plain->high, boost::test_tools::tolerance(1e-12));
    }
}

// Sums of lags are made in groups: they are those of one lag after the other, however many there are and
// however short the pieces between breaks. RMSSD itself cancels out.
BOOST_AUTO_TEST_CASE(lags_together_give_what_one_after_the_other_does) {
  for (const unsigned seed : ib::test::cases(150)) BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      auto series = gaussian_hearts(9 + random() % 600, 0.3, seed);
      if (seed % 2 == 0)
        for (std::size_t i = 9; i < series.size(); ++i) series[i].continues = random() % 12 != 0;
      const auto found = rmssd_interval(series);
      const double a = 2 / (9 * degrees_by_definition(series)), z = 1.959964;
      const double low = 1 - a + z * std::sqrt(a), high = 1 - a - z * std::sqrt(a);
      BOOST_TEST(found.has_value() == (high > 0));
      if (!found) continue;
      BOOST_TEST(
          found->low / found->high == std::sqrt(high * high * high) / std::sqrt(low * low * low),
          boost::test_tools::tolerance(1e-14));
    }
}

// Differences of independent intervals have r(1) = -1/2, so nu = n / (1 + 2/4); the 64 lags of which
// every other one is chance add some 3 %.
BOOST_AUTO_TEST_CASE(independent_intervals_have_two_thirds_of_their_differences) {
  const std::size_t n = 8000;
  const auto x = rmssd_interval(gaussian_hearts(n, 0, 3));
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(width(*x) == width_of_many(n / 1.5), boost::test_tools::tolerance(0.05));
}

// A first-order process that keeps p: sum of r^2 over both sides is (1 + p^2) / (1 - p^2). The larger of two
// estimates is taken, each some 10 % off by chance.
BOOST_AUTO_TEST_CASE(slow_intervals_have_few_independent_ones) {
  const std::size_t n = 8000;
  for (const double kept : {0.0, 0.5, 0.8}) {
    const auto x = sdnn_interval(gaussian_hearts(n, kept, 4));
    BOOST_REQUIRE(x.has_value());
    const double squares = (1 + kept * kept) / (1 - kept * kept);
    BOOST_TEST(width(*x) == width_of_many(n / squares), boost::test_tools::tolerance(0.12));
  }
}

// Property (h) of the values holds for their intervals.
BOOST_AUTO_TEST_CASE(scatter_ignores_the_level_and_scales_with_the_unit) {
  for (const unsigned seed : ib::test::cases(50)) BOOST_TEST_CONTEXT("seed " << seed) {
      auto series = gaussian_hearts(80, 0.5, seed);
      series[20].continues = series[47].continues = false;
      const auto rmssd = rmssd_interval(series), sdnn = sdnn_interval(series);
      const auto shifted = changed(series, 1, 123'457), doubled = changed(series, 2, 0);
      BOOST_REQUIRE((rmssd && sdnn && rmssd_interval(doubled) && sdnn_interval(shifted)));
      BOOST_TEST((*rmssd_interval(shifted) == *rmssd));
      BOOST_TEST((*rmssd_interval(doubled) == ConfidenceInterval{2 * rmssd->low, 2 * rmssd->high}));
      const auto near = boost::test_tools::tolerance(1e-9);
      BOOST_TEST(sdnn_interval(shifted)->low == sdnn->low, near);
      BOOST_TEST(sdnn_interval(doubled)->high == 2 * sdnn->high, near);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_read_across_a_break) {
  auto series = gaussian_hearts(60, 0, 5);
  series[30].continues = false;
  auto moved = series;
  for (std::size_t i = 30; i < moved.size(); ++i) moved[i].us += 300'000;
  BOOST_TEST((*rmssd_interval(moved) == *rmssd_interval(series)));
}

// A heart that beats long, short, long: each difference is as large as the next and says nothing new.
BOOST_AUTO_TEST_CASE(a_perfect_alternation_tells_little) {
  std::vector<std::int32_t> us;
  for (int i = 0; i < 101; ++i) us.push_back(i % 2 == 0 ? 780'000 : 820'000);
  const auto alternating = rmssd_interval(unbroken(us));
  const auto independent = rmssd_interval(gaussian_hearts(101, 0, 6));
  BOOST_REQUIRE((alternating && independent));
  BOOST_TEST(width(*alternating) > 2 * width(*independent));
}

// The variance of few is known badly, of many well.
BOOST_AUTO_TEST_CASE(more_beats_make_it_narrower) {
  double before = 10;
  for (const std::size_t n : {9u, 30u, 100u, 400u, 2000u}) {
    double sum = 0;
    for (unsigned seed = 1; seed <= 20; ++seed)
      sum += width(rmssd_interval(gaussian_hearts(n, 0, seed)).value());
    BOOST_TEST(sum / 20 < before);
    before = sum / 20;
  }
}

BOOST_AUTO_TEST_CASE(the_mean_of_a_whole_window_is_known) {
  const auto series = gaussian_hearts(80, 0.5, 7);
  const double mean = mean_of(series);
  const auto whole = mean_nn_interval(series, 60s);  // 80 intervals of 800 ms fill more than that
  BOOST_REQUIRE(whole.has_value());
  BOOST_TEST(whole->low == mean, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(whole->high == mean, boost::test_tools::tolerance(1e-12));

  double before = 0;
  for (const auto window : {70s, 90s, 120s, 300s}) {
    const auto part = mean_nn_interval(series, window);
    BOOST_REQUIRE(part.has_value());
    BOOST_TEST(part->high - part->low > before);
    before = part->high - part->low;
    const auto rate = mean_hr_interval(series, window);
    BOOST_TEST(rate->low == 60'000 / part->high);
    BOOST_TEST(rate->high == 60'000 / part->low);
  }
}

// From the fewest to many, in 1500 hearts each: close to 95 % know what they come from.
BOOST_AUTO_TEST_CASE(the_truth_is_inside_as_often_as_promised) {
  const double rmssd = 20 * std::sqrt(2.0);
  for (const std::size_t n : {9u, 12u, 21u, 60u, 200u}) {
    int inside = 0, hearts = 0;
    double widths = 0;
    for (const unsigned seed : ib::test::cases(1500)) {
      const auto x = rmssd_interval(gaussian_hearts(n, 0, seed));
      if (!x) continue;
      ++hearts;
      inside += x->low <= rmssd && rmssd <= x->high ? 1 : 0;
      widths += width(*x);
    }
    BOOST_TEST_MESSAGE(n - 1 << " differences: " << inside << " of " << hearts
                             << " intervals hold the truth, mean width " << widths / hearts
                             << " in ln");
    if (hearts >= 100) {
      BOOST_TEST(inside >= 0.93 * hearts);
      BOOST_TEST(widths / hearts < 3 * width_of_many(static_cast<double>(n - 1) / 1.5));
    } else {
      BOOST_TEST(hearts > 0);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
