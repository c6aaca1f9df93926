#include "dsp/sos_filter.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/filter_reference.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::Sos;
using ib::dsp::SosFilter;
using nlohmann::json;

const Sos pulse_band = ib::dsp::butterworth_band_pass(2, 0.5, 8.0, 25.0);

double check_close(SosFilter& filter, const std::vector<double>& input,
                   const std::vector<double>& expected) {
  double worst = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    worst = std::max(worst, std::abs(filter(input[i]) - expected[i]));
  BOOST_TEST(worst < 1e-9);
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sos_filter)

BOOST_AUTO_TEST_CASE(an_empty_cascade_passes_its_input) {
  SosFilter nothing;
  nothing.restart(3.0);
  BOOST_TEST(nothing(3.0) == 3.0);
}

BOOST_AUTO_TEST_CASE(a_start_on_a_million_counts_does_not_ring) {
  SosFilter filter(pulse_band);
  filter.restart(1e6);
  for (int i = 0; i < 100; ++i) BOOST_TEST(std::abs(filter(1e6)) < 1e-6);
}

BOOST_AUTO_TEST_CASE(a_low_pass_starts_at_its_first_sample) {
  SosFilter filter(ib::dsp::butterworth_low_pass(5, 3.0, 25.0));
  filter.restart(42.0);
  for (int i = 0; i < 50; ++i) BOOST_TEST(std::abs(filter(42.0) - 42.0) < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_restart_leaves_nothing_of_the_past) {
  SosFilter used(pulse_band), fresh(pulse_band);
  used.restart(7.0);
  for (int i = 0; i < 40; ++i) used(std::sin(i));
  used.restart(1.0);
  fresh.restart(1.0);
  for (int i = 0; i < 40; ++i) BOOST_TEST(used(i) == fresh(i));
}

BOOST_AUTO_TEST_CASE(a_decayed_state_becomes_zero_and_not_denormal) {
  SosFilter filter(pulse_band);
  filter.restart_from_zero();
  filter(1.0);
  for (int i = 0; i < 2000; ++i) filter(0.0);
  BOOST_TEST(filter(0.0) == 0.0);
}

// Whatever can be designed settles, and on a constant it says at once what it will say for ever.
BOOST_AUTO_TEST_CASE(any_design_is_stable_and_starts_settled) {
  const unsigned seed = 77;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  const auto between = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random()) / 4294967296.0);
  };
  for (int i = 0; i < 300; ++i) {
    const int order = 1 + static_cast<int>(random() % ib::dsp::filter_order_max);
    const double rate = between(4.0, 500.0);
    const double low = rate * between(0.005, 0.40);
    const double high = between(low * 1.05, 0.45 * rate);
    const double stop_db = between(10.0, 100.0);
    for (const Sos& sos : {ib::dsp::butterworth_low_pass(order, high, rate),
                           ib::dsp::butterworth_high_pass(order, low, rate),
                           ib::dsp::butterworth_band_pass(order, low, high, rate),
                           ib::dsp::butterworth_band_stop(order, low, high, rate),
                           ib::dsp::chebyshev2_low_pass(order, stop_db, high, rate),
                           ib::dsp::chebyshev2_high_pass(order, stop_db, low, rate),
                           ib::dsp::chebyshev2_band_pass(order, stop_db, low, high, rate),
                           ib::dsp::chebyshev2_band_stop(order, stop_db, low, high, rate),
                           ib::dsp::bessel_low_pass(order, high, rate),
                           ib::dsp::notch(0.9 * low, between(1.0, 50.0), rate)}) {
      BOOST_TEST_REQUIRE(ib::dsp::settling_samples(sos) > 0);
      const double expected = 1000.0 * ib::dsp::response(sos, 0.0, rate).real();
      SosFilter filter(sos);
      filter.restart(1000.0);
      double worst = 0.0;
      for (int k = 0; k < 300; ++k) worst = std::max(worst, std::abs(filter(1000.0) - expected));
      BOOST_TEST_REQUIRE(worst < 1e-3, "design " << i << " of order " << order << ", " << low
                                                 << " to " << high << " Hz at " << rate << " Hz");
    }
  }
}

BOOST_AUTO_TEST_CASE(outputs_equal_the_reference) {
  const json file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  int compared = 0;
  double impulse_off = 0.0, zero_off = 0.0, steady_off = 0.0;
  for (const json& d : file["designs"]) {
    ++compared;
    BOOST_TEST_CONTEXT(d["name"]) {
      SosFilter filter(ib::test::designed(d));
      std::vector<double> impulse(128, 0.0);
      impulse[0] = 1.0;
      const auto input = ib::test::numbers(d["test_input"]);
      const auto check = [&](const auto& x, const char* expected, double& off) {
        off = std::max(off, check_close(filter, x, ib::test::numbers(d[expected])));
      };
      check(impulse, "impulse_response", impulse_off);
      filter.restart_from_zero();
      check(input, "output_zero_state", zero_off);
      filter.restart(input[0]);
      check(input, "output_zi", steady_off);
    }
  }
  BOOST_TEST(compared == 34);
  BOOST_TEST_MESSAGE("largest differences: impulse " << impulse_off << ", from zero " << zero_off
                                                     << ", from steady state " << steady_off);
}

BOOST_AUTO_TEST_SUITE_END()
