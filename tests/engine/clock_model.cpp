// The clock of one device, case by case: what a stall, a loss, a restart and a question do to the
// times of its samples. How near to the truth it comes over whole sessions:
// tests/accuracy/device_clock.cpp.
#include <interbeat/clock_estimator.hpp>
#include <interbeat/keyed_random.hpp>

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

using namespace ib;

namespace {

/// A ring that sends 5 samples every 200 ms, over a link that takes 10 ms.
struct ClockedRing {
  ClockEstimator clock;
  Time last{never};  ///< given
  std::int64_t sent{};

  explicit ClockedRing(ClockOptions o = ClockOptions::samples(25)) : clock(o) {}

  static Time measured(std::int64_t sample) { return Time{} + sample * 40ms; }
  Arrival usual() const { return {(measured(5 * sent + 4) + 10ms).ns}; }

  void lose(int packets) { sent += packets; }
  /// The next packet, `late` after its usual arrival. No time given may step back.
  ClockStep send(Duration late = {}, ClockPacket packet = {}, Time settled = never) {
    packet.at = {usual().ns + late.count()};
    packet.n = 5;
    ++sent;
    const auto step = clock.packet(packet, settled);
    if (step.kind != ClockStep::Kind::stale) {
      for (auto i = step.first.value + step.late; i <= step.last.value; ++i) {
        BOOST_TEST((step.times.at(i) > last));
        BOOST_TEST((step.times.at(i) > settled));
        last = step.times.at(i);
      }
    }
    return step;
  }
  void send_for(Duration time) {
    for (auto n = time / 200ms; n > 0; --n) send();
  }
  ClockStep send_number(std::uint32_t number) { return send({}, {.at = {}, .number = number}); }

  /// How far the newest sample's time is from usual (10 ms after it was measured).
  double off_ms() const { return seconds(last - measured(5 * sent - 1) - 10ms) * 1e3; }
};

ClockOptions numbered_packets() {
  auto o = ClockOptions::samples(25);
  o.numbers = 256;
  return o;
}

bool begins_epoch(const ClockStep& s) { return s.kind == ClockStep::Kind::begins; }
bool is_stale(const ClockStep& s) { return s.kind == ClockStep::Kind::stale; }

template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(clock_model)

BOOST_AUTO_TEST_CASE(three_kinds_of_time_do_not_mix) {
  static_assert(!std::convertible_to<Arrival, Time> && !std::convertible_to<Time, Arrival>);
  static_assert(!std::convertible_to<DeviceIndex, Time> &&
                !std::convertible_to<DeviceIndex, Arrival>);
  static_assert(!Subtractable<Time, Arrival> && !Subtractable<Arrival, Time>);
  static_assert(!Subtractable<Time, DeviceIndex> && !Subtractable<Arrival, DeviceIndex>);
  static_assert(Subtractable<Arrival, Arrival> && Subtractable<DeviceIndex, DeviceIndex>);
  const SessionZero zero{Arrival{7'000'000'000}};
  BOOST_TEST((zero.time_of(Arrival{7'500'000'000}) == Time{} + 500ms));
  BOOST_TEST((DeviceIndex{3} - DeviceIndex{5}) == -2);
}

BOOST_AUTO_TEST_CASE(a_clock_owns_no_memory) {
  static_assert(std::is_trivially_copyable_v<ClockEstimator>);
  static_assert(std::is_trivially_copyable_v<ClockModel>);
  BOOST_TEST(sizeof(ClockEstimator) < 2048);
}

BOOST_AUTO_TEST_CASE(over_a_perfect_link_times_are_arrivals_and_evenly_apart) {
  ClockedRing ring;
  const auto first = ring.send();
  BOOST_TEST(begins_epoch(first));
  BOOST_TEST(first.first.value == 0U);
  BOOST_TEST(first.last.value == 4U);
  BOOST_TEST((first.times.at(4) == Time{} + 170ms));
  ring.send_for(60s);
  const auto step = ring.send();
  BOOST_TEST(!begins_epoch(step));
  BOOST_TEST(step.lost == 0U);
  BOOST_TEST(step.late == 0U);
  BOOST_TEST(step.times.rate_hz() == 25, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(std::abs(ring.off_ms()) < 0.01);
  BOOST_TEST(ring.clock.model().rate_hz == 25, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(ring.clock.model().epoch == 1);
  BOOST_TEST(ring.clock.model().packets == 302);
  BOOST_TEST(ring.clock.model().index == 5 * 302 - 1);
}

BOOST_AUTO_TEST_CASE(a_known_latency_is_taken_off) {
  auto o = ClockOptions::samples(25);
  o.latency = 10ms;
  ClockedRing ring(o);
  BOOST_TEST((ring.send().times.at(4) == ClockedRing::measured(4)));
}

BOOST_AUTO_TEST_CASE(session_time_counts_from_the_session_s_zero) {
  auto o = ClockOptions::samples(25);
  o.zero.at = Arrival{70'000'000};
  ClockedRing ring(o);
  BOOST_TEST((ring.send().times.at(4) == Time{} + 100ms));
}

BOOST_AUTO_TEST_CASE(a_claimed_rate_is_found_to_be_wrong) {
  // Claims 25 Hz, sends 24.
  ClockEstimator clock(ClockOptions::samples(25));
  for (std::int64_t k = 1; k <= 300; ++k) clock.packet({.at = {k * 5'000'000'000 / 24}, .n = 5});
  BOOST_TEST(clock.model().rate_hz == 24, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(clock.model().rate_ppm == -40000, boost::test_tools::tolerance(1e-2));
  BOOST_TEST(clock.model().epoch == 1);
}

BOOST_AUTO_TEST_CASE(a_stall_moves_nothing) {
  ClockedRing ring;
  ring.send_for(60s);
  for (int k = 4; k >= 0; --k) {  // for 0.8 s nothing came; then all comes at once
    const auto step = ring.send(k * 200ms);
    BOOST_TEST(!begins_epoch(step));
    BOOST_TEST(step.lost == 0U);
    BOOST_TEST(std::abs(ring.off_ms()) < 1);
  }
  ring.send_for(10s);
  BOOST_TEST(std::abs(ring.off_ms()) < 1);
}

BOOST_AUTO_TEST_CASE(a_long_stall_s_backlog_is_not_a_loss) {
  ClockedRing ring;
  ring.send_for(60s);
  for (int k = 20; k >= 0; --k) BOOST_TEST(ring.send(k * 200ms).lost == 0U);  // 4 s
  BOOST_TEST(ring.clock.model().epoch == 1);
  BOOST_TEST(std::abs(ring.off_ms()) < 1);
}

/// `held` packets are kept by the link and come with the next one, at once; then all is usual.
void begin_in_a_backlog(ClockedRing& ring, int held, std::uint32_t number, Duration packets_apart) {
  const auto first = ring.sent;
  ring.sent += held;
  const auto fresh = ring.usual();
  ring.sent = first;
  const auto arrival = [&](int k) {
    return k <= held ? fresh + k * packets_apart : fresh + (k - held) * 200ms;
  };
  const auto numbered = [&](int k) {
    return ClockPacket{
        .at = arrival(k), .n = 5, .number = (number + static_cast<unsigned>(k)) % 256};
  };
  BOOST_TEST(ring.clock.asks_ahead(numbered(0)));
  ClockOutlook outlook(numbered_packets());
  int waiting = 0;
  while (!outlook.is_over()) outlook.see(numbered(waiting++));
  BOOST_TEST(waiting == held + 2);  // the first one that came in its own time tells
  ring.clock.foresee(outlook);
  for (int k = 0; k <= held + 1; ++k) {
    const auto came = arrival(k);
    const auto step = ring.send(came - ring.usual(), numbered(k));
    BOOST_TEST(step.late == 0U, k);
    BOOST_TEST(begins_epoch(step) == (k == 0), k);
    BOOST_TEST(std::abs(ring.off_ms()) < 1, k << ": " << ring.off_ms());
  }
}

BOOST_AUTO_TEST_CASE(a_clock_that_begins_in_a_backlog_stands_where_it_ends) {
  for (const int held : {1, 10, 50}) {
    ClockedRing ring(numbered_packets());
    begin_in_a_backlog(ring, held, 250, 0ms);
  }
  ClockedRing ring(numbered_packets());
  for (std::uint32_t k = 0; k < 100; ++k) ring.send_number(k);
  ring.clock.restart();  // the link was lost, for 2 s
  ring.lose(10);
  begin_in_a_backlog(ring, 10, 0, 5ms);
  for (std::uint32_t k = 12; k < 100; ++k) {
    ring.send_number(k);
    BOOST_TEST(std::abs(ring.off_ms()) < 5);
  }
}

BOOST_AUTO_TEST_CASE(a_number_gone_wild_places_nothing_before_what_was_given) {
  ClockedRing ring(numbered_packets());
  for (std::uint32_t k = 0; k < 100; ++k) ring.send_number(k);
  ring.clock.restart();
  for (const std::uint32_t second : {16U, 17U, 100U, 255U}) {
    ClockOutlook outlook(numbered_packets());
    outlook.see({.at = ring.usual(), .n = 5, .number = 0});
    outlook.see({.at = ring.usual() + 200ms, .n = 5, .number = second});
    ClockedRing again = ring;
    again.clock.foresee(outlook);
    BOOST_TEST(again.send_number(0).late == 0U, second);
  }
}

BOOST_AUTO_TEST_CASE(a_numbered_packet_that_is_missing_is_counted_at_once) {
  ClockedRing ring(numbered_packets());
  std::uint32_t k = 250;  // the numbers go round
  for (int i = 0; i < 300; ++i) ring.send_number(k++ % 256);
  const auto before = ring.last;
  ring.lose(1);
  k++;
  const auto step = ring.send_number(k++ % 256);
  BOOST_TEST(step.lost == 5U);
  BOOST_TEST(step.lost_before_first);
  BOOST_TEST((step.lost_after == before));
  BOOST_TEST(step.first.value == 5U * 301);
  BOOST_TEST(std::abs(ring.off_ms()) < 0.1);
}

BOOST_AUTO_TEST_CASE(a_packet_met_before_changes_nothing) {
  ClockedRing ring(numbered_packets());
  for (std::uint32_t k = 0; k < 100; ++k) ring.send_number(k);
  const auto model = ring.clock.model();
  BOOST_TEST(is_stale(ring.clock.packet({.at = ring.usual(), .n = 5, .number = 99})));
  BOOST_TEST(is_stale(ring.clock.packet({.at = ring.usual(), .n = 5, .number = 97})));
  BOOST_TEST(std::memcmp(&model, &ring.clock.model(), sizeof model) == 0);
  BOOST_TEST(ring.send_number(100).lost == 0U);
}

BOOST_AUTO_TEST_CASE(nine_old_packets_in_a_row_are_a_counter_that_began_anew) {
  ClockedRing ring(numbered_packets());
  for (std::uint32_t k = 0; k < 100; ++k) ring.send_number(k);
  for (std::uint32_t k = 20; k < 28; ++k) BOOST_TEST(is_stale(ring.send_number(k)));
  BOOST_TEST(begins_epoch(ring.send_number(28)));
  BOOST_TEST(!begins_epoch(ring.send_number(29)));
}

BOOST_AUTO_TEST_CASE(numbers_that_may_have_gone_round_begin_an_epoch) {
  auto o = ClockOptions::samples(25);
  o.numbers = 16;  // once in 3.2 s
  ClockedRing ring(o);
  for (std::uint32_t k = 0; k < 100; ++k) ring.send_number(k % 16);
  ring.lose(7);
  BOOST_TEST(!begins_epoch(ring.send_number(107 % 16)));
  ring.lose(20);
  BOOST_TEST(begins_epoch(ring.send_number(128 % 16)));
}

BOOST_AUTO_TEST_CASE(a_missing_packet_without_numbers_is_told_by_arrival) {
  ClockedRing ring;
  ring.send_for(60s);
  const auto before = ring.last;
  ring.lose(1);
  int packets = 0;
  ClockStep step;
  do {
    step = ring.send();
    ++packets;
  } while (step.lost == 0 && packets < 20);
  BOOST_TEST(step.lost == 5U);
  BOOST_TEST(!step.lost_before_first);
  BOOST_TEST((step.lost_after == before));
  BOOST_TEST(packets == 11);  // 2 s of arrivals
  ring.send_for(20s);
  BOOST_TEST(std::abs(ring.off_ms()) < 10);
  BOOST_TEST(ring.clock.model().epoch == 1);
  BOOST_TEST(ring.clock.model().index == 5 * ring.sent - 1);
}

BOOST_AUTO_TEST_CASE(a_silence_begins_an_epoch) {
  ClockedRing ring(numbered_packets());
  for (std::uint32_t k = 0; k < 100; ++k) ring.send_number(k);
  ring.lose(26);
  BOOST_TEST(begins_epoch(ring.send_number(126)));
  BOOST_TEST(ring.clock.model().epoch == 2);
}

BOOST_AUTO_TEST_CASE(a_suspended_machine_is_a_gap_where_the_device_tells_its_time) {
  // Ticks of 1 ms. The arrival clock counts while the machine sleeps, and so does the device.
  ClockEstimator clock(ClockOptions::device_time(1e-3));
  std::int64_t ms = 0;
  const auto packet = [&] {
    ms += 200;
    return clock.packet(
        {.at = {ms * 1'000'000 + 10'000'000},
         .n = 200,
         .index = DeviceIndex{1'700'000'000'000U + static_cast<std::uint64_t>(ms)}});
  };
  for (int k = 0; k < 300; ++k) packet();
  ms += 3'600'000;
  const auto step = packet();
  BOOST_TEST(!begins_epoch(step));
  BOOST_TEST(step.lost == 3'600'000U);
  BOOST_TEST(std::abs(seconds(step.times.at(step.last.value)) - 1e-3 * static_cast<double>(ms) -
                      0.01) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_stall_after_a_long_silence_is_soon_forgotten) {
  for (const std::int64_t silence : {30, 120, 3600}) {
    BOOST_TEST_CONTEXT("silence " << silence << " s") {
      ClockEstimator clock(ClockOptions::device_time(1e-3));
      std::int64_t ms = 0;
      double off_ms = 0;
      const auto packet = [&](std::int64_t late) {
        ms += 200;
        const auto step = clock.packet({.at = {(ms + 10 + late) * 1'000'000},
                                        .n = 200,
                                        .index = DeviceIndex{static_cast<std::uint64_t>(ms)}});
        off_ms = seconds(step.times.at(step.last.value)) * 1e3 - static_cast<double>(ms) - 10;
      };
      for (int k = 0; k < 600; ++k) packet(0);
      ms += silence * 1000;
      for (std::int64_t late = 800; late > 0; late -= 200) packet(late);
      for (int k = 0; k < 300; ++k) packet(0);
      BOOST_TEST(std::abs(off_ms) < 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_index_that_falls_back_or_stands_still_begins_an_epoch) {
  ClockEstimator clock(ClockOptions::device_time(1e-3));
  std::int64_t at = 0;
  const auto packet = [&](std::uint64_t index) {
    return clock.packet({.at = {at += 200'000'000}, .n = 200, .index = DeviceIndex{index}});
  };
  std::uint64_t i = 10'000;
  for (int k = 0; k < 300; ++k) packet(i += 200);
  BOOST_TEST(is_stale(packet(i - 200)));
  BOOST_TEST(is_stale(packet(i)));
  BOOST_TEST(!begins_epoch(packet(i += 600)));
  i = 0;
  BOOST_TEST(begins_epoch(packet(i += 200)));  // the device was switched off
  for (int k = 0; k < 300; ++k) packet(i += 200);
  at += 400'000'000;  // for 0.4 s its counter did not count
  int packets = 0;
  while (!begins_epoch(packet(i += 200))) BOOST_TEST_REQUIRE(++packets < 60);
  BOOST_TEST(packets == 50);                                  // 10 s: a stall would have drained
  BOOST_TEST(begins_epoch(packet(std::uint64_t{1} << 62U)));  // a counter can't be that far ahead
}

BOOST_AUTO_TEST_CASE(from_here_on_no_time_is_at_or_before_one_given) {
  // The first packet was held up for 0.9 s: the times it gave were too late.
  ClockedRing ring;
  BOOST_TEST(begins_epoch(ring.send(900ms)));
  ring.clock.restart();
  ring.sent += 3;
  const auto step = ring.send(150ms);  // its samples at 960, 1,000, .. 1,120 ms; given: up to 1,070
  BOOST_TEST(begins_epoch(step));
  BOOST_TEST(step.late == 0U);  // pressed into what is left
  ring.send_for(60s);           // `send` asks that time rises
  BOOST_TEST(std::abs(ring.off_ms()) < 1);
}

BOOST_AUTO_TEST_CASE(an_epoch_that_would_start_before_the_settled_mark_is_pressed_behind_it) {
  ClockedRing ring;
  ring.send_for(60s);
  ring.clock.restart();
  // Its second sample lies at the mark: 120 ms are left for five.
  const Time mark = ClockedRing::measured(5 * ring.sent + 1) + 10ms;
  const auto step = ring.send({}, {}, mark);
  BOOST_TEST(begins_epoch(step));
  BOOST_TEST(step.late == 0U);
  BOOST_CHECK_CLOSE(seconds(step.times.at(step.first.value) - mark), 0.024, 0.01);
  BOOST_TEST(std::abs(ring.off_ms()) < 0.001);
}

BOOST_AUTO_TEST_CASE(an_epoch_that_begins_too_late_catches_up_at_five_times_the_pace) {
  ClockedRing ring;
  ring.send_for(60s);
  ring.clock.restart();
  // The packet and the two behind it lie before the mark. A fifth of their length is left for each.
  const Time mark = ClockedRing::measured(5 * ring.sent + 14) + 10ms;
  double off = 440;  // 0.4 s, and 40 ms of its own
  ring.send({}, {}, mark);
  for (; off > 0; off -= 160) {
    BOOST_CHECK_CLOSE(ring.off_ms(), off, 0.1);
    ring.send({}, {}, mark);
  }
  BOOST_TEST(std::abs(ring.off_ms()) < 1);
}

BOOST_AUTO_TEST_CASE(what_a_clock_can_not_catch_up_with_in_a_second_is_late) {
  ClockedRing ring;
  ring.send_for(60s);
  ring.clock.restart();
  const Time mark = ClockedRing::measured(5 * ring.sent + 50) + 10ms;
  std::uint64_t late = 0;
  for (int k = 0; k < 20; ++k) late += ring.send({}, {}, mark).late;
  BOOST_TEST(late == 51U);
  BOOST_TEST(std::abs(ring.off_ms()) < 1);
}

BOOST_AUTO_TEST_CASE(a_packet_that_comes_too_early_begins_an_epoch) {
  ClockedRing ring;
  ring.send(900ms);
  ring.send(700ms);  // 0.2 s earlier than the first one made expect
  BOOST_TEST(ring.clock.model().epoch == 2);
  ring.send(690ms);
  BOOST_TEST(ring.clock.model().epoch == 2);
}

BOOST_AUTO_TEST_CASE(five_slow_packets_at_1_hz_are_no_loss) {
  ClockEstimator clock(ClockOptions::samples(1));
  for (std::int64_t k = 1; k <= 120; ++k) {
    const bool slow = k > 60 && k <= 65;
    const auto step = clock.packet({.at = {k * 1'000'000'000 + (slow ? 800'000'000 : 0)}, .n = 1});
    BOOST_TEST(step.lost == 0U);
  }
  BOOST_TEST(clock.model().epoch == 1);
}

BOOST_AUTO_TEST_CASE(within_an_epoch_time_bends_and_never_steps) {
  // The first packet was held up by 90 ms, too little for a new epoch: the line comes down to the
  // others'.
  ClockedRing ring;
  ring.send(90ms);
  Time before = ring.last;
  for (int k = 0; k < 300; ++k) {
    const auto step = ring.send();
    BOOST_TEST(!begins_epoch(step));
    for (auto i = step.first.value; i <= step.last.value; ++i) {
      const double apart = seconds(step.times.at(i) - before) / 0.04;
      BOOST_TEST(apart >= 0.19);
      BOOST_TEST(apart <= 1.81);
      before = step.times.at(i);
    }
  }
  BOOST_TEST(std::abs(ring.off_ms()) < 1);
}

BOOST_AUTO_TEST_CASE(samples_of_a_device_that_stamps_in_ticks_lie_at_its_step) {
  // An ECG of 125 Hz: 25 samples in a packet, 8 ms apart; ticks of 1 us; the link takes 10 to 40
  // ms.
  ClockEstimator clock(ClockOptions::device_time(1e-6));
  Time before = never;
  double furthest = 0;
  for (std::int64_t k = 1; k <= 600; ++k) {
    const auto ticks = static_cast<std::uint64_t>(k) * 200'000;
    const auto step = clock.packet({.at = {k * 200'000'000 + (1 + k * 7 % 4) * 10'000'000},
                                    .n = 200'000,
                                    .apart = 8'000,
                                    .index = DeviceIndex{ticks}});
    BOOST_TEST((step.last - step.first) == 24 * 8'000);
    for (auto i = step.first.value; i <= step.last.value; i += 8'000) {
      const Time t = step.times.at(i);
      BOOST_TEST((t > before));
      if (k > 300) furthest = std::max(furthest, std::abs(seconds(t - before) - 8e-3));
      before = t;
    }
  }
  BOOST_TEST(furthest < 0.5e-3);
  BOOST_TEST(clock.model().epoch == 1);
}

BOOST_AUTO_TEST_CASE(intervals_are_a_clock_of_their_own) {
  // One beat each second, sent in ticks of 1/1024 s; after a minute two notifications are lost.
  ClockEstimator clock(ClockOptions::intervals(1.0 / 1024));
  std::int64_t s = 0;
  const auto beat = [&] { return clock.packet({.at = {++s * 1'000'000'000}, .n = 1024}); };
  for (int k = 0; k < 60; ++k) BOOST_TEST(beat().lost == 0U);
  s += 2;
  int beats = 0;
  ClockStep step;
  do {
    step = beat();
    ++beats;
  } while (step.lost == 0 && beats < 20);
  BOOST_TEST(beats >= 11);  // 10 s
  BOOST_TEST(beats <= 12);
  BOOST_TEST(static_cast<double>(step.lost) / 1024 == 2, boost::test_tools::tolerance(0.25));
  BOOST_TEST(!step.lost_before_first);
  for (int k = 0; k < 120; ++k) step = beat();
  BOOST_TEST(std::abs(seconds(step.times.at(step.last.value)) - static_cast<double>(s)) < 0.2);
}

BOOST_AUTO_TEST_CASE(a_real_ring_s_arrivals_tell_its_rate) {
  // When a modified Colmi ring's bursts arrived, published with its firmware (s after 13:45):
  // 239.85 ms apart.
  ClockEstimator clock(ClockOptions::samples(4));
  for (const double s : {22.087859, 22.328776, 22.567010, 22.806217, 23.046104, 23.286366,
                         23.526652, 23.767238, 24.007569, 24.246474}) {
    const auto step = clock.packet({.at = {from_seconds(s).count()}, .n = 1});
    BOOST_TEST(step.lost == 0U);
    BOOST_TEST(std::abs(seconds(step.times.at(step.last.value)) - s) < 0.01);
  }
  BOOST_TEST(clock.model().rate_hz == 1 / 0.23985, boost::test_tools::tolerance(3e-3));
  BOOST_TEST(clock.model().epoch == 1);
}

// Packets as no device sends them: any size, number and index, any pause, marks that run ahead,
// restarts.
BOOST_AUTO_TEST_CASE(whatever_comes_times_rise_and_lie_after_the_mark) {
  for (const unsigned seed : ib::test::cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const KeyedRandom random(seed, "packets");
      std::uint64_t draw = 0;
      const auto chance = [&](double share) { return random.uniform(draw++) < share; };
      const auto up_to = [&](std::uint64_t n) { return random.bits(draw++) % (n + 1); };
      ClockOptions o = chance(0.5) ? ClockOptions::samples(25) : ClockOptions::device_time(1e-3);
      if (chance(0.3)) o.loss = ClockOptions::Loss::time;
      if (chance(0.5)) o.numbers = 4 + static_cast<std::uint32_t>(up_to(252));
      const bool told = chance(0.5);
      ClockEstimator clock(o);
      Arrival at{};
      Time before = never, settled = never;
      std::uint64_t index = 0, given = 0;
      std::uint32_t number = 0;
      for (int k = 0; k < 500; ++k) {
        ClockPacket p;
        p.apart = chance(0.1) ? 1 + up_to(40) : 1;
        p.n = p.apart * (1 + up_to(chance(0.1) ? 50 : 5));
        const double pause =
            static_cast<double>(p.n) * o.step_s * (chance(0.9) ? 1 : 5 * random.uniform(draw++));
        at.ns += from_seconds(pause).count() + static_cast<std::int64_t>(up_to(30'000'000));
        if (chance(0.01)) at.ns += static_cast<std::int64_t>(up_to(20'000'000'000));
        p.at = at;
        p.number = ++number;
        if (chance(0.05)) p.number = static_cast<std::uint32_t>(up_to(~0U));
        index += p.n;
        if (chance(0.02)) index = up_to(chance(0.5) ? 1000 : ~std::uint64_t{1});
        if (told) p.index = DeviceIndex{index};
        if (chance(0.1)) settled = before + Duration{static_cast<std::int64_t>(up_to(300'000'000))};
        if (chance(0.005)) clock.restart();
        if (chance(0.05))
          clock.sync(
              {at, DeviceIndex{up_to(~std::uint64_t{1})}, DeviceIndex{index}, {at.ns + 1000}});
        const auto step = clock.packet(p, settled);
        if (step.kind == ClockStep::Kind::stale) continue;
        BOOST_TEST_REQUIRE(step.late <= p.n / p.apart);
        for (auto j = step.late; j < p.n / p.apart; ++j) {
          const Time t = step.times.at(step.first.value + j * p.apart);
          BOOST_TEST_REQUIRE((t > before));
          BOOST_TEST_REQUIRE((t > settled));
          before = t;
          ++given;
        }
        const auto& m = clock.model();
        BOOST_TEST_REQUIRE(m.jitter_ms >= 0);
        BOOST_TEST_REQUIRE(m.delay_most_ms >= m.delay_least_ms);
        BOOST_TEST_REQUIRE(std::isfinite(m.jitter_ms + m.delay_most_ms + m.offset_ms));
        BOOST_TEST_REQUIRE(m.rate_hz * o.step_s >= 1 / (1 + o.spread) - 1e-9);
        BOOST_TEST_REQUIRE(m.rate_hz * o.step_s <= 1 / (1 - o.spread) + 1e-9);
      }
      BOOST_TEST(given > 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_question_bounds_the_constant_delay) {
  // Ticks of 1 ms; what a packet bears was measured 70 ms before the packet is there.
  auto o = ClockOptions::device_time(1e-3);
  ClockEstimator clock(o);
  std::uint64_t ms = 0;
  const auto arrival = [](std::uint64_t t) {
    return Arrival{static_cast<std::int64_t>(t) * 1'000'000};
  };
  const auto packet = [&] {
    ms += 200;
    clock.packet({.at = arrival(ms + 70), .n = 200, .index = DeviceIndex{ms}});
  };
  for (int k = 0; k < 100; ++k) packet();
  BOOST_TEST(clock.model().delay_least_ms == 0);
  BOOST_TEST(clock.model().delay_most_ms < 70);  // declared: 50 ms. Not so
  // Stamps that run backwards, and a way shorter than no time, say nothing.
  clock.sync({arrival(ms + 100), DeviceIndex{ms + 117}, DeviceIndex{ms + 112}, arrival(ms + 130)});
  clock.sync({arrival(ms + 100), DeviceIndex{ms + 100}, DeviceIndex{ms + 150}, arrival(ms + 130)});
  packet();
  BOOST_TEST(clock.model().delay_least_ms == 0);
  // Asked at 100, heard at 112, answered at 117, back at 130: 25 ms on the way, the middles 0.5 ms
  // apart.
  clock.sync({arrival(ms + 100), DeviceIndex{ms + 112}, DeviceIndex{ms + 117}, arrival(ms + 130)});
  packet();
  BOOST_TEST(clock.model().delay_least_ms == 70 - 12.5 - 0.5, boost::test_tools::tolerance(0.01));
  BOOST_TEST(clock.model().delay_most_ms == 70 + 12.5 - 0.5, boost::test_tools::tolerance(0.01));
  const auto answered = clock.model();
  // Nor does a device that speaks of another day.
  clock.sync({arrival(ms + 100), DeviceIndex{ms + 86'400'000}, DeviceIndex{ms + 86'400'000},
              arrival(ms + 101)});
  packet();
  BOOST_TEST(clock.model().delay_least_ms == answered.delay_least_ms,
             boost::test_tools::tolerance(0.01));
  clock.restart();
  packet();
  BOOST_TEST(clock.model().delay_least_ms == 0);
}

BOOST_AUTO_TEST_CASE(a_lag_carries_both_clocks) {
  ClockModel a, b;
  a.jitter_ms = 3;
  b.jitter_ms = 4;
  a.delay_least_ms = 10;
  a.delay_most_ms = 60;
  b.delay_most_ms = 100;
  const auto lag = lag_bounds(a, b);
  BOOST_TEST(lag.jitter_ms == 5);
  BOOST_TEST(lag.least_ms == -60);  // a may be 60 ms older than its times say, b as old as they say
  BOOST_TEST(lag.most_ms == 90);
}

BOOST_AUTO_TEST_CASE(a_model_is_a_stream_s_item_and_places_indices) {
  ClockedRing ring;
  ring.send_for(60s);
  const auto& type = ClockModel::type();
  BOOST_TEST(type.urn == std::string("interbeat/clock/1"));
  BOOST_TEST(type.n_fields == 13U);
  const auto& m = ring.clock.model();
  BOOST_TEST((m.anchor().at(static_cast<std::uint64_t>(m.index)) == ring.last));
  BOOST_TEST(std::abs(seconds(m.anchor().at(static_cast<std::uint64_t>(m.index) + 25) - ring.last) -
                      1) < 1e-4);
  BOOST_TEST(m.jitter_ms > 0);
  BOOST_TEST(seconds(m.uncertainty()) * 2e3 == m.jitter_ms, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_SUITE_END()
