// What the virtual Colmi ring does by its firmware, without a bus: measurements on request, a silent stop, what is
// left of an answer when the connection was lost.
#include "vring/colmi_ring.hpp"

#include "bluetooth/asio.hpp"
#include "colmi/decode.hpp"
#include "colmi/requests.hpp"
#include "colmi/uuid.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;

namespace {

/// A central that hears all.
struct ColmiListener final : vring::Voice {
  bool notify(std::string_view, wire::Bytes value) override {
    heard.push_back(colmi::decode(value));
    return true;
  }
  std::vector<colmi::Decoded> heard;
};

struct ColmiAlone {
  explicit ColmiAlone(const vring::ColmiFirmware& firmware)
      : ring(io, "AA:00:00:00:04:21", "R02_A1B4", wearer(), {.interval_ms = 10}, firmware,
             std::chrono::steady_clock::now()) {
    meet();
  }
  void meet() {
    ring.connected(central);
    ring.subscribed(colmi::uuid::command_notify, true);
  }
  void write(const wire::Packet& request) {
    BOOST_TEST(ring.written(colmi::uuid::command_write, request) == "");
  }
  static virtual_ring::Options wearer() {
    virtual_ring::Options anna;
    anna.seed = 6;
    return anna;
  }

  boost::asio::io_context io;
  ColmiListener central;
  vring::ColmiRing ring;
};

/// Those of one kind that it heard, in order.
template <class T>
std::vector<T> heard_of(const ColmiListener& central) {
  std::vector<T> all;
  for (const auto& one : central.heard)
    if (const auto* it = std::get_if<T>(&one)) all.push_back(*it);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_ring)

BOOST_AUTO_TEST_CASE(it_measures_on_request_what_its_firmware_knows) {
  ColmiAlone world({.warms_up = 500ms, .spots = {3}, .spots_by_25 = true});
  world.write(colmi::start_measurement(colmi::Measurement::spo2));
  BOOST_TEST(!world.ring.measures());  // the other form alone
  world.write(colmi::start_measurement_25_s(colmi::Measurement::spo2));
  BOOST_TEST(world.ring.measures());
  world.io.run_for(1300ms);
  const auto told = heard_of<colmi::Measured>(world.central);
  BOOST_TEST_REQUIRE(told.size() == 1U);
  BOOST_TEST((told[0].of == colmi::Measurement::spo2));
  BOOST_TEST(*told[0].value() == world.ring.spot_value(3));
  world.write(colmi::stop_measurement(colmi::Measurement::spo2));
  BOOST_TEST(!world.ring.measures());
  world.write(colmi::start_measurement(colmi::Measurement::hrv));
  world.io.restart();
  world.io.run_for(100ms);
  BOOST_TEST(heard_of<colmi::RefusedCommand>(world.central).size() == 1U);
}

BOOST_AUTO_TEST_CASE(it_stops_by_itself_and_says_nothing) {
  ColmiAlone world({.warms_up = 0s});
  world.write(colmi::start_measurement(colmi::Measurement::realtime_heart_rate));
  world.io.run_for(700ms);
  const auto before = world.central.heard.size();
  BOOST_TEST(before == 1U);
  BOOST_TEST(world.ring.halt());
  BOOST_TEST(!world.ring.measures());
  world.io.restart();
  world.io.run_for(1200ms);
  BOOST_TEST(world.central.heard.size() == before);
}

BOOST_AUTO_TEST_CASE(what_was_not_heard_of_an_answer_comes_in_front_of_the_next) {
  for (const bool keeps : {true, false}) {
    ColmiAlone world({.stale_logs = keeps});
    world.write(colmi::read_steps(1));
    world.ring.disconnected();
    world.meet();
    world.io.run_for(100ms);
    BOOST_TEST(world.central.heard.empty());  // until it is asked again
    world.write(colmi::read_steps(2));
    world.io.restart();
    world.io.run_for(1s);
    std::vector<std::size_t> headers;
    for (const auto& packet : heard_of<colmi::LogPacket>(world.central))
      if (packet.payload[0] == 0xF0) headers.push_back(packet.payload[1]);
    BOOST_TEST(headers.size() == (keeps ? 2U : 1U));
    BOOST_TEST((world.ring.totals().stale > 0) == keeps);
  }
}

BOOST_AUTO_TEST_SUITE_END()
