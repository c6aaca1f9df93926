#include "dsp/rhythm_coherence.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "dsp/welch.hpp"
#include "support/densities.hpp"

namespace {

using ib::dsp::coherence_of;
using ib::dsp::CoherenceLevel;
using ib::dsp::CoherenceLevels;
using ib::dsp::Density;
using ib::dsp::Welch;

constexpr double step = 0.00390625;  // 4 Hz / 1024

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::CoherenceLevel)

BOOST_AUTO_TEST_SUITE(rhythm_coherence)

BOOST_AUTO_TEST_CASE(a_level_spectrum_has_seven_bins_of_its_hundred_and_two) {
  const std::vector<double> s(513, 10.0);
  const auto c = coherence_of(Density{s, step});
  BOOST_TEST(c->peak_hz == 11 * step);
  BOOST_TEST(c->peak_power == 7 * 10 * step);
  BOOST_TEST(c->total_power == 102 * 10 * step);
  BOOST_TEST(c->score == 100.0 * 7 / 102, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(*c->ratio == 7.0 / 95, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(one_line_is_all) {
  std::vector<double> s(513);
  s[26] = 100;
  const auto c = coherence_of(Density{s, step});
  BOOST_TEST(c->score == 100.0);
  BOOST_TEST(!c->ratio);
}

BOOST_AUTO_TEST_CASE(slow_regular_breathing_scores_high_and_ordinary_breathing_low) {
  Welch welch;
  const auto paced = coherence_of(welch.density(ib::test::wave(0.1, 50, 256)));
  BOOST_TEST(paced->score > 85.0);
  BOOST_TEST(std::abs(paced->peak_hz - 0.1) < step);

  auto both = ib::test::wave(0.1, 20, 256);
  const auto breath = ib::test::wave(0.3, 40, 256);
  for (std::size_t i = 0; i < both.size(); ++i) both[i] += breath[i];
  BOOST_TEST(coherence_of(welch.density(both))->score < 25.0);
}

BOOST_AUTO_TEST_CASE(the_peak_may_stand_on_either_end_of_its_range_and_not_beyond) {
  const double at = 0.26 / 64;  // bin 64 on 0.26 Hz
  for (const std::size_t bin : {63u, 64u}) {
    std::vector<double> s(513, 1.0);
    s[bin] = 50;
    s[65] = 100;
    s[9] = 100;  // 0.0366 Hz
    BOOST_TEST(coherence_of(Density{s, at})->peak_hz == static_cast<double>(bin) * at);
  }
}

BOOST_AUTO_TEST_CASE(nothing_has_no_coherence) {
  const std::vector<double> zeros(513), rounding(513, 1e-9);
  BOOST_TEST(!coherence_of(Density{}));
  BOOST_TEST(!coherence_of(Density{zeros, step}));
  BOOST_TEST(!coherence_of(Density{rounding, step}));
  BOOST_TEST(!coherence_of(Density{zeros, 0}));
  BOOST_TEST(!coherence_of(Density{zeros, 1}));
}

BOOST_AUTO_TEST_CASE(levels_include_their_bounds) {
  const CoherenceLevels levels;
  BOOST_TEST((levels.of(34.9) == CoherenceLevel::low));
  BOOST_TEST((levels.of(35) == CoherenceLevel::medium));
  BOOST_TEST((levels.of(60) == CoherenceLevel::medium));
  BOOST_TEST((levels.of(60.1) == CoherenceLevel::high));
  BOOST_TEST(name(CoherenceLevel::high) == "high");
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  ib::test::WorstDifference worst;
  Welch welch;
  for (const auto& series : ib::test::reference_series()) {
    const auto c = coherence_of(welch.density(detrended_tachogram(series)));
    const auto& expected = series.spec.at("coherence_from_welch_256");
    BOOST_TEST_REQUIRE(c.has_value());
    worst(c->peak_hz, expected.at("peak_hz"));
    worst(c->peak_power, expected.at("peak_power"));
    worst(c->total_power, expected.at("total_power"));
    worst(c->score / 100, expected.at("fraction"));
    worst(*c->ratio, expected.at("ratio"));
  }
  worst.must_stay_below(1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
