// Presence: what the owner of a device is told while a run is on, and how long it was away.
#include "device/device_feed.hpp"
#include "heart_rate/live.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;
using ib::device::Notification;

namespace {

using Said = std::vector<std::string>;

std::vector<std::string>* presence_lines = nullptr;

/// A host that keeps what is logged; its nodes have no clock.
const ib_host& listening_host() {
  static const ib_log log{sizeof(ib_log), [](const ib_host*, std::uint32_t, const char* text) {
                            presence_lines->emplace_back(text);
                          }};
  static const ib_host host{sizeof(ib_host), 0, nullptr,
                            [](const ib_host*, const char* id) -> const void* {
                              return std::string_view(id) == IB_EXT_LOG ? &log : nullptr;
                            }};
  return host;
}

/// A strap to whose streams nobody listens; the host's clock shows session time.
struct WatchedStrap {
  WatchedStrap() {
    presence_lines = &said;
    feed.place(Time{});
    feed.start({}, 100ms);
    feed.presence()->speak_through(Log(&listening_host()));
  }
  void told(Notification::Kind kind, Duration at) {
    feed.inbox().put(Notification::of(kind, Arrival{at.count()}));
  }
  void beats(bool worn, Duration at) {
    const std::vector<std::byte> value{std::byte(worn ? 0x06 : 0x04), std::byte{60}};
    feed.inbox().put(Notification::of(heart_rate::from_measurement, value, Arrival{at.count()}));
  }
  /// What is said when session time has come so far.
  Said lines(Duration now) {
    for (int turn = 0; turn < 1000; ++turn) {
      Time wake;
      if (feed.turn({}, Time{} + now, wake) == IB_SLEEP && wake > Time{} + now) break;
    }
    return std::exchange(said, {});
  }
  void begin() {
    told(Notification::Kind::connected, -9s);
    lines(0s);
  }

  Said said;
  device::DeviceFeed feed{std::make_unique<heart_rate::SensorDecoder>(), HostClock{}};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(device_presence)

BOOST_FIXTURE_TEST_CASE(a_lost_device_is_told_when_it_goes_and_when_it_comes_back, WatchedStrap) {
  begin();
  beats(true, 19s);
  BOOST_TEST(lines(19s) == Said{}, boost::test_tools::per_element());
  told(Notification::Kind::disconnected, 20s);
  BOOST_TEST(lines(20s) == (Said{"out of reach at 20 s; it is sought"}),
             boost::test_tools::per_element());
  const auto away = feed.presence()->figures();
  BOOST_TEST(away.breaks == 1U);
  BOOST_TEST(away.since_ns == 20'000'000'000);
  told(Notification::Kind::connected, 32s);
  BOOST_TEST(lines(32s) == (Said{"back after 12 s"}), boost::test_tools::per_element());
  told(Notification::Kind::disconnected, 40s);
  told(Notification::Kind::connected, 40400ms);
  BOOST_TEST(lines(41s) == (Said{"out of reach at 40 s; it is sought", "back after 0.4 s"}),
             boost::test_tools::per_element());
  const auto back = feed.presence()->figures();
  BOOST_TEST(back.breaks == 2U);
  BOOST_TEST(back.away_ns == 12'400'000'000);
  BOOST_TEST(back.since_ns == IB_NEVER);
}

BOOST_FIXTURE_TEST_CASE(one_that_is_taken_off_is_told_once, WatchedStrap) {
  begin();
  beats(true, 1s);
  beats(false, 20s);
  beats(false, 21s);
  BOOST_TEST(lines(21s) == (Said{"not worn"}), boost::test_tools::per_element());
  beats(true, 25s);
  BOOST_TEST(lines(25s) == (Said{"worn again after 5.0 s"}), boost::test_tools::per_element());
  BOOST_TEST(feed.presence()->figures().breaks == 0U);
}

/// What it felt was told over a link that is gone.
BOOST_FIXTURE_TEST_CASE(a_lost_link_takes_the_wear_with_it_here_too, WatchedStrap) {
  begin();
  beats(false, 20s);
  told(Notification::Kind::disconnected, 30s);
  told(Notification::Kind::connected, 40s);
  beats(true, 41s);
  BOOST_TEST(
      lines(41s) == (Said{"not worn", "out of reach at 30 s; it is sought", "back after 10 s"}),
      boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_was_before_the_session_is_told_at_its_start, WatchedStrap) {
  told(Notification::Kind::connected, -9s);
  told(Notification::Kind::disconnected, -5s);
  told(Notification::Kind::connected, -4s);
  told(Notification::Kind::disconnected, -3s);
  BOOST_TEST(lines(0s) == (Said{"out of reach at 0 s; it is sought"}),
             boost::test_tools::per_element());
  BOOST_TEST(feed.presence()->figures().breaks == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
