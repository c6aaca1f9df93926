// One link over a real bus: found, connected, listened to, lost and found again. The daemon is the virtual
// one; what goes over D-Bus is what bluetoothd sends.
#include "bluetooth/hub.hpp"
#include "bluetooth/link.hpp"
#include "vring/strap.hpp"

#include "support/air.hpp"
#include "support/private_bus.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

using namespace ib;
using namespace ib::bluetooth;
using namespace std::chrono_literals;
using ib::device::Notification;
using ib::test::Air;

namespace {

constexpr auto patience =
    20s;  // what is waited for comes within a second or so, but not on a busy machine

/// Nothing has to be said to a strap.
class Listening : public device::Protocol {
 public:
  std::span<const device::Subscription> subscriptions() const override { return wanted_; }
  void begin(Arrival, device::Outbox&) override {}
  void received(std::uint8_t, wire::Bytes, Arrival, device::Outbox&) override {}
  Arrival deadline() const override { return never_due; }
  void due(Arrival, device::Outbox&) override {}
  void end(Arrival, device::Outbox&) override {}

 private:
  static constexpr std::array<device::Subscription, 1> wanted_{
      {{"0000180d-0000-1000-8000-00805f9b34fb", "00002a37-0000-1000-8000-00805f9b34fb"}}};
};

/// Something has to be said all the same.
class Telling final : public Listening {
 public:
  void begin(Arrival, device::Outbox& out) override {
    wire::Packet value;
    out.send({subscriptions()[0].service, subscriptions()[0].characteristic, value.u8(1), true});
  }
};

/// What a test waits for, told by the link.
class Watch {
 public:
  void note(const Link& link) {
    const std::lock_guard lock(mutex_);
    state_ = link.state();
    why_ = link.why();
    connections_ = link.connections();
    changed_.notify_all();
  }
  template <class What>
  bool wait(What what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return what(*this); });
  }
  LinkState state_{LinkState::waiting};
  std::string why_;
  std::uint64_t connections_{};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

struct Session {
  explicit Session(const Target& target,
                   std::unique_ptr<device::Protocol> protocol = std::make_unique<Listening>()) {
    inbox.on_arrival([this] {
      const std::lock_guard lock(mutex);
      arrived.notify_all();
    });
    hub->run([&] {
      link = std::make_unique<Link>(*hub, target, std::move(protocol), inbox,
                                    [this](const Link& l) { watch.note(l); });
      link->start();
    });
  }
  ~Session() {
    hub->run([this] { link.reset(); });
  }
  /// The next one; null after `patience`.
  std::optional<Notification> next() {
    std::unique_lock lock(mutex);
    arrived.wait_for(lock, patience, [this] { return inbox.front() != nullptr; });
    const auto* first = inbox.front();
    if (first == nullptr) return std::nullopt;
    auto copy = *first;
    inbox.pop();
    return copy;
  }

  std::shared_ptr<Hub> hub = Hub::shared();
  device::Inbox inbox;
  std::unique_ptr<Link> link;
  Watch watch;
  std::mutex mutex;
  std::condition_variable arrived;
};

virtual_ring::Options person(std::uint64_t seed) {
  virtual_ring::Options o;
  o.seed = seed;
  return o;
}

bool is_streaming(const Watch& w) { return w.state_ == LinkState::streaming; }

}  // namespace

BOOST_AUTO_TEST_SUITE(bluetooth_link)

BOOST_AUTO_TEST_CASE(a_strap_is_found_by_its_address_and_heard) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:01", "Strap 1", person(1));
  air.start();
  Session session({"AA:00:00:00:00:01", "", ""});
  BOOST_TEST_REQUIRE(session.watch.wait(is_streaming), session.watch.why_);
  const auto first = session.next();
  BOOST_TEST_REQUIRE(first.has_value());
  BOOST_TEST((first->kind == Notification::Kind::connected));
  for (int k = 0; k < 3; ++k) {
    const auto got = session.next();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST((got->kind == Notification::Kind::value));
    BOOST_TEST(got->n >= 2);
    const int bpm = std::to_integer<int>(got->bytes[1]);
    BOOST_TEST(bpm > 40);
    BOOST_TEST(bpm < 100);
  }
}

BOOST_AUTO_TEST_CASE(what_was_lost_is_found_again_by_itself) {
  test::PrivateBus bus;
  Air air;
  auto& strap = air.add<vring::Strap>("AA:00:00:00:00:02", "Strap 2", person(2));
  air.start();
  Session session({"AA:00:00:00:00:02", "", ""});
  BOOST_TEST_REQUIRE(session.watch.wait(is_streaming), session.watch.why_);
  air.run([&] { air.daemon.lose(strap, 500ms); });
  BOOST_TEST(session.watch.wait([](const Watch& w) { return w.connections_ == 2; }),
             session.watch.why_);
  bool lost = false;
  for (auto got = session.next(); got; got = session.next()) {
    lost = lost || got->kind == Notification::Kind::disconnected;
    if (lost && got->kind == Notification::Kind::value) break;
  }
  BOOST_TEST(lost);
}

BOOST_AUTO_TEST_CASE(a_restart_of_the_daemon_is_survived) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:03", "Strap 3", person(3));
  air.start();
  Session session({"", "Strap 3", ""});
  BOOST_TEST_REQUIRE(session.watch.wait(is_streaming), session.watch.why_);
  air.run([&] { air.daemon.restart(300ms); });
  BOOST_TEST(session.watch.wait([](const Watch& w) { return w.connections_ == 2; }),
             session.watch.why_);
}

BOOST_AUTO_TEST_CASE(two_devices_of_one_name_are_not_chosen_between) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:04", "Strap", person(4));
  air.add<vring::Strap>("AA:00:00:00:00:05", "Strap", person(5));
  air.start();
  Session session({"", "Strap", ""});
  BOOST_TEST_REQUIRE(
      session.watch.wait([](const Watch& w) { return w.state_ == LinkState::refused; }));
  BOOST_TEST(session.watch.why_ ==
             "2 devices are called Strap; name the one you mean by its address: AA:00:00:00:00:04 "
             "AA:00:00:00:00:05");
}

BOOST_AUTO_TEST_CASE(without_a_daemon_the_sentence_says_so_and_it_is_used_once_it_comes) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:06", "Strap 6", person(6));
  Session session({"AA:00:00:00:00:06", "", ""});
  BOOST_TEST(session.watch.wait([](const Watch& w) { return !w.why_.empty(); }));
  BOOST_TEST(session.watch.why_ == "bluetoothd does not run; start it: systemctl start bluetooth");
  air.start();
  BOOST_TEST(session.watch.wait(is_streaming), session.watch.why_);
}

BOOST_AUTO_TEST_CASE(an_adapter_that_is_off_is_named_and_used_once_it_is_on) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:07", "Strap 7", person(7));
  air.start();
  air.run([&] { air.daemon.power(false); });
  Session session({"AA:00:00:00:00:07", "", ""});
  BOOST_TEST(session.watch.wait(
      [](const Watch& w) { return w.why_.find("switched off") != std::string::npos; }));
  air.run([&] { air.daemon.power(true); });
  BOOST_TEST(session.watch.wait(is_streaming), session.watch.why_);
}

BOOST_AUTO_TEST_CASE(an_adapter_that_is_pulled_out_is_named_and_used_once_it_is_back) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:08", "Strap 8", person(8));
  air.daemon.plug(false);
  air.start();
  Session session({"AA:00:00:00:00:08", "", ""});
  const auto none = [](const Watch& w) {
    return w.why_ ==
           "this machine has no Bluetooth adapter; plug one in, and `bluetoothctl list` shows it";
  };
  BOOST_TEST(session.watch.wait(none), session.watch.why_);
  air.run([&] { air.daemon.plug(true); });
  BOOST_TEST(session.watch.wait(is_streaming), session.watch.why_);
  air.run([&] { air.daemon.plug(false); });
  BOOST_TEST(session.watch.wait(none), session.watch.why_);
  air.run([&] { air.daemon.plug(true); });
  BOOST_TEST(session.watch.wait([](const Watch& w) { return w.connections_ == 2; }),
             session.watch.why_);
}

/// A device that is meant by its name has two seconds in which another of that name may be heard.
BOOST_AUTO_TEST_CASE(an_adapter_may_be_pulled_out_while_a_name_is_waited_for) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:09", "Strap 9", person(9));
  air.start();
  Session session({"", "Strap 9", ""});
  BOOST_TEST(session.watch.wait([](const Watch& w) { return w.state_ == LinkState::seeking; }));
  air.run_after(500ms, [&] { air.daemon.plug(false); });  // it was heard long before
  BOOST_TEST(session.watch.wait([](const Watch& w) { return w.state_ == LinkState::waiting; }));
  air.run([&] { air.daemon.plug(true); });
  BOOST_TEST(session.watch.wait(is_streaming), session.watch.why_);
}

/// Nothing else happens on that bus that would make anybody look again.
BOOST_AUTO_TEST_CASE(a_discovery_that_is_refused_is_begun_again) {
  test::PrivateBus bus;
  Air air;
  air.add<vring::Strap>("AA:00:00:00:00:0D", "Strap D", person(13));
  air.daemon.refuse_discovery(2);
  air.start();
  Session session({"AA:00:00:00:00:0D", "", ""});
  BOOST_TEST(session.watch.wait(is_streaming), session.watch.why_);
}

/// One of three calls hangs on each of three devices. Each is told after a bounded number of tries, none keeps
/// the others waiting, and all stream once they are answered.
BOOST_AUTO_TEST_CASE(calls_that_nobody_answers_are_given_up_with_a_sentence) {
  test::PrivateBus bus;
  Air air;
  auto& a = air.add<vring::Strap>("AA:00:00:00:00:0A", "Strap A", person(10));
  auto& b = air.add<vring::Strap>("AA:00:00:00:00:0B", "Strap B", person(11));
  auto& c = air.add<vring::Strap>("AA:00:00:00:00:0C", "Strap C", person(12));
  std::map<std::string, int> asked;
  const auto hang = [&](bool on) {
    air.daemon.hang(a, vring::Call::connect, on);
    air.daemon.hang(b, vring::Call::start_notify, on);
    air.daemon.hang(c, vring::Call::write_value, on);
  };
  air.run([&] {
    hang(true);
    air.daemon.on_event([&](const vring::Peripheral*, const std::string& what) { ++asked[what]; });
  });
  air.start();
  const auto hub = Hub::shared();
  hub->run([&] { hub->bluez().set_waits({.connect = 200ms, .value = 100ms}); });
  Session first({"AA:00:00:00:00:0A", "", ""}), second({"AA:00:00:00:00:0B", "", ""});
  Session third({"AA:00:00:00:00:0C", "", ""}, std::make_unique<Telling>());
  const auto gives_up = [](Session& session, const std::string& why) {
    BOOST_TEST(session.watch.wait([&](const Watch& w) {
      return w.state_ == LinkState::backing_off && w.why_.starts_with(why);
    }),
               session.watch.why_);
  };
  gives_up(first, "no answer came to Connect within 0.2 s; charge the device");
  gives_up(second, "no answer came to StartNotify within 0.1 s, asked 3 times; charge the device");
  gives_up(third, "no answer came to WriteValue within 0.1 s, asked 3 times; charge the device");
  air.run([&] {
    hang(false);
    air.daemon.on_event({});
  });
  BOOST_TEST(asked["hang Connect"] >= 1);
  BOOST_TEST(asked["hang StartNotify"] >= 1);  // while it hangs, another is in progress
  BOOST_TEST(asked["hang WriteValue"] >= 3);
  for (auto* session : {&first, &second, &third})
    BOOST_TEST(session->watch.wait(is_streaming), session->watch.why_);
}

BOOST_AUTO_TEST_SUITE_END()
