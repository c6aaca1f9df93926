#include "signal/quality.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "dsp/iir_design.hpp"
#include "dsp/sos_filter.hpp"
#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/reference_json.hpp"

using namespace ib;
using namespace ib::test;

namespace {

constexpr double rate = 25;
constexpr Duration filter_delay = 157ms;  // the filtered stream's times lie so much earlier

/// One finger for `seconds`: beats every 0.8 s and the wave they make, ten counts high. What a test
/// wants to spoil it spoils by sample.
struct Finger {
  std::vector<Timed<Beat>> beats;
  std::vector<float> raw, filtered;

  explicit Finger(double seconds, double hz = rate, double light = 1000) {
    for (int k = 0; 0.8 * (k + 1) < seconds - 0.7; ++k) {
      Beat b{.ibi_us = 800'000, .contiguous = k > 0, .valid = true};
      if (k == 0) b.ibi_us = {}, b.reason = Reason::gap;
      beats.push_back({Time{} + (k + 1) * 800ms, b});
    }
    for (int i = 0; i < static_cast<int>(seconds * hz); ++i) {
      raw.push_back(static_cast<float>(light + wave(i / hz)));
      filtered.push_back(static_cast<float>(wave(i / hz - ib::seconds(filter_delay)) - 2.5));
    }
  }
  /// Periodic pulse with a dicrotic shoulder, its top at every 0.8 s.
  static double wave(double t) {
    const double phase = t - 0.8 * std::floor(t / 0.8 + 0.5);  // -0.4..0.4
    return 10 * std::exp(-phase * phase / 0.01) +
           2 * std::exp(-(phase - 0.25) * (phase - 0.25) / 0.01);
  }
};

std::vector<float> hand(double seconds, float shake_g, double hz = 3.7) {
  std::vector<float> xyz;
  for (int i = 0; i < static_cast<int>(rate * seconds); ++i) {
    const double z = 1 + shake_g * std::sqrt(2.0) * std::sin(6.2831853 * hz * i / rate);
    xyz.insert(xyz.end(), {0.0F, 0.0F, static_cast<float>(z)});
  }
  return xyz;
}

/// A heart of 240 a minute, of which every second pulse is told; its first half as slow, if that is wanted.
Finger finger_passed_over(double seconds, double slow_until_s = 0) {
  Finger f(seconds);
  f.beats.clear();
  for (int k = 1; 0.5 * k < seconds - 0.5; ++k)
    f.beats.push_back(
        {Time{} + k * 500ms, {.ibi_us = 500'000, .contiguous = k > 1, .valid = true}});
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i) {
    const auto wave = [&](double t) {
      return 10 * std::cos(6.2831853 * t / (t < slow_until_s ? 0.5 : 0.25));
    };
    const auto at = static_cast<std::size_t>(i);
    f.raw[at] = static_cast<float>(1000 + wave(i / rate));
    f.filtered[at] = static_cast<float>(wave(i / rate - ib::seconds(filter_delay)));
  }
  return f;
}

struct Rated {
  std::vector<Timed<Beat>> beats;
  std::vector<Timed<QualityRow>> rows;
  std::uint64_t unrated{};

  const QualityRow& row(int second) const {
    return rows.at(static_cast<std::size_t>(second) - 1).v;
  }
};

Rated rated(const Finger& f, const std::vector<float>& acc = {}, double hz = rate) {
  NodeRunner run(node_def<PpgQuality>());
  const Duration end = from_seconds(static_cast<double>(f.raw.size()) / hz);
  run.in<float>(0).rate(hz).samples(f.raw).settle(end).finish();
  run.in<float>(1).rate(hz, -filter_delay).samples(f.filtered).settle(end).finish();
  run.in<Beat>(2).items(f.beats).settle(end).finish();
  if (!acc.empty()) run.in<Acceleration>(3).rate(hz).samples(acc).settle(end).finish();
  run.play();
  BOOST_TEST(run.counter("late") == 0u);
  Rated out{run.items<Beat>(0), run.items<QualityRow>(1), run.counter("unrated")};
  BOOST_REQUIRE_EQUAL(out.beats.size(), f.beats.size());
  for (std::size_t i = 0; i < f.beats.size(); ++i) {
    BOOST_TEST((out.beats[i].t == f.beats[i].t));
    BOOST_TEST((out.beats[i].v.ibi_us == f.beats[i].v.ibi_us));
  }
  for (const auto& row : out.rows) BOOST_TEST(is_finite(row.v));
  return out;
}

int valid_between(const Rated& r, double from_s, double to_s) {
  int n = 0;
  for (const auto& b : r.beats) n += b.v.valid && seconds(b.t) >= from_s && seconds(b.t) < to_s;
  return n;
}

/// A finger lifted at a random moment; `mark_inside`: settled into the gap before it is known.
void write_lifted(NodeRunner& run, unsigned seed, bool mark_inside) {
  std::mt19937 random(seed);
  const Finger f(25);
  const auto lost = 10 + random() % 150;
  const auto first = 300 + random() % 100;
  const auto away = from_seconds(static_cast<double>(lost) / rate);
  const auto cut_at = from_seconds(static_cast<double>(first) / rate);
  const auto inside = cut_at + (away - filter_delay) * 9 / 10;
  const std::span raw(f.raw), filtered(f.filtered);
  auto x = run.in<float>(0);
  x.rate(rate).samples(raw.first(first));
  if (mark_inside) x.settle(inside);
  x.lose(lost).samples(raw.subspan(first)).finish();
  auto y = run.in<float>(1);
  y.rate(rate, -filter_delay).samples(filtered.first(first));
  if (mark_inside) y.settle(inside);
  y.lose(lost).samples(filtered.subspan(first)).finish();
  auto beats = run.in<Beat>(2);
  for (const auto& b : f.beats) {
    const bool behind = b.t - Time{} > cut_at;
    if (behind && b.t - Time{} <= cut_at + 800ms) {
      if (mark_inside) beats.settle(inside);
      beats.gap(cut_at, cut_at + away);
    }
    beats.item(b.t - Time{} + (behind ? away : 0ms), b.v);
  }
  beats.settle(25s + away).finish();
  if (seed % 2 == 0) {
    auto acc = run.in<Acceleration>(3);
    acc.rate(rate).samples(hand(8, 0.01F)).lose(random() % 60);
    acc.samples(hand(12, 0.12F, 1.25)).settle(25s + away).finish();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quality_ppg)

BOOST_AUTO_TEST_CASE(a_steady_finger_is_good_once_its_shape_is_known) {
  const auto r = rated(Finger(30));
  for (std::size_t i = 0; i < 5; ++i) {  // one without an interval, then four to learn from
    BOOST_TEST(!r.beats[i].v.valid);
    BOOST_TEST(!r.beats[i].v.sqi);
    BOOST_CHECK(r.beats[i].v.reason == Reason::warming_up);
  }
  for (std::size_t i = 5; i < r.beats.size(); ++i) {
    BOOST_TEST(r.beats[i].v.valid, "beat " << i);
    BOOST_TEST(*r.beats[i].v.sqi > 0.8);
    BOOST_TEST(*r.beats[i].v.sqi <= 0.9);  // no accelerometer
    BOOST_CHECK(r.beats[i].v.reason == Reason::none);
  }
  BOOST_TEST(r.unrated == 0u);
  const auto& row = r.row(20);
  BOOST_CHECK(row.reason == Reason::none);
  BOOST_CHECK(row.limited_by == QualityLimit::no_acceleration);
  BOOST_TEST(!row.agreement);  // one detector
  BOOST_TEST(!row.at_limits);  // of a converter that nobody described
  BOOST_TEST(*row.template_r > 0.99);
  BOOST_TEST(*row.skewness > 0.5);
  BOOST_TEST(std::abs(*row.perfusion_pct - 1.0) < 0.1);  // 10 counts on 1000
  BOOST_TEST(std::abs(*row.amplitude_ratio - 1.0) < 0.1);
  BOOST_TEST(*row.since_beat_s < 0.8);
  BOOST_TEST(!row.activity_g);
  BOOST_TEST(*row.clipped == 0.0);
  BOOST_TEST(*row.inverted == 0.0);
  BOOST_TEST(!row.cadence_locked);  // without an accelerometer nobody knows
}

BOOST_AUTO_TEST_CASE(a_row_every_second_from_the_first_on) {
  const auto r = rated(Finger(10));
  BOOST_REQUIRE_EQUAL(r.rows.size(), 10u);
  for (int k = 1; const auto& row : r.rows) BOOST_CHECK(row.t == Time{} + k++ * 1s);
  BOOST_CHECK(r.row(1).reason == Reason::warming_up);
  BOOST_TEST(!r.row(1).score);
  BOOST_TEST(!r.row(1).clipped);  // no beat with an interval yet
  BOOST_TEST(*r.row(2).since_beat_s < 0.8);
}

BOOST_AUTO_TEST_CASE(before_the_first_beat_there_is_no_time_since_it) {
  Finger f(10);
  std::erase_if(f.beats, [](const auto& b) { return b.t < Time{} + 5s; });
  f.beats.front().v.ibi_us = 0;
  f.beats.front().v.contiguous = false;
  const auto r = rated(f);
  for (int second = 1; second <= 5; ++second) BOOST_TEST(!r.row(second).since_beat_s);
  BOOST_TEST(*r.row(5).score == 0.0);  // and yet the silence is known
  BOOST_TEST(bool(r.row(6).since_beat_s));
}

BOOST_AUTO_TEST_CASE(one_clipped_beat_refuses_itself_alone) {
  Finger f(30);
  for (std::size_t i = 390; i < 410; ++i) f.raw[i] = std::min(f.raw[i], 1004.0F);  // that of 16 s
  const auto r = rated(f);
  for (const auto& b : r.beats) {
    const double distance = seconds(b.t) - 16.0;
    if (seconds(b.t) < 6 || distance > 5) continue;
    if (std::abs(distance) < 0.1) BOOST_TEST(*b.v.sqi == 0.0);
    else BOOST_TEST(*b.v.sqi > 0.8, "beat at " << seconds(b.t) << " s: " << *b.v.sqi);
    // Both its intervals go with it: that is interval.clean's to say.
    BOOST_TEST(b.v.valid == (std::abs(distance) >= 0.1), "beat at " << seconds(b.t) << " s");
  }
}

BOOST_AUTO_TEST_CASE(a_foot_in_converter_steps_is_not_clipping) {
  Finger f(30);
  for (auto& x : f.raw) x = std::max(x, 1002.0F);  // the diastole is one value
  const auto r = rated(f);
  BOOST_TEST(*r.row(20).clipped == 0.0);
}

BOOST_AUTO_TEST_CASE(a_beat_that_settles_is_not_valid_and_says_nothing_of_the_next) {
  Finger f(30);
  f.beats[15].v.valid = false;
  f.beats[15].v.reason = Reason::warming_up;
  const auto r = rated(f);
  BOOST_TEST(r.beats[14].v.valid);
  BOOST_TEST(!r.beats[15].v.valid);
  BOOST_CHECK(r.beats[15].v.reason == Reason::warming_up);
  BOOST_TEST(r.beats[16].v.valid);
}

BOOST_AUTO_TEST_CASE(a_pulse_that_points_down_is_suspected) {
  Finger f(60);
  for (auto& x : f.filtered) x = -x;
  for (auto& x : f.raw) x = 2000 - x;
  const auto r = rated(f);
  BOOST_TEST(*r.row(15).inverted == 0.0);  // 20 s of matching beats make the suspicion
  BOOST_TEST(*r.row(50).inverted == 1.0);
  BOOST_TEST(*r.row(50).skewness < -0.3);
  BOOST_TEST(*r.row(50).template_r > 0.9);
}

BOOST_AUTO_TEST_CASE(without_constant_light_height_is_compared_with_itself) {
  const auto r = rated(Finger(30, rate, 0));
  BOOST_TEST(!r.row(25).perfusion_pct);
  BOOST_TEST(std::abs(*r.row(25).amplitude_ratio - 1.0) < 0.1);
  BOOST_TEST(r.beats.back().v.valid);
}

BOOST_AUTO_TEST_CASE(a_still_hand_lifts_the_cap_and_a_shaken_one_refuses) {
  const auto still = rated(Finger(30), hand(30, 0.005F));
  BOOST_TEST(*still.row(25).score > 0.9);
  BOOST_TEST(*still.row(25).activity_g < 0.01);

  auto acc = hand(15, 0.005F);
  const auto shaken = hand(15, 0.3F);
  acc.insert(acc.end(), shaken.begin(), shaken.end());
  const auto r = rated(Finger(30), acc);
  BOOST_TEST(valid_between(r, 6, 14) == 10);
  BOOST_TEST(valid_between(r, 16, 30) == 0);
  BOOST_CHECK(r.row(20).reason == Reason::motion);
  BOOST_CHECK(r.row(20).limited_by == QualityLimit::motion);
  for (const auto& b : r.beats)
    if (b.t > Time{} + 17s) BOOST_CHECK(b.v.reason == Reason::motion);
  BOOST_TEST(*r.row(20).score == 0.0);
}

BOOST_AUTO_TEST_CASE(beats_that_pass_over_pulses_are_given_and_not_valid) {
  const auto r = rated(finger_passed_over(30));
  for (const auto& b : r.beats) {
    BOOST_TEST(!b.v.valid);
    if (b.t > Time{} + 2s) BOOST_CHECK(b.v.reason == Reason::aliasing);
  }
  BOOST_TEST(bool(r.beats.back().v.sqi));  // the wave itself is rated as it is

  const auto faster = rated(finger_passed_over(40, 20));
  for (const auto& b : faster.beats) {
    if (b.t <= Time{} + 20s) BOOST_CHECK(b.v.reason != Reason::aliasing);
    if (b.t >= Time{} + 23s) BOOST_CHECK(b.v.reason == Reason::aliasing);
  }
}

BOOST_AUTO_TEST_CASE(a_hand_that_trembles_as_fast_is_motion) {
  for (const auto& b : rated(finger_passed_over(30), hand(30, 0.3F, 4)).beats)
    if (b.t > Time{} + 4s) BOOST_CHECK(b.v.reason == Reason::motion);
}

BOOST_AUTO_TEST_CASE(beats_that_pass_over_pulses_are_the_same_with_any_cut) {
  const auto f = finger_passed_over(30, 10);
  for (const unsigned seed : cases(20)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      NodeRunner run(node_def<PpgQuality>());
      run.in<float>(0).rate(rate).samples(f.raw).settle(30s).finish();
      run.in<float>(1).rate(rate, -filter_delay).samples(f.filtered).settle(30s).finish();
      run.in<Beat>(2).items(f.beats).settle(30s).finish();
      run.play();
      const auto whole = run.items<Beat>(0);
      run.play(Cut{seed});
      BOOST_CHECK(same(run.items<Beat>(0), whole));
    }
  }
}

BOOST_AUTO_TEST_CASE(steps_that_set_the_rhythm_are_noticed) {
  const auto r = rated(Finger(30), hand(30, 0.06F, 1.25));  // 75 steps and 75 beats per minute
  BOOST_TEST(*r.row(8).cadence_locked == 0.0);
  BOOST_TEST(*r.row(25).cadence_locked == 1.0);
  BOOST_TEST(*r.row(25).score == 0.0);
  BOOST_TEST(*rated(Finger(30), hand(30, 0.06F, 3.7)).row(25).cadence_locked == 0.0);
}

BOOST_AUTO_TEST_CASE(a_wave_that_stands_still_is_flat) {
  Finger f(30);
  for (std::size_t i = 400; i < 425; ++i) f.raw[i] = 1000;  // 16..17 s
  const auto r = rated(f);
  BOOST_TEST(*r.row(18).flat_s >= 0.9);
  BOOST_CHECK(r.row(18).reason == Reason::low_quality);
  BOOST_CHECK(r.row(18).limited_by == QualityLimit::flat);
  BOOST_TEST(valid_between(r, 17, 21) == 0);  // five seconds look back at it
  BOOST_TEST(valid_between(r, 25, 30) > 4);
}

BOOST_AUTO_TEST_CASE(a_cut_off_top_is_clipping) {
  Finger f(30);
  for (std::size_t i = 300; i < f.raw.size(); ++i) f.raw[i] = std::min(f.raw[i], 1004.0F);
  const auto r = rated(f);
  BOOST_TEST(valid_between(r, 6, 12) > 4);
  BOOST_TEST(valid_between(r, 13, 30) == 0);
  BOOST_TEST(*r.row(20).clipped == 1.0);
}

BOOST_AUTO_TEST_CASE(three_seconds_without_a_beat_are_refused) {
  Finger f(30);
  std::erase_if(f.beats, [](const auto& b) { return b.t > Time{} + 20s; });
  const auto r = rated(f);
  BOOST_TEST(*r.row(22).score > 0.8);
  BOOST_TEST(*r.row(24).score == 0.0);
  BOOST_TEST(*r.row(28).since_beat_s == 8.0);
}

BOOST_AUTO_TEST_CASE(filled_samples_refuse_the_beats_around_them) {
  Finger f(30);
  NodeRunner run(node_def<PpgQuality>());
  run.in<float>(0).rate(rate).samples(f.raw).settle(30s).finish();
  const std::span wave(f.filtered);
  run.in<float>(1)
      .rate(rate, -filter_delay)
      .samples(wave.first(400))
      .samples(wave.subspan(400, 4), IB_SAMPLE_BRIDGED)
      .samples(wave.subspan(404))
      .settle(30s)
      .finish();
  run.in<Beat>(2).items(f.beats).settle(30s).finish();
  run.play();
  for (const auto& b : run.items<Beat>(0)) {
    const double distance = std::abs(seconds(b.t) - 15.92);  // they lie there
    if (distance < 0.4) BOOST_TEST(*b.v.sqi == 0.0);
    if (distance < 0.4) BOOST_TEST(!b.v.valid);
  }
}

BOOST_AUTO_TEST_CASE(a_beat_that_a_gap_cuts_off_comes_out_unrated) {
  for (const int lost_s : {20, 40}) {
    const Finger before(12), after(12);
    const Duration away = 12s + lost_s * 1s;
    const auto lost = static_cast<std::uint64_t>(lost_s * rate);
    NodeRunner run(node_def<PpgQuality>());
    run.in<float>(0).rate(rate).samples(before.raw).lose(lost).samples(after.raw).finish();
    auto filtered = run.in<float>(1);
    filtered.rate(rate, -filter_delay).samples(before.filtered).lose(lost).samples(after.filtered);
    filtered.finish();
    auto beats = run.in<Beat>(2);
    beats.items(before.beats).item(11900ms, before.beats.back().v);  // its second half is lost
    for (const auto& b : after.beats) beats.item(b.t - Time{} + away, b.v);
    beats.settle(away + 12s).finish();
    run.play();
    BOOST_TEST(run.counter("late") == 0u);
    const auto out = run.items<Beat>(0);
    const std::size_t n = before.beats.size();
    BOOST_REQUIRE_EQUAL(out.size(), n + 1 + after.beats.size());
    BOOST_CHECK(out[n].v.reason == Reason::gap);
    BOOST_TEST(!out[n].v.sqi);
    // The second beat behind a short gap is compared with the shape from before it.
    BOOST_TEST(out[n + 3].v.sqi.present == (lost_s <= 30 ? 1u : 0u));
    for (const auto& row : run.items<QualityRow>(1)) {
      if (row.t <= Time{} + 13s || row.t >= Time{} + away) continue;
      BOOST_CHECK(row.v.reason == Reason::gap);
      BOOST_TEST(present(row.v) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(from_ten_to_twenty_hertz_shape_alone_is_rated_and_at_most_seven_tenths) {
  for (const double hz : {10.0, 10.4, 12.5, 16.0}) {
    const auto r = rated(Finger(30, hz), {}, hz);
    BOOST_TEST(valid_between(r, 8, 29) > 20, hz << " Hz");
    for (const auto& b : r.beats) BOOST_TEST((!b.v.sqi || *b.v.sqi <= 0.7));
    BOOST_TEST(*r.row(25).template_r > 0.95);
    BOOST_CHECK(r.row(25).limited_by == QualityLimit::low_rate);
    BOOST_TEST(!r.row(25).inverted);
  }
}

/// A second detector that takes every second hump for a beat from 20 s on, or sees what the first sees.
BOOST_AUTO_TEST_CASE(a_detector_that_disagrees_lowers_the_score_within_ten_seconds) {
  for (const bool disagrees : {false, true}) {
    const Finger f(50);
    std::vector<Timed<Beat>> others;
    for (const auto& b : f.beats) {
      others.push_back({b.t + 40ms, b.v});
      if (disagrees && b.t > Time{} + 20s) others.push_back({b.t + 400ms, b.v});
    }
    NodeRunner run(node_def<PpgQuality>());
    run.in<float>(0).rate(rate).samples(f.raw).settle(50s).finish();
    run.in<float>(1).rate(rate, -filter_delay).samples(f.filtered).settle(50s).finish();
    run.in<Beat>(2).items(f.beats).settle(50s).finish();
    run.in<Beat>(4).items(others).settle(50s).finish();
    run.play();
    BOOST_TEST(run.counter("late") == 0u);
    const Rated r{run.items<Beat>(0), run.items<QualityRow>(1), run.counter("unrated")};
    BOOST_TEST(r.beats.size() == f.beats.size());  // the second's beats are not let out
    BOOST_TEST(!r.row(9).agreement);
    BOOST_TEST(*r.row(15).agreement == 1.0);
    BOOST_TEST(valid_between(r, 10, 20) == 12);
    if (!disagrees) {
      BOOST_TEST(*r.row(40).agreement == 1.0);
      BOOST_TEST(valid_between(r, 20, 49) == 37);
      continue;
    }
    BOOST_TEST(*r.row(40).agreement == 2.0 / 3, boost::test_tools::tolerance(0.03));
    BOOST_CHECK(r.row(40).limited_by == QualityLimit::agreement);
    BOOST_CHECK(r.row(40).reason == Reason::low_quality);
    BOOST_TEST(valid_between(r, 31, 49) == 0);
  }
}

BOOST_AUTO_TEST_CASE(two_detectors_with_any_cut_and_interleaving_give_the_same_items) {
  for (unsigned seed : cases(50)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      NodeRunner run(node_def<PpgQuality>());
      write_lifted(run, seed, false);
      auto others = run.in<Beat>(4);
      for (Duration t = 1s; t < 24s; t += Duration(400ms) + 1ms * (random() % 800))
        others.item(t, Finger(2).beats.front().v);
      others.settle(32s).finish();
      run.play();
      const auto whole = run.items<Beat>(0);
      const auto rows = run.items<QualityRow>(1);
      run.play(Cut{seed});
      BOOST_CHECK(same(run.items<Beat>(0), whole));
      BOOST_CHECK(same(run.items<QualityRow>(1), rows));
      BOOST_TEST(run.counter("late") == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(samples_at_the_limits_of_a_known_converter_are_clipping) {
  Finger f(30);
  for (std::size_t i = 400; i < f.raw.size(); ++i)  // a foot of 0.15 s: no top, and not flat
    f.raw[i] = std::max(f.raw[i] - 0.52F, 999.5F);
  const auto with = [&](double lowest) {
    NodeRunner run(node_def<PpgQuality>(), {{"lowest", lowest}, {"highest", 4095}});
    run.in<float>(0).rate(rate).samples(f.raw).settle(30s).finish();
    run.in<float>(1).rate(rate, -filter_delay).samples(f.filtered).settle(30s).finish();
    run.in<Beat>(2).items(f.beats).settle(30s).finish();
    run.play();
    return Rated{run.items<Beat>(0), run.items<QualityRow>(1), run.counter("unrated")};
  };
  const auto r = with(999.5);
  BOOST_TEST(*r.row(15).at_limits == 0.0);
  BOOST_TEST(*r.row(25).at_limits > 0.05);
  BOOST_CHECK(r.row(25).limited_by == QualityLimit::clipped);
  BOOST_TEST(valid_between(r, 22, 29) == 0);
  const auto wider = with(0);
  BOOST_TEST(*wider.row(25).at_limits == 0.0);
  BOOST_TEST(valid_between(wider, 22, 29) == 9);
  NodeRunner wrong(node_def<PpgQuality>(), {{"lowest", 10}, {"highest", 5}});
  wrong.in<float>(0).rate(rate);
  wrong.in<float>(1).rate(rate);
  wrong.in<Beat>(2);
  BOOST_TEST(!wrong.activate());
}

BOOST_AUTO_TEST_CASE(trust_that_returns_is_called_recovering) {
  Finger f(30);
  for (std::size_t i = 400; i < 425; ++i) f.raw[i] = 1000;  // the flat is seen until 22 s
  const auto r = rated(f);
  int recovering = 0;
  for (int second = 21; second <= 25; ++second)
    recovering += r.row(second).limited_by == QualityLimit::recovering;
  BOOST_TEST(recovering >= 1);
  BOOST_CHECK(r.row(28).limited_by == QualityLimit::no_acceleration);
}

BOOST_AUTO_TEST_CASE(below_ten_hertz_nothing_is_said) {
  const auto r = rated(Finger(20, 9.5), {}, 9.5);
  for (const auto& b : r.beats) {
    BOOST_TEST(!b.v.valid);
    BOOST_TEST(!b.v.sqi);
    BOOST_CHECK(b.v.reason == Reason::low_quality);
  }
  for (const auto& row : r.rows) {
    BOOST_TEST(present(row.v) == 0);
    BOOST_CHECK(row.v.reason == Reason::low_quality);
  }
}

BOOST_AUTO_TEST_CASE(a_constant_wave_is_no_pulse) {
  Finger f(20);
  std::fill(f.raw.begin(), f.raw.end(), 1000.0F);
  std::fill(f.filtered.begin(), f.filtered.end(), 0.0F);
  BOOST_TEST(valid_between(rated(f), 0, 20) == 0);  // whatever the detector saw in it
  f.beats.clear();
  for (const auto& row : rated(f).rows) BOOST_CHECK(row.v.reason != Reason::none);
}

BOOST_AUTO_TEST_CASE(any_cut_and_interleaving_gives_the_same_items) {
  for (unsigned seed : cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      NodeRunner run(node_def<PpgQuality>());
      write_lifted(run, seed, false);
      run.play();
      const auto whole = run.outputs();
      const auto whole_beats = run.items<Beat>(0);
      run.play(Cut{seed});
      BOOST_CHECK(same(run.items<Beat>(0), whole_beats));
      BOOST_CHECK(run.output(0).gaps == whole[0].gaps);
      BOOST_CHECK(run.output(1) == whole[1]);
      BOOST_TEST(run.counter("late") == 0u);
      BOOST_TEST(whole_beats.size() == Finger(25).beats.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_gap_known_early_or_late_gives_the_same_items) {
  for (unsigned seed : cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      NodeRunner late(node_def<PpgQuality>()), early(node_def<PpgQuality>());
      write_lifted(late, seed, true);
      write_lifted(early, seed, false);
      late.play();
      early.play();
      BOOST_CHECK(same(late.items<Beat>(0), early.items<Beat>(0)));
      BOOST_CHECK(same(late.items<QualityRow>(1), early.items<QualityRow>(1)));
      BOOST_TEST(late.counter("late") == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(after_reset_as_fresh) {
  PpgQuality fresh, used;
  activate(fresh, {rate, rate, 0, -1, -1});
  activate(used, {rate, rate, 0, -1, -1});
  const auto feed = [](PpgQuality& node, Duration from) {
    const Finger f(20);
    const auto clock = Anchor::of_rate(rate, Time{} + from);
    std::size_t next = 0;
    for (std::uint64_t i = 0; i < f.raw.size(); ++i) {
      const Time t = clock.at(i);
      for (; next < f.beats.size() && f.beats[next].t + from < t; ++next)
        node.on(node.beats, f.beats[next].t + from, f.beats[next].v);
      node.on(node.raw, Sample{t, f.raw[i], nullptr, i, 0, &clock});
      node.on(node.filtered, Sample{t, f.raw[i], nullptr, i, 0, &clock});
      if (i % 25 == 0) node.tick(t);
    }
  };
  feed(used, 0s);
  used.reset();
  Catch a(fresh.rated), b(used.rated);
  Catch c(fresh.quality), d(used.quality);
  feed(fresh, 100s);
  feed(used, 100s);
  BOOST_TEST(a.size() > 20u);
  BOOST_CHECK(a == b);
  BOOST_TEST(c.size() == 20u);
  BOOST_CHECK(c == d);
}

// A recorded minute, clean and spoilt: motion 20-30 s, clipping 40-45 s, flat 50-53 s.
BOOST_AUTO_TEST_CASE(spoilt_stretches_of_a_recording_lose_their_beats) {
  const auto file = reference("sqi.json");
  if (file.is_null()) return;
  const auto run_on = [&](const char* name) {
    const auto& c = file[name];
    const double hz = c["fs"];
    const auto input = numbers(c["input"]);
    dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, 8.0, hz));
    filter.restart(input.front());
    Finger f(0, hz);
    for (double x : input) {
      f.raw.push_back(static_cast<float>(x));
      f.filtered.push_back(static_cast<float>(filter(x)));
    }
    const auto clock = Anchor::of_rate(hz);
    std::optional<Time> last;
    for (const auto& peak : c["peaks_mspt_stream"]) {
      const Time t = clock.at(peak.get<std::uint64_t>());
      const auto ibi = last ? (t - *last).count() / 1000 : 0;
      f.beats.push_back(
          {t, {static_cast<double>(ibi), last.has_value(), true, Reason::none, {}, {}, {}}});
      last = t;
    }
    NodeRunner run(node_def<PpgQuality>());
    run.in<float>(0).rate(hz).samples(f.raw).settle(60s).finish();
    run.in<float>(1).rate(hz).samples(f.filtered).settle(60s).finish();
    run.in<Beat>(2).items(f.beats).settle(60s).finish();
    run.play();
    return Rated{run.items<Beat>(0), run.items<QualityRow>(1), run.counter("unrated")};
  };
  const auto refused = [](const Rated& r, double from_s, double to_s) {
    int all = 0;
    for (const auto& b : r.beats) all += seconds(b.t) >= from_s && seconds(b.t) < to_s;
    return 1.0 - static_cast<double>(valid_between(r, from_s, to_s)) / all;
  };
  const auto clean = run_on("clean"), spoilt = run_on("corrupted");
  BOOST_TEST_MESSAGE("refused: clean "
                     << refused(clean, 6, 59) << ", motion " << refused(spoilt, 20, 30)
                     << ", clipped " << refused(spoilt, 41, 45) << ", flat "
                     << refused(spoilt, 50.5, 53) << ", before " << refused(spoilt, 6, 19));
  BOOST_TEST(refused(clean, 6, 59) == 0.0);
  BOOST_TEST(refused(spoilt, 6, 19) == 0.0);
  BOOST_TEST(refused(spoilt, 20, 30) >= 0.75);
  BOOST_TEST(refused(spoilt, 41, 45) == 1.0);
  BOOST_TEST(refused(spoilt, 50.5, 53) == 1.0);
}

BOOST_AUTO_TEST_CASE(clears_unrated_and_declares_what_it_needs) {
  const auto def = node_def<PpgQuality>();
  BOOST_TEST(std::string_view(def.desc->ports[5].clears) == "unrated");
  NodeRunner run(def);
  run.in<float>(0).rate(25);
  run.in<float>(1).rate(25);
  run.in<Beat>(2);
  BOOST_REQUIRE(run.activate());
  BOOST_TEST(run.stream(0).latency_ns == Duration{1080ms}.count());  // 1 s and two samples
}

BOOST_AUTO_TEST_SUITE_END()
