// DeviceFeed: what a device said of itself before the session began stands at its start.
#include "device/device_feed.hpp"
#include "heart_rate/live.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;
using ib::device::Notification;

namespace {

constexpr std::size_t room_for_statuses = 8;

/// A strap as a feed, and whoever listens to its status alone; the host's clock shows session time.
struct StrapFeed {
  StrapFeed() {
    feed.place(Time{});
    source::PerSignal<bool> listened{};
    listened[source::index_of(source::Signal::status)] = true;
    feed.start(listened, 100ms);
    block.struct_size = sizeof block;
    block.capacity = room_for_statuses;
    block.data = items.data();
    block.t_ns = times.data();
    block.settled_ns = IB_NEVER;
  }
  void told(Notification::Kind kind, Duration at) {
    feed.inbox().put(Notification::of(kind, Arrival{at.count()}));
  }
  void sent(std::uint8_t from, std::initializer_list<int> bytes, Duration at) {
    std::vector<std::byte> value;
    for (const int b : bytes) value.push_back(static_cast<std::byte>(b));
    feed.inbox().put(Notification::of(from, value, Arrival{at.count()}));
  }
  /// All that comes by `now`, "0 connected", "1 battery 72 %" ...
  std::vector<std::string> heard(Time now) {
    std::vector<std::string> all;
    source::Outlets out{};
    out[source::index_of(source::Signal::status)] = &block;
    for (int turn = 0; turn < 100; ++turn) {
      block.n = 0;
      Time wake;
      const auto status = feed.turn(out, now, wake);
      for (std::uint32_t k = 0; k < block.n; ++k) {
        BOOST_TEST(block.t_ns[k] <= block.settled_ns);
        auto line = std::to_string(times[k]) + " " +
                    labels(DeviceEvent{})[static_cast<std::size_t>(items[k].event)];
        if (items[k].battery_pct)
          line += " " + std::to_string(static_cast<int>(*items[k].battery_pct)) + " %";
        all.push_back(line);
      }
      if (status == IB_SLEEP && wake > now) break;
    }
    return all;
  }

  device::DeviceFeed feed{std::make_unique<heart_rate::SensorDecoder>(), HostClock{}};
  std::array<DeviceStatus, room_for_statuses> items{};
  std::array<std::int64_t, room_for_statuses> times{};
  ib_block block{};
};

using Lines = std::vector<std::string>;
constexpr int worn = 0x06, off = 0x04;  // flags of a heart rate: contact is told, and there or not

}  // namespace

BOOST_AUTO_TEST_SUITE(device_standing)

BOOST_FIXTURE_TEST_CASE(what_stands_when_the_session_begins_is_told_first, StrapFeed) {
  told(Notification::Kind::connected, -9s);
  sent(heart_rate::from_measurement, {off, 60}, -8s);
  sent(heart_rate::from_battery, {73}, -7s);
  sent(heart_rate::from_measurement, {worn, 60}, -6s);
  sent(heart_rate::from_battery, {72}, -5s);
  BOOST_TEST(heard(Time{}) == (Lines{"0 connected"}), boost::test_tools::per_element());
  sent(heart_rate::from_measurement, {off, 60}, 1s);
  BOOST_TEST(heard(Time{} + 2s) == (Lines{"1 worn", "2 battery 72 %", "1000000000 not_worn"}),
             boost::test_tools::per_element());
}

/// Whether it is worn was told over a link that is gone.
BOOST_FIXTURE_TEST_CASE(a_lost_link_takes_the_wear_with_it, StrapFeed) {
  told(Notification::Kind::connected, -9s);
  sent(heart_rate::from_battery, {72}, -7s);
  sent(heart_rate::from_measurement, {worn, 60}, -6s);
  told(Notification::Kind::disconnected, -5s);
  heard(Time{});
  told(Notification::Kind::connected, 1s);
  BOOST_TEST(heard(Time{} + 2s) == (Lines{"1 disconnected", "1000000000 connected"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_device_that_said_nothing_yet_has_no_standing, StrapFeed) {
  BOOST_TEST(heard(Time{}).empty());
  told(Notification::Kind::connected, 1s);
  BOOST_TEST(heard(Time{} + 2s) == (Lines{"1000000000 connected"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
