#include "dsp/sos_filter.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "support/reference_json.hpp"

namespace {

using ib::dsp::Sos;
using ib::dsp::SosFilter;
using nlohmann::json;

const Sos pulse_band = ib::dsp::butterworth_band_pass(2, 0.5, 8.0, 25.0);

Sos designed(const json& d) {
  const json& edge = d["cutoff_hz"];
  if (d["btype"] == "bandpass")
    return ib::dsp::butterworth_band_pass(d["order"], edge[0], edge[1], d["fs"]);
  if (d["btype"] == "lowpass") return ib::dsp::butterworth_low_pass(d["order"], edge, d["fs"]);
  return ib::dsp::butterworth_high_pass(d["order"], edge, d["fs"]);
}

void check_close(SosFilter& filter, const std::vector<double>& input,
                 const std::vector<double>& expected) {
  double worst = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    worst = std::max(worst, std::abs(filter(input[i]) - expected[i]));
  BOOST_TEST(worst < 1e-9);
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

BOOST_AUTO_TEST_CASE(outputs_equal_the_reference) {
  const json file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  for (const json& d : file["designs"]) {
    if (d["kind"] != "butter") continue;
    BOOST_TEST_CONTEXT(d["name"]) {
      SosFilter filter(designed(d));
      std::vector<double> impulse(128, 0.0);
      impulse[0] = 1.0;
      const auto input = ib::test::numbers(d["test_input"]);
      check_close(filter, impulse, ib::test::numbers(d["impulse_response"]));
      filter.restart_from_zero();
      check_close(filter, input, ib::test::numbers(d["output_zero_state"]));
      filter.restart(input[0]);
      check_close(filter, input, ib::test::numbers(d["output_zi"]));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
