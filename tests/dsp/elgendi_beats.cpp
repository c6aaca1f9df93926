#include "dsp/elgendi_beats.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "dsp/iir_design.hpp"
#include "dsp/sos_filter.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::ElgendiBeats;
using ib::dsp::Peak;

struct ElgendiFound {
  Peak peak;
  double latency_s;
};

std::vector<ElgendiFound> elgendi_beats_of(ElgendiBeats& beats, const std::vector<double>& signal,
                                           double rate_hz, std::uint64_t first = 0) {
  std::vector<ElgendiFound> found;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    beats.push(first + i, signal[i]);
    if (const auto& p = beats.peak())
      found.push_back({*p, static_cast<double>(first + i - p->index) / rate_hz});
  }
  return found;
}

/// Tops at whole multiples of the period, flat between: as a band-passed pulse looks.
std::vector<double> hills(double rate_hz, double period_s, double seconds) {
  std::vector<double> signal;
  for (double i = 0; i < seconds * rate_hz; ++i) {
    const double phase = std::cos(2 * std::numbers::pi * i / (rate_hz * period_s));
    signal.push_back(phase);
  }
  return signal;
}

std::vector<double> filtered_for_elgendi(const std::vector<double>& raw, double rate_hz) {
  ib::dsp::SosFilter filter(ib::dsp::butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  filter.restart(raw.front());
  std::vector<double> out;
  for (const double x : raw) out.push_back(filter(x));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elgendi_beats)

BOOST_AUTO_TEST_CASE(tops_of_a_cosine_are_found_at_their_samples) {
  for (const double rate : {20.0, 25.0, 32.0, 64.0, 100.0, 250.0}) {
    BOOST_TEST_CONTEXT(rate << " Hz") {
      ElgendiBeats beats(rate);
      beats.restart(0);
      const auto found = elgendi_beats_of(beats, hills(rate, 0.8, 20.4), rate);
      BOOST_REQUIRE(found.size() >= 24U);
      for (const auto& f : found) {
        const double at_s = (static_cast<double>(f.peak.index) + f.peak.fraction) / rate;
        BOOST_TEST(std::abs(at_s - 0.8 * std::round(at_s / 0.8)) < 2e-3);
        BOOST_TEST(f.latency_s <= ElgendiBeats::latency_bound_s);
      }
      BOOST_TEST(beats.late_peaks() == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  const auto all = ib::test::reference("ppg_beats.json");
  if (all.is_null()) return;
  for (const auto& c : all["cases"]) {
    const double rate = c["fs"];
    BOOST_TEST_CONTEXT(rate << " Hz") {
      ElgendiBeats beats(rate);
      beats.restart(0);
      const auto found =
          elgendi_beats_of(beats, filtered_for_elgendi(ib::test::numbers(c["input"]), rate), rate);
      const auto expected = ib::test::numbers(c["elgendi_stream"]);
      const auto latency = ib::test::numbers(c["elgendi_stream_latency_s"]);
      BOOST_REQUIRE_EQUAL(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        BOOST_TEST(std::abs(static_cast<double>(found[i].peak.index) - expected[i]) <= 1);
        BOOST_TEST(std::abs(found[i].latency_s - latency[i]) <= 1.5 / rate,
                   found[i].latency_s << " " << latency[i]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_constant_noise_below_zero_and_what_is_no_number_are_no_beats) {
  for (const double level : {0.0, -3.0, 1e6}) {
    ElgendiBeats beats(25);
    beats.restart(0);
    BOOST_TEST(elgendi_beats_of(beats, std::vector<double>(500, level), 25).empty());
  }
  ElgendiBeats beats(25);
  beats.restart(0);
  BOOST_TEST(elgendi_beats_of(beats, std::vector<double>(100, std::nan("")), 25).empty());
  // What comes behind is as after a start.
  ElgendiBeats fresh(25);
  fresh.restart(100);
  const auto wave = hills(25, 0.8, 10);
  const auto after = elgendi_beats_of(beats, wave, 25, 100),
             anew = elgendi_beats_of(fresh, wave, 25, 100);
  BOOST_REQUIRE_EQUAL(after.size(), anew.size());
  for (std::size_t i = 0; i < after.size(); ++i)
    BOOST_TEST(after[i].peak.index == anew[i].peak.index);
}

BOOST_AUTO_TEST_CASE(a_jump_of_the_index_begins_anew) {
  ElgendiBeats beats(25), fresh(25);
  beats.restart(0);
  fresh.restart(1000);
  const auto wave = hills(25, 0.8, 10);
  elgendi_beats_of(beats, wave, 25);
  const auto after = elgendi_beats_of(beats, wave, 25, 1000),
             anew = elgendi_beats_of(fresh, wave, 25, 1000);
  BOOST_REQUIRE_EQUAL(after.size(), anew.size());
  BOOST_TEST(after.size() > 8U);
  for (std::size_t i = 0; i < after.size(); ++i) {
    BOOST_TEST(after[i].peak.index == anew[i].peak.index);
    BOOST_TEST(after[i].peak.fraction == anew[i].peak.fraction);
  }
}

BOOST_AUTO_TEST_CASE(peaks_rise_and_keep_their_distance_whatever_comes) {
  std::uint64_t state = 1;
  const auto random = [&state] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 33U) / 2147483648.0 - 0.5;
  };
  for (const double rate : {12.5, 25.0, 100.0, 1000.0}) {
    ElgendiBeats beats(rate);
    beats.restart(0);
    std::vector<double> noise;
    for (int i = 0; i < 60 * static_cast<int>(rate); ++i) noise.push_back(random() * 1e6);
    const auto found = elgendi_beats_of(beats, noise, rate);
    for (std::size_t i = 1; i < found.size(); ++i)
      BOOST_TEST(static_cast<double>(found[i].peak.index - found[i - 1].peak.index) >= 0.3 * rate);
    for (const auto& f : found) BOOST_TEST(f.latency_s <= ElgendiBeats::latency_bound_s);
  }
}

/// A knock of 200 pulse heights, half a second long, after 30 s; how long no beat is found behind it.
BOOST_AUTO_TEST_CASE(a_knock_silences_for_less_than_three_seconds) {
  for (const double rate : {25.0, 100.0}) {
    for (const double height : {20.0, 200.0, 1e5}) {
      ElgendiBeats beats(rate);
      beats.restart(0);
      auto wave = hills(rate, 0.8, 90);
      const auto from = static_cast<std::size_t>(30 * rate);
      for (std::size_t i = 0; i < static_cast<std::size_t>(0.5 * rate); ++i)
        wave[from + i] += height;
      double silence_s = 0, last_s = 30.5;
      for (const auto& f : elgendi_beats_of(beats, wave, rate)) {
        const double at_s = static_cast<double>(f.peak.index) / rate;
        if (at_s <= 30.5) continue;
        silence_s = std::max(silence_s, at_s - last_s);
        last_s = at_s;
      }
      BOOST_TEST_MESSAGE(rate << " Hz, " << height << " pulse heights: silent for " << silence_s
                              << " s");
      BOOST_TEST(silence_s < 3);
      BOOST_TEST(last_s > 88);
    }
  }
}

/// A gain that falls to a hundredth: the level follows within six seconds.
BOOST_AUTO_TEST_CASE(a_fallen_gain_silences_for_less_than_seven_seconds) {
  ElgendiBeats beats(25);
  beats.restart(0);
  auto wave = hills(25, 0.8, 90);
  for (std::size_t i = 30 * 25; i < wave.size(); ++i) wave[i] *= 0.01;
  double first_s = 90;
  for (const auto& f : elgendi_beats_of(beats, wave, 25))
    if (f.peak.index > 31 * 25) first_s = std::min(first_s, static_cast<double>(f.peak.index) / 25);
  BOOST_TEST_MESSAGE("silent for " << first_s - 30 << " s");
  BOOST_TEST(first_s < 37);
}

BOOST_AUTO_TEST_CASE(a_peak_that_is_known_too_late_is_dropped_and_counted) {
  ElgendiBeats beats(100);
  beats.restart(0);
  std::vector<double> wave(500, 0.0);
  wave.push_back(101);
  for (int i = 0; i < 60; ++i)
    wave.push_back(100);  // the block lasts to its end, the top is its first
  wave.resize(1500, 0.0);
  BOOST_TEST(elgendi_beats_of(beats, wave, 100).size() == 0U);
  BOOST_TEST(beats.late_peaks() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
