#include "dsp/poincare.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "dsp/interval_statistics.hpp"
#include "support/nn_series.hpp"

namespace {

using ib::dsp::poincare_asymmetry;
using ib::dsp::poincare_ellipse;
using ib::test::NnSeries;

NnSeries slow_rise_sudden_fall() {
  std::vector<std::int32_t> us;
  for (int i = 0; i < 200; ++i) us.push_back(800'000 + 10'000 * (i % 5));
  return ib::test::unbroken(us);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(poincare)

BOOST_AUTO_TEST_CASE(an_ellipse_of_20_by_40) {
  const auto x = poincare_ellipse(20.0, 40.0);
  BOOST_TEST(x->sd1_sd2 == 0.5);
  BOOST_TEST(x->csi == 2.0);
  BOOST_TEST(x->area == 800 * std::numbers::pi, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(x->cvi == std::log10(12'800.0), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(without_two_widths_there_is_no_ellipse) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double huge = std::numeric_limits<double>::infinity();
  BOOST_TEST(!poincare_ellipse(std::nullopt, 40.0));
  BOOST_TEST(!poincare_ellipse(20.0, std::nullopt));
  for (const double bad : {0.0, -1.0, nan, huge}) {
    BOOST_TEST(!poincare_ellipse(bad, 40.0));
    BOOST_TEST(!poincare_ellipse(20.0, bad));
  }
}

// 800, 830, 820, 820: up by 30, down by 10, and a point on the line.
BOOST_AUTO_TEST_CASE(three_points_by_hand) {
  const auto x = poincare_asymmetry(ib::test::unbroken({800'000, 830'000, 820'000, 820'000}), 3);
  BOOST_TEST(x->pairs == 3u);
  BOOST_TEST(x->slower == 1u);
  BOOST_TEST(x->faster == 1u);
  BOOST_TEST(x->guzik_pct == 75.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->porta_pct == 50.0);
  BOOST_TEST(x->c1_slower == 0.9, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->sd1_slower == 15.0, boost::test_tools::tolerance(1e-12));  // sqrt(900 / 2 / 2)
  BOOST_TEST(x->sd1_faster == 5.0, boost::test_tools::tolerance(1e-12));
  // Sums 1630, 1650, 1640 around 1640: the point on the line adds nothing, the others the same.
  BOOST_TEST(x->sd2_slower == 5.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(*x->c2_slower == 0.5, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->sdnn_slower == std::sqrt(125.0), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->c_slower == 250.0 / 300, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(slow_rises_and_sudden_falls_are_asymmetric) {
  const auto x = poincare_asymmetry(slow_rise_sudden_fall());
  BOOST_TEST(x->slower == 160u);
  BOOST_TEST(x->faster == 39u);
  BOOST_TEST(x->porta_pct == 100 * 39.0 / 199, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->c1_slower < 0.25);
}

BOOST_AUTO_TEST_CASE(backwards_in_time_the_halves_change_places) {
  const auto forth = ib::test::noise(300, 8);
  std::vector<std::int32_t> us;
  for (auto it = forth.rbegin(); it != forth.rend(); ++it) us.push_back(it->us);
  const auto a = poincare_asymmetry(forth);
  const auto b = poincare_asymmetry(ib::test::unbroken(us));
  for (const auto& [x, y] : {std::pair{a->guzik_pct, 100 - b->guzik_pct},
                             {a->slope_pct, 100 - b->slope_pct},
                             {a->area_pct, 100 - b->area_pct},
                             {a->porta_pct, 100 - b->porta_pct},
                             {a->sd1_slower, b->sd1_faster},
                             {a->sd2_slower, b->sd2_faster},
                             {a->c_slower, 1 - b->c_slower}})
    BOOST_TEST(x == y, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(fewer_than_100_pairs_have_none) {
  BOOST_TEST(!poincare_asymmetry({}));
  BOOST_TEST(!poincare_asymmetry(ib::test::unbroken({800'000, 900'000}), 0));
  BOOST_TEST(!poincare_asymmetry(ib::test::noise(100, 1)));
  BOOST_TEST(poincare_asymmetry(ib::test::noise(101, 1)).has_value());
  auto broken = ib::test::noise(101, 1);
  broken[50].continues = false;
  BOOST_TEST(!poincare_asymmetry(broken));
}

BOOST_AUTO_TEST_CASE(a_break_is_no_pair) {
  const auto x = poincare_asymmetry(ib::test::with_gap(ib::test::unbroken({800'000, 830'000}),
                                                       ib::test::unbroken({700'000, 690'000})),
                                    2);
  BOOST_TEST(x->pairs == 2u);
  BOOST_TEST(x->guzik_pct == 75.0, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(constant_intervals_lie_on_the_line) {
  BOOST_TEST(!poincare_asymmetry(ib::test::unbroken(std::vector<std::int32_t>(200, 800'000))));
}

BOOST_AUTO_TEST_CASE(two_intervals_that_change_places_have_no_length) {
  const auto x = poincare_asymmetry(ib::test::unbroken({800'000, 900'000, 800'000}), 2);
  BOOST_TEST(!x->c2_slower);
  BOOST_TEST(x->sd2_slower == 0.0);
}

BOOST_AUTO_TEST_CASE(ellipses_equal_the_reference) {
  for (const auto& [name, series, parts, expected] : ib::test::nn_reference_series()) {
    BOOST_TEST_CONTEXT(name) {
      ib::dsp::IntervalStatistics statistics(series.size());
      ib::Time t{};
      for (const auto& x : series) {
        t = t + std::chrono::microseconds(x.us);
        statistics.push(t, x.us, x.continues);
      }
      const auto in_ms = [parts = parts](std::optional<double> x) { return *x / parts; };
      const auto x = poincare_ellipse(in_ms(statistics.sd1()), in_ms(statistics.sd2()));
      const auto& spec = expected.at("spec").at("poincare");
      for (const auto& [label, value] : {std::pair{"SD1SD2", x->sd1_sd2},
                                         {"SD2SD1", x->csi},
                                         {"CSI", x->csi},
                                         {"S", x->area},
                                         {"CVI", x->cvi}})
        BOOST_TEST(value == spec.at(label).get<double>(), boost::test_tools::tolerance(1e-9));
    }
  }
}

// Asymmetry has the same definitions in NeuroKit.
BOOST_AUTO_TEST_CASE(asymmetry_equals_neurokit) {
  double worst = 0;
  for (const auto& [name, series, parts, expected] : ib::test::nn_reference_series()) {
    BOOST_TEST_CONTEXT(name) {
      const auto x = poincare_asymmetry(series);
      const auto& theirs = expected.at("neurokit_nonlinear");
      for (const auto& [label, value] : {std::pair{"HRV_GI", x->guzik_pct},
                                         {"HRV_SI", x->slope_pct},
                                         {"HRV_AI", x->area_pct},
                                         {"HRV_PI", x->porta_pct},
                                         {"HRV_C1d", x->c1_slower},
                                         {"HRV_C1a", 1 - x->c1_slower},
                                         {"HRV_C2d", *x->c2_slower},
                                         {"HRV_Cd", x->c_slower},
                                         {"HRV_SD1d", x->sd1_slower / parts},
                                         {"HRV_SD1a", x->sd1_faster / parts},
                                         {"HRV_SD2d", x->sd2_slower / parts},
                                         {"HRV_SD2a", x->sd2_faster / parts},
                                         {"HRV_SDNNd", x->sdnn_slower / parts},
                                         {"HRV_SDNNa", x->sdnn_faster / parts}}) {
        const double wanted = theirs.at(label);
        BOOST_TEST(value == wanted, boost::test_tools::tolerance(1e-9));
        worst = std::max(worst, std::abs(value / wanted - 1));
      }
    }
  }
  BOOST_TEST_MESSAGE("largest relative difference " << worst);
}

BOOST_AUTO_TEST_SUITE_END()
