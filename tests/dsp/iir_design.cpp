#include "dsp/iir_design.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "support/reference_json.hpp"

namespace {

using ib::dsp::Sos;
using nlohmann::json;

Sos designed(const json& d) {
  const int order = d["order"];
  const double rate = d["fs"];
  const json& edge = d["cutoff_hz"];
  if (d["btype"] == "bandpass")
    return ib::dsp::butterworth_band_pass(order, edge[0], edge[1], rate);
  if (d["btype"] == "lowpass") return ib::dsp::butterworth_low_pass(order, edge, rate);
  return ib::dsp::butterworth_high_pass(order, edge, rate);
}

double magnitude(const Sos& sos, double hz, double rate) {
  return std::abs(ib::dsp::response(sos, hz, rate));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(iir_design)

BOOST_AUTO_TEST_CASE(a_band_pass_is_3_db_down_at_its_edges_and_shut_at_the_ends) {
  const Sos sos = ib::dsp::butterworth_band_pass(2, 0.5, 8.0, 25.0);
  BOOST_TEST(sos.size == 2);
  BOOST_TEST(std::abs(magnitude(sos, 0.5, 25.0) - std::sqrt(0.5)) < 1e-12);
  BOOST_TEST(std::abs(magnitude(sos, 8.0, 25.0) - std::sqrt(0.5)) < 1e-12);
  BOOST_TEST(std::abs(magnitude(sos, 2.0, 25.0) - 1.0) < 1e-3);
  BOOST_TEST(magnitude(sos, 0.0, 25.0) < 1e-12);
  BOOST_TEST(magnitude(sos, 12.5, 25.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_edges_of_every_order_are_3_db_down) {
  for (int order = 1; order <= ib::dsp::filter_order_max; ++order) {
    BOOST_TEST_CONTEXT("order " << order) {
      const Sos band = ib::dsp::butterworth_band_pass(order, 0.5, 8.0, 50.0);
      const Sos low = ib::dsp::butterworth_low_pass(order, 8.0, 50.0);
      const Sos high = ib::dsp::butterworth_high_pass(order, 0.5, 50.0);
      BOOST_TEST(band.size == order);
      BOOST_TEST(low.size == (order + 1) / 2);
      BOOST_TEST(std::abs(magnitude(band, 0.5, 50.0) - std::sqrt(0.5)) < 1e-6);
      BOOST_TEST(std::abs(magnitude(band, 8.0, 50.0) - std::sqrt(0.5)) < 1e-6);
      BOOST_TEST(std::abs(magnitude(low, 8.0, 50.0) - std::sqrt(0.5)) < 1e-9);
      BOOST_TEST(std::abs(magnitude(high, 0.5, 50.0) - std::sqrt(0.5)) < 1e-6);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refused_band_is_explained_with_its_numbers) {
  using ib::dsp::band_error;
  BOOST_TEST(!band_error(0.5, 8.0, 25.0));
  BOOST_TEST(!band_error(0.5, 11.25, 25.0));
  BOOST_TEST(*band_error(0.5, 12.0, 25.0) ==
             "a filter edge of 12 Hz is too high for a rate of 25 Hz: at most 11.25 Hz "
             "(0.45 of the rate)");
  BOOST_TEST(*band_error(8.0, 0.5, 25.0) ==
             "the lower edge of 8 Hz is not below the upper edge of 0.5 Hz");
  BOOST_TEST(*band_error(0.0, 8.0, 25.0) == "a filter edge of 0 Hz is not above 0 Hz");
  BOOST_TEST(*band_error(0.5, 8.0, 0.0) == "a sampling rate of 0 Hz is not a positive number");
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(band_error(nan, 8.0, 25.0).has_value());
  BOOST_TEST(band_error(0.5, nan, 25.0).has_value());
  BOOST_TEST(band_error(0.5, 8.0, nan).has_value());
}

// Pole radius 0.9156 (science notes, par. 1.3): 53 samples = 2.1 s.
BOOST_AUTO_TEST_CASE(the_default_band_settles_in_two_seconds) {
  BOOST_TEST(ib::dsp::settling_samples(ib::dsp::butterworth_band_pass(2, 0.5, 8.0, 25.0)) == 53);
}

BOOST_AUTO_TEST_CASE(a_pure_delay_has_its_length_as_group_delay) {
  Sos two_samples;
  two_samples.size = 1;
  two_samples.sections[0] = {0.0, 0.0, 1.0, 0.0, 0.0};
  BOOST_TEST(std::abs(ib::dsp::group_delay_s(two_samples, 1.0, 25.0) - 0.08) < 1e-12);
  BOOST_TEST(ib::dsp::settling_samples(two_samples) == 0);
}

BOOST_AUTO_TEST_CASE(butterworth_designs_equal_the_reference) {
  const json file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  int compared = 0;
  for (const json& d : file["designs"]) {
    if (d["kind"] != "butter") continue;
    ++compared;
    BOOST_TEST_CONTEXT(d["name"]) {
      const Sos sos = designed(d);
      const double rate = d["fs"];
      BOOST_TEST(static_cast<std::size_t>(sos.size) == d["sos"].size());
      const auto hz = ib::test::numbers(d["freq_hz"]);
      const auto mag = ib::test::numbers(d["mag"]);
      const auto phase = ib::test::numbers(d["phase_rad"]);
      const auto delay = ib::test::numbers(d["group_delay_s"]);
      for (std::size_t i = 0; i < hz.size(); ++i) {
        const auto h = ib::dsp::response(sos, hz[i], rate);
        BOOST_TEST(std::abs(std::abs(h) - mag[i]) < 1e-9);
        BOOST_TEST(std::abs(h - std::polar(mag[i], phase[i])) < 1e-9);
        if (mag[i] > 1e-3 && std::isfinite(delay[i]))
          BOOST_TEST(std::abs(ib::dsp::group_delay_s(sos, hz[i], rate) - delay[i]) < 1e-6);
      }
    }
  }
  BOOST_TEST(compared == 26);
}

BOOST_AUTO_TEST_SUITE_END()
