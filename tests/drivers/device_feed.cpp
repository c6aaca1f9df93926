// A device as the feed of a source: notifications in, blocks out. Time is a variable; the ring is a BCL ring
// that sends five samples every 200 ms.
#include "device/device_feed.hpp"
#include "bcl/live_decoder.hpp"

#include <interbeat/node.hpp>

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <random>
#include <utility>
#include <vector>

using namespace ib;
using device::Notification;
using source::Signal;

namespace {

/// Sample k is measured at 40 ms * k of the session and has the value 50,000 + k; frame n holds samples
/// 5 n to 5 n + 4 and is numbered n.
class FedRing {
 public:
  FedRing() : feed_(std::make_unique<bcl::LiveDecoder>(), HostClock()) {
    feed_.place(Time{});
    source::PerSignal<bool> all{};
    all.fill(true);
    feed_.start(all, 10s);
    block_.capacity = static_cast<std::uint32_t>(values_.size());
    block_.channels = 1;
    block_.settled_ns = IB_NEVER;
    block_.data = values_.data();
    block_.gaps = gaps_.data();
    turn(0ms);
    put(0ms, Notification::Kind::connected);
  }

  static Duration usual(unsigned frame) { return (5 * frame + 4) * 40ms + 10ms; }
  void put(Duration at, Notification::Kind kind) {
    feed_.inbox().put(Notification::of(kind, Arrival{at.count()}));
  }
  void frame(unsigned n, Duration at) { frame(n, n, at); }
  void frame(unsigned n, unsigned number, Duration at) {
    std::vector<std::byte> bytes;
    for (const unsigned b : {0U, 5U, 0x31U, 1U, number % 256, 5U})
      bytes.push_back(static_cast<std::byte>(b));
    for (unsigned k = 0; k < 5; ++k) {
      const auto counts = 50'000 + 5 * n + k;
      for (const unsigned shift : {0U, 8U, 16U, 24U})
        bytes.push_back(static_cast<std::byte>(counts >> shift));
      bytes.resize(bytes.size() + 6);
    }
    feed_.inbox().put(Notification::of(0, bytes, Arrival{at.count()}));
  }
  void contact(bool worn, Duration at) {
    const std::array<std::byte, 5> told{std::byte{0}, std::byte{5}, std::byte{0x31}, std::byte{0},
                                        std::byte{worn}};
    feed_.inbox().put(Notification::of(0, told, Arrival{at.count()}));
  }
  /// It answers what the link asked at `asked`, when it told the ring to measure anew.
  void answer(Duration asked, Duration at) {
    std::vector<std::byte> bytes;
    for (const unsigned b : {0U, 6U, 0x10U, 2U}) bytes.push_back(static_cast<std::byte>(b));
    for (const auto ms : {asked / 1ms, std::int64_t{1000}, std::int64_t{1001}})
      for (unsigned shift = 0; shift < 64; shift += 8)
        bytes.push_back(static_cast<std::byte>(ms >> shift));
    feed_.inbox().put(Notification::of(0, bytes, Arrival{at.count()}));
  }
  /// What the source gives when it is asked at this moment; again while it has more.
  Time turn(Duration now) {
    Time wake = never;
    for (ib_status status = IB_OK; status == IB_OK;) {
      source::Outlets out{};
      block_.n = block_.n_gaps = block_.flags = 0;
      out[source::index_of(Signal::ppg)] = &block_;
      status = feed_.turn(out, Time{} + now, wake);
      for (std::uint32_t i = 0; i < block_.n; ++i) {
        given.push_back({static_cast<unsigned>(values_[i]) - 50'000, Samples{block_}.time(i),
                         i == 0 && block_.n_gaps > 0});
        if (given.size() > 1) BOOST_TEST((given.back().t > given[given.size() - 2].t + 7ms));
      }
    }
    return wake;
  }
  void play(unsigned from, unsigned to) {
    for (unsigned n = from; n < to; ++n) {
      frame(n, usual(n));
      turn(usual(n));
    }
  }
  std::uint64_t lost() const { return feed_.losses().lost_samples; }

  struct Given {
    unsigned sample;
    Time t;
    bool gap{};  ///< nothing was measured in front of it
    /// How far from where it would stand had the link never stalled.
    double off_ms() const { return 1e3 * seconds(t - Time{} - sample * 40ms - 10ms); }
  };
  std::vector<Given> given;

 private:
  device::DeviceFeed feed_;
  ib_block block_{};
  std::array<float, 4096> values_{};
  std::array<ib_gap, 8> gaps_{};
};

/// Over more samples than a packet has, without a gap between them, time is as it was measured: an interval
/// that nothing tells of has its length.
void true_between_gaps(const FedRing& ring, unsigned seed) {
  constexpr std::size_t apart = 10;
  std::size_t since_gap = 0, wrong = 0;
  for (std::size_t k = 0; k < ring.given.size(); ++k) {
    since_gap = k == 0 || ring.given[k].gap ? 0 : since_gap + 1;
    if (since_gap < apart) continue;
    const auto& from = ring.given[k - apart];
    const auto& to = ring.given[k];
    const auto measured = (to.sample - from.sample) * 40ms;
    wrong += std::abs(seconds(to.t - from.t - measured)) > 0.1 ? 1U : 0U;
  }
  BOOST_TEST(wrong == 0U, "seed " << seed << ": " << wrong << " of " << ring.given.size());
}

void all_given(const FedRing& ring, std::size_t n, double within_ms) {
  BOOST_TEST(ring.given.size() == n);
  for (const auto& g : ring.given)
    BOOST_TEST(std::abs(g.off_ms()) < within_ms, "sample " << g.sample << ": " << g.off_ms());
  BOOST_TEST(ring.lost() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(device_feed)

BOOST_AUTO_TEST_CASE(a_clock_begins_one_frame_later) {
  FedRing ring;
  ring.frame(0, 170ms);
  BOOST_TEST((ring.turn(170ms) == Time{} + 1170ms));  // a second at most
  BOOST_TEST(ring.given.empty());
  ring.play(1, 2);
  BOOST_TEST(ring.given.size() == 10U);
  ring.play(2, 3);
  all_given(ring, 15, 1);
}

BOOST_AUTO_TEST_CASE(a_ring_that_sends_but_once_is_heard_a_second_later) {
  FedRing ring;
  ring.frame(0, 170ms);
  ring.turn(170ms);
  ring.turn(1169ms);
  BOOST_TEST(ring.given.empty());
  ring.turn(1170ms);
  BOOST_TEST(ring.given.size() == 5U);
}

BOOST_AUTO_TEST_CASE(what_a_link_kept_from_the_first_second_on_loses_no_sample) {
  for (const auto apart : {0ms, 7ms, 50ms}) {
    FedRing ring;
    for (unsigned n = 0; n <= 12; ++n) {  // frames of 2.4 s, with the thirteenth
      const auto at = FedRing::usual(12) + n * apart / 4;
      ring.frame(n, at);
      ring.turn(at);
    }
    ring.play(13, 60);
    all_given(ring, 300, apart == 0ms ? 1 : 4.0 * static_cast<double>(apart.count()));
  }
}

BOOST_AUTO_TEST_CASE(a_link_that_breaks_off_while_it_stalls_loses_what_it_kept_and_no_more) {
  FedRing ring;
  ring.play(0, 20);
  // Stalled from 4 s on; at 6 s the link is lost, with frames 20 to 29. It is back at once, and stalls until 9 s.
  ring.put(6s, Notification::Kind::disconnected);
  ring.put(6s, Notification::Kind::connected);
  ring.turn(6s);
  for (unsigned n = 30; n <= 44; ++n) {
    ring.frame(n, FedRing::usual(44));
    ring.turn(FedRing::usual(44));
  }
  ring.play(45, 90);
  all_given(ring, 5 * 80, 5);
}

BOOST_AUTO_TEST_CASE(a_finger_that_was_lost_while_the_link_stalled_costs_no_sample) {
  FedRing ring;
  ring.play(0, 20);
  const auto then = FedRing::usual(40);
  for (unsigned n = 20; n < 25; ++n) ring.frame(n, then);
  ring.contact(false, then);
  ring.contact(true, then);
  for (unsigned n = 25; n <= 40; ++n) {
    ring.frame(n, then);
    ring.turn(then);
  }
  ring.play(41, 80);
  all_given(ring, 400, 15);
}

BOOST_AUTO_TEST_CASE(a_stall_longer_than_a_clock_lives_on_loses_nothing) {
  FedRing ring;
  ring.play(0, 50);
  const auto then = FedRing::usual(90);  // 8 s
  for (unsigned n = 50; n <= 90; ++n) {
    ring.frame(n, then + n * 1ms);
    ring.turn(then + n * 1ms);
  }
  ring.play(91, 140);
  BOOST_TEST(ring.given.size() == 700U);
  BOOST_TEST(ring.lost() == 0U);
  for (const auto& g : ring.given)
    BOOST_TEST(std::abs(g.off_ms()) < 60, g.sample << ": " << g.off_ms());
}

/// Half an hour of a bad radio: loss, jitter, stalls, breaks, lost fingers and measurements begun anew, wherever they
/// fall.
BOOST_AUTO_TEST_CASE(whatever_a_link_does_what_came_over_it_is_given) {
  for (const auto seed : test::cases(40)) {
    std::mt19937 random(seed);
    const auto chance = [&](double p) {
      return std::uniform_real_distribution<>(0, 1)(random) < p;
    };
    const auto up_to = [&](double ms) {
      return Duration{
          static_cast<std::int64_t>(std::uniform_real_distribution<>(0, 1e6 * ms)(random))};
    };
    FedRing ring;
    Duration stalled{}, arrived{}, jitter{}, jitter_until{}, off_until{};
    unsigned number = 0;
    std::optional<std::pair<unsigned, unsigned>> held;  // is overtaken by the next
    std::vector<unsigned> came;
    std::uint64_t missed = 0;  // between two of one measurement and connection
    unsigned measurement = 0;
    std::optional<std::pair<unsigned, unsigned>> newest;  // measurement and number
    struct OnTheWay {
      unsigned frame, number, measurement;
      Duration at;
      int contact;  ///< -1: a frame, 2: the answer behind a new beginning
    };
    std::vector<OnTheWay> radio;    // what is under way: all of it is lost where the link is
    std::optional<Duration> asked;  // when it is told to begin anew
    Duration told{};                // and was, at last
    const auto ask = [&](Duration now) {
      if (asked && *asked <= now)
        ring.put(*std::exchange(asked, std::nullopt), Notification::Kind::asked_anew);
    };
    const auto deliver = [&](Duration now) {
      while (!radio.empty() && radio.front().at <= now) {
        const auto next = radio.front();
        radio.erase(radio.begin());
        ask(next.at);
        if (next.contact == 2) ring.answer(told, next.at);
        else if (next.contact >= 0) ring.contact(next.contact == 1, next.at);
        else {
          ring.frame(next.frame, next.number, next.at);
          if (came.empty() || next.frame > came.back()) {
            came.push_back(next.frame);
            if (newest && newest->first == next.measurement)
              missed += next.number - newest->second - 1;
            newest = {next.measurement, next.number};
          }
        }
        ring.turn(next.at);
      }
      ask(now);
    };
    const auto send = [&](unsigned n, unsigned counted, Duration at, int contact) {
      arrived = std::max({arrived, at, stalled}) + up_to(2);
      radio.push_back({n, counted, measurement, arrived, contact});
    };
    for (unsigned n = 0; n < 9000; ++n) {
      const auto now = FedRing::usual(n);
      deliver(now);
      if (chance(0.002)) stalled = now + up_to(4500);
      if (chance(0.003)) jitter = up_to(200), jitter_until = now + 10s;
      if (chance(0.002)) {
        ring.put(now, Notification::Kind::disconnected);
        radio.clear();
        held.reset();
        asked.reset();
        ++measurement;
        n += static_cast<unsigned>(up_to(3000) / 200ms);
        arrived = FedRing::usual(n);
        ring.put(arrived, Notification::Kind::connected);
        ring.turn(arrived);
        number = 0;
      }
      if (chance(0.001)) {  // the finger is away: it numbers on, and sends nothing
        send(0, 0, now, 0);
        n += static_cast<unsigned>(up_to(3000) / 200ms);
        send(0, 0, FedRing::usual(n), 1);
      }
      if (chance(0.001)) {  // the measurement ends; after 3 s it is begun anew
        told = now + 3s + 999us;
        asked = told;
        number = 0, n += 15;
        ++measurement;
        held.reset();
        if (!chance(0.02)) send(0, 0, told + 20ms, 2);
      }
      const auto at =
          FedRing::usual(n) +
          (now < jitter_until ? up_to(1e-6 * static_cast<double>(jitter.count())) : up_to(30));
      if (!chance(0.02)) {
        if (!held && chance(0.02)) held = {n, number};
        else {
          send(n, number, at, -1);
          if (chance(0.02)) send(n, number, at, -1);
          if (held) send(held->first, held->second, at, -1);
          held.reset();
        }
      }
      ++number;
    }
    deliver(forever - Time{});
    ring.turn(arrived + 2s);
    BOOST_TEST(ring.given.size() == 5 * came.size(), "seed " << seed);
    BOOST_TEST(ring.lost() == 5 * missed, "seed " << seed);
    double most = 0;
    for (const auto& g : ring.given) most = std::max(most, std::abs(g.off_ms()));
    true_between_gaps(ring, seed);
    BOOST_TEST(most < 700, "seed " << seed);
    BOOST_TEST_MESSAGE("seed " << seed << ": at most " << most << " ms off");
  }
}

/// The link stalls; frame `reached` is the last of the old measurement. After 3 s the ring is told to measure anew;
/// when the link is back, all comes at once.
void measure_anew_in_a_stall(FedRing& ring, unsigned reached, bool answers) {
  const auto kept = reached > 20 ? reached - 10 : reached - 1;  // from here on
  ring.play(0, kept);
  const auto then = FedRing::usual(reached + 30), asked = FedRing::usual(reached + 15) + 700us;
  ring.put(asked, Notification::Kind::asked_anew);
  for (unsigned n = kept; n <= reached + 30; ++n) {
    ring.frame(n, n <= reached ? n : n - reached - 1, then);
    if (n == reached && answers) ring.answer(asked, then);
    ring.turn(then);
  }
  for (unsigned n = reached + 31; n < reached + 60; ++n) {
    ring.frame(n, n - reached - 1, FedRing::usual(n));
    ring.turn(FedRing::usual(n));
  }
}

BOOST_AUTO_TEST_CASE(a_measurement_asked_for_anew_while_a_young_link_stalls_loses_nothing) {
  std::vector<unsigned> reaches{2, 4, 9, 40};
  for (unsigned n = 240; n < 280; ++n) reaches.push_back(n);
  for (const auto reached : reaches) {
    FedRing ring;
    measure_anew_in_a_stall(ring, reached, true);
    BOOST_TEST(ring.given.size() == 5 * (reached + 60), "after " << reached);
    BOOST_TEST(ring.lost() == 0U, "after " << reached);
    BOOST_TEST(std::abs(ring.given.back().off_ms()) < 5, "after " << reached);
  }
}

/// Where the answer is lost, numbers that go on by chance look as if nothing had ended; no sample is lost to it.
BOOST_AUTO_TEST_CASE(nor_does_one_whose_answer_is_lost) {
  for (unsigned reached = 240; reached < 280; ++reached) {
    FedRing ring;
    measure_anew_in_a_stall(ring, reached, false);
    BOOST_TEST(ring.given.size() == 5 * (reached + 60), "after " << reached);
    if (reached == 254 || reached == 255) continue;
    BOOST_TEST(ring.lost() == 0U, "after " << reached);
    BOOST_TEST(std::abs(ring.given.back().off_ms()) < 5, "after " << reached);
  }
}

BOOST_AUTO_TEST_CASE(what_comes_before_a_break_does_not_wait) {
  FedRing ring;
  ring.frame(0, 170ms);
  ring.turn(170ms);
  ring.put(300ms, Notification::Kind::disconnected);
  ring.turn(300ms);
  BOOST_TEST(ring.given.size() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
