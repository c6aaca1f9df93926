// What a device sent, as its source tells it to a host that records: every notification as it came, and with it where
// it stands; enough that the same estimator, with nothing else, lays the same clock as the blocks bore.
#include "bcl/live_decoder.hpp"
#include "colmi/live_decoder.hpp"
#include "device/device_feed.hpp"
#include "polar/live_decoder.hpp"
#include "polar/live_protocol.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"
#include "support/packet_clock.hpp"
#include "support/radio_link.hpp"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace ib;
using device::Notification;
using source::Signal;

namespace {

constexpr std::int64_t told_boot_ns = 77'000'000'000;  // the host's clock at session time 0

/// The host of a source in a live run, as far as its clock goes.
const void* told_extension(const ib_host*, const char* id) {
  static const ib_clock clock{sizeof(ib_clock), [] { return told_boot_ns; }};
  static const ib_session session{sizeof(ib_session), [](const ib_host*) { return told_boot_ns; }};
  const std::string_view name(id);
  if (name == IB_EXT_CLOCK) return &clock;
  return name == IB_EXT_SESSION ? &session : nullptr;
}

struct ToldPacket {
  ib_packet head;
  std::string hex;
};

/// A device whose notifications the test writes. Its port `signal` has number 1.
class TellingDevice {
 public:
  TellingDevice(std::unique_ptr<device::Decoder> decoder, Signal signal, std::uint32_t channels = 1)
      : feed_(std::move(decoder), HostClock(&host_)), signal_(signal), values_(4096 * channels) {
    source::PerSignal<std::uint32_t> numbers{};
    numbers[source::index_of(signal)] = 1;
    feed_.number_ports(numbers);
    feed_.name_channels({"wave", "battery", "more"});
    feed_.packets()->send_to(&TellingDevice::take, this);
    source::PerSignal<bool> listened{};
    listened[source::index_of(signal)] = true;
    feed_.start(listened, 1s);
  }
  ~TellingDevice() { feed_.packets()->send_to(nullptr, nullptr); }
  TellingDevice(const TellingDevice&) = delete;
  TellingDevice& operator=(const TellingDevice&) = delete;

  /// It arrives at this session time, and the source is asked then, unless the session has not begun.
  void arrive(Notification got, Time t) {
    got.arrival = Arrival{t.ns + told_boot_ns};
    feed_.inbox().put(got);
    if (t >= Time{}) turn(t);
  }
  void value(const std::vector<std::byte>& bytes, Time t, std::uint8_t from = 0) {
    arrive(Notification::of(from, bytes, Arrival{}), t);
  }
  void turn(Time now) {
    for (int k = 0; k < 100; ++k) {
      ib_block block{};
      block.struct_size = sizeof block;
      block.capacity = 4096;
      block.data = values_.data();
      block.settled_ns = settled_;
      block.gaps = &gap_;
      source::Outlets out{};
      out[source::index_of(signal_)] = &block;
      Time wake = forever;
      const auto status = feed_.turn(out, now, wake);
      settled_ = block.settled_ns;
      if (block.n > 0 && clock != nullptr) clock->meet(Record(recorded(block)));
      if (status != IB_OK) return;
    }
    BOOST_ERROR("the source does not come to an end");
  }

  std::vector<ToldPacket> packets;
  test::PacketClock* clock{};  ///< which listens

 private:
  static void take(void* to, const ib_packet* p) {
    auto& self = *static_cast<TellingDevice*>(to);
    const auto* from = static_cast<const std::byte*>(p->bytes);
    const wire::Bytes bytes(from, p->n_bytes);
    RecordedPacket r;
    r.flags = p->flags;
    r.port = p->port;
    r.n = p->n;
    r.first_index = p->first_index;
    r.arrival_ns = p->arrival_ns;
    r.device_ns = p->device_ns;
    if (self.clock != nullptr) self.clock->meet(Record(r));
    else self.packets.push_back({*p, test::hex(bytes)});
  }
  static RecordedBlock recorded(const ib_block& b) {
    RecordedBlock r;
    r.port = 1;
    r.n = b.n;
    r.first_index = b.first_index;
    r.anchor = b.anchor;
    return r;
  }

  ib_host host_{sizeof(ib_host), 0, nullptr, &told_extension};
  device::DeviceFeed feed_;
  Signal signal_;
  std::vector<float> values_;
  ib_gap gap_{};
  std::int64_t settled_{IB_NEVER};
};

std::vector<std::byte> told_bcl_frame(std::uint32_t number) {
  auto text = fmt::format("00053101{:02x}05", number % 256);
  for (int k = 0; k < 5; ++k) text += "50c30000000000000000";  // 50,000 counts
  return test::bytes(text);
}

Time told_at(const test::RadioPacket& p) { return Time{p.at.ns}; }

/// A ring of 25 Hz in packets of five, ten minutes: lost packets, half a minute out of reach.
test::RadioLink told_link() {
  test::RadioLink l;
  l.name = "ring";
  l.claimed_hz = 25;
  l.true_hz = 25.02;
  l.n = 5;
  l.event_s = 0.03;
  l.again = 0.15;
  l.stall_each_minute = 0.9;
  l.drift_ppm_min = 2;
  l.lost = 0.02;
  l.out_from = 200;
  l.out_to = 230;
  return l;
}

std::vector<std::byte> told_ecg_frame(std::uint64_t stamp, std::size_t n) {
  std::vector<std::byte> frame(10 + 3 * n);
  for (unsigned k = 0; k < 8; ++k) frame[1 + k] = static_cast<std::byte>(stamp >> (8 * k));
  return frame;
}

std::shared_ptr<polar::Agreement> told_agreement(double ecg_hz) {
  polar::Terms terms;
  terms.of(polar::Measurement::ecg) = {true, ecg_hz, {}};
  auto agreement = std::make_shared<polar::Agreement>();
  agreement->settle(terms);
  return agreement;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(device_packets)

BOOST_AUTO_TEST_CASE(every_notification_is_told_as_it_came) {
  TellingDevice ring(std::make_unique<bcl::LiveDecoder>(), Signal::ppg);
  ring.arrive(Notification::of(Notification::Kind::connected, Arrival{}), Time{} - 300ms);
  ring.value(told_bcl_frame(7), Time{} - 200ms);
  ring.value(told_bcl_frame(8), Time{});
  ring.value(test::bytes("0005310000"), Time{} + 1ms);  // not worn: no samples
  ring.value(told_bcl_frame(8), Time{} + 2ms);          // taken off, its count begins anew
  ring.value(told_bcl_frame(8), Time{} + 3ms, 2);       // twice
  ring.value(test::bytes("00"), Time{} + 4ms);          // no frame
  ring.arrive(Notification::of(Notification::Kind::disconnected, Arrival{}), Time{} + 1s);
  BOOST_TEST_REQUIRE(ring.packets.size() == 8U);
  const auto flags = [&](std::size_t k) { return ring.packets[k].head.flags; };
  const auto n = [&](std::size_t k) { return ring.packets[k].head.n; };
  BOOST_TEST(flags(0) == std::uint32_t{IB_PACKET_CONNECTED});
  BOOST_TEST(ring.packets[0].head.arrival_ns == -300'000'000);
  BOOST_TEST(ring.packets[0].hex == "");
  BOOST_TEST(flags(1) == std::uint32_t{IB_PACKET_EPOCH | IB_PACKET_COUNTED});
  BOOST_TEST(ring.packets[1].head.arrival_ns == -200'000'000);  // before the session: told as well
  BOOST_TEST(ring.packets[1].head.first_index == 0U);
  BOOST_TEST(n(1) == 5U);
  BOOST_TEST(ring.packets[1].head.port == 1U);
  BOOST_TEST(ring.packets[1].head.device_ns == IB_NEVER);  // its frames bear no time
  BOOST_TEST(ring.packets[1].hex == test::hex(told_bcl_frame(7)));
  BOOST_TEST(flags(2) == std::uint32_t{IB_PACKET_COUNTED});
  BOOST_TEST(ring.packets[2].head.first_index == 5U);
  BOOST_TEST(n(3) == 0U);
  BOOST_TEST(ring.packets[3].hex == "0005310000");
  BOOST_TEST(flags(4) == std::uint32_t{IB_PACKET_EPOCH | IB_PACKET_COUNTED});
  BOOST_TEST(n(5) == 0U);
  BOOST_TEST(ring.packets[5].head.channel == 2U);
  BOOST_TEST(n(6) == 0U);
  BOOST_TEST(ring.packets[6].hex == "00");
  BOOST_TEST(flags(7) == std::uint32_t{IB_PACKET_DISCONNECTED});
}

/// A ring that numbers its frames: the same clock to the bit.
BOOST_AUTO_TEST_CASE(from_its_packets_a_ring_s_clock_is_the_same_to_the_bit) {
  for (const unsigned seed : test::cases(10)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      TellingDevice ring(std::make_unique<bcl::LiveDecoder>(), Signal::ppg);
      test::PacketClock clock(0, 1, ClockOptions::samples(bcl::LiveDecoder::claimed_hz));
      ring.clock = &clock;
      ring.arrive(Notification::of(Notification::Kind::connected, Arrival{}), Time{});
      const test::Radio radio(told_link(), seed);
      bool there = true;
      for (const auto& p : radio.packets()) {
        const Time t = told_at(p);
        if (std::exchange(there, seconds(t) < 215) && !there) {
          ring.arrive(Notification::of(Notification::Kind::disconnected, Arrival{}), t - 1ms);
          ring.arrive(Notification::of(Notification::Kind::connected, Arrival{}), t - 1ms);
        }
        ring.value(told_bcl_frame(p.number), t);
      }
      clock.estimate();
      BOOST_TEST(clock.packets == radio.packets().size());
      BOOST_TEST(clock.blocks > 2000U);
      BOOST_TEST(clock.epochs >= 2U);
      BOOST_TEST(clock.lost > 20U);
      BOOST_TEST(clock.unknown == 0U);
      BOOST_TEST(clock.same_anchor == clock.blocks);
    }
  }
}

/// One that counts nothing, so that arrivals alone tell what was lost: the same, to the bit.
BOOST_AUTO_TEST_CASE(from_arrivals_alone_it_is_the_same_to_the_bit) {
  constexpr double raw_hz = 4;
  for (const unsigned seed : test::cases(10)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      TellingDevice ring(std::make_unique<colmi::LiveDecoder>(colmi::Measure::raw, raw_hz),
                         Signal::ppg);
      auto options = ClockOptions::samples(raw_hz);
      options.spread = colmi::LiveDecoder::spread;
      test::PacketClock clock(0, 1, options);
      ring.clock = &clock;
      ring.arrive(Notification::of(Notification::Kind::connected, Arrival{}), Time{});
      test::RadioLink link = told_link();
      link.claimed_hz = raw_hz;
      link.true_hz = 4.1;
      link.n = 1;
      link.lost_from = 60;
      const test::Radio radio(link, seed);
      for (const auto& p : radio.packets())
        ring.value(test::colmi_frame("a1022981"), told_at(p), colmi::from_command);
      clock.estimate();
      BOOST_TEST(clock.blocks > 500U);
      BOOST_TEST(clock.unknown == 0U);
      BOOST_TEST(clock.same_anchor == clock.blocks);
    }
  }
}

/// One whose frames bear its own time: how far apart its samples stand within a packet is worked out again, so that
/// times agree to the nanosecond to which that is rounded.
BOOST_AUTO_TEST_CASE(from_a_sensor_s_own_time_it_is_the_same_to_some_nanoseconds) {
  constexpr double hz = 130;
  std::int64_t furthest_ns = 0;
  for (const unsigned seed : test::cases(10)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      TellingDevice strap(
          std::make_unique<polar::LiveDecoder>(told_agreement(hz), polar::LiveDecoder::Options{}),
          Signal::ecg);
      test::PacketClock clock(0, 1, ClockOptions::device_time(1e-9), 1e9 / hz);
      strap.clock = &clock;
      strap.arrive(Notification::of(Notification::Kind::connected, Arrival{}), Time{});
      test::RadioLink link = told_link();
      link.claimed_hz = hz;
      link.true_hz = hz * (1 + 30e-6);
      link.n = 73;
      const test::Radio radio(link, seed);
      for (const auto& p : radio.packets()) {
        const auto stamp =
            600'000'000'000'000'000U +
            static_cast<std::uint64_t>(static_cast<double>(p.first + p.n) / hz * 1e9);
        strap.value(told_ecg_frame(stamp, p.n), told_at(p), polar::from_data);
      }
      clock.estimate();
      BOOST_TEST(clock.blocks > 900U);
      BOOST_TEST(clock.unknown == 0U);
      BOOST_TEST(clock.furthest_ns < 10);
      furthest_ns = std::max(furthest_ns, clock.furthest_ns);
    }
  }
  BOOST_TEST_MESSAGE("a sensor's own time: at most " << furthest_ns << " ns apart");
}

BOOST_AUTO_TEST_CASE(to_a_host_that_does_not_ask_nothing_is_told) {
  device::DeviceFeed feed(std::make_unique<bcl::LiveDecoder>(), HostClock());
  BOOST_TEST(!feed.packets()->wanted());
  feed.name_channels({"wave"});
  BOOST_TEST(std::string(feed.packets()->channel(0)) == "wave");
  BOOST_TEST((feed.packets()->channel(1) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
