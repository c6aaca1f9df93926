#include "dsp/iir_design.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "support/filter_reference.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::Sos;
using nlohmann::json;

double magnitude(const Sos& sos, double hz, double rate) {
  return std::abs(ib::dsp::response(sos, hz, rate));
}

/// Of the magnitude at a rate of 50 Hz.
double off(const Sos& sos, double hz, double expected) {
  return std::abs(magnitude(sos, hz, 50.0) - expected);
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
  BOOST_TEST(!ib::dsp::order_error(1));
  BOOST_TEST(!ib::dsp::order_error(8));
  BOOST_TEST(ib::dsp::order_error(0).has_value());
  BOOST_TEST(*ib::dsp::order_error(9) == "a filter order of 9 is not from 1 to 8");
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

// Chebyshev II edges are where the stop band begins.
BOOST_AUTO_TEST_CASE(the_edges_of_chebyshev_are_as_far_down_as_asked_for) {
  for (int order = 1; order <= ib::dsp::filter_order_max; ++order) {
    for (const double stop_db : {20.0, 60.0}) {
      BOOST_TEST_CONTEXT("order " << order << ", " << stop_db << " dB") {
        const double down = std::pow(10.0, -stop_db / 20.0);
        const Sos low = ib::dsp::chebyshev2_low_pass(order, stop_db, 8.0, 50.0);
        const Sos high = ib::dsp::chebyshev2_high_pass(order, stop_db, 0.5, 50.0);
        const Sos pass = ib::dsp::chebyshev2_band_pass(order, stop_db, 0.5, 8.0, 50.0);
        const Sos stop = ib::dsp::chebyshev2_band_stop(order, stop_db, 5.0, 8.0, 50.0);
        BOOST_TEST(low.size == (order + 1) / 2);
        BOOST_TEST(high.size == (order + 1) / 2);
        BOOST_TEST(pass.size == order);
        BOOST_TEST(stop.size == order);
        BOOST_TEST(off(low, 8.0, down) < 1e-9);
        BOOST_TEST(off(high, 0.5, down) < 1e-7);
        BOOST_TEST(off(pass, 0.5, down) < 1e-6);
        BOOST_TEST(off(pass, 8.0, down) < 1e-6);
        BOOST_TEST(off(stop, 5.0, down) < 1e-6);
        BOOST_TEST(off(stop, 8.0, down) < 1e-6);
        BOOST_TEST(off(low, 0.0, 1.0) < 1e-9);
        BOOST_TEST(off(high, 25.0, 1.0) < 1e-9);
        BOOST_TEST(off(stop, 0.0, 1.0) < 1e-9);
        BOOST_TEST(off(stop, 25.0, 1.0) < 1e-9);
        for (double hz = 8.0; hz <= 25.0; hz += 0.05) {
          BOOST_TEST(magnitude(low, hz, 50.0) <= down + 1e-6);
          BOOST_TEST(magnitude(pass, hz, 50.0) <= down + 1e-6);
        }
        for (double hz = 5.0; hz <= 8.0; hz += 0.05)
          BOOST_TEST(magnitude(stop, hz, 50.0) <= down + 1e-6);
        for (double hz = 0.01; hz <= 0.5; hz += 0.01)
          BOOST_TEST(magnitude(high, hz, 50.0) <= down + 1e-6);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_band_stop_is_shut_in_the_middle_and_open_at_the_ends) {
  const double middle =  // of the analogue frequencies
      std::atan(std::sqrt(ib::dsp::prewarp(5.0, 50.0) * ib::dsp::prewarp(8.0, 50.0)) / 100.0) *
      50.0 / std::numbers::pi;
  for (int order = 1; order <= ib::dsp::filter_order_max; ++order) {
    BOOST_TEST_CONTEXT("order " << order) {
      const Sos stop = ib::dsp::butterworth_band_stop(order, 5.0, 8.0, 50.0);
      BOOST_TEST(stop.size == order);
      BOOST_TEST(off(stop, 5.0, std::sqrt(0.5)) < 1e-6);
      BOOST_TEST(off(stop, 8.0, std::sqrt(0.5)) < 1e-6);
      BOOST_TEST(off(stop, middle, 0.0) < 1e-12);
      BOOST_TEST(off(stop, 0.0, 1.0) < 1e-9);
      BOOST_TEST(off(stop, 25.0, 1.0) < 1e-9);
    }
  }
}

// s^2 + 3 s + 3 is 3 dB down at sqrt((sqrt 45 - 3) / 2); orders 4 and 8 as in the usual tables.
BOOST_AUTO_TEST_CASE(bessel_poles_are_those_of_the_tables) {
  const double edge = std::sqrt((std::sqrt(45.0) - 3.0) / 2.0);
  const auto nearest = [](const ib::dsp::Zpk& f, std::complex<double> to) {
    double least = 1e9;
    for (const auto pole : f.poles) least = std::min(least, std::abs(pole - to));
    return least;
  };
  const auto second = ib::dsp::bessel_prototype(2);
  BOOST_TEST(nearest(second, std::complex(-1.5, std::sqrt(0.75)) / edge) < 1e-12);
  const auto fourth = ib::dsp::bessel_prototype(4);
  BOOST_TEST(fourth.poles.size() == 4u);
  BOOST_TEST(nearest(fourth, {-1.3700678306, 0.4102497175}) < 1e-9);
  BOOST_TEST(nearest(fourth, {-1.3700678306, -0.4102497175}) < 1e-9);
  BOOST_TEST(nearest(fourth, {-0.9952087644, 1.2571057395}) < 1e-9);
  BOOST_TEST(nearest(fourth, {-0.9952087644, -1.2571057395}) < 1e-9);
  const auto eighth = ib::dsp::bessel_prototype(8);
  BOOST_TEST(eighth.poles.size() == 8u);
  BOOST_TEST(nearest(eighth, {-1.7574084004, 0.2728675751}) < 1e-9);
  BOOST_TEST(nearest(eighth, {-0.8928697188, -1.9983258436}) < 1e-9);
}

BOOST_AUTO_TEST_CASE(bessel_delays_all_that_passes_alike) {
  for (int order = 1; order <= ib::dsp::filter_order_max; ++order) {
    BOOST_TEST_CONTEXT("order " << order) {
      const Sos bessel = ib::dsp::bessel_low_pass(order, 8.0, 100.0);
      BOOST_TEST(bessel.size == (order + 1) / 2);
      BOOST_TEST(std::abs(magnitude(bessel, 0.0, 100.0) - 1.0) < 1e-12);
      BOOST_TEST(std::abs(magnitude(bessel, 8.0, 100.0) - std::sqrt(0.5)) < 1e-9);
    }
  }
  const auto spread = [](const Sos& sos) {
    const double at_rest = ib::dsp::group_delay_s(sos, 0.01, 100.0);
    double most = 0.0;
    for (double hz = 0.5; hz <= 8.0; hz += 0.5)
      most = std::max(most, std::abs(ib::dsp::group_delay_s(sos, hz, 100.0) / at_rest - 1.0));
    return most;
  };
  BOOST_TEST(spread(ib::dsp::bessel_low_pass(4, 8.0, 100.0)) < 0.06);
  BOOST_TEST(spread(ib::dsp::butterworth_low_pass(4, 8.0, 100.0)) > 0.3);
}

BOOST_AUTO_TEST_CASE(a_notch_takes_one_frequency_and_leaves_the_rest) {
  const Sos sos = ib::dsp::notch(50.0, 30.0, 250.0);
  BOOST_TEST(sos.size == 1);
  BOOST_TEST(magnitude(sos, 50.0, 250.0) < 1e-12);
  BOOST_TEST(std::abs(magnitude(sos, 0.0, 250.0) - 1.0) < 1e-12);
  BOOST_TEST(std::abs(magnitude(sos, 125.0, 250.0) - 1.0) < 1e-12);
  // 3 dB down at both sides of a band of 50/30 Hz.
  const auto shut = [&](double hz) { return magnitude(sos, hz, 250.0) < std::sqrt(0.5); };
  BOOST_TEST(!shut(49.15));
  BOOST_TEST(shut(49.19));
  BOOST_TEST(shut(50.81));
  BOOST_TEST(!shut(50.86));
}

BOOST_AUTO_TEST_CASE(a_refused_notch_or_stop_band_is_explained_with_its_numbers) {
  using ib::dsp::notch_error;
  using ib::dsp::stop_error;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(!notch_error(50.0, 30.0, 125.0));
  BOOST_TEST(*notch_error(50.0, 30.0, 124.0) ==
             "a notch at 50 Hz needs a rate of at least 125 Hz (2.5 times), not 124 Hz");
  BOOST_TEST(*notch_error(0.0, 30.0, 125.0) == "a notch at 0 Hz is not above 0 Hz");
  BOOST_TEST(*notch_error(50.0, 0.0, 125.0) == "a notch quality of 0 is not a positive number");
  BOOST_TEST(*notch_error(50.0, 30.0, -1.0) == "a sampling rate of -1 Hz is not a positive number");
  for (const double bad : {nan, infinity}) {
    BOOST_TEST(notch_error(bad, 30.0, 125.0).has_value());
    BOOST_TEST(notch_error(50.0, bad, 125.0).has_value());
    BOOST_TEST(notch_error(50.0, 30.0, bad).has_value());
    BOOST_TEST(stop_error(bad).has_value());
  }
  BOOST_TEST(!stop_error(20.0));
  BOOST_TEST(!stop_error(120.0));
  BOOST_TEST(*stop_error(3.0) ==
             "a stop-band attenuation of 3 dB is not above 3 and at most 120 dB");
  BOOST_TEST(stop_error(120.5).has_value());
}

// The gain stands in the first section, the poles nearest the unit circle in the last one, and
// nothing of the zeros is lost on the way.
BOOST_AUTO_TEST_CASE(sections_stand_in_order_and_have_all_zeros) {
  for (int order = 1; order <= ib::dsp::filter_order_max; ++order) {
    for (const Sos& sos : {ib::dsp::chebyshev2_low_pass(order, 40.0, 8.0, 50.0),
                           ib::dsp::chebyshev2_high_pass(order, 40.0, 2.0, 50.0),
                           ib::dsp::chebyshev2_band_pass(order, 40.0, 0.5, 8.0, 50.0),
                           ib::dsp::chebyshev2_band_stop(order, 40.0, 5.0, 8.0, 50.0),
                           ib::dsp::butterworth_band_stop(order, 5.0, 8.0, 50.0)}) {
      double before = 0.0;
      for (const auto& s : sos.view()) {
        const double radius = s.a2 > 0.0 ? std::sqrt(s.a2) : std::abs(s.a1);
        if (s.a2 > 0.0 && s.a1 * s.a1 < 4.0 * s.a2) {  // conjugate: one radius
          BOOST_TEST(radius >= before);
          before = radius;
        }
        BOOST_TEST(radius < 1.0);
        BOOST_TEST((s.a2 == 0.0) == (s.b2 == 0.0));  // a zero for each pole
        if (&s != &sos.view().front()) BOOST_TEST(s.b0 == 1.0);
      }
    }
  }
}

// The pair beside -1 is nearest to the real zero there, which alone fits the real pole.
BOOST_AUTO_TEST_CASE(a_single_real_zero_goes_to_the_single_real_pole) {
  const ib::dsp::Zpk f{{{0.0, 1.0}, {0.0, -1.0}, -1.0}, {{-0.9, 0.3}, {-0.9, -0.3}, 0.2}, 2.0};
  const Sos sos = ib::dsp::to_sections(f);
  BOOST_TEST(sos.size == 2);
  BOOST_TEST(sos.sections[0].b1 == 2.0);  // 2 (1 + 1/z)
  BOOST_TEST(sos.sections[0].b2 == 0.0);
  BOOST_TEST(sos.sections[0].a1 == -0.2);
  BOOST_TEST(sos.sections[1].b1 == 0.0);  // 1 + 1/z^2
  BOOST_TEST(sos.sections[1].b2 == 1.0);
}

BOOST_AUTO_TEST_CASE(all_designs_equal_the_reference) {
  const json file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  int compared = 0;
  double response_off = 0.0, magnitude_off = 0.0, delay_off = 0.0, gain_off = 0.0;
  for (const json& d : file["designs"]) {
    ++compared;
    BOOST_TEST_CONTEXT(d["name"]) {
      const Sos sos = ib::test::designed(d);
      const double rate = d["fs"];
      BOOST_TEST(static_cast<std::size_t>(sos.size) == d["sos"].size());
      gain_off = std::max(gain_off, std::abs(sos.sections[0].b0 / d["gain"].get<double>() - 1.0));
      const auto hz = ib::test::numbers(d["freq_hz"]);
      const auto mag = ib::test::numbers(d["mag"]);
      const auto phase = ib::test::numbers(d["phase_rad"]);
      const auto delay = ib::test::numbers(d["group_delay_s"]);
      for (std::size_t i = 0; i < hz.size(); ++i) {
        const auto h = ib::dsp::response(sos, hz[i], rate);
        magnitude_off = std::max(magnitude_off, std::abs(std::abs(h) - mag[i]));
        response_off = std::max(response_off, std::abs(h - std::polar(mag[i], phase[i])));
        if (mag[i] > 1e-3 && std::isfinite(delay[i]))
          delay_off =
              std::max(delay_off, std::abs(ib::dsp::group_delay_s(sos, hz[i], rate) - delay[i]));
      }
      BOOST_TEST(gain_off < 1e-9);
      BOOST_TEST(magnitude_off < 1e-9);
      BOOST_TEST(response_off < 1e-9);
      BOOST_TEST(delay_off < 1e-6);  // scipy derives it from whole polynomials
    }
  }
  BOOST_TEST(compared == 34);
  BOOST_TEST_MESSAGE("largest differences: |H| " << magnitude_off << ", H " << response_off
                                                 << ", group delay " << delay_off
                                                 << " s, gain (relative) " << gain_off);
}

BOOST_AUTO_TEST_SUITE_END()
