#include "dsp/piecewise_cubic.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "support/rr_series.hpp"

namespace {

using ib::dsp::Curve;
using ib::dsp::PiecewiseCubic;

struct Points {
  std::vector<double> x, y;
};

std::vector<double> curve_at(const Points& p, Curve curve, double first, double step,
                             std::size_t count) {
  PiecewiseCubic cubic(p.x.size());
  cubic.fit(p.x, p.y, curve);
  std::vector<double> out(count, -1e9);
  cubic.at(first, step, out);
  return out;
}

constexpr Curve both[] = {Curve::natural, Curve::monotone};

}  // namespace

BOOST_AUTO_TEST_SUITE(piecewise_cubic)

BOOST_AUTO_TEST_CASE(a_natural_spline_over_a_tent) {  // 1.5 x - 0.5 x^3 up, the mirror image down
  const auto y = curve_at({{0, 1, 2}, {0, 1, 0}}, Curve::natural, 0, 0.5, 5);
  BOOST_TEST(y == std::vector<double>({0, 0.6875, 1, 0.6875, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_monotone_curve_is_level_on_a_plateau_and_at_a_turn) {
  const Points steps{{0, 1, 2, 3, 4}, {0, 0, 1, 1, 0}};
  for (const double y : curve_at(steps, Curve::monotone, 0, 0.125, 9)) BOOST_TEST(y == 0.0);
  for (const double y : curve_at(steps, Curve::monotone, 2, 0.125, 9)) BOOST_TEST(y == 1.0);
}

BOOST_AUTO_TEST_CASE(both_keep_the_points_and_a_straight_line) {
  const Points uneven{{0, 0.5, 2, 2.25, 5}, {1, 3, -2, 7, 7}};
  const Points line{{0, 0.5, 2, 2.25, 5}, {1, 2, 5, 5.5, 11}};
  for (const Curve curve : both) {
    for (std::size_t i = 0; i < uneven.x.size(); ++i)
      BOOST_TEST(std::abs(curve_at(uneven, curve, uneven.x[i], 1, 1)[0] - uneven.y[i]) < 1e-13);
    const auto y = curve_at(line, curve, 0, 0.25, 21);
    for (std::size_t i = 0; i < y.size(); ++i)
      BOOST_TEST(std::abs(y[i] - (1 + 0.5 * static_cast<double>(i))) < 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_natural_spline_follows_a_wave_of_five_points) {
  Points wave;
  for (int i = 0; i <= 50; ++i) {
    wave.x.push_back(i);
    wave.y.push_back(std::sin(2 * M_PI * i / 5.0));
  }
  const auto y = curve_at(wave, Curve::natural, 10, 0.25, 120);
  for (std::size_t i = 0; i < y.size(); ++i)
    BOOST_TEST(std::abs(y[i] - std::sin(2 * M_PI * (10 + 0.25 * static_cast<double>(i)) / 5)) <
               0.02);
}

BOOST_AUTO_TEST_CASE(a_monotone_curve_never_leaves_its_neighbours) {
  Points p;
  unsigned state = 7;
  for (double x = 0; p.x.size() < 200;) {
    state = state * 1664525u + 1013904223u;
    x += 0.1 + static_cast<double>(state >> 24);
    p.x.push_back(x);
    p.y.push_back(static_cast<double>((state >> 8) & 255u));
  }
  for (std::size_t i = 0; i + 1 < p.x.size(); ++i) {
    const auto [low, high] = std::minmax(p.y[i], p.y[i + 1]);
    for (const double y : curve_at(p, Curve::monotone, p.x[i], (p.x[i + 1] - p.x[i]) / 16, 17)) {
      BOOST_TEST(y >= low - 1e-9);
      BOOST_TEST(y <= high + 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(nor_at_an_end_before_a_sharp_turn) {
  for (const double y : curve_at({{0, 1, 2}, {0, 1, -9}}, Curve::monotone, 0, 0.125, 9))
    BOOST_TEST((y >= 0 && y <= 1));
}

BOOST_AUTO_TEST_CASE(few_points) {
  for (const Curve curve : both) {
    BOOST_TEST(curve_at({}, curve, 0, 1, 3) == std::vector<double>({0, 0, 0}),
               boost::test_tools::per_element());
    BOOST_TEST(curve_at({{1}, {5}}, curve, 0, 1, 3) == std::vector<double>({5, 5, 5}),
               boost::test_tools::per_element());
    BOOST_TEST(curve_at({{0, 2}, {0, 4}}, curve, 0, 1, 3) == std::vector<double>({0, 2, 4}),
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(of_too_many_points_the_last_ones_are_taken) {
  PiecewiseCubic cubic(2);
  cubic.fit(std::vector<double>{0, 1, 2}, std::vector<double>{100, 1, 2}, Curve::natural);
  BOOST_TEST(cubic.size() == 2u);
  std::vector<double> y(2);
  cubic.at(1, 0.5, y);
  BOOST_TEST(y == std::vector<double>({1, 1.5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equals_the_reference_tachograms) {
  for (const auto& series : ib::test::reference_series())
    for (const Curve curve : both) {
      const char* key =
          curve == Curve::natural ? "tachogram_4hz_cubic_natural" : "tachogram_4hz_pchip";
      const auto& expected = series.spec.at(key);
      const auto first = ib::test::numbers(expected.at("first10"));
      const auto last = ib::test::numbers(expected.at("last3"));
      const auto y = curve_at({series.t_s, series.rr_ms}, curve, series.t_s[0], 0.25,
                              expected.at("n").get<std::size_t>());
      BOOST_TEST_CONTEXT(series.name << ' ' << key) {
        for (std::size_t i = 0; i < first.size(); ++i) BOOST_TEST(std::abs(y[i] - first[i]) < 1e-8);
        for (std::size_t i = 0; i < last.size(); ++i)
          BOOST_TEST(std::abs(y[y.size() - last.size() + i] - last[i]) < 1e-8);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
