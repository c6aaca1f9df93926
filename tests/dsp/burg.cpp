#include "dsp/burg.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "support/densities.hpp"

namespace {

using ib::dsp::BandPowers;
using ib::dsp::Burg;
using ib::test::wave;

}  // namespace

BOOST_AUTO_TEST_SUITE(burg)

BOOST_AUTO_TEST_CASE(one_coefficient_by_hand) {
  // 1, 2, 3: k = -2 (1*2 + 2*3) / (2^2 + 1^2 + 3^2 + 2^2) = -16/18; E = 14/3 (1 - k^2)
  Burg model(8, {4, 1, 8});
  const auto density = model.density(std::vector<double>{1, 2, 3});
  const double k = -16.0 / 18;
  BOOST_TEST(model.coefficients()[0] == 1.0);
  BOOST_TEST(std::abs(model.coefficients()[1] - k) < 1e-15);
  BOOST_TEST(std::abs(model.error() - 14.0 / 3 * (1 - k * k)) < 1e-14);
  BOOST_TEST(density.bins.size() == 5u);
  BOOST_TEST(density.bins[0] == 2 * model.error() / (4 * (1 + k) * (1 + k)),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(density.bins[4] == 2 * model.error() / (4 * (1 - k) * (1 - k)),
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(two_coefficients_follow_a_wave) {  // x[i] = 2 cos(w) x[i-1] - x[i-2]
  Burg model(4000, {4, 2, 1024});
  model.density(wave(0.25, 35, 4000));
  const double w = 2 * std::numbers::pi * 0.25 / 4;
  BOOST_TEST(std::abs(model.coefficients()[1] + 2 * std::cos(w)) < 1e-3);
  BOOST_TEST(std::abs(model.coefficients()[2] - 1) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_wave_in_noise_stands_at_its_place_with_both_their_powers) {
  auto x = wave(0.25, 35, 1200);
  unsigned state = 3;
  for (double& v : x) {
    state = state * 1664525u + 1013904223u;
    v += static_cast<double>(state >> 16) / 65536 * 100 - 50;
  }
  Burg model(1200);
  const BandPowers p = powers_of(model.density(x));
  const double noise = 100.0 * 100 / 12 * (0.25 / 2);  // its share of 0 to 2 Hz
  BOOST_TEST(p.hf == 612.5 + noise, boost::test_tools::tolerance(0.15));
  BOOST_TEST(std::abs(*p.hf_peak_hz - 0.25) < 0.005);
}

BOOST_AUTO_TEST_CASE(silence_is_nothing) {
  Burg model(600);
  BOOST_TEST(ib::test::all_zero(model.density(std::vector<double>(600, 0.0))));
}

BOOST_AUTO_TEST_CASE(no_tone_however_pure_has_a_negative_density) {
  Burg model(200);
  for (std::size_t n = 33; n < 200; ++n) {
    const auto density = model.density(wave(0.01 * static_cast<double>(n % 37), 1, n));
    BOOST_TEST(
        std::all_of(density.bins.begin(), density.bins.end(), [](double s) { return s >= 0; }));
  }
}

BOOST_AUTO_TEST_CASE(of_too_many_samples_the_last_ones_are_taken) {
  auto x = wave(0.1, 10, 300);
  x[0] = 1e6;
  Burg few(299), fitting(300);
  const auto a = few.density(x), b = fitting.density(std::span(x).last(299));
  BOOST_TEST(a.bins == b.bins, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(too_little_and_not_finite_give_no_density) {
  Burg model(600);
  BOOST_TEST(model.density({}).empty());
  auto x = wave(0.1, 1, 600);
  x[10] += 0.1;
  BOOST_TEST(model.density(std::span(x).first(32)).empty());
  BOOST_TEST(!model.density(std::span(x).first(33)).empty());
  BOOST_TEST(model.density(std::vector<double>(600, 2.0)).empty());  // each says the next
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e200}) {
    x[300] = bad;
    BOOST_TEST(model.density(x).empty());
  }
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  ib::test::WorstDifference worst;
  for (const auto& series : ib::test::reference_series()) {
    const auto x = detrended_tachogram(series);
    Burg model(x.size());
    const auto& expected = series.spec.at("burg16");
    worst(powers_of(model.density(x)), expected.at("bands_trapz"));
    worst(model.error(), expected.at("E"));
    std::size_t lag = 0;
    for (const auto& a : expected.at("a")) worst(model.coefficients()[lag++], a);
  }
  worst.must_stay_below(1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
