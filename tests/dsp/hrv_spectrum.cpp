#include "dsp/hrv_spectrum.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <span>
#include <vector>

#include "support/densities.hpp"

namespace {

using ib::Duration;
using ib::Time;
using ib::dsp::BandPowers;
using ib::dsp::BeatInterval;
using ib::dsp::HrvSpectrum;
using ib::dsp::HrvSpectrumValues;
using ib::dsp::SpectrumMethod;
using ib::dsp::SpectrumReason;
using ib::dsp::SpectrumValue;
using ib::test::beat_intervals;
using ib::test::swinging_rr;
using namespace std::chrono_literals;

constexpr SpectrumMethod methods[] = {SpectrumMethod::automatic, SpectrumMethod::welch,
                                      SpectrumMethod::whole, SpectrumMethod::lomb,
                                      SpectrumMethod::burg};

HrvSpectrumValues values_of(const std::vector<BeatInterval>& intervals, Duration window,
                            SpectrumMethod method = SpectrumMethod::automatic) {
  HrvSpectrum spectrum(window, {.method = method});
  return spectrum.of(intervals.empty() ? Time{} + window : intervals.back().end, intervals);
}

/// Powers of all bands, published or not.
BandPowers powers(const std::vector<double>& rr_ms, Duration window, SpectrumMethod method) {
  const auto intervals = beat_intervals(rr_ms);
  HrvSpectrum spectrum(window, {.method = method});
  spectrum.of(intervals.back().end, intervals);
  return powers_of(spectrum.density());
}

std::vector<SpectrumValue> all(const HrvSpectrumValues& v) {
  return {v.vlf,   v.lf,    v.hf,       v.total,   v.lf_share, v.hf_share,
          v.lf_hf, v.ln_hf, v.vlf_peak, v.lf_peak, v.hf_peak};
}

bool all_say(const HrvSpectrumValues& v, SpectrumReason reason) {
  for (const auto& value : all(v))
    if (value.value || value.reason != reason) return false;
  return true;
}

bool is(const SpectrumValue& value, SpectrumReason reason) {
  return value.reason == reason && value.value.has_value() == (reason == SpectrumReason::none);
}

/// Takes away what ends in a part of each minute.
std::vector<BeatInterval> with_gaps(std::vector<BeatInterval> intervals, double from_s,
                                    double to_s) {
  for (auto& interval : intervals) {
    const double second = std::fmod(ib::seconds(interval.end), 60);
    if (second > from_s && second < to_s) interval.valid = false;
  }
  return intervals;
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::SpectrumMethod)
BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::SpectrumReason)

BOOST_AUTO_TEST_SUITE(hrv_spectrum)

// The patterns of ANSI/AAMI EC57:2012, table A.10: power is amplitude^2 / 2, by closed form.
BOOST_AUTO_TEST_CASE(ec57_a_breath_is_hf) {
  const auto rr = swinging_rr(800, 35, 0.25, 330);
  for (const auto method :
       {SpectrumMethod::automatic, SpectrumMethod::whole, SpectrumMethod::lomb}) {
    const auto p = powers(rr, 300s, method);
    BOOST_TEST_CONTEXT(name(method)) {
      BOOST_TEST_MESSAGE(name(method) << ": VLF " << p.vlf << " LF " << p.lf << " HF " << p.hf);
      BOOST_TEST(p.hf == 612.5, boost::test_tools::tolerance(0.02));
      BOOST_TEST(p.lf <= 6.125);
      BOOST_TEST(p.vlf <= 6.125);
      BOOST_TEST(std::abs(*p.hf_peak_hz - 0.25) < 0.004);
    }
  }
}

BOOST_AUTO_TEST_CASE(ec57_a_wave_of_ten_seconds_is_lf) {
  const auto rr = swinging_rr(1000, 70, 0.10, 330);
  for (const auto method :
       {SpectrumMethod::automatic, SpectrumMethod::whole, SpectrumMethod::lomb}) {
    const auto p = powers(rr, 300s, method);
    BOOST_TEST_CONTEXT(name(method)) {
      BOOST_TEST_MESSAGE(name(method) << ": VLF " << p.vlf << " LF " << p.lf << " HF " << p.hf);
      BOOST_TEST(p.lf == 2450.0, boost::test_tools::tolerance(0.02));
      BOOST_TEST(p.hf <= 24.5);
      BOOST_TEST(p.vlf <= 24.5);
    }
  }
}

BOOST_AUTO_TEST_CASE(ec57_a_wave_of_thirty_seconds_is_vlf_over_half_an_hour) {
  const auto rr = swinging_rr(3000, 280, 1.0 / 30, 1860);
  const auto v = values_of(beat_intervals(rr), 1800s, SpectrumMethod::whole);
  BOOST_TEST_MESSAGE("VLF " << *v.vlf.value << " LF " << *v.lf.value << " HF " << *v.hf.value);
  BOOST_TEST(*v.vlf.value == 39200.0, boost::test_tools::tolerance(0.02));
  BOOST_TEST(*v.lf.value <= 392.0);
  BOOST_TEST(*v.hf.value <= 392.0);
  BOOST_TEST(*v.total.value == *v.vlf.value + *v.lf.value + *v.hf.value);
}

BOOST_AUTO_TEST_CASE(ec57_a_constant_is_zero_by_every_method) {
  for (const double ms : {800.0, 733.333})
    for (const auto method : methods) {
      const auto v = values_of(beat_intervals(std::vector<double>(2600, ms)), 1800s, method);
      BOOST_TEST_CONTEXT(name(method) << ' ' << ms) {
        BOOST_TEST(is(v.hf, SpectrumReason::none));
        BOOST_TEST(*v.hf.value <= 1e-6);
        BOOST_TEST(*v.lf.value <= 1e-6);
        if (v.vlf.value) BOOST_TEST(*v.vlf.value <= 1e-6);
        for (const auto& none : {v.lf_hf, v.lf_share, v.hf_share, v.ln_hf, v.lf_peak, v.hf_peak})
          BOOST_TEST(is(none, SpectrumReason::undefined));
      }
    }
}

BOOST_AUTO_TEST_CASE(what_a_window_may_say_depends_on_its_length) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.25, 400));
  const auto none = SpectrumReason::none, too_short = SpectrumReason::short_window;
  const auto five = values_of(intervals, 300s), two = values_of(intervals, 120s),
             one = values_of(intervals, 60s), half = values_of(intervals, 30s);
  BOOST_TEST((is(five.hf, none) && is(five.lf, none) && is(five.lf_hf, none)));
  BOOST_TEST(is(five.vlf, SpectrumReason::coarse_spectrum));
  BOOST_TEST(is(five.total, SpectrumReason::coarse_spectrum));
  BOOST_TEST((is(two.hf, none) && is(two.lf, none) && is(two.lf_hf, too_short)));
  BOOST_TEST((is(one.hf, none) && is(one.lf, too_short) && is(one.lf_peak, too_short)));
  BOOST_TEST(is(one.vlf, too_short));
  BOOST_TEST(all_say(half, too_short));
}

BOOST_AUTO_TEST_CASE(vlf_comes_from_long_segments_alone) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.02, 400));
  BOOST_TEST(is(values_of(intervals, 300s, SpectrumMethod::whole).vlf, SpectrumReason::none));
  BOOST_TEST(is(values_of(intervals, 300s, SpectrumMethod::lomb).vlf, SpectrumReason::none));
  BOOST_TEST(
      is(values_of(intervals, 300s, SpectrumMethod::welch).vlf, SpectrumReason::coarse_spectrum));
  BOOST_TEST(
      is(values_of(intervals, 300s, SpectrumMethod::burg).vlf, SpectrumReason::coarse_spectrum));
}

BOOST_AUTO_TEST_CASE(lf_beside_a_large_vlf_carries_a_mark) {
  const auto slow = beat_intervals(swinging_rr(800, 60, 0.015, 400));
  const auto calm = beat_intervals(swinging_rr(800, 60, 0.1, 400));
  BOOST_TEST(values_of(slow, 300s).vlf_leaks);
  BOOST_TEST(!values_of(slow, 300s, SpectrumMethod::whole).vlf_leaks);
  BOOST_TEST(!values_of(calm, 300s).vlf_leaks);
}

BOOST_AUTO_TEST_CASE(too_little_of_a_window_says_nothing) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.25, 400));
  BOOST_TEST(all_say(values_of({}, 300s), SpectrumReason::insufficient_coverage));
  BOOST_TEST(all_say(values_of({intervals.begin(), intervals.begin() + 100}, 300s),
                     SpectrumReason::insufficient_coverage));
  BOOST_TEST(
      all_say(values_of(with_gaps(intervals, 0, 60), 300s), SpectrumReason::insufficient_coverage));
  const auto v = values_of(with_gaps(intervals, 30, 39), 300s);
  BOOST_TEST((v.coverage > 0.8 && v.coverage < 0.9));
  BOOST_TEST(is(v.hf, SpectrumReason::none));
}

BOOST_AUTO_TEST_CASE(a_long_gap_says_nothing_wherever_it_is) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.25, 300.5));
  const auto without = [&](double from_s, double to_s) {
    std::vector<BeatInterval> rest;
    for (const auto& interval : intervals) {
      const double end = ib::seconds(interval.end);
      if (end < from_s || end > to_s) rest.push_back(interval);
    }
    HrvSpectrum spectrum(300s);
    return spectrum.of(Time{} + 300s, rest);
  };
  for (const double from : {-1.0, 100.0, 289.0}) {
    const auto v = without(from, from + 12.5);
    BOOST_TEST_CONTEXT(from) {
      BOOST_TEST(all_say(v, SpectrumReason::gap));
      BOOST_TEST((v.longest_gap > 10s && v.longest_gap < 14s));
    }
  }
  BOOST_TEST(is(without(100, 108).hf, SpectrumReason::none));
}

BOOST_AUTO_TEST_CASE(lomb_takes_over_where_intervals_are_missing) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.25, 400));
  BOOST_TEST((values_of(intervals, 300s).method == SpectrumMethod::welch));
  auto missing = intervals;
  missing[200].valid = false;
  const auto v = values_of(missing, 300s);
  BOOST_TEST((v.method == SpectrumMethod::lomb));
  // A column of values that are there only where something was missing is none.
  BOOST_TEST(is(v.vlf, SpectrumReason::coarse_spectrum));
  BOOST_TEST(is(values_of(missing, 300s, SpectrumMethod::lomb).vlf, SpectrumReason::none));
}

BOOST_AUTO_TEST_CASE(gaps_do_not_make_more_of_a_breath) {
  const auto intervals = with_gaps(beat_intervals(swinging_rr(800, 35, 0.25, 400)), 50, 59);
  const double by_lomb = *values_of(intervals, 300s).hf.value;
  const double by_welch = *values_of(intervals, 300s, SpectrumMethod::welch).hf.value;
  BOOST_TEST_MESSAGE("HF of 85 %: by Lomb-Scargle " << by_lomb << ", across the gaps " << by_welch);
  BOOST_TEST(by_lomb == 612.5, boost::test_tools::tolerance(0.05));
  BOOST_TEST((by_welch < 612.5 && by_welch > 0.7 * 612.5));
}

BOOST_AUTO_TEST_CASE(only_the_window_counts) {
  const auto breath = swinging_rr(800, 35, 0.25, 600);
  auto intervals = beat_intervals(breath);
  const Time now = intervals[600].end + 500ms;
  const auto alone = std::vector(intervals.begin() + 100, intervals.begin() + 601);
  for (auto& interval : intervals)
    if (interval.end > now || interval.end <= now - 300s) interval.ibi_us += 300'000;
  HrvSpectrum spectrum(300s);
  const auto a = spectrum.of(now, alone), b = spectrum.of(now, intervals);
  BOOST_TEST(a.n == b.n);
  BOOST_TEST(a.coverage == b.coverage);
  BOOST_TEST(*a.hf.value == *b.hf.value);
}

BOOST_AUTO_TEST_CASE(a_shifted_session_gives_the_same_bits_and_a_second_look_too) {
  const auto rr = swinging_rr(800, 35, 0.25, 400);
  const auto early = beat_intervals(rr), late = beat_intervals(rr, Time{} + 1'000'000s);
  for (const auto method : methods) {
    HrvSpectrum spectrum(300s, {.method = method});
    const auto a = all(spectrum.of(early.back().end, early));
    spectrum.of(early[200].end, early);
    const auto b = all(spectrum.of(late.back().end, late));
    for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST((a[i].value == b[i].value));
  }
}

BOOST_AUTO_TEST_CASE(hostile_intervals_give_finite_values_or_none) {
  std::vector<BeatInterval> same_time(500, {Time{} + 100s, 800'000, true});
  std::vector<BeatInterval> backwards, huge, tiny, lengthless;
  for (int i = 0; i < 500; ++i) {
    backwards.push_back({Time{} + (500 - i) * 1s, 800'000, true});
    huge.push_back({Time{} + i * 1s, 2'147'483'647 - (i % 7) * 1'000'000, true});
    tiny.push_back({Time{} + i * 1us, 1 + i % 3, true});
    lengthless.push_back({Time{} + i * 1s, -(i % 2), true});
  }
  for (const auto method : methods)
    for (const auto* intervals : {&same_time, &backwards, &huge, &tiny, &lengthless})
      for (const Duration window : {0s, 1s, 60s, 300s})
        for (const Time now : {Time{} + 100s, Time{} + 499s, ib::never, Time{}}) {
          HrvSpectrum spectrum(window, {.method = method});
          for (const auto& value : all(spectrum.of(now, *intervals))) {
            BOOST_TEST(value.value.has_value() == (value.reason == SpectrumReason::none));
            if (value.value) BOOST_TEST(std::isfinite(*value.value));
          }
        }
}

// From whole microseconds, as the stream carries them. Two series stand on fractions of one, which
// rounding moves by up to 6e-6; welch.cpp and its neighbours compare them exactly.
BOOST_AUTO_TEST_CASE(equals_the_reference) {
  ib::test::WorstDifference worst;
  for (const auto& series : ib::test::reference_series()) {
    if (series.name == "biosppy_rri" || series.name == "systole_rr") continue;
    const auto intervals = beat_intervals(series.rr_ms);
    const Duration window = intervals.back().end - Time{};
    for (const auto& [method, key] : {std::pair{SpectrumMethod::automatic, "welch_256"},
                                      {SpectrumMethod::lomb, "lomb"},
                                      {SpectrumMethod::burg, "burg16"}}) {
      HrvSpectrum spectrum(window, {.method = method});
      const auto v = spectrum.of(intervals.back().end, intervals);
      const auto& expected = series.spec.at(key).at("bands_trapz");
      worst(powers_of(spectrum.density()), expected);
      worst(*v.lf.value, expected.at("LF"));
      worst(*v.hf_peak.value, expected.at("peak_HF"));
    }
  }
  worst.must_stay_below(1e-9);
}

namespace {

/// All intervals taken one by one, and the values at the end of each whole second from `from` on.
template <class Look>
void slide(HrvSpectrum& spectrum, const std::vector<BeatInterval>& intervals, Look look) {
  std::size_t taken = 0;
  for (Time now = Time{} + 1s; now <= intervals.back().end; now = now + 1s) {
    for (; taken < intervals.size() && intervals[taken].end <= now; ++taken)
      spectrum.push(intervals[taken]);
    look(now, spectrum.of(now, std::span(intervals).first(taken)));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(sliding_finds_the_published_powers_at_every_second) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.25, 700));
  HrvSpectrum spectrum(300s, {.method = SpectrumMethod::sliding});
  int looked = 0;
  slide(spectrum, intervals, [&](Time now, const HrvSpectrumValues& v) {
    if (now < Time{} + 310s) return;
    BOOST_TEST(*v.hf.value == 612.5, boost::test_tools::tolerance(0.02));
    BOOST_TEST(*v.lf.value < 6.125);
    BOOST_TEST(*v.hf_peak.value == 0.25, boost::test_tools::tolerance(0.01));
    BOOST_TEST(v.vlf.value.has_value());
    ++looked;
  });
  BOOST_TEST(looked > 200);
}

BOOST_AUTO_TEST_CASE(sliding_warms_up_and_a_break_of_its_curve_costs_a_window) {
  auto intervals = beat_intervals(swinging_rr(800, 35, 0.25, 900));
  for (auto& interval : intervals)
    if (interval.end > Time{} + 300s && interval.end < Time{} + 305s) interval.valid = false;
  HrvSpectrum spectrum(120s, {.method = SpectrumMethod::sliding});
  slide(spectrum, intervals, [&](Time now, const HrvSpectrumValues& v) {
    const double t = ib::seconds(now);
    if (t > 111 && t < 120) BOOST_TEST(is(v.hf, SpectrumReason::warming_up), "at " << t);
    if (t > 130 && t < 305) BOOST_TEST(is(v.hf, SpectrumReason::none), "at " << t);
    if (t > 312 && t < 424) BOOST_TEST(is(v.hf, SpectrumReason::gap), "at " << t);
    if (t > 435) BOOST_TEST(is(v.hf, SpectrumReason::none), "at " << t);
  });
  spectrum.clear();
  BOOST_TEST(is(spectrum.of(intervals.back().end, intervals).hf, SpectrumReason::warming_up));
}

// The same powers but for bins that are not padded and a window that ends seven beats earlier.
BOOST_AUTO_TEST_CASE(sliding_is_near_one_segment_over_the_whole_window) {
  std::vector<double> rr_ms;
  unsigned state = 5;
  for (int i = 0; i < 800; ++i) {
    state = state * 1664525u + 1013904223u;
    rr_ms.push_back(850 + 40 * std::sin(0.5 * i) + 30 * std::sin(1.3 * i) +
                    static_cast<double>(state >> 16) / 65536 * 30);
  }
  const auto intervals = beat_intervals(rr_ms);
  HrvSpectrum sliding(300s, {.method = SpectrumMethod::sliding});
  HrvSpectrum whole(300s, {.method = SpectrumMethod::whole});
  slide(sliding, intervals, [&](Time now, const HrvSpectrumValues& v) {
    if (now < Time{} + 310s) return;
    const auto w = whole.of(now - 6s, intervals);
    BOOST_TEST(*v.lf.value == *w.lf.value, boost::test_tools::tolerance(0.05));
    BOOST_TEST(*v.hf.value == *w.hf.value, boost::test_tools::tolerance(0.05));
    BOOST_TEST(*v.lf_hf.value == *w.lf_hf.value, boost::test_tools::tolerance(0.05));
  });
}

BOOST_AUTO_TEST_CASE(a_look_gives_the_density_that_the_values_are_of) {
  const auto whole = beat_intervals(swinging_rr(800, 30, 0.25, 300));
  for (const auto& intervals : {whole, with_gaps(whole, 20, 24), with_gaps(whole, 10, 40)}) {
    HrvSpectrum valued(64s, {.method = SpectrumMethod::whole}),
        looked(64s, {.method = SpectrumMethod::whole});
    const Time now = intervals.back().end;
    const auto values = valued.of(now, intervals);
    const auto basis = looked.look(now, intervals);
    BOOST_TEST((basis.reason == values.hf.reason));
    BOOST_TEST(basis.coverage == values.coverage);
    BOOST_TEST(basis.n == values.n);
    BOOST_TEST(valued.density().bins == looked.density().bins, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()
