#include "dsp/band_powers.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

using ib::dsp::BandPowers;
using ib::dsp::bins_of;
using ib::dsp::Density;

BOOST_AUTO_TEST_SUITE(band_powers)

BOOST_AUTO_TEST_CASE(a_band_begins_at_its_lower_edge_and_ends_before_its_upper_one) {
  const std::vector<double> s(401, 1.0);
  const Density density{s, 0.001};
  const auto vlf = bins_of(density, ib::dsp::vlf_band);
  const auto lf = bins_of(density, ib::dsp::lf_band);
  const auto hf = bins_of(density, ib::dsp::hf_band);
  BOOST_TEST((vlf.first == 4 && vlf.end == 40));
  BOOST_TEST((lf.first == 40 && lf.end == 150));
  BOOST_TEST((hf.first == 150 && hf.end == 400));
}

BOOST_AUTO_TEST_CASE(a_level_density_has_the_power_of_the_width_between_its_outermost_bins) {
  const std::vector<double> s(401, 1000.0);
  const BandPowers p = powers_of(Density{s, 0.001});
  BOOST_TEST(std::abs(p.vlf - 35) < 1e-9);
  BOOST_TEST(std::abs(p.lf - 109) < 1e-9);
  BOOST_TEST(std::abs(p.hf - 249) < 1e-9);
  BOOST_TEST(p.total() == p.vlf + p.lf + p.hf);
  BOOST_TEST(std::abs(*p.lf_hf() - 109.0 / 249) < 1e-12);
  BOOST_TEST(std::abs(*p.lf_share() - 109.0 / 358) < 1e-12);
  BOOST_TEST(std::abs(*p.lf_share() + *p.hf_share() - 1) < 1e-12);
  BOOST_TEST(*p.ln_hf() == std::log(p.hf));
}

BOOST_AUTO_TEST_CASE(a_trapezoid_and_a_rectangle) {
  const std::vector<double> s{9, 1, 2, 4, 9};
  const Density density{s, 0.5};
  BOOST_TEST(trapezoid_power(density, {1, 4}) == 0.5 * (1.5 + 3));
  BOOST_TEST(rectangle_power(density, {1, 4}) == 0.5 * 7);
  BOOST_TEST(trapezoid_power(density, {1, 2}) == 0.0);
  BOOST_TEST(rectangle_power(density, {1, 2}) == 0.5);
  BOOST_TEST(trapezoid_power(density, {3, 3}) == 0.0);
  BOOST_TEST(highest_bin(density, {1, 4}) == 3u);
}

BOOST_AUTO_TEST_CASE(a_peak_is_where_the_band_is_highest) {
  std::vector<double> s(401, 1.0);
  s[20] = s[100] = s[101] = s[250] = 7;
  s[400] = 100;  // outside
  const BandPowers p = powers_of(Density{s, 0.001});
  BOOST_TEST(std::abs(*p.vlf_peak_hz - 0.020) < 1e-12);
  BOOST_TEST(std::abs(*p.lf_peak_hz - 0.100) < 1e-12);
  BOOST_TEST(std::abs(*p.hf_peak_hz - 0.250) < 1e-12);
}

BOOST_AUTO_TEST_CASE(no_power_has_no_shares_no_logarithm_and_no_peaks) {
  for (const double rounding : {0.0, 1e-9}) {
    const std::vector<double> s(401, rounding);
    const BandPowers p = powers_of(Density{s, 0.001});
    BOOST_TEST(p.total() < 1e-6);
    BOOST_TEST((!p.lf_hf() && !p.lf_share() && !p.hf_share() && !p.ln_hf()));
    BOOST_TEST((!p.vlf_peak_hz && !p.lf_peak_hz && !p.hf_peak_hz));
  }
}

BOOST_AUTO_TEST_CASE(a_density_that_is_empty_or_coarse_or_short_has_no_power) {
  const std::vector<double> s(5, 1000.0);
  for (const Density& density : {Density{}, Density{{}, 0.001}, Density{s, 0}, Density{s, 10},
                                 Density{s, 0.0001}, Density{s, -1}})
    BOOST_TEST(powers_of(density).total() == 0.0);
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_no_density) {
  std::vector<double> s{1, 2, 3};
  BOOST_TEST(Density({s, 1}).if_finite().bins.size() == 3u);
  s[1] = std::numeric_limits<double>::infinity();
  BOOST_TEST(Density({s, 1}).if_finite().empty());
  s[1] = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(Density({s, 1}).if_finite().empty());
}

BOOST_AUTO_TEST_SUITE_END()
