#include "dsp/ecg_beats.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/reference_json.hpp"

namespace {

using ib::dsp::EcgBeats;
using ib::dsp::Peak;

struct EcgFound {
  double at_s, latency_s, height;
};

std::vector<EcgFound> ecg_beats_of(EcgBeats& beats, const std::vector<double>& signal,
                                   double rate_hz, std::uint64_t first = 0) {
  std::vector<EcgFound> found;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    beats.push(first + i, signal[i]);
    if (const auto& p = beats.peak()) {
      const double place = static_cast<double>(p->index) + p->fraction;
      found.push_back(
          {place / rate_hz, (static_cast<double>(first + i) - place) / rate_hz, p->height});
    }
  }
  return found;
}

std::vector<EcgFound> ecg_beats_from_0(const std::vector<double>& signal, double rate_hz) {
  EcgBeats beats(rate_hz);
  beats.restart(0);
  return ecg_beats_of(beats, signal, rate_hz);
}

double bump(double t, double middle_s, double width_s) {
  return std::exp(-(t - middle_s) * (t - middle_s) / (2 * width_s * width_s));
}

/// R waves of these heights (mV), the first at `period_s`, and behind each by 0.3 s a T wave.
struct Strip {
  std::vector<double> heights;
  double period_s = 0.8;
  double t_wave = 0.3;
  double level = 0;

  double end_s() const { return period_s * (static_cast<double>(heights.size()) + 1); }
  std::vector<double> at(double rate_hz) const {
    std::vector<double> signal;
    for (double i = 0; i < end_s() * rate_hz; ++i) {
      const double t = i / rate_hz;
      double x = level;
      for (std::size_t k = 0; k < heights.size(); ++k) {
        const double r_s = period_s * (static_cast<double>(k) + 1);
        if (std::abs(t - r_s) > 0.7) continue;
        x += heights[k] * (bump(t, r_s, 0.012) + t_wave * bump(t, r_s + 0.3, 0.05));
      }
      signal.push_back(x);
    }
    return signal;
  }
};

/// Which R waves (1, 2, ...) were found; 0 for what is none.
std::vector<int> numbers_of(const std::vector<EcgFound>& found, double period_s) {
  std::vector<int> numbers;
  for (const auto& f : found) {
    const double k = std::round(f.at_s / period_s);
    numbers.push_back(std::abs(f.at_s - k * period_s) < 5e-3 ? static_cast<int>(k) : 0);
  }
  return numbers;
}

std::vector<int> from_to(int first, int last) {
  std::vector<int> all;
  for (int i = first; i <= last; ++i) all.push_back(i);
  return all;
}

bool holds_number(const std::vector<EcgFound>& found, double period_s, int k) {
  const auto numbers = numbers_of(found, period_s);
  return std::find(numbers.begin(), numbers.end(), k) != numbers.end();
}

/// F1 of `found` against `truth` (both samples, from `from` on), right within `tolerance` of it.
double ecg_f1(std::vector<double> found, std::vector<double> truth, double from, double tolerance) {
  const auto early = [from](double i) { return i < from; };
  found.erase(std::remove_if(found.begin(), found.end(), early), found.end());
  truth.erase(std::remove_if(truth.begin(), truth.end(), early), truth.end());
  double right = 0;
  for (const double t : truth)
    right += std::any_of(found.begin(), found.end(),
                         [&](double f) { return std::abs(f - t) <= tolerance; })
                 ? 1
                 : 0;
  return 2 * right / static_cast<double>(found.size() + truth.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ecg_beats)

BOOST_AUTO_TEST_CASE(r_waves_are_found_where_they_are) {
  for (const double rate : {125.0, 130.0, 250.0, 500.0, 1000.0}) {
    for (const double sign : {1.0, -1.0, 1e5}) {
      BOOST_TEST_CONTEXT(rate << " Hz, " << sign) {
        const Strip strip{std::vector<double>(20, sign), 0.8, 0.3, 7 * sign};
        const auto found = ecg_beats_from_0(strip.at(rate), rate);
        BOOST_TEST(numbers_of(found, 0.8) == from_to(3, 20), boost::test_tools::per_element());
        for (const auto& f : found) {
          BOOST_TEST(f.latency_s < 0.4);
          BOOST_TEST(f.height / sign > 0.5);
        }
        for (std::size_t i = 1; i < found.size(); ++i)
          BOOST_TEST(std::abs(found[i].at_s - found[i - 1].at_s - 0.8) < 1e-3);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_heart_may_beat_250_times_a_minute) {
  Strip strip{std::vector<double>(60, 1.0), 0.24};
  strip.t_wave = 0;
  BOOST_TEST(numbers_of(ecg_beats_from_0(strip.at(250), 250), 0.24) == from_to(7, 59),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_tall_and_slow_t_wave_is_no_beat) {
  Strip strip{std::vector<double>(20, 1.0)};
  strip.t_wave = 1.5;
  auto found = ecg_beats_from_0(strip.at(250), 250);
  if (found.front().at_s < 2.3) found.erase(found.begin());  // before it no beat to compare with
  BOOST_TEST(numbers_of(found, 0.8) == from_to(3, 20), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(beats_do_not_flip_between_r_and_s) {
  // Up by 1 and 30 ms later down by 0.8 and 1.1 in turn: the deeper ones stand at their R wave too.
  std::vector<double> signal;
  for (double i = 0; i < 20 * 250; ++i) {
    const double t = i / 250, k = std::round(t / 0.8), phase = t - 0.8 * k;
    const double down = std::fmod(k, 2) == 0 ? 0.8 : 1.1;
    signal.push_back(bump(phase, 0, 0.01) - down * bump(phase, 0.03, 0.01));
  }
  const auto found = ecg_beats_from_0(signal, 250);
  BOOST_TEST(found.size() >= 22U);
  for (std::size_t i = 1; i < found.size(); ++i)
    BOOST_TEST(std::abs(found[i].at_s - found[i - 1].at_s - 0.8) < 6e-3);
}

BOOST_AUTO_TEST_CASE(search_back_finds_a_beat_of_nearly_half_the_height) {
  // Energy goes with the square: 0.42 is 0.18, between an eighth and a quarter.
  Strip strip{std::vector<double>(20, 1.0)};
  strip.heights[14] = 0.42;
  const auto found = ecg_beats_from_0(strip.at(250), 250);
  BOOST_TEST(numbers_of(found, 0.8) == from_to(3, 20), boost::test_tools::per_element());
  for (const auto& f : found)
    BOOST_TEST((f.latency_s > 0.4) == (std::abs(f.at_s - 15 * 0.8) < 0.1));
  strip.heights[14] = 0.3;  // 0.09
  BOOST_TEST(!holds_number(ecg_beats_from_0(strip.at(250), 250), 0.8, 15));
  strip.heights[14] = 0.6;  // 0.36: at once
  const auto at_once = ecg_beats_from_0(strip.at(250), 250);
  BOOST_TEST(holds_number(at_once, 0.8, 15));
  for (const auto& f : at_once) BOOST_TEST(f.latency_s < 0.4);
}

BOOST_AUTO_TEST_CASE(what_search_back_finds_too_late_is_dropped_and_counted) {
  for (const double period_s : {1.5, 2.1}) {
    Strip strip{std::vector<double>(24, 1.0), period_s};
    strip.heights[19] = 0.42;
    EcgBeats beats(250);
    beats.restart(0);
    const auto found = ecg_beats_of(beats, strip.at(250), 250);
    const bool in_time = period_s < 2;
    BOOST_TEST(holds_number(found, period_s, 20) == in_time);
    BOOST_TEST(holds_number(found, period_s, 21));
    BOOST_TEST(beats.late_peaks() == (in_time ? 0U : 1U));
    for (const auto& f : found) BOOST_TEST(f.latency_s <= EcgBeats::latency_bound_s);
  }
}

BOOST_AUTO_TEST_CASE(levels_that_find_nothing_are_learned_anew) {
  // An electrode that lost its grip: a hundredth of the energy, as if nothing were there for 4 s.
  Strip strip{std::vector<double>(30, 1.0)};
  std::fill(strip.heights.begin() + 10, strip.heights.end(), 0.1);
  const auto numbers = numbers_of(ecg_beats_from_0(strip.at(250), 250), 0.8);
  auto expected = from_to(3, 10);
  for (const int k : from_to(16, 30)) expected.push_back(k);
  BOOST_TEST(numbers == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_artefact_while_learning_costs_seconds) {
  auto signal = Strip{std::vector<double>(30, 1.0)}.at(250);
  for (std::size_t i = 200; i < 220; ++i) signal[i] += 1e6;
  const auto found = ecg_beats_from_0(signal, 250);
  BOOST_REQUIRE(!found.empty());
  for (const int k : from_to(14, 30)) BOOST_TEST(holds_number(found, 0.8, k), "beat " << k);
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  const auto all = ib::test::reference("ecg_beats.json");
  if (all.is_null()) return;
  const double rate = all["fs"];
  std::vector<double> found;
  for (const auto& f : ecg_beats_from_0(ib::test::numbers(all["input"]), rate))
    found.push_back(f.at_s * rate);
  const auto tops = ib::test::numbers(all["neurokit_rpeaks"]["neurokit"]);
  const auto pan = ib::test::numbers(all["neurokit_rpeaks"]["pantompkins1985"]);
  const double from = 1.9 * rate;  // the first 2 s teach
  const double to_tops = ecg_f1(found, tops, from, 2),
               to_pan = ecg_f1(found, pan, from, 0.15 * rate);
  BOOST_TEST_MESSAGE(found.size() << " beats; F1 to R waves +-2 samples " << to_tops
                                  << ", to Pan-Tompkins of NeuroKit +-0.15 s " << to_pan);
  BOOST_TEST(found.size() >= 28U);
  BOOST_TEST(to_tops >= 0.99);
  BOOST_TEST(to_pan >= 0.99);  // it tells places of hills, not of R waves: up to 0.1 s behind
  for (const double f : found)
    BOOST_TEST(
        std::any_of(tops.begin(), tops.end(), [f](double t) { return std::abs(f - t) <= 1; }));
}

BOOST_AUTO_TEST_CASE(nothing_is_no_beat) {
  for (const double level : {0.0, -3.0, 1e6, 1e30}) {
    EcgBeats beats(125);
    beats.restart(0);
    BOOST_TEST(ecg_beats_of(beats, std::vector<double>(2000, level), 125).empty());
    BOOST_TEST(beats.late_peaks() == 0U);
  }
  BOOST_TEST(ecg_beats_from_0({}, 125).empty());
  std::vector<double> climbs;
  for (int i = 0; i < 2000; ++i) climbs.push_back(0.001 * i);
  for (const auto& f : ecg_beats_from_0(climbs, 125)) BOOST_TEST(f.at_s < 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_and_a_jump_begin_anew) {
  const auto signal = Strip{std::vector<double>(12, 1.0)}.at(250);
  const auto& behind = signal;
  EcgBeats fresh(250);
  fresh.restart(10'000);
  const auto anew = ecg_beats_of(fresh, behind, 250, 10'000);
  BOOST_TEST(anew.size() == 10U);
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e300, 0.0}) {  // 0: only the jump
    EcgBeats beats(250);
    beats.restart(0);
    ecg_beats_of(beats, signal, 250);
    BOOST_TEST(ecg_beats_of(beats, std::vector<double>(3, bad), 250, 9'997).empty());
    if (bad == 0) beats.push(5, 0);
    const auto after = ecg_beats_of(beats, behind, 250, 10'000);
    BOOST_REQUIRE_EQUAL(after.size(), anew.size());
    for (std::size_t i = 0; i < after.size(); ++i) BOOST_TEST(after[i].at_s == anew[i].at_s);
  }
}

BOOST_AUTO_TEST_CASE(beats_rise_and_keep_their_distance_whatever_comes) {
  std::uint64_t state = 1;
  const auto random = [&state] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 33U) / 2147483648.0 - 0.5;
  };
  for (const double rate : {125.0, 250.0, 1000.0}) {
    for (const double size : {1.0, 1e30, 1e-30}) {
      std::vector<double> noise;
      for (int i = 0; i < 60 * static_cast<int>(rate); ++i) noise.push_back(size * random());
      const auto found = ecg_beats_from_0(noise, rate);
      BOOST_TEST(found.size() > 20U);
      for (std::size_t i = 1; i < found.size(); ++i)
        BOOST_TEST(found[i].at_s - found[i - 1].at_s >= 0.2 - 1e-9);
      for (const auto& f : found) {
        BOOST_TEST(f.latency_s <= EcgBeats::latency_bound_s);
        BOOST_TEST(std::isfinite(f.height));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(eight_intervals_are_regular_between_92_and_116_percent) {
  ib::dsp::RecentIntervals intervals;
  BOOST_TEST(!intervals.mean());
  for (int i = 0; i < 7; ++i) intervals.push(100);
  intervals.push(115);
  BOOST_TEST(*intervals.mean() == 101.875);
  BOOST_TEST(!intervals.irregular());  // 100 is 98 %, 115 is 113 %
  intervals.push(130);                 // 123 % of 105.625
  BOOST_TEST(intervals.irregular());
  intervals.clear();
  for (int i = 0; i < 7; ++i) intervals.push(10 * i);
  BOOST_TEST(!intervals.irregular());  // seven say nothing
  BOOST_TEST(*intervals.mean() == 30);
}

BOOST_AUTO_TEST_SUITE_END()
