#include "dsp/stress_index.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "support/nn_series.hpp"

namespace {

using ib::dsp::IntervalStatistics;
using ib::dsp::stress_index_of;
using ib::test::NnSeries;
using namespace std::chrono_literals;

IntervalStatistics ranked(const NnSeries& series) {
  IntervalStatistics x(series.size());
  ib::Time t{};
  for (const auto& interval : series) {
    t = t + std::chrono::microseconds(interval.us);
    x.push(t, interval.us, interval.continues);
  }
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stress_index)

// Bins of 50 ms hold 1, 3 and 1: AMo 60 %, median 0.82 s, spread 0.1 s.
BOOST_AUTO_TEST_CASE(five_intervals_by_hand) {
  const auto x = stress_index_of(
      ranked(ib::test::unbroken({760'000, 800'000, 820'000, 849'999, 860'000})), 0s);
  BOOST_TEST(x->amo_pct == 60.0);
  BOOST_TEST(x->mo_s == 0.82);
  BOOST_TEST(x->mo_bin_s == 0.825, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(x->mxdmn_s == 0.1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->value == 60 / (2 * 0.82 * 0.1), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(x->root() == std::sqrt(x->value));
}

BOOST_AUTO_TEST_CASE(a_bin_begins_at_its_lower_edge) {
  const auto amo = [](std::int32_t us) {
    return stress_index_of(ranked(ib::test::unbroken({800'000, us})), 0s)->amo_pct;
  };
  BOOST_TEST(amo(849'999) == 100.0);
  BOOST_TEST(amo(850'000) == 50.0);
  BOOST_TEST(amo(799'999) == 50.0);
}

BOOST_AUTO_TEST_CASE(less_than_42_seconds_have_none) {
  NnSeries series = ib::test::unbroken(std::vector<std::int32_t>(60, 700'000));
  series[7].us += 1;
  series[8].us -= 1;
  BOOST_TEST(stress_index_of(ranked(series)).has_value());
  series.pop_back();
  BOOST_TEST(!stress_index_of(ranked(series)));
}

BOOST_AUTO_TEST_CASE(intervals_all_alike_or_none_have_none) {
  BOOST_TEST(!stress_index_of(IntervalStatistics(10)));
  BOOST_TEST(!stress_index_of(IntervalStatistics(10), 0s));
  BOOST_TEST(!stress_index_of(ranked(ib::test::unbroken(std::vector<std::int32_t>(200, 800'000)))));
}

// Two series are not whole microseconds: there the input's rounding alone is up to 1e-6 of MxDMn.
BOOST_AUTO_TEST_CASE(all_series_equal_the_reference) {
  for (const auto& [name, series, parts, expected] : ib::test::nn_reference_series()) {
    NnSeries whole = series;
    for (auto& x : whole) x.us = static_cast<std::int32_t>(std::lround(x.us / double(parts)));
    const auto x = stress_index_of(ranked(whole));
    const auto& spec = expected.at("spec").at("time");
    const double tolerance = parts == 1 ? 1e-9 : 3e-6;
    BOOST_TEST_CONTEXT(name) {
      for (const auto& [label, value] : {std::pair{"Baevsky_AMo_pct", x->amo_pct},
                                         {"Baevsky_Mo_median_s", x->mo_s},
                                         {"Baevsky_Mo_bin_s", x->mo_bin_s},
                                         {"Baevsky_MxDMn_s", x->mxdmn_s},
                                         {"Baevsky_SI", x->value},
                                         {"Baevsky_SI_sqrt_kubios", x->root()}})
        BOOST_TEST(value == spec.at(label).get<double>(), boost::test_tools::tolerance(tolerance));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
