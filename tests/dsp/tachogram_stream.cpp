#include "dsp/tachogram_stream.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "dsp/sliding_spectrum.hpp"
#include "dsp/tachogram.hpp"
#include "support/rr_series.hpp"

namespace {

using ib::Duration;
using ib::Time;
using ib::dsp::BeatInterval;
using ib::dsp::SlidingSpectrum;
using ib::dsp::Tachogram;
using ib::dsp::TachogramSample;
using ib::dsp::TachogramStream;
using ib::test::beat_intervals;
using ib::test::swinging_rr;
using namespace std::chrono_literals;

std::vector<TachogramSample> streamed(const std::vector<BeatInterval>& intervals,
                                      TachogramStream::Params params = {}) {
  std::vector<TachogramSample> samples;
  const auto keep = [&](const TachogramSample& s) { samples.push_back(s); };
  TachogramStream stream(params);
  for (const auto& interval : intervals) stream.push(interval, keep);
  stream.finish(keep);
  return samples;
}

/// The greatest difference from the spline that knows all beats, ms. The first beat is on the grid.
double difference(const std::vector<BeatInterval>& intervals, std::size_t look_ahead) {
  const auto samples = streamed(intervals, {look_ahead, 3s});
  Tachogram all(3600s, 10'000);
  all.take(intervals);
  const auto expected = all.sampled();
  BOOST_TEST_REQUIRE(samples.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    BOOST_TEST_REQUIRE(samples[i].t.ns == (intervals[0].end + TachogramStream::period * i).ns);
    worst = std::max(worst, std::abs(samples[i].ms - expected[i]));
  }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tachogram_stream)

BOOST_AUTO_TEST_CASE(a_line_is_read_off_on_the_grid) {
  const auto samples =
      streamed({{Time{} + 900ms, 900'000, true}, {Time{} + 1900ms, 1'000'000, true}});
  BOOST_TEST_REQUIRE(samples.size() == 4u);
  for (int i = 0; i < 4; ++i) {
    const auto& s = samples[static_cast<std::size_t>(i)];
    BOOST_TEST(s.t.ns == (Time{} + 1s + i * 250ms).ns);
    BOOST_TEST(std::abs(s.ms - (910 + 25 * i)) < 1e-9);
    BOOST_TEST(s.begins == (i == 0));
  }
}

BOOST_AUTO_TEST_CASE(a_beat_on_the_grid_is_a_sample_also_the_last_one) {
  const auto samples = streamed({{Time{} + 1s, 1'000'000, true}, {Time{} + 2s, 1'000'000, true}});
  BOOST_TEST_REQUIRE(samples.size() == 5u);
  BOOST_TEST(samples.front().t.ns == 1'000'000'000);
  BOOST_TEST(samples.back().t.ns == 2'000'000'000);
}

BOOST_AUTO_TEST_CASE(a_piece_is_final_after_seven_beats) {
  TachogramStream stream;
  std::vector<TachogramSample> samples;
  for (int i = 0; i < 8; ++i) {
    BOOST_TEST(samples.empty());
    stream.push({Time{} + 1s + i * 1s, 1'000'000, true},
                [&](const TachogramSample& s) { samples.push_back(s); });
  }
  BOOST_TEST(samples.size() == 4u);  // 1 s to 1.75 s
}

BOOST_AUTO_TEST_CASE(more_look_ahead_comes_nearer_to_the_whole_spline) {
  auto rr = swinging_rr(800, 60, 0.25, 600);
  for (std::size_t i = 0; i < rr.size(); i += 7) rr[i] += 40;  // and what no wave has
  rr[0] = 750;
  const auto intervals = beat_intervals(rr);
  double before = 100;
  for (const std::size_t beats : {1u, 2u, 4u, 6u, 8u, 12u, 20u}) {
    const double now = difference(intervals, beats);
    BOOST_TEST_MESSAGE(beats << " beats: " << now << " ms");
    BOOST_TEST(now < before * 0.5);
    before = now;
  }
  BOOST_TEST(difference(intervals, 6) < 0.02);
  BOOST_TEST(before < 1e-8);
}

BOOST_AUTO_TEST_CASE(nothing_is_drawn_across_a_gap) {
  auto intervals = beat_intervals(std::vector<double>(100, 800.0));
  for (std::size_t i = 50; i < intervals.size(); ++i) {
    intervals[i].end = intervals[i].end + 10s;
    intervals[i].ibi_us = 500'000;
  }
  const auto samples = streamed(intervals);
  // 800 ms to 40 s, and what is left behind the gap: 50.8 to 90 s.
  BOOST_TEST(samples.size() == 157u + 157u);
  std::size_t begins = 0;
  for (const auto& s : samples) {
    BOOST_TEST((s.t <= intervals[49].end || s.t >= intervals[50].end));
    BOOST_TEST(std::abs(s.ms - (s.t <= intervals[49].end ? 800 : 500)) < 1e-9);
    if (s.begins && begins++ > 0) BOOST_TEST((s.t - intervals[50].end < 250ms));
  }
  BOOST_TEST(begins == 2u);
}

BOOST_AUTO_TEST_CASE(a_missing_beat_is_bridged) {
  auto intervals = beat_intervals(swinging_rr(800, 35, 0.1, 100));
  intervals[60].valid = false;
  std::size_t begins = 0;
  for (const auto& s : streamed(intervals)) {
    begins += s.begins ? 1 : 0;
    BOOST_TEST((s.ms > 750 && s.ms < 850));
  }
  BOOST_TEST(begins == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_interval_is_refused) {
  TachogramStream stream;
  const auto ignore = [](const TachogramSample&) {};
  BOOST_TEST(stream.push({Time{} + 2s, 800'000, true}, ignore));
  BOOST_TEST(!stream.push({Time{} + 2s, 800'000, true}, ignore));
  BOOST_TEST(!stream.push({Time{} + 1s, 800'000, true}, ignore));
  BOOST_TEST(!stream.push({Time{} + 3s, 0, true}, ignore));
  BOOST_TEST(!stream.push({Time{} + 3s, -1, true}, ignore));
  BOOST_TEST(stream.push({Time{} + 1s, 800'000, false}, ignore));
  BOOST_TEST(stream.push({Time{} + 3s, 800'000, true}, ignore));
  stream.finish(ignore);
  BOOST_TEST(!stream.push({Time{} + 3s, 800'000, true}, ignore));
  stream.clear();
  BOOST_TEST(stream.push({Time{} + 1s, 800'000, true}, ignore));
}

BOOST_AUTO_TEST_CASE(one_beat_alone_is_no_curve) {
  BOOST_TEST(streamed({}).empty());
  BOOST_TEST(streamed({{Time{} + 1s, 800'000, true}}).empty());
  BOOST_TEST(streamed({{Time{} + 1s, 800'000, true}, {Time{} + 100s, 800'000, true}}).empty());
}

BOOST_AUTO_TEST_CASE(a_time_before_the_session_s_start_is_on_the_same_grid) {
  const auto samples =
      streamed({{Time{-900'000'000}, 800'000, true}, {Time{-100'000'000}, 800'000, true}});
  BOOST_TEST_REQUIRE(samples.size() == 3u);
  BOOST_TEST(samples[0].t.ns == -750'000'000);
}

BOOST_AUTO_TEST_CASE(cleared_it_is_new) {
  const auto intervals = beat_intervals(swinging_rr(800, 35, 0.1, 60));
  TachogramStream used, fresh;
  std::vector<double> a, b;
  for (std::size_t i = 0; i < 20; ++i) used.push(intervals[i], [](const TachogramSample&) {});
  used.clear();
  for (const auto& interval : intervals) {
    used.push(interval, [&](const TachogramSample& s) { a.push_back(s.ms); });
    fresh.push(interval, [&](const TachogramSample& s) { b.push_back(s.ms); });
  }
  BOOST_TEST(a == b, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(with_the_sliding_spectrum_a_breath_has_its_power) {
  SlidingSpectrum spectrum;
  TachogramStream stream;
  for (const auto& interval : beat_intervals(swinging_rr(800, 35, 0.25, 120)))
    stream.push(interval, [&](const TachogramSample& s) { spectrum.push(s.ms); });
  const auto p = powers_of(spectrum.density());
  BOOST_TEST(p.hf == 612.5, boost::test_tools::tolerance(0.02));
  BOOST_TEST(p.lf < 6.125);
}

BOOST_AUTO_TEST_SUITE_END()
