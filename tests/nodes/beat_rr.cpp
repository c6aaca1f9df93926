// beat.rr: when the beats of a strap were, and where some are missing.
#include "beat/rr.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "nodes/probe.hpp"
#include "source/rr_1024.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/strap.hpp"

using namespace ib;
using namespace ib::test;

namespace {

RrNotification notification_of(const std::vector<std::int32_t>& us) {
  RrNotification n;
  for (std::size_t i = 0; i < us.size(); ++i) n.rr_us[i] = us[i];
  return n;
}

std::vector<std::int32_t> us_of(const std::vector<std::int32_t>& raw) {
  std::vector<std::int32_t> us;
  for (const auto r : raw) us.push_back(source::rr_1024_us(r));
  return us;
}

std::vector<Timed<RrNotification>> items_of(const Strap& strap) {
  std::vector<Timed<RrNotification>> items;
  for (const auto& n : strap.sent)
    items.push_back({Time{} + from_seconds(n.arrival_s), notification_of(us_of(n.rr_1024))});
  return items;
}

/// What comes of a script, and what was counted.
struct Found {
  std::vector<Timed<Beat>> beats;
  std::uint64_t gaps{}, refused{}, no_contact{}, late{};
  std::size_t joined() const {
    return static_cast<std::size_t>(
        std::count_if(beats.begin(), beats.end(), [](const auto& b) { return b.v.contiguous; }));
  }
};

Found found_in(const std::vector<Timed<RrNotification>>& items, double hold_s = 5) {
  NodeRunner run(node_def<RrBeats>(), {{"hold", hold_s}});
  run.in<RrNotification>(0).items(items).finish();
  run.play();
  return {run.items<Beat>(0), run.counter("gaps"), run.counter("refused_rr"),
          run.counter("no_contact"), run.counter("late")};
}

/// How far each beat lies behind the heart's.
std::vector<double> lags_of(const Found& found, const Strap& strap,
                            std::size_t lost_before = SIZE_MAX, std::size_t n_lost = 0) {
  std::vector<double> lags;
  for (std::size_t i = 0; i < found.beats.size(); ++i) {
    const auto k = i >= lost_before ? i + n_lost : i;
    lags.push_back(seconds(found.beats[i].t - Time{}) - strap.beats_s.at(k));
  }
  return lags;
}

/// Of a notification: how far it arrived behind its last beat.
struct Waits {
  double least = 1e9;  ///< of all
  double longest = 0;  ///< the least in any 5 s: no beat may lie further behind the heart
};

Waits waits_of(const Strap& strap) {
  Waits waits;
  std::vector<std::pair<double, double>> all;  // arrival, wait
  for (const auto& n : strap.sent)
    if (!n.rr_1024.empty())
      all.emplace_back(n.arrival_s,
                       n.arrival_s - strap.beats_s[n.first_beat + n.rr_1024.size() - 1]);
  for (const auto& [from, first] : all) {
    double least = first;
    for (const auto& [at, wait] : all)
      if (at >= from && at <= from + 5) least = std::min(least, wait);
    if (from + 5 < all.back().first) waits.longest = std::max(waits.longest, least);
    waits.least = std::min(waits.least, least);
  }
  return waits;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(beat_rr)

BOOST_AUTO_TEST_CASE(a_beat_stands_where_the_notification_that_waited_least_says) {
  // Beats at 1, 2, 3, 4 and 5 s by the device. The third notification waited least, 0.1 s.
  const auto found = found_in({{Time{} + 1050ms, {}},
                               {Time{} + 2300ms, notification_of({1'000'000, 1'000'000})},
                               {Time{} + 3100ms, notification_of({1'000'000})},
                               {Time{} + 5400ms, notification_of({1'000'000, 1'000'000})}});
  BOOST_REQUIRE_EQUAL(found.beats.size(), 5u);
  for (std::size_t k = 0; k < 5; ++k) {
    BOOST_CHECK(found.beats[k].t == Time{} + 1100ms + k * 1s);
    BOOST_TEST(*found.beats[k].v.ibi_us == 1e6);
    BOOST_TEST(found.beats[k].v.contiguous == (k > 0));
    BOOST_TEST(found.beats[k].v.valid);
    BOOST_TEST(*found.beats[k].v.sqi == 1.0);
  }
  BOOST_TEST(found.gaps == 0u);
}

BOOST_AUTO_TEST_CASE(beats_before_the_first_arrival_are_not_given) {
  const auto found = found_in({{Time{} + 2s, notification_of({800'000, 800'000})},
                               {Time{} + 2800ms, notification_of({800'000})}});
  BOOST_REQUIRE_EQUAL(found.beats.size(), 2u);
  BOOST_CHECK(found.beats[0].t == Time{} + 2s);
  BOOST_TEST(!found.beats[0].v.contiguous);  // the one before was not given
  BOOST_TEST(found.beats[1].v.contiguous);
}

BOOST_AUTO_TEST_CASE(a_steady_radio_never_looks_like_a_loss) {
  for (const auto seed : cases(60)) {
    BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
      Strap strap(seed, 300, 500 + 15 * (seed % 60));  // 120 .. 43 bpm; 60 bpm keeps step with it
      const auto found = found_in(items_of(strap.radio(seed, 0.05, 0.25)));
      BOOST_TEST(found.gaps == 0u);
      BOOST_TEST(found.late == 0u);
      BOOST_TEST(found.joined() + 1 == found.beats.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(jitter_and_bursts_of_the_radio_move_no_beat) {
  std::uint64_t stalls = 0, taken_for_losses = 0;
  std::vector<double> lags;
  for (const auto seed : cases(40)) {
    BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
      const double delay_s = 0.05, jitter_s = 0.3;
      Strap strap(seed, 300, 650 + 10 * (seed % 25));
      strap.radio(seed, delay_s, jitter_s).stall(60 + seed % 7, 1.9).stall(130, 1.5);
      const auto found = found_in(items_of(strap));
      stalls += 2;
      taken_for_losses += found.gaps;
      BOOST_TEST(found.gaps <= 1u);  // after a stall, where the heart keeps step with the sender
      BOOST_TEST(found.late == 0u);
      BOOST_TEST(found.joined() + 1 + found.gaps == found.beats.size());
      BOOST_TEST_REQUIRE(found.beats.size() <= strap.rr_1024.size());
      BOOST_TEST(found.beats.size() + 4 > strap.rr_1024.size());
      for (std::size_t k = 0; k < found.beats.size(); ++k)  // exact, whatever the radio did
        BOOST_TEST_REQUIRE(*found.beats[k].v.ibi_us == source::rr_1024_us(strap.rr_1024[k]));
      const auto waits = waits_of(strap);
      for (const double lag : lags_of(found, strap)) {
        BOOST_TEST(lag > waits.least - 1e-4);  // the strap counts in 1/1024 s
        BOOST_TEST(lag < waits.longest + 1e-4);
        lags.push_back(lag - delay_s);
      }
    }
  }
  std::sort(lags.begin(), lags.end());
  BOOST_TEST_MESSAGE("a beat lies behind the heart and the least delay by "
                     << 1e3 * lags[lags.size() / 2] << " ms (median), "
                     << 1e3 * lags[lags.size() * 99 / 100] << " ms (p99), at most "
                     << 1e3 * lags.back() << " ms; of " << stalls << " stalls " << taken_for_losses
                     << " looked like a loss");
  BOOST_TEST(taken_for_losses <= std::max<std::uint64_t>(1, stalls / 10));
}

BOOST_AUTO_TEST_CASE(a_lost_notification_breaks_the_chain_where_it_was) {
  std::size_t there = 0, all = 0;
  for (const auto seed : cases(40)) {
    BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
      Strap strap(seed, 240, 700 + 10 * (seed % 20));
      const auto before = strap.sent.size();
      const auto next = strap.lose(100 + seed % 11);
      BOOST_TEST_REQUIRE(strap.sent.size() + 1 == before);
      const auto items = items_of(strap.radio(seed, 0.05, 0.15));
      const auto found = found_in(items);
      std::size_t n_lost = 0, k = 0;
      for (const auto& n : strap.sent) {
        if (n.first_beat == next) n_lost = next - k;
        k = n.first_beat + n.rr_1024.size();
      }
      BOOST_TEST(found.gaps >= 1u);
      BOOST_TEST(found.gaps <= 2u);
      const auto first_behind = next - n_lost;
      // The break stands at the loss, or at most two notifications behind it, where the sum shows it.
      bool broken = false;
      for (std::size_t i = first_behind; i < first_behind + 5; ++i)
        broken = broken || !found.beats[i].v.contiguous;
      BOOST_TEST(broken);
      there += found.beats[first_behind].v.contiguous ? 0U : 1U;
      ++all;
      const auto lags = lags_of(found, strap, first_behind, n_lost);
      const auto longest = waits_of(strap).longest;
      for (std::size_t i = first_behind + 5; i < lags.size(); ++i)
        BOOST_TEST(lags[i] < longest + 1e-6);
    }
  }
  BOOST_TEST_MESSAGE("the break stands at the first beat behind the loss in " << there << " of "
                                                                              << all);
}

BOOST_AUTO_TEST_CASE(a_strap_s_clock_may_run_fast_or_slow) {
  for (const double ppm : {-100.0, 100.0}) {
    Strap strap(7, 3600, 800, 60, ppm);
    const auto found = found_in(items_of(strap.radio(7, 0.05, 0.1)));
    BOOST_TEST(found.gaps == 0u);
    const auto waits = waits_of(strap);
    for (const double lag : lags_of(found, strap)) {
      BOOST_TEST_REQUIRE(lag > waits.least - 7e-3);  // 100 ppm of the envelope's minute
      BOOST_TEST_REQUIRE(lag < waits.longest + 7e-3);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_long_stall_holds_back_is_late_and_counted) {
  Strap strap(3, 120);
  const auto found = found_in(items_of(strap.radio(3, 0.05, 0.1).stall(60, 20)));
  BOOST_TEST(found.late > 5u);
  const auto late = static_cast<std::size_t>(found.late);
  BOOST_TEST(found.beats.size() + late + 4 > strap.rr_1024.size());
  BOOST_TEST(found.joined() + 2 == found.beats.size());  // no difference over what is missing
}

BOOST_AUTO_TEST_CASE(an_interval_of_zero_breaks_the_chain) {
  auto zero = notification_of({800'000, 0, 810'000});
  const auto found = found_in({{Time{} + 1s, notification_of({800'000})},
                               {Time{} + 4s, zero},
                               {Time{} + 5s, notification_of({805'000})}});
  BOOST_TEST(found.refused == 2u);
  BOOST_REQUIRE_EQUAL(found.beats.size(), 3u);
  BOOST_TEST(*found.beats[1].v.ibi_us == 810e3);
  BOOST_TEST(!found.beats[1].v.contiguous);
  BOOST_TEST(found.beats[2].v.contiguous);
  BOOST_TEST(found.gaps == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused) {
  RrNotification wild = notification_of({800'000});
  wild.rr_us[1] = std::nan("");
  wild.rr_us[2] = 1e300;
  wild.rr_us[3] = -5;
  const auto found = found_in({{Time{} + 1s, wild}});
  BOOST_TEST(found.beats.empty());
  BOOST_TEST(found.refused == 4u);
}

BOOST_AUTO_TEST_CASE(beats_without_contact_and_impossible_ones_are_not_valid) {
  auto off = notification_of({800'000});
  off.contact = Contact::off;
  const auto found = found_in({{Time{} + 100ms, {}},
                               {Time{} + 1s, notification_of({800'000, 250'000})},
                               {Time{} + 1800ms, off},
                               {Time{} + 2600ms, notification_of({800'000})}});
  BOOST_REQUIRE_EQUAL(found.beats.size(), 4u);
  BOOST_TEST(!found.beats[1].v.valid);
  BOOST_CHECK(found.beats[1].v.reason == Reason::out_of_range);
  BOOST_TEST(*found.beats[1].v.sqi == 0.0);
  BOOST_CHECK(found.beats[2].v.reason == Reason::low_quality);
  BOOST_TEST(found.beats[3].v.valid);
  BOOST_TEST(found.no_contact == 1u);
}

BOOST_AUTO_TEST_CASE(intervals_that_do_not_fit_the_device_s_own_rate_are_not_valid) {
  std::vector<Timed<RrNotification>> items;
  for (int s = 0; s < 60; ++s) {
    items.push_back({Time{} + s * 1s, notification_of({1'000'000})});
    items.back().v.hr_bpm = s < 30 ? 60.0 : 0.0;  // a loose strap: it knows no rate any more
  }
  NodeRunner run(node_def<RrBeats>());
  run.in<RrNotification>(0).items(items).finish();
  run.play();
  const auto beats = run.items<Beat>(0);
  BOOST_REQUIRE_EQUAL(beats.size(), 60u);
  BOOST_TEST(beats[49].v.valid);
  BOOST_TEST(!beats[50].v.valid);  // 20 s later
  BOOST_CHECK(beats[50].v.reason == Reason::low_quality);
  BOOST_TEST(*beats[50].v.sqi == 0.0);
  BOOST_TEST(beats[50].v.contiguous);
  BOOST_TEST(run.counter("misfits") == 10u);
}

BOOST_AUTO_TEST_CASE(any_cut_of_the_stream_gives_the_same_beats) {
  for (const auto seed : cases(20)) {
    BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
      Strap strap(seed, 120, 900);
      strap.lose(40);
      const auto items = items_of(strap.radio(seed, 0.05, 0.4).stall(60, 4 + seed % 9));
      NodeRunner run(node_def<RrBeats>());
      run.in<RrNotification>(0).items(items).finish();
      run.play();
      const auto whole = run.items<Beat>(0);
      run.play(Cut{seed});
      BOOST_TEST(same(whole, run.items<Beat>(0)));
    }
  }
}

BOOST_AUTO_TEST_CASE(it_stands_as_far_behind_as_it_says) {
  NodeRunner run(node_def<RrBeats>(), {{"hold", 2}});
  run.in<RrNotification>(0).item(1s, notification_of({800'000})).settle(2999ms);
  run.play();
  BOOST_TEST(run.stream(0).latency_ns == Duration{5s}.count());
  BOOST_TEST(run.items<Beat>(0).empty());  // the first waits for `hold`
  NodeRunner later(node_def<RrBeats>(), {{"hold", 2}});
  later.in<RrNotification>(0).item(1s, notification_of({800'000})).settle(3s);
  later.play();
  BOOST_TEST(later.items<Beat>(0).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_armband_that_sends_five_at_once_and_doubts_some_loses_none) {
  // Every 5 s what lay some 5 s back, in pieces of what is doubted and what is not, as polar.pmd gives it.
  for (const double mean_ms : {500.0, 800.0, 1000.0}) {
    const Strap arm(7, 300, mean_ms);
    std::vector<Timed<RrNotification>> items;
    std::size_t k = 0, doubted = 0;
    for (double at = 5; at < 300; at += 5) {
      Time t = Time{} + from_seconds(at + 5);
      RrNotification piece;
      std::size_t n = 0;
      const auto give = [&] {
        items.push_back({t, std::exchange(piece, {})});
        t = t + Duration{1};
        n = 0;
      };
      for (; k < arm.beats_s.size() && arm.beats_s[k] <= at; ++k) {
        const bool doubt = k % 20 == 13;
        if (n == RrNotification::most || (n > 0 && piece.doubted != doubt)) give();
        piece.doubted = doubt;
        doubted += doubt ? 1 : 0;
        piece.rr_us[n++] = source::rr_1024_us(arm.rr_1024[k]);
      }
      if (n > 0) give();
    }
    const auto found = found_in(items);
    BOOST_TEST_CONTEXT("mean interval " << mean_ms << " ms") {
      BOOST_TEST(found.gaps == 0U);
      BOOST_TEST(found.late == 0U);
      BOOST_TEST(found.joined() + 1 == found.beats.size());
      const auto invalid = static_cast<std::size_t>(std::count_if(
          found.beats.begin(), found.beats.end(), [](const auto& b) { return !b.v.valid; }));
      BOOST_TEST(invalid + 1 >= doubted);  // the first may lie before the first arrival
      BOOST_TEST(invalid <= doubted);
      BOOST_TEST(found.beats.size() + 12 >= k);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
