// interbeat devices: what is in reach, and what one of them is.
#include "bluetooth/search.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/strap.hpp"

#include "support/air.hpp"
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
