#include "dsp/ssf_beats.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "dsp/iir_design.hpp"
#include "dsp/sos_filter.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::Peak;
using ib::dsp::SsfBeats;

struct SsfFound {
  Peak peak;
  double latency_s;
};

std::vector<SsfFound> ssf_beats_of(SsfBeats& beats, const std::vector<double>& signal,
                                   double rate_hz, std::uint64_t first = 0) {
  std::vector<SsfFound> found;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    beats.push(first + i, signal[i]);
    if (const auto& p = beats.peak())
      found.push_back({*p, static_cast<double>(first + i - p->index) / rate_hz});
  }
  return found;
}

std::vector<SsfFound> ssf_beats_from_0(const std::vector<double>& signal, double rate_hz) {
  SsfBeats beats(rate_hz);
  beats.restart(0);
  return ssf_beats_of(beats, signal, rate_hz);
}

/// Tops at whole multiples of 0.8 s.
std::vector<double> ssf_cosine(double rate_hz, double seconds) {
  std::vector<double> signal;
  for (double i = 0; i < seconds * rate_hz; ++i)
    signal.push_back(std::cos(2 * std::numbers::pi * i / (rate_hz * 0.8)));
  return signal;
}

/// One pulse a second at 25 Hz, from 0 up to its height in four samples and down again in four; tops
/// at 0.4, 1.4, 2.4 s, ... In three samples (the slope sum) it rises 3/4 of its height.
std::vector<double> gables(const std::vector<double>& heights) {
  std::vector<double> signal;
  for (const double height : heights)
    for (int i = 0; i < 25; ++i)
      signal.push_back(height * std::max(0.0, 1 - std::abs(i - 10) / 4.0));
  return signal;
}

std::vector<double> tops_of_gables(const std::vector<double>& heights) {
  std::vector<double> seconds;
  for (const auto& f : ssf_beats_from_0(gables(heights), 25))
    seconds.push_back((static_cast<double>(f.peak.index) + f.peak.fraction) / 25);
  return seconds;
}

/// Both lists in seconds; a pair lies within 150 ms.
double f1_of_beats(const std::vector<double>& found, const std::vector<double>& truth, double lag) {
  std::size_t pairs = 0, j = 0;
  for (const double t : truth) {
    while (j < found.size() && found[j] - lag < t - 0.15) ++j;
    if (j < found.size() && found[j] - lag <= t + 0.15) ++pairs, ++j;
  }
  return 2.0 * static_cast<double>(pairs) / static_cast<double>(found.size() + truth.size());
}

double best_f1_of_beats(const std::vector<double>& found, const std::vector<double>& truth) {
  double best = 0;
  for (double lag = 0; lag < 1.2; lag += 0.01)
    best = std::max(best, f1_of_beats(found, truth, lag));
  return best;
}

std::vector<double> over_rate(std::vector<double> indices, double rate_hz) {
  for (double& i : indices) i /= rate_hz;
  return indices;
}

std::vector<double> filtered_for_ssf(const std::vector<double>& raw, double rate_hz) {
  ib::dsp::SosFilter filter(ib::dsp::butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  filter.restart(raw.front());
  std::vector<double> out;
  for (const double x : raw) out.push_back(filter(x));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ssf_beats)

BOOST_AUTO_TEST_CASE(tops_of_a_cosine_are_found_at_their_samples) {
  for (const double rate : {12.5, 20.0, 25.0, 32.0, 64.0, 100.0, 250.0, 4000.0}) {
    BOOST_TEST_CONTEXT(rate << " Hz") {
      const auto found = ssf_beats_from_0(ssf_cosine(rate, 20.4), rate);
      BOOST_TEST(found.size() == 23U);  // 25, less those at 0.8 and 1.6 s
      const auto wait = found.front().latency_s;
      BOOST_TEST(std::abs(wait - 0.128) <= 0.5 / rate);
      for (const auto& f : found) {
        const double at_s = (static_cast<double>(f.peak.index) + f.peak.fraction) / rate;
        BOOST_TEST(std::abs(at_s - 0.8 * std::round(at_s / 0.8)) < (rate < 20 ? 5e-3 : 2e-3));
        BOOST_TEST(f.latency_s == wait);
        BOOST_TEST(f.latency_s <= SsfBeats::latency_bound_s);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_two_seconds_teach) {
  const auto tops = tops_of_gables({10, 10, 10, 10});
  BOOST_REQUIRE_EQUAL(tops.size(), 2U);
  BOOST_TEST(tops[0] == 2.4);
  BOOST_TEST(tops[1] == 3.4);
}

BOOST_AUTO_TEST_CASE(a_pulse_needs_60_percent_of_the_ones_before) {
  BOOST_TEST(tops_of_gables({10, 10, 10, 5.9, 10}) == (std::vector{2.4, 4.4}),
             boost::test_tools::per_element());
  BOOST_TEST(tops_of_gables({10, 10, 10, 6.1, 10}) == (std::vector{2.4, 3.4, 4.4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_threshold_moves_by_an_eighth) {
  // Behind 18 instead of 10 the mean is 11, behind two of them 11.875: 60 % of it is 7.125.
  BOOST_TEST(tops_of_gables({10, 10, 18, 18, 7.1}) == (std::vector{2.4, 3.4}),
             boost::test_tools::per_element());
  BOOST_TEST(tops_of_gables({10, 10, 18, 18, 7.2}) == (std::vector{2.4, 3.4, 4.4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(behind_a_pause_the_threshold_is_learned_from_it) {
  // A sensor that lost its grip: a tenth of the height. The last beat is known at 2.52 s; what came
  // in the 2 s behind it (pulses at 3.4 and 4.4 s) teaches, and at 5.4 s there is a beat again.
  BOOST_TEST(tops_of_gables({10, 10, 10, 1, 1, 1, 1}) == (std::vector{2.4, 5.4, 6.4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_huge_artefact_costs_beats_and_no_more) {
  std::vector<double> heights(12, 10.0);
  heights[4] = 1e9;
  const auto tops = tops_of_gables(heights);
  BOOST_TEST(tops == (std::vector{2.4, 3.4, 4.4, 7.4, 8.4, 9.4, 10.4, 11.4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(at_least_as_good_as_the_reference) {
  const auto all = ib::test::reference("ppg_beats.json");
  if (all.is_null()) return;
  for (const auto& c : all["cases"]) {
    const double rate = c["fs"];
    BOOST_TEST_CONTEXT(rate << " Hz") {
      std::vector<double> found;
      for (const auto& f :
           ssf_beats_from_0(filtered_for_ssf(ib::test::numbers(c["input"]), rate), rate))
        found.push_back(static_cast<double>(f.peak.index) / rate);
      const auto theirs = over_rate(ib::test::numbers(c["ssf_stream"]), rate);
      const auto pulses = over_rate(ib::test::numbers(c["mspt_stream"]), rate);
      const auto hearts = ib::test::numbers(c["ecg_rpeak_times_s"]);
      const double to_pulses = f1_of_beats(found, pulses, 0),
                   to_hearts = best_f1_of_beats(found, hearts);
      BOOST_TEST_MESSAGE(rate << " Hz: " << found.size() << " beats, F1 to mspt " << to_pulses
                              << " (reference " << f1_of_beats(theirs, pulses, 0) << "), to ECG "
                              << to_hearts << " (" << best_f1_of_beats(theirs, hearts) << ")");
      BOOST_TEST(to_pulses >= f1_of_beats(theirs, pulses, 0));
      BOOST_TEST(to_hearts >= best_f1_of_beats(theirs, hearts));
      for (const double t : found) {            // the same highest sample, or its neighbour
        if (t > pulses.back() + 0.1) continue;  // the record ends before the other knows
        const auto near = std::min_element(pulses.begin(), pulses.end(), [t](double a, double b) {
          return std::abs(a - t) < std::abs(b - t);
        });
        BOOST_TEST(std::abs(*near - t) <= 1.01 / rate);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_slope_is_no_beat) {
  for (const double level : {0.0, -3.0, 1e6, 3e38})
    BOOST_TEST(ssf_beats_from_0(std::vector<double>(500, level), 25).empty());
  std::vector<double> falls, climbs;
  for (int i = 0; i < 500; ++i) falls.push_back(-i), climbs.push_back(i);
  BOOST_TEST(ssf_beats_from_0(falls, 25).empty());
  BOOST_TEST(ssf_beats_from_0(climbs, 25).empty());
  BOOST_TEST(ssf_beats_from_0({}, 25).empty());
  auto then_flat = gables({10, 1e12, 10, 10});  // the rounding of 1e12 is no pulse
  then_flat.resize(500, 0.1);
  for (const auto& f : ssf_beats_from_0(then_flat, 25)) BOOST_TEST(f.peak.index < 105U);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_begins_anew) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    SsfBeats beats(25), fresh(25);
    beats.restart(0);
    fresh.restart(100);
    ssf_beats_of(beats, gables({1, 1, 1}), 25);
    BOOST_TEST(ssf_beats_of(beats, std::vector<double>(25, bad), 25, 75).empty());
    const auto after = ssf_beats_of(beats, gables({10, 10, 10, 10}), 25, 100),
               anew = ssf_beats_of(fresh, gables({10, 10, 10, 10}), 25, 100);
    BOOST_REQUIRE_EQUAL(after.size(), 2U);
    BOOST_REQUIRE_EQUAL(anew.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) BOOST_TEST(after[i].peak.index == anew[i].peak.index);
  }
}

BOOST_AUTO_TEST_CASE(a_jump_of_the_index_begins_anew) {
  SsfBeats beats(25), fresh(25);
  beats.restart(0);
  fresh.restart(1000);
  ssf_beats_of(beats, ssf_cosine(25, 10), 25);
  const auto after = ssf_beats_of(beats, ssf_cosine(25, 10), 25, 1000),
             anew = ssf_beats_of(fresh, ssf_cosine(25, 10), 25, 1000);
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
    std::vector<double> noise;
    for (int i = 0; i < 60 * static_cast<int>(rate); ++i)
      noise.push_back(i % static_cast<int>(rate / 12.5) == 0 ? random() * 1e6 : noise.back());
    const auto found = ssf_beats_from_0(noise, rate);
    BOOST_TEST(found.size() > 60U);
    for (std::size_t i = 1; i < found.size(); ++i)
      BOOST_TEST(static_cast<double>(found[i].peak.index - found[i - 1].peak.index) >= 0.3 * rate);
    for (const auto& f : found) {
      BOOST_TEST(f.latency_s <= SsfBeats::latency_bound_s);
      BOOST_TEST(std::abs(f.peak.fraction) <= 0.5);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
