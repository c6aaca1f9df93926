#include "dsp/fiducial.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "dsp/iir_design.hpp"
#include "dsp/parabola.hpp"
#include "dsp/sos_filter.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::Fiducial;
using ib::dsp::Peak;
using ib::dsp::PulseRises;

constexpr std::array all_fiducials{Fiducial::mid, Fiducial::max_slope, Fiducial::tangent};

PulseRises rises_of(const std::vector<double>& wave, double rate_hz, std::uint64_t first = 0) {
  PulseRises rises(rate_hz, static_cast<double>(wave.size()) / rate_hz);
  rises.restart(first);
  for (std::size_t i = 0; i < wave.size(); ++i) rises.push(first + i, wave[i]);
  return rises;
}

/// At 20 Hz (7 samples of rise): flat, then up by 1, 3, 2 to the peak at sample 13, then down.
std::vector<double> staircase() {
  std::vector<double> wave(11, 1.0);
  wave.insert(wave.end(), {2, 5, 7, 4, 1, 1});
  return wave;
}
constexpr Peak staircase_peak{13, 0, 7};

std::vector<double> filtered_for_fiducials(const std::vector<double>& raw, double rate_hz) {
  ib::dsp::SosFilter filter(ib::dsp::butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  filter.restart(raw.front());
  std::vector<double> out;
  for (const double x : raw) out.push_back(filter(x));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fiducial)

BOOST_AUTO_TEST_CASE(of_a_rise_by_1_3_and_2) {
  const auto rises = rises_of(staircase(), 20);
  // Half of 1..7 is 4: two thirds of the way from 2 (sample 11) to 5.
  BOOST_TEST(*rises.before(staircase_peak, Fiducial::mid) == 2 - 2.0 / 3,
             boost::test_tools::tolerance(1e-12));
  // Steps 1, 3, 2 stand at 10.5, 11.5, 12.5; their vertex is a sixth behind 11.5.
  BOOST_TEST(*rises.before(staircase_peak, Fiducial::max_slope) == 1.5 - 1.0 / 6,
             boost::test_tools::tolerance(1e-12));
  // From 2 at sample 11 with 3 a sample down to 1.
  BOOST_TEST(*rises.before(staircase_peak, Fiducial::tangent) == 2 + 1.0 / 3,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(do_not_depend_on_scale_and_level) {
  auto wave = staircase();
  for (double& y : wave) y = 1024 * y - 4096;
  const auto rises = rises_of(staircase(), 20), other = rises_of(wave, 20);
  for (const auto which : all_fiducials)
    BOOST_TEST(*rises.before(staircase_peak, which) == *other.before({13, 0, 0}, which));
}

BOOST_AUTO_TEST_CASE(of_a_sine_are_known) {
  // From the trough at half a period up to the peak: half way after a quarter, steepest there too,
  // and the tangent meets the trough's level 1/pi of a half period (2/pi rad) before.
  constexpr double rate = 500, half_period_s = 0.3, pi = 3.14159265358979;
  std::vector<double> wave;
  for (int i = 0; i < 1000; ++i) wave.push_back(std::cos(pi * i / rate / half_period_s));
  const auto rises = rises_of(wave, rate);
  const Peak peak{600, 0, 1};
  const auto ms = [&](Fiducial which) { return 1e3 * *rises.before(peak, which) / rate; };
  BOOST_TEST(std::abs(ms(Fiducial::mid) - 150) < 0.01);
  BOOST_TEST(std::abs(ms(Fiducial::max_slope) - 150) < 0.1);
  BOOST_TEST(std::abs(ms(Fiducial::tangent) - (150 + 300 / pi)) < 0.1);
}

BOOST_AUTO_TEST_CASE(equal_the_reference) {
  const auto all = ib::test::reference("ppg_beats.json");
  if (all.is_null()) return;
  for (const auto& c : all["cases"]) {
    const double rate = c["fs"];
    BOOST_TEST_CONTEXT(rate << " Hz") {
      const auto wave = filtered_for_fiducials(ib::test::numbers(c["input"]), rate);
      const auto rises = rises_of(wave, rate);
      const auto peaks = ib::test::numbers(c["mspt_stream"]);
      const auto& expected = c["fiducials_on_bandpassed"];
      const std::array all_expected{ib::test::numbers(expected["mid"]),
                                    ib::test::numbers(expected["maxslope"]),
                                    ib::test::numbers(expected["tangent"])};
      double worst = 0;
      for (std::size_t i = 0; i < peaks.size(); ++i) {
        const auto index = static_cast<std::uint64_t>(peaks[i]);
        const auto previous = i > 0 ? std::optional(static_cast<std::uint64_t>(peaks[i - 1]))
                                    : std::optional<std::uint64_t>();
        for (const auto which : all_fiducials) {
          const auto back = rises.before({index, 0, 0}, which, previous);
          BOOST_REQUIRE(back);
          const double at_s = (peaks[i] - *back) / rate;
          const double off = std::abs(at_s - all_expected[static_cast<std::size_t>(which)][i]);
          BOOST_TEST(off <= 1e-3, "peak " << index << ", " << static_cast<int>(which));
          worst = std::max(worst, off);
        }
      }
      BOOST_TEST_MESSAGE(rate << " Hz: at most " << 1e3 * worst << " ms off");
    }
  }
}

BOOST_AUTO_TEST_CASE(are_absent_where_the_rise_is) {
  const auto absent = [](const PulseRises& rises, std::uint64_t peak,
                         std::optional<std::uint64_t> after = {}) {
    for (const auto which : all_fiducials)
      if (rises.before({peak, 0, 0}, which, after)) return false;
    return true;
  };
  const auto rises = rises_of(staircase(), 20);
  BOOST_TEST(!absent(rises, 13));
  BOOST_TEST(!absent(rises, 13, 0));
  BOOST_TEST(absent(rises, 6));       // the rise would begin before the signal
  BOOST_TEST(absent(rises, 10));      // flat
  BOOST_TEST(absent(rises, 17));      // not there yet
  BOOST_TEST(absent(rises, 13, 13));  // behind itself
  BOOST_TEST(absent(PulseRises(20, 1), 13));
  std::vector<double> falls;
  for (int i = 0; i < 20; ++i) falls.push_back(-i);
  BOOST_TEST(absent(rises_of(falls, 20), 13));
  BOOST_TEST(absent(rises_of(std::vector<double>(20, std::nan("")), 20), 13));

  auto begun_late = rises_of(staircase(), 20, 100);  // 113 - 7 is there
  BOOST_TEST(!absent(begun_late, 113));
  begun_late.restart(117);
  BOOST_TEST(absent(begun_late, 113));

  auto jumped = rises_of(staircase(), 20), spoilt = jumped;
  jumped.push(18, 1);
  BOOST_TEST(absent(jumped, 13));
  spoilt.push(17, std::nan(""));
  BOOST_TEST(absent(spoilt, 13));
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_is_absent) {
  PulseRises rises(20, 1);
  rises.restart(0);
  const auto wave = staircase();
  for (std::uint64_t i = 0; i < 40; ++i) rises.push(i, i < wave.size() ? wave[i] : 0.0);
  for (const auto which : all_fiducials) {
    BOOST_TEST(!rises.before(staircase_peak, which));
    BOOST_TEST(!rises.before({13, 0, 0}, which));
  }
}

BOOST_AUTO_TEST_CASE(the_peak_before_bounds_the_rise) {
  // A low peak at sample 10, its trough at 8, is not where the rise to 13 begins.
  std::vector<double> wave(8, 5.0);
  wave.insert(wave.end(), {0, 1, 2, 1, 2, 4, 1, 1});
  const auto rises = rises_of(wave, 20);
  const Peak peak{13, 0, 4};
  BOOST_TEST(*rises.before(peak, Fiducial::mid) == 3);  // 2 = half of 0..4: first at sample 10
  BOOST_TEST(*rises.before(peak, Fiducial::mid, 10) == 0.75);     // 2.5 = half of 1..4
  BOOST_TEST(*rises.before(peak, Fiducial::tangent) == 2);        // 0 below 2 + 2 (t - 12): 11
  BOOST_TEST(*rises.before(peak, Fiducial::tangent, 10) == 1.5);  // 1: at 11.5
}

BOOST_AUTO_TEST_CASE(lie_on_the_rise_whatever_comes) {
  std::uint64_t state = 1;
  const auto random = [&state] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 33U) / 2147483648.0 - 0.5;
  };
  std::vector<double> noise;
  for (int i = 0; i < 3000; ++i) noise.push_back(random() * 1e30);
  const auto rises = rises_of(noise, 25);
  int found = 0;
  for (std::uint64_t p = 0; p < noise.size(); ++p)
    for (const auto which : all_fiducials) {
      const auto back = rises.before({p, 0, 0}, which);
      if (!back) continue;
      ++found;
      BOOST_TEST(*back >= 0);
      BOOST_TEST(*back <= static_cast<double>(rises.reach()));
    }
  BOOST_TEST(found > 6000);
}

BOOST_AUTO_TEST_SUITE_END()
