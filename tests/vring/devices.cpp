// interbeat devices: what is in reach, and what one of them is.
#include "bluetooth/search.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/strap.hpp"

#include "support/air.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace std::chrono_literals;

namespace {

/// A strap and a ring, heard by whoever listens.
struct TwoDevices {
  TwoDevices() {
    air.add<vring::Strap>("AA:00:00:00:03:01", "Strap", virtual_ring::Options{});
    ring = &air.add<vring::BclRing>("AA:00:00:00:03:02", "BCL603A402", virtual_ring::Options{},
                                    vring::RadioOptions{}, std::chrono::steady_clock::now());
    air.start();
  }
  test::PrivateBus bus;
  test::Air air;
  vring::BclRing* ring{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(devices)

BOOST_FIXTURE_TEST_CASE(all_that_advertise_are_listed, TwoDevices) {
  const auto reach = bluetooth::scan(1s, "");
  BOOST_TEST(reach.problem == "");
  BOOST_TEST_REQUIRE(reach.devices.size() == 2U);
  for (const auto& d : reach.devices) BOOST_TEST(d.rssi_dbm.value_or(0) < -50);
}

BOOST_FIXTURE_TEST_CASE(a_device_is_told_by_its_services_and_let_go, TwoDevices) {
  const auto found = bluetooth::examine({"AA:00:00:00:03:02", "", ""}, 10s);
  BOOST_TEST(found.problem == "");
  BOOST_TEST(found.name == "BCL603A402");
  BOOST_TEST(found.probed.driver() == "ring.bcl");
  const auto strap_found = bluetooth::examine({"", "Strap", ""}, 10s);
  BOOST_TEST(strap_found.probed.driver() == "ble.heart_rate");
  BOOST_TEST(strap_found.battery_percent.value_or(0) == 72U);
  BOOST_TEST(strap_found.information.firmware == "3.1.1");
  BOOST_TEST(!found.battery_percent);       // a ring tells its charge only when it is asked
  BOOST_TEST(ring->totals().frames == 0U);  // nothing was started on it
}

/// The agent is there while its owner pairs, and at no other time.
BOOST_AUTO_TEST_CASE(a_device_that_wants_to_be_paired_says_so_and_is_paired_once_asked) {
  test::PrivateBus bus;
  test::Air air;
  constexpr auto address = "AA:00:00:00:03:04";
  air.add_with<vring::Strap>({.wants_pairing = true}, address, "Shy", virtual_ring::Options{});
  std::vector<std::string> told;
  air.run([&] {
    air.daemon.on_event([&](const vring::Peripheral*, const std::string& what) {
      if (what.find("agent") != std::string::npos || what == "pair") told.push_back(what);
    });
  });
  air.start();
  const std::string graph =
      "interbeat: 1\nnodes:\n  anna: {type: ble.heart_rate, device: \"ble:AA:00:00:00:03:04\", "
      "connect_timeout: 10 s}\n  file: {type: sink.csv, in: anna.rr, path: rr.csv}\n";
  const test::Scratch out;
  Diagnostics problems;
  BOOST_TEST((test::live_plan(graph, out.path(), problems) == nullptr));
  BOOST_TEST(problems.text().find("AA:00:00:00:03:04: it wants to be paired first, once: interbeat "
                                  "devices pair ble:AA:00:00:00:03:04") != std::string::npos,
             problems.text());
  air.run([&] { BOOST_TEST(told.empty()); });

  BOOST_TEST(bluetooth::examine({address, "", ""}, 10s).wants_pairing);
  const auto bond = bluetooth::pair({address, "", ""}, 10s);
  BOOST_TEST(bond.problem == "");
  BOOST_TEST(bond.name == "Shy");
  const std::vector<std::string> once{"register-agent NoInputNoOutput", "pair", "unregister-agent"};
  air.run([&] { BOOST_TEST(told == once, boost::test_tools::per_element()); });
  Diagnostics none;
  BOOST_TEST((test::live_plan(graph, out.path(), none) != nullptr), none.text());
  BOOST_TEST(bluetooth::pair({address, "", ""}, 10s).problem == "");  // it is already
  BOOST_TEST(!bluetooth::examine({address, "", ""}, 10s).wants_pairing);
}

BOOST_AUTO_TEST_CASE(without_an_adapter_the_sentence_says_so) {
  test::PrivateBus bus;
  test::Air air;
  air.daemon.plug(false);
  air.start();
  const auto none =
      "this machine has no Bluetooth adapter; plug one in, and `bluetoothctl list` shows it";
  BOOST_TEST(bluetooth::scan(1s, "").problem == none);
  BOOST_TEST(bluetooth::examine({"AA:00:00:00:03:02", "", ""}, 10s).problem == none);
}

BOOST_AUTO_TEST_CASE(without_bluetooth_the_sentence_says_what_is_missing) {
  test::PrivateBus bus;
  BOOST_TEST(bluetooth::scan(1s, "").problem ==
             "bluetoothd does not run; start it: systemctl start bluetooth");
}

BOOST_AUTO_TEST_SUITE_END()
