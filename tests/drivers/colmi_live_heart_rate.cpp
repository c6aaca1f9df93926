// A live heart rate from rings of every temper: those that answer, refuse, fall silent, are not worn, or
// do not stop. Time is a variable.
#include "colmi/live_heart_rate.hpp"

#include "colmi/decode.hpp"
#include "colmi/requests.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <random>

namespace ib::colmi {

using ib::Arrival;
using Phase = LiveHeartRate::Phase;
using Way = LiveHeartRate::Way;

namespace {

constexpr auto live6 = Measurement::realtime_heart_rate;
constexpr auto live1 = Measurement::heart_rate;

std::string live_name(const ib::wire::Packet& packet) {
  using ib::test::hex;
  static const std::map<std::string, std::string> names{
      {hex(start_measurement(live6)), "start 6"},
      {hex(continue_measurement(live6)), "continue 6"},
      {hex(stop_measurement(live6)), "stop 6"},
      {hex(stop_measurement(live6, 72)), "stop 6 at 72"},
      {hex(start_heart_rate_stream()), "start 1e"},
      {hex(continue_heart_rate_stream()), "continue 1e"},
      {hex(stop_heart_rate_stream()), "stop 1e"},
      {hex(start_measurement(live1)), "start 1"},
      {hex(stop_measurement(live1)), "stop 1"},
      {hex(stop_measurement(live1, 72)), "stop 1 at 72"}};
  const auto found = names.find(hex(packet));
  return found == names.end() ? hex(packet) : found->second;
}

const Decoded rate_of_6 = Measured{live6, Reading::value, 72};
const Decoded rate_of_1 = Measured{live1, Reading::value, 72};
const Decoded rate_of_1e = StreamedHeartRate{Reading::value, 72};
const Decoded not_worn_6 = Measured{live6, Reading::not_worn, 0};
const Decoded no_69 = RefusedCommand{0x69};
const Decoded no_1e = RefusedCommand{0x1E};

/// A ring and its clock: what it says, when, and what it was sent.
class LiveBench {
 public:
  LiveBench() { take(rate.start(at(0))); }

  /// Until `s`, every deadline kept.
  void until(double s) {
    while (deadline && *deadline <= at(s)) {
      now = *deadline;
      take(rate.due(now));
    }
    now = at(s);
  }
  void hear(double s, const Decoded& message) {
    until(s);
    take(rate.heard(message, now));
  }
  /// Every `period` from `from` on, before `to`.
  void hear_each(double period, double from, double to, const Decoded& message) {
    for (int k = 0; from + period * k < to; ++k) hear(from + period * k, message);
  }
  void stop(double s) {
    until(s);
    take(rate.stop(now));
  }

  static Arrival at(double s) { return {std::llround(s * 1e9)}; }

  LiveHeartRate rate;
  Arrival now{};
  std::optional<Arrival> deadline;
  std::vector<std::string> sent;  // "5 start 1e"

 private:
  void take(const LiveHeartRate::Step& step) {
    deadline = step.deadline;
    if (!step.send) return;
    const auto ms = now.ns / 1'000'000;
    auto text = std::to_string(ms / 1000);
    if (ms % 1000 != 0) text += "." + std::to_string(ms % 1000 / 100);
    sent.push_back(text + " " + live_name(*step.send));
  }
};

void expect_sent(const LiveBench& ring, const std::vector<std::string>& expected) {
  BOOST_TEST(ring.sent == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_live_heart_rate)

BOOST_AUTO_TEST_CASE(a_ring_that_knows_type_6_is_continued_every_25_s) {
  LiveBench ring;
  BOOST_TEST((ring.rate.phase() == Phase::asking));
  ring.hear_each(0.5, 0.5, 105, rate_of_6);
  BOOST_TEST((ring.rate.phase() == Phase::streaming));
  BOOST_TEST((ring.rate.way() == Way::realtime));
  expect_sent(ring,
              {"0 start 6", "25 continue 6", "50 continue 6", "75 continue 6", "100 continue 6"});
}

BOOST_AUTO_TEST_CASE(one_that_does_not_answer_in_4_s_is_asked_for_the_stream) {
  LiveBench ring;
  ring.until(5);
  BOOST_TEST((ring.rate.way() == Way::stream));
  ring.hear_each(1, 6, 90, rate_of_1e);
  expect_sent(ring, {"0 start 6", "4 stop 6", "5 start 1e", "25 continue 1e", "45 continue 1e",
                     "65 continue 1e", "85 continue 1e"});
}

BOOST_AUTO_TEST_CASE(one_that_refuses_the_stream_too_is_measured_again_and_again) {
  LiveBench ring;
  ring.hear(5.2, no_1e);  // a newer RT firmware
  BOOST_TEST((ring.rate.way() == Way::single));
  ring.hear_each(1, 6.2, 36, rate_of_1);  // it stops by itself, the last at 35.2 s
  ring.hear_each(1, 42.2, 60, rate_of_1);
  expect_sent(ring, {"0 start 6", "4 stop 6", "5 start 1e", "5.2 start 1", "40.2 stop 1 at 72",
                     "41.2 start 1"});
}

BOOST_AUTO_TEST_CASE(one_that_refuses_all_is_unsupported) {
  LiveBench ring;
  ring.hear(0.1, no_69);
  ring.hear(0.2, no_69);  // twice: of the way before, and ignored
  ring.hear(0.3, no_1e);
  ring.hear(0.4, no_69);
  BOOST_TEST((ring.rate.phase() == Phase::unsupported));
  BOOST_TEST(!ring.deadline.has_value());
  ring.hear(10, rate_of_1);
  expect_sent(ring, {"0 start 6", "0.1 start 1e", "0.3 start 1"});
}

BOOST_AUTO_TEST_CASE(not_worn_and_warming_up_are_told_and_waited_for) {
  LiveBench ring;
  BOOST_TEST(!ring.rate.sensing().has_value());
  ring.hear_each(0.5, 0.5, 20, not_worn_6);
  BOOST_TEST((ring.rate.sensing() == Reading::not_worn));
  ring.hear_each(0.5, 20, 24, Measured{live6, Reading::warming_up, 0});
  BOOST_TEST((ring.rate.sensing() == Reading::warming_up));
  ring.hear(24, rate_of_6);
  BOOST_TEST((ring.rate.sensing() == Reading::value));
  expect_sent(ring, {"0 start 6"});
}

BOOST_AUTO_TEST_CASE(silence_is_continued_then_restarted_then_given_up) {
  LiveBench ring;
  ring.hear_each(0.5, 0.5, 10.1, rate_of_6);
  ring.until(100);
  BOOST_TEST((ring.rate.phase() == Phase::silent));
  BOOST_TEST(!ring.deadline.has_value());
  expect_sent(ring,
              {"0 start 6", "13 continue 6", "25 stop 6 at 72", "26 start 6", "30 stop 6 at 72",
               "31 start 6", "35 stop 6 at 72", "36 start 6", "40 stop 6 at 72"});
}

BOOST_AUTO_TEST_CASE(a_ring_that_comes_back_goes_on) {
  LiveBench ring;
  ring.hear_each(0.5, 0.5, 10.1, rate_of_6);
  ring.hear_each(0.5, 14, 20.1, rate_of_6);  // after the continue at 13 s
  ring.until(36);
  ring.hear_each(0.5, 36.5, 40, rate_of_6);  // after the restart at 36 s
  BOOST_TEST((ring.rate.phase() == Phase::streaming));
  expect_sent(ring,
              {"0 start 6", "13 continue 6", "23 continue 6", "35 stop 6 at 72", "36 start 6"});
}

BOOST_AUTO_TEST_CASE(the_stream_is_continued_by_the_clock_and_after_5_s_of_silence) {
  LiveBench ring;
  ring.hear(0.1, no_69);
  ring.hear_each(1, 1.1, 12, rate_of_1e);
  ring.until(27);
  expect_sent(ring, {"0 start 6", "0.1 start 1e", "16.1 continue 1e", "26.1 stop 1e"});
}

BOOST_AUTO_TEST_CASE(a_ring_that_never_speaks_is_given_up) {
  LiveBench ring;
  ring.until(1000);
  BOOST_TEST((ring.rate.phase() == Phase::silent));
  expect_sent(ring, {"0 start 6", "4 stop 6", "5 start 1e", "9 stop 1e", "10 start 1", "15 stop 1",
                     "16 start 1", "21 stop 1", "22 start 1", "27 stop 1", "28 start 1",
                     "33 stop 1", "34 start 1", "39 stop 1"});
}

BOOST_AUTO_TEST_CASE(after_silence_it_can_be_started_again_from_the_first_way) {
  LiveBench ring;
  ring.until(1000);
  const auto step = ring.rate.start(LiveBench::at(1001));
  BOOST_TEST(live_name(step.send.value()) == "start 6");
  BOOST_TEST((ring.rate.phase() == Phase::asking));
}

BOOST_AUTO_TEST_CASE(a_stop_tells_the_last_rate) {
  LiveBench ring;
  ring.hear_each(0.5, 0.5, 10, rate_of_6);
  ring.stop(10);
  BOOST_TEST((ring.rate.phase() == Phase::stopping));
  ring.until(11.9);
  BOOST_TEST((ring.rate.phase() == Phase::stopping));
  ring.until(12);
  BOOST_TEST((ring.rate.phase() == Phase::idle));
  BOOST_TEST(!ring.deadline.has_value());
  expect_sent(ring, {"0 start 6", "10 stop 6 at 72"});
}

BOOST_AUTO_TEST_CASE(a_stop_that_was_ignored_is_said_again_three_times_at_most) {
  LiveBench once;
  once.hear_each(0.5, 0.5, 10, rate_of_6);
  once.stop(10);
  once.hear_each(0.5, 10.1, 11.2, rate_of_6);
  once.until(20);
  BOOST_TEST((once.rate.phase() == Phase::idle));
  expect_sent(once, {"0 start 6", "10 stop 6 at 72", "11.1 stop 6 at 72"});

  LiveBench always;
  always.hear_each(0.5, 0.5, 10, rate_of_6);
  always.stop(10);
  always.hear_each(0.5, 10.1, 30, rate_of_6);
  BOOST_TEST((always.rate.phase() == Phase::idle));
  expect_sent(always, {"0 start 6", "10 stop 6 at 72", "11.1 stop 6 at 72", "12.1 stop 6 at 72"});
}

BOOST_AUTO_TEST_CASE(a_stop_while_nothing_runs_sends_nothing) {
  LiveBench resting;
  resting.until(4.5);
  resting.stop(4.5);
  resting.until(20);
  BOOST_TEST((resting.rate.phase() == Phase::idle));
  expect_sent(resting, {"0 start 6", "4 stop 6"});

  LiveBench silent;
  silent.until(1000);
  const auto n = silent.sent.size();
  silent.stop(1000);
  BOOST_TEST((silent.rate.phase() == Phase::idle));
  BOOST_TEST(silent.sent.size() == n);
}

BOOST_AUTO_TEST_CASE(what_is_of_another_way_or_of_nothing_here_changes_nothing) {
  LiveBench ring;
  for (const auto& reply : ib::test::colmi_replies()) {
    const auto* measured = std::get_if<Measured>(&reply.says);
    if (measured == nullptr) ring.hear(0.5, reply.says);
  }
  ring.hear(0.6, Measured{Measurement::spo2, Reading::value, 97});
  ring.hear(0.7, rate_of_1e);
  BOOST_TEST((ring.rate.phase() == Phase::asking));
  ring.until(5);
  ring.hear(5.5, rate_of_6);  // too late: the stream has been asked for
  BOOST_TEST((ring.rate.phase() == Phase::asking));
  expect_sent(ring, {"0 start 6", "4 stop 6", "5 start 1e"});
}

BOOST_AUTO_TEST_CASE(due_before_its_time_does_nothing) {
  LiveBench ring;
  for (int k = 0; k < 39; ++k) {
    const auto step = ring.rate.due(LiveBench::at(0.1 * k));
    BOOST_TEST(!step.send.has_value());
    BOOST_TEST((step.deadline == LiveBench::at(4)));
  }
}

BOOST_AUTO_TEST_CASE(a_host_that_slept_restarts_instead_of_catching_up) {
  LiveBench ring;
  ring.hear_each(0.5, 0.5, 10, rate_of_6);
  ring.now = LiveBench::at(3600);
  const auto step = ring.rate.due(ring.now);
  BOOST_TEST(live_name(step.send.value()) == "stop 6 at 72");
  BOOST_TEST((step.deadline == LiveBench::at(3601)));
}

BOOST_AUTO_TEST_CASE(whatever_a_ring_says_there_is_a_deadline_or_nothing_runs) {
  const std::vector<Decoded> words{rate_of_6, rate_of_1, rate_of_1e, not_worn_6,
                                   no_69,     no_1e,     Shaken{},   Battery{50, false}};
  for (const auto seed : ib::test::cases(300)) {
    std::mt19937 random(seed);
    LiveBench ring;
    double s = 0;
    for (int k = 0; k < 200; ++k) {
      s += 0.05 * static_cast<double>(random() % 100);
      if (random() % 50 == 0) ring.stop(s);
      else ring.hear(s, words[random() % words.size()]);
      const auto phase = ring.rate.phase();
      const bool rests =
          phase == Phase::idle || phase == Phase::silent || phase == Phase::unsupported;
      BOOST_TEST(rests == !ring.deadline.has_value(), "seed " << seed);
      if (ring.deadline) BOOST_TEST((*ring.deadline > ring.now), "seed " << seed);
      if (ring.deadline) BOOST_TEST((*ring.deadline <= LiveBench::at(s + 25)), "seed " << seed);
    }
    ring.until(s + 60);  // a ring that says nothing more is known to within a minute
    BOOST_TEST(!ring.deadline.has_value(), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
