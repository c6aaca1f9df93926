#include "dyad/align.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/node_runner.hpp"
#include "support/reference_json.hpp"

using namespace ib;
using namespace ib::test;

namespace {

using Intervals = std::vector<Timed<Interval>>;

Interval interval(std::int32_t ms, bool valid = true) {
  return {ms * 1000, valid, valid, Label::normal, valid ? Reason::none : Reason::artefact, {}};
}

/// A steady heart from its first beat at 0 s to the last one before `end`.
Intervals steady(std::int32_t ms, Duration end, bool valid = true) {
  Intervals beats;
  for (Duration t = ms * 1ms; t < end; t += ms * 1ms)
    beats.push_back({Time{} + t, interval(ms, valid)});
  return beats;
}

Intervals wandering(std::uint32_t seed, Duration end) {
  std::mt19937 random(seed);
  Intervals beats;
  for (Time t{}; t < Time{} + end;) {
    const auto us = static_cast<std::int32_t>(600'000 + random() % 600'000);
    const bool lifted = random() % 60 == 0;  // the finger leaves the ring
    t = t + us * 1us + 1ms * (lifted ? static_cast<int>(random() % 12'000) : 0);
    beats.push_back({t, {us, random() % 12 != 0, !lifted, Label::normal, Reason::none, {}}});
  }
  return beats;
}

bool same(Maybe x, Maybe y) { return x == y; }

/// A `seen` mark passes a merge only if all its inputs are of one source, which then ends as one. Here
/// one input may end before the other, so whether a mark passes is chance, and no reader gets it.
std::vector<Output> without_seen(std::vector<Output> outputs) {
  for (auto& o : outputs) o.seen = IB_NEVER;
  return outputs;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dyad_align)

BOOST_AUTO_TEST_CASE(two_steady_hearts_share_one_grid) {
  NodeRunner run(node_def<DyadAlign>(), {{"rate", 2}});
  run.in<Interval>(0).items(steady(1000, 6s)).settle(6s);
  run.in<Interval>(1).items(steady(750, 6s)).settle(6s);
  run.play();
  const auto grid = run.items<PairHr>(0);
  BOOST_REQUIRE_EQUAL(grid.size(), 10u);  // 0 .. 4.5 s: the newest midpoint of a lies there
  for (std::size_t k = 0; k < grid.size(); ++k) {
    BOOST_CHECK(grid[k].t == Time{} + 500ms * static_cast<int>(k));
    BOOST_CHECK(grid[k].v.side_a == Side::settled);
  }
  BOOST_TEST(!grid[0].v.hr_a_bpm);  // before the first midpoint: absent, not 0
  BOOST_TEST(*grid[1].v.hr_a_bpm == 60.0);
  BOOST_TEST(*grid[1].v.ibi_b_ms == 750.0);
  BOOST_TEST(*grid[9].v.hr_b_bpm == 80.0);
  BOOST_TEST(run.counter("late") == 0u);
}

/// A clock's model every second from `from` on: its jitter grows by 1 ms a second.
std::vector<Timed<ClockModel>> clock_from(Duration from, Duration end, double delay_ms) {
  std::vector<Timed<ClockModel>> models;
  for (Duration t = from; t < end; t += 1s) {
    ClockModel m;
    m.jitter_ms = seconds(t);
    m.delay_most_ms = delay_ms;
    models.push_back({Time{} + t, m});
  }
  return models;
}

BOOST_AUTO_TEST_CASE(each_point_bears_what_both_clocks_leave_open_of_a_lag) {
  NodeRunner run(node_def<DyadAlign>(), {{"rate", 2}});
  run.in<Interval>(0).items(steady(1000, 20s)).settle(20s);
  run.in<Interval>(1).items(steady(750, 20s)).settle(20s);
  run.in<ClockModel>(2).items(clock_from(0s, 20s, 150)).settle(20s);
  run.in<ClockModel>(3).items(clock_from(4s, 20s, 50)).settle(20s);
  run.play();
  const auto grid = run.items<PairHr>(0);
  BOOST_REQUIRE_GT(grid.size(), 30u);
  for (const auto& [t, pair] : grid) {
    const double s = std::floor(seconds(t - Time{}));  // the newest model then
    if (s < 4) {                                       // before b's clock is known: absent, not 0
      BOOST_TEST(!pair.lag_jitter_ms);
      continue;
    }
    BOOST_TEST_REQUIRE(bool(pair.lag_jitter_ms));
    BOOST_TEST(*pair.lag_jitter_ms == std::hypot(s, s));
    BOOST_TEST(*pair.lag_least_ms == -150);
    BOOST_TEST(*pair.lag_most_ms == 50);
  }
  const auto whole = without_seen(run.outputs());
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    run.play(Cut{seed});
    BOOST_TEST((without_seen(run.outputs()) == whole), "cut by seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(an_irregular_heart_takes_part_and_artefacts_do_not) {
  for (const Reason reason : {Reason::irregular, Reason::artefact}) {
    auto beats = steady(1000, 6s, false);
    for (auto& b : beats) b.v.reason = reason;
    NodeRunner run(node_def<DyadAlign>());
    run.in<Interval>(0).items(beats).settle(6s);
    run.in<Interval>(1).items(steady(750, 6s)).settle(6s);
    run.play();
    const auto grid = run.items<PairHr>(0);
    BOOST_REQUIRE(grid.size() > 1);
    BOOST_TEST(bool(grid[1].v.hr_a_bpm) == (reason == Reason::irregular));
  }
}

BOOST_AUTO_TEST_CASE(declares_three_seconds_and_keeps_them) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(steady(1000, 20s)).settle(60s);
  run.in<Interval>(1).settle(60s);
  run.play();
  // 3 s for the right-hand beat, and 3 s that a silent partner may be waited for.
  BOOST_TEST(run.stream(0).latency_ns == Duration{6s}.count());
  BOOST_TEST(run.stream(0).items_per_second == 2.0);
  BOOST_TEST(run.output(0).mark == Duration{57s}.count());
  BOOST_TEST(run.output(0).t_ns.back() == Duration{57s}.count());  // the point at the mark is out
  BOOST_TEST(run.counter("late") == 0u);
}

BOOST_AUTO_TEST_CASE(any_cut_and_interleaving_gives_the_same_items) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      NodeRunner run(node_def<DyadAlign>(), {{"rate", seed % 2 == 0 ? 2.0 : 4.0}});
      run.in<Interval>(0).items(wandering(seed, 60s)).settle(75s).finish();
      run.in<Interval>(1).items(wandering(seed + 1000, 60s)).settle(75s).finish();
      run.play();
      const auto whole = run.outputs();
      BOOST_REQUIRE(!whole[0].t_ns.empty());
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
      BOOST_TEST(run.counter("late") == 0u);
      BOOST_TEST(run.counter("lost") == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(swapping_the_two_mirrors_every_item) {
  const auto x = wandering(7, 60s), y = wandering(8, 60s);
  NodeRunner one(node_def<DyadAlign>()), other(node_def<DyadAlign>());
  one.in<Interval>(0).items(x).settle(70s).finish();
  one.in<Interval>(1).items(y).settle(70s).finish();
  other.in<Interval>(0).items(y).settle(70s).finish();
  other.in<Interval>(1).items(x).settle(70s).finish();
  one.play();
  other.play();
  const auto p = one.items<PairHr>(0), q = other.items<PairHr>(0);
  BOOST_REQUIRE_EQUAL(p.size(), q.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    BOOST_TEST(same(p[i].v.hr_a_bpm, q[i].v.hr_b_bpm));
    BOOST_TEST(same(p[i].v.ibi_b_ms, q[i].v.ibi_a_ms));
  }
}

// b stops at 20 s without a word; the host says at its edge how far arrival has come.
BOOST_AUTO_TEST_CASE(a_silent_partner_is_waited_for_three_seconds_then_no_longer) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(steady(1000, 60s)).settle(60s);
  auto b = run.in<Interval>(1).items(steady(1000, 20s + 1ns));
  for (int s = 21; s <= 60; ++s) b.seen(1s * s);
  run.play();
  const auto grid = run.items<PairHr>(0);
  // Idle for more than 10 s, so nothing is waited for: closed up to 60 s, decided up to 57 s, and
  // up to the newest midpoint of a only where b is decided too.
  BOOST_TEST(run.output(0).mark == Duration{57s}.count());
  for (const auto& [t, v] : grid) {
    BOOST_TEST_CONTEXT("at " << seconds(t) << " s") {
      const Side expected = t <= Time{} + 20s   ? Side::settled
                            : t <= Time{} + 30s ? Side::given_up
                                                : Side::idle;
      BOOST_TEST(static_cast<int>(v.side_b) == static_cast<int>(expected));
      BOOST_CHECK(v.side_a == Side::settled);
      BOOST_TEST(static_cast<bool>(v.hr_a_bpm) == (t > Time{}));
      BOOST_TEST(static_cast<bool>(v.hr_b_bpm) == (t > Time{} && t < Time{} + 20s));
    }
  }
  BOOST_CHECK(grid.back().v.side_b == Side::idle);
}

BOOST_AUTO_TEST_CASE(while_a_partner_is_waited_for_nothing_comes) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(steady(1000, 60s)).settle(60s);
  run.in<Interval>(1).latency(2s).items(steady(1000, 20s + 1ns)).seen(25s);
  run.play();  // 25 s - path 2 s - wait 3 s: nothing after 20 s is given up
  BOOST_TEST(run.output(0).mark == Duration{19'500ms}.count());  // the newest midpoints
  run.in<Interval>(1).seen(28s);
  run.play();  // closed to 23 s, which decides the point at 20 s
  BOOST_TEST(run.output(0).mark == Duration{20s}.count());
}

BOOST_AUTO_TEST_CASE(what_comes_after_it_was_given_up_is_late_and_counted) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(steady(1000, 60s)).settle(60s);
  run.in<Interval>(1)
      .items(steady(1000, 20s + 1ns))
      .seen(30s)                  // closed to 27 s
      .item(26s, interval(1000))  // late
      .item(27s, interval(1000))  // late: not after closed
      .item(28s, interval(1000))
      .settle(60s);
  run.play();
  BOOST_TEST(run.counter("late") == 2u);
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    const auto whole = run.outputs();
    run.play(Cut{seed});
    BOOST_TEST(run.counter("late") == 2u);
    BOOST_CHECK(run.outputs() == whole);
  }
}

BOOST_AUTO_TEST_CASE(ends_with_the_last_closed_instant) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(steady(1000, 10s)).settle(10s).finish();
  run.in<Interval>(1).items(steady(800, 10s)).settle(10s).finish();
  run.play();
  const auto grid = run.items<PairHr>(0);
  BOOST_TEST(run.output(0).finished);
  BOOST_REQUIRE_EQUAL(grid.size(), 21u);  // 0 .. 10 s
  BOOST_TEST(!grid.back().v.hr_a_bpm);    // no right-hand beat any more
  BOOST_TEST(run.counter("late") == 0u);
}

BOOST_AUTO_TEST_CASE(invalid_intervals_make_no_points) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(steady(1000, 30s, false)).settle(30s).finish();
  run.in<Interval>(1).items(steady(1000, 30s, false)).settle(30s).finish();
  run.play();
  BOOST_TEST(run.items<PairHr>(0).size() == 61u);
  for (const auto& [t, v] : run.items<PairHr>(0)) BOOST_CHECK(!v.hr_a_bpm && !v.hr_b_bpm);
}

BOOST_AUTO_TEST_CASE(an_hour_of_silence_that_ends_at_once_stays_within_bounds) {
  NodeRunner run(node_def<DyadAlign>(), {{"rate", 4}});
  run.in<Interval>(0).items(steady(1000, 5s)).settle(3600s).finish();
  run.in<Interval>(1).settle(3600s).finish();
  run.play();
  BOOST_TEST(run.items<PairHr>(0).size() == 4u * 3600 + 1);
}

BOOST_AUTO_TEST_CASE(a_length_that_no_heart_makes_is_counted) {
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).item(10s, interval(5000)).item(11s, interval(1000)).settle(20s);
  run.in<Interval>(1).settle(20s);
  run.play();
  BOOST_TEST(run.counter("unusable") == 1u);
}

BOOST_AUTO_TEST_CASE(refuses_a_rate_that_is_no_grid) {
  NodeRunner run(node_def<DyadAlign>(), {{"rate", 3}});
  run.in<Interval>(0);
  run.in<Interval>(1);
  BOOST_TEST(!run.activate());
  BOOST_TEST(run.error().find("2 Hz") != std::string::npos);
}

// -- settings -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(between_two_points_by_choice) {
  struct Way {
    double align;
    double at_one_s;  ///< between 1000 ms at 0.5 s and 800 ms at 1.4 s
  };
  for (const auto& [align, at_one_s] :
       {Way{0, 1000 - 200 * 0.5 / 0.9}, Way{1, 1000}, Way{2, 800}}) {
    BOOST_TEST_CONTEXT("align " << align) {
      NodeRunner run(node_def<DyadAlign>(), {{"align", align}});
      run.in<Interval>(0).item(1s, interval(1000)).item(1800ms, interval(800)).settle(6s);
      run.in<Interval>(1).settle(6s);
      run.play();
      const auto grid = run.items<PairHr>(0);
      BOOST_REQUIRE(grid.size() > 2u);
      BOOST_TEST(*grid[1].v.ibi_a_ms == 1000.0);  // lies on the point
      BOOST_CHECK_SMALL(*grid[2].v.ibi_a_ms - at_one_s, 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(more_than_two_invalid_intervals_are_not_bridged) {
  for (const int n : {2, 3}) {
    BOOST_TEST_CONTEXT(n << " invalid intervals") {
      NodeRunner run(node_def<DyadAlign>());
      auto a = run.in<Interval>(0);
      Duration end = 1s;
      a.item(end, interval(1000));
      for (int i = 0; i < n; ++i) a.item(end += 400ms, interval(400, false));
      a.item(end += 500ms, interval(500)).settle(10s);
      run.in<Interval>(1).settle(10s);
      run.play();
      const auto grid = run.items<PairHr>(0);
      BOOST_TEST(static_cast<bool>(grid.at(1).v.hr_a_bpm));
      for (std::size_t k = 2; k <= 4; ++k) {
        BOOST_TEST(static_cast<bool>(grid.at(k).v.hr_a_bpm) == (n == 2));
      }
    }
  }
}

// b's last beat is at 20 s; at 28 s the host says that nothing else has arrived.
BOOST_AUTO_TEST_CASE(waits_as_long_as_it_is_told) {
  struct Wait {
    double s;
    Duration mark;  ///< 28 s - wait - 3 s for the right-hand beat; or the newest midpoints
  };
  for (const auto& [s, mark] :
       {Wait{0, 25s}, Wait{3, 22s}, Wait{7.5, 19'500ms}, Wait{60, 19'500ms}}) {
    BOOST_TEST_CONTEXT("wait " << s << " s") {
      NodeRunner run(node_def<DyadAlign>(), {{"wait", s}});
      run.in<Interval>(0).items(steady(1000, 60s)).settle(60s);
      run.in<Interval>(1).items(steady(1000, 20s + 1ns)).seen(28s);
      run.play();
      BOOST_TEST(run.stream(0).latency_ns == (3s + from_seconds(s)).count());
      BOOST_TEST(run.output(0).mark == mark.count());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_idle_partner_is_not_waited_for) {
  struct Idle {
    double after_s;
    Duration mark;
    Side at_25_s;
  };
  for (const auto& [after_s, mark, side] : {Idle{4, 27s, Side::idle}, Idle{9, 27s, Side::given_up},
                                            Idle{20, 19'500ms, Side::settled}}) {
    BOOST_TEST_CONTEXT("idle_after " << after_s << " s") {
      NodeRunner run(node_def<DyadAlign>(), {{"wait", 30}, {"idle_after", after_s}});
      run.in<Interval>(0).items(steady(1000, 60s)).settle(60s);
      run.in<Interval>(1).items(steady(1000, 20s + 1ns)).seen(30s);
      run.play();
      BOOST_TEST(run.output(0).mark == mark.count());
      const auto grid = run.items<PairHr>(0);
      if (side != Side::settled) BOOST_CHECK(grid.at(50).v.side_b == side);
    }
  }
}

BOOST_AUTO_TEST_CASE(told_to_wait_it_stands_still_until_the_partner_speaks) {
  NodeRunner run(node_def<DyadAlign>(), {{"on_missing", 1}});
  const auto silent = [&run] {
    auto b = run.in<Interval>(1).items(steady(1000, 20s + 1ns));
    for (int s = 21; s <= 60; ++s) b.seen(1s * s);
    return b;
  };
  run.in<Interval>(0).items(steady(1000, 60s)).settle(60s).finish();
  auto b = silent();
  run.play();
  BOOST_TEST(run.stream(0).latency_ns == Duration{3s}.count());
  BOOST_TEST(run.output(0).mark == Duration{19'500ms}.count());
  b.item(40s, interval(1000)).settle(60s).finish();  // it speaks after all, and nothing is late
  run.play();
  BOOST_TEST(run.counter("late") == 0u);
  BOOST_TEST(run.items<PairHr>(0).size() == 121u);
  for (const auto& [t, v] : run.items<PairHr>(0)) BOOST_CHECK(v.side_b == Side::settled);
}

BOOST_AUTO_TEST_CASE(told_to_wait_it_goes_on_when_the_partner_has_ended) {
  NodeRunner run(node_def<DyadAlign>(), {{"on_missing", 1}});
  run.in<Interval>(0).items(steady(1000, 60s)).settle(60s).finish();
  run.in<Interval>(1).items(steady(1000, 20s + 1ns)).finish();
  run.play();
  const auto grid = run.items<PairHr>(0);
  BOOST_REQUIRE_EQUAL(grid.size(), 121u);
  for (const auto& [t, v] : grid) {
    BOOST_CHECK(v.side_b == (t <= Time{} + 20s ? Side::settled : Side::idle));
  }
}

// b is silent from 20 s to 40 s.
BOOST_AUTO_TEST_CASE(told_to_skip_it_leaves_out_what_one_of_them_did_not_say) {
  NodeRunner run(node_def<DyadAlign>(), {{"on_missing", 2}});
  run.in<Interval>(0).items(steady(1000, 60s)).settle(60s).finish();
  auto b = run.in<Interval>(1).items(steady(1000, 20s + 1ns));
  for (int s = 21; s <= 40; ++s) b.seen(1s * s);
  for (int s = 41; s < 60; ++s) b.item(1s * s, interval(1000));
  b.settle(60s).finish();
  run.play();
  const auto grid = run.items<PairHr>(0);
  BOOST_REQUIRE(!grid.empty());
  for (const auto& [t, v] : grid) {
    BOOST_TEST_CONTEXT("at " << seconds(t) << " s") {
      BOOST_CHECK(v.side_a == Side::settled && v.side_b == Side::settled);
      BOOST_TEST((t <= Time{} + 20s || t > Time{} + 40s));
    }
  }
  BOOST_TEST(grid.size() == 41u + 40u);  // 0 .. 20 s and 40.5 .. 60 s
  BOOST_TEST(run.output(0).mark >= Duration{60s}.count());
}

BOOST_AUTO_TEST_CASE(late_items_are_dropped_or_go_aside) {
  for (const double late : {0.0, 1.0}) {
    BOOST_TEST_CONTEXT((late > 0 ? "side" : "drop")) {
      NodeRunner run(node_def<DyadAlign>(), {{"late", late}});
      run.in<Interval>(0).items(steady(1000, 60s)).settle(60s).finish();
      run.in<Interval>(1)
          .items(steady(1000, 20s + 1ns))
          .seen(30s)  // closed to 27 s
          .item(26s, interval(990))
          .item(27s, interval(1010))
          .item(28s, interval(1000))
          .settle(60s)
          .finish();
      run.play();
      BOOST_TEST(run.counter("late") == 2u);
      BOOST_TEST(run.items<Interval>(1).empty());
      const auto aside = run.items<Interval>(2);
      if (late == 0) {
        BOOST_TEST(aside.empty());
      } else {
        BOOST_REQUIRE_EQUAL(aside.size(), 2u);
        BOOST_CHECK(aside[0].t == Time{} + 26s && aside[1].t == Time{} + 27s);
        BOOST_TEST(aside[0].v.ibi_us == 990'000);
      }
      const auto whole = without_seen(run.outputs());
      for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        run.play(Cut{seed});
        BOOST_CHECK(without_seen(run.outputs()) == whole);
      }
    }
  }
}

// Every setting, with silences, ends and late items: what comes does not depend on cuts.
BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_items_with_any_setting) {
  std::uint64_t all_late = 0, all_aside = 0;
  for (std::uint32_t seed = 1; seed <= 120; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const bool side = random() % 2 == 1;
      NodeRunner run(node_def<DyadAlign>(), {{"wait", static_cast<double>(random() % 6)},
                                             {"idle_after", static_cast<double>(3 + random() % 12)},
                                             {"align", static_cast<double>(random() % 3)},
                                             {"on_missing", static_cast<double>(seed % 3)},
                                             {"late", side ? 1.0 : 0.0}});
      for (const std::size_t person : {std::size_t{0}, std::size_t{1}}) {
        auto in = run.in<Interval>(person);
        Time seen = never;
        for (const auto& [t, v] :
             wandering(seed + 1000 * static_cast<std::uint32_t>(person), 90s)) {
          // Now and then the host has already said that nothing came for so long.
          if (random() % 8 == 0) {
            seen = std::max(seen, t + 1ms * static_cast<int>(random() % 9000));
            in.seen(seen - Time{});
          }
          in.item(t - Time{}, v);
        }
        in.settle(110s).finish();
      }
      run.play();
      const auto whole = without_seen(run.outputs());
      const auto late = run.counter("late");
      const auto aside = whole[1].t_ns.size() + whole[2].t_ns.size();
      BOOST_TEST(aside == (side ? late : 0u));
      all_late += late, all_aside += aside;
      BOOST_REQUIRE(!whole[0].t_ns.empty());
      for (std::uint32_t cut = 1; cut <= 5; ++cut) {
        run.play(Cut{cut});
        BOOST_CHECK(without_seen(run.outputs()) == whole);
        BOOST_TEST(run.counter("late") == late);
        BOOST_TEST(run.counter("lost") == 0u);
      }
    }
  }
  BOOST_TEST(all_late > 50u);
  BOOST_TEST(all_aside > 20u);
}

BOOST_AUTO_TEST_CASE(agrees_with_the_reference_across_a_gap_of_twelve_seconds) {
  const auto json = reference("coreg_stream.json");
  if (json.is_null()) return;
  const auto intervals = [&](const nlohmann::json& p) {
    Intervals beats;
    for (std::size_t i = 0; i < p["t_end_s"].size(); ++i) {
      const bool valid = !p.contains("valid") || p["valid"][i].get<int>() != 0;
      const auto us = static_cast<std::int32_t>(std::lround(p["ibi_ms"][i].get<double>() * 1000));
      beats.push_back({Time{} + from_seconds(p["t_end_s"][i].get<double>()),
                       {us, valid, valid, Label::normal, Reason::none, {}}});
    }
    return beats;
  };
  NodeRunner run(node_def<DyadAlign>());
  run.in<Interval>(0).items(intervals(json["A"])).settle(425s);
  run.in<Interval>(1).items(intervals(json["B"])).settle(425s);
  run.play(Cut{1});
  const auto grid = run.items<PairHr>(0);
  const auto a = numbers(json["grid_ibi_A"]), b = numbers(json["grid_ibi_B"]);
  BOOST_REQUIRE(grid.size() >= a.size());
  std::size_t missing = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    BOOST_TEST_CONTEXT("grid point " << k) {
      const auto agree = [&](Maybe got, double expected) {
        BOOST_TEST(static_cast<bool>(got) == !std::isnan(expected));
        if (got && !std::isnan(expected)) BOOST_CHECK_SMALL(*got - expected, 1e-6);
        if (!got) ++missing;
      };
      agree(grid[k].v.ibi_a_ms, a[k]);
      agree(grid[k].v.ibi_b_ms, b[k]);
    }
  }
  BOOST_TEST(missing > 20u);  // the gap is in there
  BOOST_TEST(run.counter("late") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
