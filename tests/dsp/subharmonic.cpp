#include "dsp/subharmonic.hpp"

#include "dsp/iir_design.hpp"
#include "dsp/sos_filter.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <span>
#include <vector>

using namespace ib::dsp;
using namespace ib::test;

namespace {

/// A pulse of one heart, and what may stand beside it.
struct FastPulse {
  double bpm{};
  double dicrotic{};   ///< height of a second hump in the middle of the interval, of the first
  double alternans{};  ///< every second pulse is lower by twice that
  double noise{};      ///< in the band, sd of the wave's own
  unsigned seed{};
};

/// 20 s of it, band-passed: humps 70 ms wide (sd), or a sixth of the interval.
std::vector<double> fast_wave(const FastPulse& p, double rate_hz) {
  const double interval = 60 / p.bpm, width = std::min(0.07, interval / 6);
  const auto hump = [&](double t) { return std::exp(-t * t / (2 * width * width)); };
  std::mt19937 random(p.seed);
  std::normal_distribution<double> noise;
  SosFilter filter(butterworth_band_pass(2, 0.5, std::min(8.0, 0.4 * rate_hz), rate_hz));
  std::vector<double> wave;
  for (double i = 0; i < 20 * rate_hz; ++i) {
    const double t = i / rate_hz;
    double x = 0;
    for (double k = std::floor(t / interval) - 2; k < t / interval + 3; ++k) {
      const double height = std::fmod(std::abs(k), 2) < 1 ? 1 + p.alternans : 1 - p.alternans;
      x += height * (hump(t - k * interval) + p.dicrotic * hump(t - (k + 0.5) * interval));
    }
    // White noise keeps 16 / rate of its power in a band of 8 Hz.
    const double of_band = std::sqrt(rate_hz / 16) * 0.35;
    wave.push_back(filter(x + p.noise * of_band * noise(random)));
  }
  return wave;
}

/// Beats told at every `pulses`-th pulse.
bool told_slower(const FastPulse& p, double rate_hz, double pulses) {
  const auto wave = fast_wave(p, rate_hz);
  const auto last = static_cast<std::size_t>(std::lround(3 * rate_hz));
  return PulseSamples(std::span(wave).last(last), rate_hz).are_passed_over(pulses * 60 / p.bpm);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(subharmonic)

BOOST_AUTO_TEST_CASE(beats_at_half_or_a_third_of_a_fast_pulse) {
  for (const double rate : {12.5, 25.0, 32.0, 64.0, 125.0, 1000.0})
    for (const double bpm : {205.0, 240.0, 270.0, 300.0})
      for (const double pulses : {2.0, 3.0})
        BOOST_TEST(told_slower({.bpm = bpm}, rate, pulses),
                   bpm << " bpm, each " << pulses << "., " << rate << " Hz");
}

BOOST_AUTO_TEST_CASE(a_pulse_that_is_followed_is_none) {
  for (const double rate : {10.0, 12.5, 25.0, 64.0, 125.0})
    for (const double bpm : {30.0, 60.0, 100.0, 120.0, 150.0, 180.0, 195.0})
      BOOST_TEST(!told_slower({.bpm = bpm}, rate, 1), bpm << " bpm, " << rate << " Hz");
}

/// Of a fast pulse too, where every pulse is told.
BOOST_AUTO_TEST_CASE(nothing_is_passed_over_where_each_pulse_is_told) {
  for (const double bpm : {205.0, 240.0, 300.0}) BOOST_TEST(!told_slower({.bpm = bpm}, 64, 1));
}

BOOST_AUTO_TEST_CASE(a_dicrotic_wave_leaves_power_at_the_rate_of_the_beats) {
  for (const double rate : {12.5, 25.0, 64.0, 125.0})
    for (const double bpm : {60.0, 80.0, 100.0, 120.0, 150.0, 180.0})
      for (const double height : {0.2, 0.4, 0.6, 0.65})
        BOOST_TEST(!told_slower({.bpm = bpm, .dicrotic = height}, rate, 1),
                   bpm << " bpm, height " << height << ", " << rate << " Hz");
  // The bound: as high as the systolic one, it is a pulse.
  BOOST_TEST(told_slower({.bpm = 110, .dicrotic = 1}, 64, 1));
}

/// A slow heart hides nothing, however high its second hump: the pulses lie further apart than 0.3 s.
BOOST_AUTO_TEST_CASE(missed_beats_of_a_slow_heart_are_no_subharmonic) {
  for (const double bpm : {50.0, 80.0, 120.0})
    for (const double pulses : {2.0, 3.0}) BOOST_TEST(!told_slower({.bpm = bpm}, 64, pulses));
}

BOOST_AUTO_TEST_CASE(an_alternans_of_ten_percent_leaves_it_so) {
  for (const double rate : {25.0, 64.0, 125.0})
    for (const double bpm : {220.0, 240.0, 300.0})
      BOOST_TEST(told_slower({.bpm = bpm, .alternans = 0.1}, rate, 2), bpm << ", " << rate);
}

BOOST_AUTO_TEST_CASE(noise_beside_it_hides_it_seldom) {
  int found = 0, all = 0;
  for (const unsigned seed : cases(20))
    for (const double bpm : {220.0, 240.0, 300.0}) {
      ++all;
      found += told_slower({.bpm = bpm, .noise = 0.3, .seed = seed}, 64, 2) ? 1 : 0;
    }
  BOOST_TEST_MESSAGE(found << " of " << all << " at 10 dB");
  BOOST_TEST(found >= 0.9 * all);
}

BOOST_AUTO_TEST_CASE(too_little_says_nothing) {
  const auto wave = fast_wave({.bpm = 240}, 64);
  const auto end = [&](std::size_t n) { return std::span(wave).last(n); };
  BOOST_TEST(PulseSamples(end(96), 64).are_passed_over(0.5));
  BOOST_TEST(!PulseSamples(end(90), 64).are_passed_over(0.5));
  BOOST_TEST(!PulseSamples(end(0), 64).are_passed_over(0.5));
}

BOOST_AUTO_TEST_CASE(a_wave_without_variation_and_one_that_is_no_number_are_none) {
  const std::vector<double> flat(192, 0.0), constant(192, 3.0),
      none(192, std::numeric_limits<double>::quiet_NaN());
  BOOST_TEST(!PulseSamples(flat, 64).are_passed_over(0.5));
  BOOST_TEST(!PulseSamples(constant, 64).are_passed_over(0.5));
  BOOST_TEST(!PulseSamples(none, 64).are_passed_over(0.5));
}

BOOST_AUTO_TEST_SUITE_END()
