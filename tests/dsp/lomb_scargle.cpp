#include "dsp/lomb_scargle.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "support/densities.hpp"

namespace {

using ib::dsp::BandPowers;
using ib::dsp::LombScargle;

struct Uneven {
  std::vector<double> t, y;
};

/// Steps of 0.8 s, some a little longer; only what `keep` says is there.
template <class Keep>
Uneven uneven_wave(double hz, double amplitude, Keep keep) {
  Uneven u;
  for (int i = 0; i < 600; ++i) {
    const double t = 0.8 * i + 0.05 * std::sin(i);
    if (!keep(t)) continue;
    u.t.push_back(t);
    u.y.push_back(amplitude * std::sin(2 * std::numbers::pi * hz * t));
  }
  return u;
}

/// As the formula stands in the paper, with a sine for each term.
double scargle_power(const Uneven& u, double hz) {
  const double w = 2 * std::numbers::pi * hz;
  double s2 = 0, c2 = 0, yc = 0, ys = 0, cc = 0, ss = 0;
  for (const double t : u.t) {
    s2 += std::sin(2 * w * t);
    c2 += std::cos(2 * w * t);
  }
  const double tau = std::atan2(s2, c2) / (2 * w);
  for (std::size_t i = 0; i < u.t.size(); ++i) {
    const double c = std::cos(w * (u.t[i] - tau)), s = std::sin(w * (u.t[i] - tau));
    yc += u.y[i] * c;
    ys += u.y[i] * s;
    cc += c * c;
    ss += s * s;
  }
  return (yc * yc / cc + ys * ys / ss) / 2;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lomb_scargle)

BOOST_AUTO_TEST_CASE(a_wave_has_the_power_of_half_its_squared_amplitude) {
  const Uneven u = uneven_wave(0.25, 35, [](double) { return true; });
  LombScargle lomb(1000);
  const auto density = lomb.density(u.t, u.y);
  BOOST_TEST(density.bins.size() == 401u);
  BOOST_TEST(density.bins[0] == 0.0);
  const BandPowers p = powers_of(density);
  BOOST_TEST(p.hf == 612.5, boost::test_tools::tolerance(0.01));
  BOOST_TEST(*p.hf_peak_hz == 0.25);
}

BOOST_AUTO_TEST_CASE(gaps_neither_move_it_nor_make_it_larger) {
  const Uneven u = uneven_wave(0.1, 70, [](double t) { return std::fmod(t, 60) > 9; });
  LombScargle lomb(1000);
  double gaps_s = 0;
  for (std::size_t i = 1; i < u.t.size(); ++i)
    if (u.t[i] - u.t[i - 1] > 2) gaps_s += u.t[i] - u.t[i - 1] - 0.8;
  const BandPowers p = powers_of(lomb.density(u.t, u.y, gaps_s));
  BOOST_TEST(*p.lf_peak_hz == 0.1);
  BOOST_TEST(p.lf == 2450.0, boost::test_tools::tolerance(0.06));
  BOOST_TEST(powers_of(lomb.density(u.t, u.y)).lf > 1.1 * 2450);
}

BOOST_AUTO_TEST_CASE(equals_the_formula_of_the_paper) {
  const Uneven u = uneven_wave(0.07, 20, [](double t) { return t < 100 || t > 109; });
  LombScargle lomb(1000);
  const auto density = lomb.density(u.t, u.y);
  const double scale = 2 * (u.t.back() - u.t.front()) / static_cast<double>(u.t.size() - 1);
  double worst = 0;
  for (std::size_t k = 1; k <= 400; ++k) {
    const double expected = scale * scargle_power(u, 0.001 * static_cast<double>(k));
    worst = std::max(worst, std::abs(density.bins[k] - expected));
  }
  BOOST_TEST(worst < 1e-10 * density.bins[70]);
}

BOOST_AUTO_TEST_CASE(an_even_rate_whose_limit_is_hit_leaves_the_sine_out) {
  // At 0.25 Hz all samples stand on zeros of the sine: there 0/0 would be.
  std::vector<double> t, y;
  for (int i = 0; i < 64; ++i) {
    t.push_back(2.0 * i);
    y.push_back((i % 2 == 0 ? 1 : -1) * (1 + i));
  }
  LombScargle lomb(64);
  const auto density = lomb.density(t, y);
  BOOST_TEST(!density.empty());
  const double cosines = 64 * 65 / 2;  // 1 + 2 + ... + 64
  BOOST_TEST(density.bins[250] == 2 * 2 * cosines * cosines / (2 * 64),
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_later_start_changes_nothing) {
  const Uneven u = uneven_wave(0.1, 70, [](double) { return true; });
  std::vector<double> later = u.t;
  for (double& t : later) t += 4096;
  LombScargle a(1000), b(1000);
  const auto p = a.density(u.t, u.y), q = b.density(later, u.y);
  for (std::size_t k = 0; k < p.bins.size(); ++k)
    BOOST_TEST(std::abs(p.bins[k] - q.bins[k]) < 1e-9 * p.bins[100]);
}

BOOST_AUTO_TEST_CASE(of_too_many_samples_the_last_ones_are_taken) {
  const Uneven u = uneven_wave(0.1, 70, [](double) { return true; });
  LombScargle few(100), fitting(1000);
  const auto a = few.density(u.t, u.y);
  const auto b = fitting.density(std::span(u.t).last(100), std::span(u.y).last(100));
  BOOST_TEST(a.bins == b.bins, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(too_little_and_not_finite_give_no_density) {
  LombScargle lomb(100);
  BOOST_TEST(lomb.density({}, {}).empty());
  const std::vector<double> seven(7, 1.0), same(50, 3.0);
  BOOST_TEST(lomb.density(seven, seven).empty());
  BOOST_TEST(lomb.density(same, same).empty());
  Uneven u = uneven_wave(0.1, 1, [](double t) { return t < 60; });
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e200}) {
    Uneven broken = u;
    broken.y[20] = bad;
    BOOST_TEST(lomb.density(broken.t, broken.y).empty());
  }
  BOOST_TEST(ib::test::all_zero(lomb.density(u.t, std::vector<double>(u.t.size()))));
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  ib::test::WorstDifference worst;
  for (const auto& series : ib::test::reference_series()) {
    auto y = series.rr_ms;
    ib::dsp::remove_line(series.t_s, y);
    LombScargle lomb(y.size());
    const auto density = lomb.density(series.t_s, y);
    const auto& expected = series.spec.at("lomb");
    worst(powers_of(density), expected.at("bands_trapz"));
    worst(density.bins[100], expected.at("psd_at_0.1"));
    worst(density.bins[250], expected.at("psd_at_0.25"));
  }
  worst.must_stay_below(1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
