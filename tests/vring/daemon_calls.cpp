// What the virtual bluetoothd refuses, and values over a socket: asked by a client of its own.
#include "bluetooth/asio.hpp"
#include "support/air.hpp"
#include "support/private_bus.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/strap.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;

namespace {

using Properties = std::map<std::string, sdbus::Variant>;
using Managed = std::map<sdbus::ObjectPath, std::map<std::string, Properties>>;

constexpr const char* value_of_gatt = "org.bluez.GattCharacteristic1";
constexpr const char* strap_rate = "00002a37-0000-1000-8000-00805f9b34fb";
constexpr const char* strap_place = "00002a38-0000-1000-8000-00805f9b34fb";
constexpr const char* bcl_commands = "bae80010-4f05-4503-8e65-3af1f7329d1f";

struct BluezClient {
  std::unique_ptr<sdbus::IProxy> at(const std::string& path) {
    return sdbus::createProxy(*bus, "org.bluez", path);
  }
  /// The first object for which `is` holds; empty: none came within 10 s.
  template <class Is>
  std::string wait_for(Is is) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    const auto root = at("/");
    while (std::chrono::steady_clock::now() < until) {
      Managed all;
      root->callMethod("GetManagedObjects")
          .onInterface("org.freedesktop.DBus.ObjectManager")
          .storeResultsTo(all);
      for (const auto& [path, interfaces] : all)
        if (is(interfaces)) return path;
    }
    return {};
  }
  /// A characteristic of the only device there is, once it is connected.
  std::unique_ptr<sdbus::IProxy> value(const std::string& uuid) {
    return at(wait_for([&](const auto& interfaces) {
      const auto found = interfaces.find(value_of_gatt);
      return found != interfaces.end() &&
             found->second.at("UUID").template get<std::string>() == uuid;
    }));
  }
  void connect() {
    at("/org/bluez/hci0")->callMethod("StartDiscovery").onInterface("org.bluez.Adapter1");
    const auto path =
        wait_for([](const auto& interfaces) { return interfaces.count("org.bluez.Device1") > 0; });
    at(path)->callMethod("Connect").onInterface("org.bluez.Device1");
  }
  /// The name of the error; empty: it went well.
  template <class Call>
  static std::string error_of(Call call) {
    try {
      call();
    } catch (const sdbus::Error& error) {
      return error.getName();
    }
    return {};
  }
  std::string write(sdbus::IProxy& value, const Properties& options) {
    return error_of([&] {
      value.callMethod("WriteValue")
          .onInterface(value_of_gatt)
          .withArguments(std::vector<std::uint8_t>{0, 1, 2, 3}, options);
    });
  }
  std::string start_notify(sdbus::IProxy& value) {
    return error_of([&] { value.callMethod("StartNotify").onInterface(value_of_gatt); });
  }

  std::unique_ptr<sdbus::IConnection> bus = sdbus::createSystemBusConnection();
};

constexpr const char* not_permitted = "org.bluez.Error.NotPermitted";

}  // namespace

BOOST_AUTO_TEST_SUITE(daemon_calls)

BOOST_AUTO_TEST_CASE(values_come_over_a_socket_and_not_both_ways) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::Strap>("AA:00:00:00:09:01", "Strap", virtual_ring::Options{});
  air.start();
  BluezClient client;
  client.connect();
  const auto rate = client.value(strap_rate);
  sdbus::UnixFd socket;
  std::uint16_t mtu = 0;
  const auto acquire = [&](sdbus::IProxy& value) {
    return BluezClient::error_of([&] {
      value.callMethod("AcquireNotify")
          .onInterface(value_of_gatt)
          .withArguments(Properties{})
          .storeResultsTo(socket, mtu);
    });
  };
  BOOST_TEST_REQUIRE(acquire(*rate) == "");
  BOOST_TEST(mtu == 247U);
  sdbus::UnixFd held = std::move(socket);
  BOOST_TEST(acquire(*rate) == not_permitted);
  BOOST_TEST(client.start_notify(*rate) == not_permitted);
  pollfd readable{held.get(), POLLIN, 0};
  BOOST_TEST_REQUIRE(::poll(&readable, 1, 10'000) == 1);
  std::array<std::byte, 64> value{};
  const auto n = ::recv(held.get(), value.data(), value.size(), 0);
  BOOST_TEST(n >= 2);                                            // one value a packet
  BOOST_TEST((std::to_integer<unsigned>(value[0]) & 6U) == 6U);  // it feels skin
  BOOST_TEST(acquire(*client.value(strap_place)) == "org.bluez.Error.NotSupported");
}

BOOST_AUTO_TEST_CASE(who_has_subscribed_is_refused_the_socket) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::Strap>("AA:00:00:00:09:02", "Strap", virtual_ring::Options{});
  air.start();
  BluezClient client;
  client.connect();
  const auto rate = client.value(strap_rate);
  BOOST_TEST(client.start_notify(*rate) == "");
  const auto why = BluezClient::error_of([&] {
    rate->callMethod("AcquireNotify").onInterface(value_of_gatt).withArguments(Properties{});
  });
  BOOST_TEST(why == not_permitted);
}

BOOST_AUTO_TEST_CASE(a_write_is_of_a_type_that_the_characteristic_takes) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::BclRing>("AA:00:00:00:09:03", "BCL", virtual_ring::Options{},
                          vring::RadioOptions{}, std::chrono::steady_clock::now());
  air.start();
  BluezClient client;
  client.connect();
  const auto commands = client.value(bcl_commands);
  const auto with = [](const char* type) {
    return Properties{{"type", sdbus::Variant{std::string(type)}}};
  };
  BOOST_TEST(client.write(*commands, {}) == "");
  BOOST_TEST(client.write(*commands, with("command")) == "");
  BOOST_TEST(client.write(*commands, with("request")) == "org.bluez.Error.NotSupported");
  BOOST_TEST(client.write(*commands, with("reliable")) == "org.bluez.Error.NotSupported");
  BOOST_TEST(client.write(*commands, with("requst")) == "org.bluez.Error.InvalidArguments");
  BOOST_TEST(client.write(*commands, {{"type", sdbus::Variant{7}}}) ==
             "org.bluez.Error.InvalidArguments");
}

BOOST_AUTO_TEST_SUITE_END()
