#include "hrv/spectrum.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <vector>

#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/interval_streams.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::vector<Timed<SpectrumRow>> spectra(const std::vector<Timed<Interval>>& intervals, Duration end,
                                        std::vector<NodeRunner::Setting> settings = {}) {
  NodeRunner run(node_def<HrvSpectrum>(), std::move(settings));
  run.in<Interval>(0).items(intervals).settle(end).finish();
  run.play();
  BOOST_TEST(run.counter("late") == 0U);
  return run.items<SpectrumRow>(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_spectrum)

BOOST_AUTO_TEST_CASE(a_breath_of_four_seconds_is_hf) {
  const auto intervals = swinging_intervals(800, 35, 0.25, 400s);
  const auto rows = spectra(intervals, 400s, {{"step", 100}});
  BOOST_REQUIRE_EQUAL(rows.size(), 4U);
  BOOST_CHECK(rows[1].v.reason == Reason::warming_up);
  BOOST_TEST(present(rows[1].v) == 0);
  BOOST_TEST(rows[1].v.n_beats > 200);  // and yet it says how far it is
  const auto& full = rows[3].v;
  BOOST_CHECK(full.reason == Reason::none);
  BOOST_CHECK(full.by == SpectrumBy::welch);
  BOOST_TEST(*full.hf_ms2 == 612.5, boost::test_tools::tolerance(0.02));
  BOOST_TEST(*full.lf_ms2 < 6.125);
  BOOST_TEST(*full.hf_peak_hz == 0.25, boost::test_tools::tolerance(0.01));
  BOOST_TEST(*full.hf_share == 1.0, boost::test_tools::tolerance(0.01));
  BOOST_TEST(!full.vlf_ms2);  // segments of a minute can't tell
}

BOOST_AUTO_TEST_CASE(each_band_from_the_window_that_carries_it) {
  const auto intervals = swinging_intervals(800, 35, 0.1, 400s);
  for (const double window : {60.0, 120.0, 300.0}) {
    const auto row =
        spectra(intervals, 400s, {{"window", window}, {"step", 400}, {"method", 3}}).back().v;
    BOOST_TEST_CONTEXT(window << " s") {
      BOOST_CHECK(row.by == SpectrumBy::lomb);
      BOOST_TEST(row.hf_ms2.present == 1);
      BOOST_TEST(row.lf_ms2.present == (window >= 120 ? 1 : 0));
      BOOST_TEST(row.lf_hf.present == (window >= 300 ? 1 : 0));
      BOOST_TEST(row.vlf_ms2.present == (window >= 300 ? 1 : 0));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_window_with_a_gap_or_irregular_beats_says_so) {
  auto intervals = swinging_intervals(800, 35, 0.25, 800s);
  for (auto& i : intervals) {
    const bool lost = i.t > Time{} + 350s && i.t < Time{} + 362s;
    if (lost) i.v.valid = i.v.contiguous = false;
  }
  auto rows = spectra(intervals, 800s, {{"step", 50}});
  for (const auto& row : rows) {
    const bool inside = row.t > Time{} + 360s && row.t <= Time{} + 650s;
    if (row.t > Time{} + 300s) BOOST_CHECK(row.v.reason == (inside ? Reason::gap : Reason::none));
  }
  BOOST_TEST(rows[7].v.longest_gap_s > 10);
  for (auto& i : intervals) {
    if (i.t > Time{} + 400s && i.t < Time{} + 402s)
      i.v.reason = Reason::irregular, i.v.valid = false;
  }
  rows = spectra(intervals, 800s, {{"step", 50}});
  BOOST_CHECK(rows[9].v.reason == Reason::irregular);
  BOOST_TEST(present(rows[9].v) == 0);
}

/// However they come: rows are those of the window alone.
BOOST_AUTO_TEST_CASE(rows_equal_a_window_taken_by_itself) {
  std::mt19937 random(3);
  std::vector<Timed<Interval>> intervals;
  for (Time t{}; t < Time{} + 1200s;) {
    const int us = 700'000 + static_cast<int>(random() % 300'000);
    t = t + std::chrono::microseconds(us);
    const bool bad = random() % 25 == 0;
    const bool follows = !bad && !intervals.empty() && intervals.back().v.valid;
    intervals.push_back(
        {t, {us, !bad, follows, Label::normal, bad ? Reason::artefact : Reason::none, {}}});
  }
  std::vector<dsp::BeatInterval> all;
  for (const auto& i : intervals) all.push_back({i.t, i.v.ibi_us, i.v.valid});
  dsp::HrvSpectrum fresh(120s);
  int compared = 0;
  for (const auto& row : spectra(intervals, 1200s, {{"window", 120}, {"step", 7}})) {
    if (row.v.reason != Reason::none) continue;
    const auto expected = fresh.of(row.t, all);
    BOOST_TEST(*row.v.hf_ms2 == *expected.hf.value);
    BOOST_TEST(*row.v.lf_ms2 == *expected.lf.value);
    ++compared;
  }
  BOOST_TEST(compared > 50);
}

BOOST_AUTO_TEST_CASE(sliding_says_every_second_what_the_heart_does) {
  const auto intervals = swinging_intervals(800, 35, 0.25, 700s);
  const auto rows = spectra(intervals, 700s, {{"step", 1}, {"method", 5}});
  BOOST_REQUIRE_EQUAL(rows.size(), 700U);
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(seconds(row.t)) {
      if (row.t < Time{} + 300s) BOOST_CHECK(row.v.reason == Reason::warming_up);
      if (row.t < Time{} + 310s) continue;
      BOOST_CHECK(row.v.by == SpectrumBy::sliding);
      BOOST_TEST(*row.v.hf_ms2 == 612.5, boost::test_tools::tolerance(0.02));
      BOOST_TEST(*row.v.lf_ms2 < 6.125);
      BOOST_TEST(row.v.lf_hf.present == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(beats_that_nothing_has_rated_are_refused) {
  BOOST_TEST(refuses(node_def<HrvSpectrum>(), 0) == "unrated");
}

// Printed by Kubios HRV 2.2 of a published recording of 245 beats.
BOOST_AUTO_TEST_CASE(the_profile_kubios_prints_what_kubios_does) {
  for (const auto& series : reference_series()) {
    if (series.name != "systole_rr") continue;
    const auto intervals = as_stream(beat_intervals(series.rr_ms));
    const double window = std::ceil(seconds(intervals.back().t));
    const auto row = spectra(intervals, from_seconds(window),
                             {{"window", window}, {"step", window}, {"profile", 1}})
                         .back()
                         .v;
    BOOST_CHECK(row.by == SpectrumBy::whole);
    BOOST_TEST(*row.lf_ms2 == 2393.9, boost::test_tools::tolerance(0.03));
    BOOST_TEST(*row.hf_ms2 == 566.30, boost::test_tools::tolerance(0.03));
  }
}

BOOST_AUTO_TEST_SUITE_END()
