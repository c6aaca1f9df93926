#include "dsp/welch.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "support/densities.hpp"

namespace {

using ib::dsp::BandPowers;
using ib::dsp::Density;
using ib::dsp::Welch;
using ib::test::wave;

double whole_power(const Density& density) {
  return std::accumulate(density.bins.begin(), density.bins.end(), 0.0) * density.step_hz;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(welch)

BOOST_AUTO_TEST_CASE(a_wave_has_the_power_of_half_its_squared_amplitude) {
  Welch welch;
  const Density density = welch.density(wave(0.25, 35, 1200));
  BOOST_TEST(density.bins.size() == 513u);
  BOOST_TEST(density.step_hz == 0.00390625);
  BOOST_TEST(whole_power(density) == 612.5, boost::test_tools::tolerance(1e-6));
  const BandPowers p = powers_of(density);
  BOOST_TEST(p.hf == 612.5, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(*p.hf_peak_hz == 0.25);
  BOOST_TEST(p.lf < 0.01);
}

BOOST_AUTO_TEST_CASE(so_has_the_fastest_wave_there_is) {
  std::vector<double> x(1024);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 2 == 0 ? 1 : -1;
  Welch welch;
  BOOST_TEST(whole_power(welch.density(x)) == 1.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(every_segment_counts_alike) {
  // One of the four segments of 64 s, half overlapping, holds a wave alone; its neighbours half of
  // it.
  auto x = wave(0.25, 0, 640);
  const auto burst = wave(0.25, 10, 128);
  std::copy(burst.begin(), burst.end(), x.begin() + 256);
  Welch all, one({4, 128, 0, 1024});
  const double burst_power = whole_power(one.density(std::span(x).subspan(256, 128)));
  BOOST_TEST(burst_power == 50.0, boost::test_tools::tolerance(1e-6));
  // A Hann window over 256 has its squares half in each half.
  BOOST_TEST(whole_power(all.density(x)) == 2 * 0.5 * 50 / 4, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_constant_is_nothing) {
  Welch welch;
  BOOST_TEST(ib::test::all_zero(welch.density(std::vector<double>(600, 800.0))));
}

BOOST_AUTO_TEST_CASE(less_than_a_segment_is_one_segment) {
  Welch long_segments, fitting({4, 200, 0, 1024});
  const auto x = wave(0.1, 50, 200);
  const auto a = long_segments.density(x), b = fitting.density(x);
  BOOST_TEST(a.bins == b.bins, boost::test_tools::per_element());
  BOOST_TEST(whole_power(a) == 1250.0, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(one_long_segment_tells_slow_rhythms_apart) {
  auto x = wave(0.033, 280, 7200);
  const auto lf = wave(0.045, 20, 7200);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += lf[i];
  Welch whole(Welch::whole(x.size())), segments;
  BOOST_TEST(whole.params().transformed == 8192u);
  const BandPowers p = powers_of(whole.density(x));
  BOOST_TEST(p.vlf == 39200.0, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(p.lf == 200.0, boost::test_tools::tolerance(1e-2));
  BOOST_TEST(powers_of(segments.density(x)).lf > 5000.0);
}

BOOST_AUTO_TEST_CASE(too_little_and_not_finite_give_no_density) {
  Welch welch;
  BOOST_TEST(welch.density({}).empty());
  BOOST_TEST(welch.density(wave(0.1, 1, 7)).empty());
  BOOST_TEST(!welch.density(wave(0.1, 1, 8)).empty());
  auto x = wave(0.1, 1, 600);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 1e200}) {
    x[300] = bad;
    BOOST_TEST(welch.density(x).empty());
  }
  x[300] = 0;
  BOOST_TEST(!welch.density(x).empty());  // and nothing of it stays
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  ib::test::WorstDifference worst;
  for (const auto& series : ib::test::reference_series()) {
    const auto x = detrended_tachogram(series);
    for (const auto& [key, params] :
         {std::pair<const char*, Welch::Params>{"welch_256", {}},
          std::pair<const char*, Welch::Params>{"welch_480_120s", {4, 480, 240, 1024}}}) {
      const auto& expected = series.spec.at(key);
      Welch welch(params);
      const Density density = welch.density(x);
      worst(powers_of(density), expected.at("bands_trapz"));
      std::size_t bin = 0;
      for (const auto& s : expected.at("psd_first_40_bins")) worst(density.bins[bin++], s);
      for (const auto& [name, band] : {std::pair{"VLF", ib::dsp::vlf_band},
                                       {"LF", ib::dsp::lf_band},
                                       {"HF", ib::dsp::hf_band}})
        worst(rectangle_power(density, bins_of(density, band)), expected.at("bands_rect").at(name));
    }
  }
  worst.must_stay_below(1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
