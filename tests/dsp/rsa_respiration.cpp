#include "dsp/rsa_respiration.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <vector>

#include "support/densities.hpp"

namespace {

using ib::dsp::Density;
using ib::dsp::respiration_of;
using ib::dsp::respiration_welch;
using ib::dsp::RespirationReason;
using ib::dsp::RsaRespiration;
using ib::dsp::Welch;
using ib::test::wave;

/// A density of 1 everywhere, with a hill of three bins around `bin`, 0.01 Hz apart.
RsaRespiration of_hill(std::size_t bin, double height, double ground = 1, bool paced = false) {
  std::vector<double> s(101, ground);
  s[bin - 1] = s[bin + 1] = height / 2;
  s[bin] = height;
  return respiration_of(Density{s, 0.01}, {.paced = paced});
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::RespirationReason)

BOOST_AUTO_TEST_SUITE(rsa_respiration)

BOOST_AUTO_TEST_CASE(a_clear_hill_is_the_breath) {
  const auto r = of_hill(25, 100);
  BOOST_TEST(*r.rate_hz == 0.25);
  BOOST_TEST(r.share == 204.0 / (204 + 32), boost::test_tools::tolerance(1e-9));  // 7 of 39 bins
  BOOST_TEST(r.rise_db == 10 * std::log10(204.0 / 7), boost::test_tools::tolerance(1e-9));
  BOOST_TEST((r.reason == RespirationReason::none));
}

BOOST_AUTO_TEST_CASE(every_guard_withholds_and_says_so) {
  BOOST_TEST((of_hill(14, 100).reason == RespirationReason::too_slow));
  BOOST_TEST((of_hill(25, 8).reason == RespirationReason::too_broad));  // 20 of 52
  // Nearly all power within 0.03 Hz, but as high beside it, below 0.12 Hz.
  std::vector<double> s(101);
  for (std::size_t bin : {9u, 10u, 11u, 15u, 16u, 17u}) s[bin] = 10;
  s[16] = 11;
  const auto faint = respiration_of(Density{s, 0.01});
  BOOST_TEST((faint.reason == RespirationReason::too_faint));
  BOOST_TEST(faint.share == 1.0, boost::test_tools::tolerance(1e-9));
  for (const auto& r : {of_hill(14, 100), of_hill(25, 8), faint}) {
    BOOST_TEST(!r.rate_hz);
    BOOST_TEST(r.peak_hz > 0);
  }
  BOOST_TEST(name(RespirationReason::too_faint) == "too_faint");
}

BOOST_AUTO_TEST_CASE(a_pacer_allows_a_slow_breath) {
  BOOST_TEST(*of_hill(14, 100, 1, true).rate_hz == 0.14);
}

BOOST_AUTO_TEST_CASE(a_slope_is_no_breath) {
  std::vector<double> falling(101);
  for (std::size_t i = 0; i < falling.size(); ++i) falling[i] = 100 - static_cast<double>(i);
  BOOST_TEST((respiration_of(Density{falling, 0.01}).reason == RespirationReason::no_peak));
}

BOOST_AUTO_TEST_CASE(a_wave_of_a_minute_is_found) {
  Welch welch(respiration_welch);
  const auto r = respiration_of(welch.density(wave(0.3, 30, 240)));
  BOOST_TEST(std::abs(*r.rate_hz - 0.3) < 0.002);
}

BOOST_AUTO_TEST_CASE(nothing_has_no_breath) {
  const std::vector<double> zeros(513), two(2, 1.0);
  for (const Density& density :
       {Density{}, Density{zeros, 0.002}, Density{zeros, 0}, Density{two, 0.2}, Density{two, 5}}) {
    const auto r = respiration_of(density);
    BOOST_TEST((!r.rate_hz && r.reason == RespirationReason::no_peak));
  }
}

BOOST_AUTO_TEST_CASE(a_lone_line_has_a_finite_rise) {
  std::vector<double> s(101);
  s[25] = 1;
  const auto r = respiration_of(Density{s, 0.01});
  BOOST_TEST(*r.rate_hz == 0.25);
  BOOST_TEST(r.rise_db == 100.0);
}

// The figures of the specification, to as many digits as it gives.
BOOST_AUTO_TEST_CASE(decides_as_on_the_reference_subjects) {
  Welch welch(respiration_welch);
  for (const auto& series : ib::test::reference_series()) {
    const auto r = respiration_of(welch.density(detrended_tachogram(series)));
    BOOST_TEST_CONTEXT(series.name) {
      if (series.name == "synth_lf_hf") {
        BOOST_TEST(std::abs(r.rate_hz.value_or(0) - 0.250) < 5e-4);
        BOOST_TEST(std::abs(r.share - 0.89) < 5e-3);
        BOOST_TEST(std::abs(r.rise_db - 16.8) < 0.05);
      } else if (series.name == "pyhrv_short") {
        BOOST_TEST(std::abs(r.rate_hz.value_or(0) - 0.244) < 5e-4);
        BOOST_TEST(std::abs(r.share - 0.43) < 6e-3);
        BOOST_TEST(std::abs(r.rise_db - 3.1) < 0.05);
      } else if (series.name == "nk_resting5_ecg") {  // the belt said 0.281 Hz
        BOOST_TEST(!r.rate_hz);
        BOOST_TEST(std::abs(r.peak_hz - 0.135) < 5e-4);
        BOOST_TEST(std::abs(r.share - 0.26) < 5e-3);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
