// Inbox: what finds no place is dropped and told in front of what comes next; a mark always comes.
#include "device/inbox.hpp"
#include "bcl/live_decoder.hpp"
#include "device/device_feed.hpp"
#include "heart_rate/live.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;
using device::Inbox;
using device::Notification;
using source::Signal;

namespace {

constexpr std::size_t for_values = Inbox::places - Inbox::for_marks;

void fill_inbox(Inbox& inbox, std::size_t values, Duration from = {}, Duration apart = {}) {
  static constexpr std::array<std::byte, 2> rate{std::byte{0}, std::byte{60}};
  for (std::size_t k = 0; k < values; ++k)
    inbox.put(Notification::of(0, rate, Arrival{(from + static_cast<int>(k) * apart).count()}));
}

void mark_inbox(Inbox& inbox, Notification::Kind kind, Duration at = {}) {
  inbox.put(Notification::of(kind, Arrival{at.count()}));
}

/// All that waits: "value", "connected", ..., "+n" where n were dropped in front of it.
std::vector<std::string> inbox_marks(Inbox& inbox, std::size_t& values) {
  static constexpr std::array names{"value", "connected", "disconnected", "asked_anew"};
  std::vector<std::string> marks;
  values = 0;
  for (const auto* got = inbox.front(); got != nullptr; got = inbox.front()) {
    auto line = std::string(names.at(static_cast<std::size_t>(got->kind)));
    if (got->dropped > 0) line += " +" + std::to_string(got->dropped);
    if (line == "value") ++values;
    else marks.push_back(line);
    inbox.pop();
  }
  return marks;
}

using InboxLines = std::vector<std::string>;

/// A device behind a feed that nobody reads for a while.
struct OverfullFeed {
  explicit OverfullFeed(std::unique_ptr<device::Decoder> decoder)
      : feed(std::move(decoder), HostClock{}) {
    feed.place(Time{});
    source::PerSignal<bool> all{};
    all.fill(true);
    feed.start(all, 60s);
    turn(0s);  // the host's clock shows session time
  }
  void bcl_frames(unsigned from, unsigned to) {
    for (unsigned n = from; n < to; ++n) {
      std::vector<std::byte> bytes;
      for (const unsigned b : {0U, 5U, 0x31U, 1U, n % 256, 5U})
        bytes.push_back(static_cast<std::byte>(b));
      for (int k = 0; k < 5; ++k) {
        const auto counts = 50'000U + 5 * n + static_cast<unsigned>(k);
        bytes.push_back(static_cast<std::byte>(counts & 0xFFU));
        bytes.push_back(static_cast<std::byte>(counts >> 8U));
        bytes.resize(bytes.size() + 8);
      }
      feed.inbox().put(Notification::of(0, bytes, Arrival{Duration(170ms + n * 200ms).count()}));
    }
  }
  void turn(Duration now) {
    Time wake;
    source::Outlets nobody{};
    for (int k = 0; k < 2000; ++k)
      if (feed.turn(nobody, Time{} + now, wake) == IB_SLEEP) return;
  }

  device::DeviceFeed feed;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(inbox)

BOOST_AUTO_TEST_CASE(values_leave_places_for_marks) {
  Inbox inbox;
  std::size_t values = 0;
  fill_inbox(inbox, for_values);
  BOOST_TEST(inbox.dropped() == 0U);
  fill_inbox(inbox, 3);
  BOOST_TEST(inbox.dropped() == 3U);
  mark_inbox(inbox, Notification::Kind::disconnected);
  mark_inbox(inbox, Notification::Kind::connected);
  fill_inbox(inbox, 1);  // still none for values
  BOOST_TEST(inbox.dropped() == 4U);
  BOOST_TEST(inbox_marks(inbox, values) == (InboxLines{"disconnected +3", "connected"}),
             boost::test_tools::per_element());
  BOOST_TEST(values == for_values);
  fill_inbox(inbox, 2);
  BOOST_TEST(inbox_marks(inbox, values) == InboxLines{"value +1"},
             boost::test_tools::per_element());
  BOOST_TEST(values == 1U);
}

BOOST_AUTO_TEST_CASE(marks_that_find_no_place_are_joined_and_come_first) {
  Inbox inbox;
  std::size_t values = 0;
  fill_inbox(inbox, for_values);
  for (std::size_t k = 0; k < Inbox::for_marks / 2; ++k) {
    mark_inbox(inbox, Notification::Kind::disconnected);
    mark_inbox(inbox, Notification::Kind::connected);
  }
  for (int k = 0; k < 100; ++k) {  // full to the last place
    mark_inbox(inbox, Notification::Kind::disconnected);
    mark_inbox(inbox, Notification::Kind::connected);
    mark_inbox(inbox, Notification::Kind::asked_anew);
  }
  BOOST_TEST(inbox_marks(inbox, values).size() == Inbox::for_marks);
  fill_inbox(inbox, 1);
  BOOST_TEST(inbox_marks(inbox, values) == (InboxLines{"disconnected", "connected", "asked_anew"}),
             boost::test_tools::per_element());
  BOOST_TEST(values == 1U);
}

/// The link is lost last: that it was back before is void.
BOOST_AUTO_TEST_CASE(of_marks_that_are_joined_the_newest_state_stands) {
  Inbox inbox;
  std::size_t values = 0;
  fill_inbox(inbox, for_values);
  for (std::size_t k = 0; k < Inbox::for_marks; ++k)
    mark_inbox(inbox, Notification::Kind::asked_anew);
  mark_inbox(inbox, Notification::Kind::asked_anew);
  mark_inbox(inbox, Notification::Kind::disconnected);
  mark_inbox(inbox, Notification::Kind::connected);
  mark_inbox(inbox, Notification::Kind::disconnected);
  inbox_marks(inbox, values);
  mark_inbox(inbox, Notification::Kind::connected);
  BOOST_TEST(inbox_marks(inbox, values) == (InboxLines{"disconnected", "connected"}),
             boost::test_tools::per_element());
}

/// The queue without a lock, at its boundary: one puts while another takes; nothing is lost that is not counted.
BOOST_AUTO_TEST_CASE(between_two_threads_all_is_given_or_counted) {
  constexpr std::uint32_t n = 20'000;
  Inbox inbox;
  std::uint64_t given = 0, told = 0, marks = 0;
  std::int64_t last = -1;
  bool in_order = true;
  const auto take = [&] {
    for (const auto* got = inbox.front(); got != nullptr; got = inbox.front()) {
      told += got->dropped;
      in_order = in_order && got->arrival.ns >= last;
      last = got->arrival.ns;
      ++(got->kind == Notification::Kind::value ? given : marks);
      inbox.pop();
    }
  };
  std::atomic<bool> written{false};
  std::jthread writer([&] {
    for (std::uint32_t k = 0; k < n; ++k) {
      fill_inbox(inbox, 1, Duration{k});
      if (k % 1000 == 999) mark_inbox(inbox, Notification::Kind::asked_anew, Duration{k});
    }
    written = true;
  });
  while (!written) take();
  take();
  mark_inbox(inbox, Notification::Kind::disconnected, Duration{n});
  take();
  BOOST_TEST(marks >= 2U);
  BOOST_TEST(marks <= n / 1000 + 1);
  BOOST_TEST(in_order);
  BOOST_TEST(given + told == n);
  BOOST_TEST(told == inbox.dropped());
}

BOOST_AUTO_TEST_CASE(what_numbers_miss_is_counted_once) {
  OverfullFeed ring(std::make_unique<bcl::LiveDecoder>());
  mark_inbox(ring.feed.inbox(), Notification::Kind::connected);
  for (unsigned n = 0; n < 100; ++n) {
    ring.bcl_frames(n, n + 1);
    ring.turn(170ms + n * 200ms);
  }
  ring.bcl_frames(100, 100 + for_values + 10);  // the last ten find no place
  ring.turn(70s);
  BOOST_TEST(ring.feed.losses().lost_samples == 0U);
  for (unsigned n = 100 + for_values + 10; n < 100 + for_values + 20; ++n) {
    ring.bcl_frames(n, n + 1);
    ring.turn(170ms + n * 200ms);
  }
  BOOST_TEST(ring.feed.inbox().dropped() == 10U);
  BOOST_TEST(ring.feed.losses().lost_packets == 10U);
}

BOOST_AUTO_TEST_CASE(what_no_number_tells_is_counted_too) {
  OverfullFeed strap(std::make_unique<heart_rate::SensorDecoder>());
  fill_inbox(strap.feed.inbox(), for_values + 7, 1s, 1ms);
  strap.turn(2s);
  BOOST_TEST(strap.feed.losses().lost_packets == 0U);  // nothing came behind them yet
  fill_inbox(strap.feed.inbox(), 1, 3s);
  strap.turn(4s);
  BOOST_TEST(strap.feed.losses().lost_packets == 7U);
}

BOOST_AUTO_TEST_CASE(intervals_do_not_join_across_what_was_dropped) {
  heart_rate::SensorDecoder strap;
  const std::array<std::byte, 4> beat{std::byte{0x10}, std::byte{60}, std::byte{0}, std::byte{4}};
  device::Findings found;
  auto got = Notification::of(0, beat, Arrival{1'000'000'000});
  got.dropped = 2;
  strap.decode(got, Time{1'000'000'000}, found);
  std::vector<double> all;
  for (const auto& item : found.items())
    if (item.signal == Signal::rr) all.push_back(*std::get<RrNotification>(item.item).rr_us[0]);
  BOOST_TEST(all == (std::vector<double>{0, 1e6}), boost::test_tools::per_element());
}

/// The ring counts from nought over the new link, and nobody read in time.
BOOST_AUTO_TEST_CASE(a_link_that_was_made_anew_while_nobody_read_is_known) {
  OverfullFeed ring(std::make_unique<bcl::LiveDecoder>());
  mark_inbox(ring.feed.inbox(), Notification::Kind::connected);
  ring.bcl_frames(0, 300);  // 60 of them find no place
  mark_inbox(ring.feed.inbox(), Notification::Kind::disconnected, 60s);
  mark_inbox(ring.feed.inbox(), Notification::Kind::connected, 60s);
  ring.turn(60s);
  const auto before = ring.feed.losses().lost_packets;
  ring.bcl_frames(512, 530);  // numbered from 0
  ring.turn(110s);
  BOOST_TEST(ring.feed.losses().lost_packets == before);
}

BOOST_AUTO_TEST_SUITE_END()
