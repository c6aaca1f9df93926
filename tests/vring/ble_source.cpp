// source: ble:… on a real bus: what a device is, its services say; what it can't feed is told where it is
// asked for.
#include "bluetooth/device_book.hpp"
#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/strap.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace std::chrono_literals;

namespace {

constexpr auto ble_strap_address = "AA:00:00:00:05:01";
constexpr auto ble_ring_address = "AA:00:00:00:05:02";

/// A strap that calls itself as a ring does, and a ring; `book`: the names that their owner gave them.
struct StrapAndRing {
  StrapAndRing() {
    virtual_ring::Options ben;
    ben.seed = 2;
    air.add<vring::Strap>(ble_strap_address, "BCL603A401", ben);
    virtual_ring::Options anna;
    anna.seed = 1;
    air.add<vring::BclRing>(ble_ring_address, "BCL603A402", anna,
                            vring::RadioOptions{.interval_ms = 30, .retry = 0.1},
                            std::chrono::steady_clock::now());
    air.start();
  }
  ~StrapAndRing() { bluetooth::use_book({}); }

  static void name(std::vector<bluetooth::KnownDevice> devices) {
    bluetooth::use_book([devices] {
      return bluetooth::DeviceBook{"devices.yaml", devices, {}, {}};
    });
  }
  RunReport run(const std::string& text, const std::filesystem::path& out, Duration length = 4s) {
    Diagnostics problems;
    const auto plan = test::live_plan(text, out, problems);
    BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
    LiveOptions options;
    options.limit = length;
    auto report = run_live(*plan, options);
    for (const auto& why : report.failures) BOOST_ERROR(why);
    return report;
  }

  test::PrivateBus bus;
  test::Air air;
};

std::string ble_refusal(const std::string& text) {
  const test::Scratch out;
  Diagnostics problems;
  BOOST_TEST((test::live_plan(text, out.path(), problems) == nullptr));
  return problems.text();
}

std::string ble_graph(const std::string& uri, const std::string& port = "rr",
                      const std::string& timeout = "10 s") {
  return "interbeat: 1\nnodes:\n  anna: {type: source, uri: \"" + uri +
         "\", connect_timeout: " + timeout + "}\n  file: {type: sink.csv, in: anna." + port +
         ", path: out.csv}\n";
}

bool ble_says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ble_source)

BOOST_FIXTURE_TEST_CASE(a_ring_is_read_as_a_ring_whatever_else_is_called_so, StrapAndRing) {
  name({{"anna", {ble_ring_address, "", ""}, "", 1000, "devices.yaml:2:3"}});
  const test::Scratch out;
  run(R"(interbeat: 1
nodes:
  anna: {type: source, uri: "ble:anna", connect_timeout: 10 s}
  ppg:    {type: sink.csv, in: anna.ppg, path: ppg.csv}
  acc:    {type: sink.csv, in: anna.acc, path: acc.csv}
  status: {type: sink.csv, in: anna.status, path: status.csv}
  clock:  {type: sink.csv, in: anna.clock, path: clock.csv}
)",
      out.path());
  const test::CsvTable ppg(out.path() / "ppg.csv"), acc(out.path() / "acc.csv"),
      clock(out.path() / "clock.csv");
  BOOST_TEST(ppg.rows() >= 3U * 25);
  BOOST_TEST(acc.rows() == ppg.rows());
  BOOST_TEST(clock.rows() >= 2U);
}

BOOST_FIXTURE_TEST_CASE(a_strap_with_the_name_of_a_ring_is_read_as_a_strap, StrapAndRing) {
  const test::Scratch out;
  run(R"(interbeat: 1
nodes:
  ben:   {type: source, uri: "ble:name=BCL603A401", connect_timeout: 10 s}
  rates: {type: sink.csv, in: ben.heart_rate, path: rates.csv}
  rr:    {type: sink.csv, in: ben.rr, path: rr.csv}
)",
      out.path());
  const test::CsvTable rates(out.path() / "rates.csv"), rr(out.path() / "rr.csv");
  BOOST_TEST(rates.rows() >= 2U);
  BOOST_TEST(rr.rows() == rates.rows());
}

std::string two_readers(const std::string& first, const std::string& second) {
  return "interbeat: 1\nnodes:\n  anna: {type: ring.bcl, device: \"" + first +
         "\", connect_timeout: 10 s}\n  ben: {type: source, uri: \"" + second +
         "\", connect_timeout: 10 s}\n  rr: {type: sink.csv, in: anna.rr, path: a.csv}\n"
         "  ppg: {type: sink.csv, in: ben.ppg, path: b.csv}\n";
}

/// Whatever it is called; by its advertised name it is known once it was found.
BOOST_FIXTURE_TEST_CASE(one_device_is_read_by_one_node, StrapAndRing) {
  name({{"anna", {ble_ring_address, "", ""}, "", 0, "devices.yaml:2:3"}});
  const std::string address = std::string("ble:") + ble_ring_address;
  std::uint64_t connections = 0;
  air.run([&] {
    air.daemon.on_event([&](const vring::Peripheral*, const std::string& what) {
      connections += what == "connected" ? 1U : 0U;
    });
  });
  const auto refused = [&](const std::string& first, const std::string& second) {
    const auto why = ble_refusal(two_readers(first, second));
    BOOST_TEST(ble_says(why, "graph.yaml:4:28: error: nodes.ben.uri: ben reads the device "), why);
    BOOST_TEST(ble_says(why, "and so does anna (graph.yaml:3:34); one node reads a device"), why);
    BOOST_TEST(std::count(why.begin(), why.end(), '\n') == 1, why);
  };
  refused(address, address + "?adapter=hci0");
  refused(address, "ble:anna");
  refused("ble:name=BCL603A402", "ble:name=BCL603A402");
  air.run([&] { BOOST_TEST(connections == 0U); });  // so much is known without a radio
  refused(address, "ble:name=BCL603A402");
  refused("ble:name=BCL603A402", "ble:anna");
  air.run([&] {
    BOOST_TEST(connections == 2U);  // the second reader does not disturb the first
    air.daemon.on_event({});
  });
}

BOOST_FIXTURE_TEST_CASE(a_session_outlives_an_adapter_that_is_pulled_out, StrapAndRing) {
  const test::Scratch out;
  air.run_after(2500ms, [this] { air.daemon.plug(false); });
  air.run_after(2700ms, [this] { air.daemon.plug(true); });
  run(R"(interbeat: 1
nodes:
  anna:   {type: source, uri: "ble:AA:00:00:00:05:02", connect_timeout: 10 s}
  ppg:    {type: sink.csv, in: anna.ppg, path: ppg.csv}
  status: {type: sink.csv, in: anna.status, path: status.csv}
)",
      out.path(), 6s);
  const test::CsvTable ppg(out.path() / "ppg.csv"), status(out.path() / "status.csv");
  std::vector<double> lost, back;
  for (std::size_t k = 0; k < status.rows(); ++k) {
    if (status.text(k, "event") == "disconnected") lost.push_back(*status.number(k, "time_s"));
    if (!lost.empty() && status.text(k, "event") == "connected")
      back.push_back(*status.number(k, "time_s"));
  }
  BOOST_TEST_REQUIRE(lost.size() == 1U);
  BOOST_TEST_REQUIRE(back.size() == 1U);
  BOOST_TEST(ppg.numbers("time_s").back() > back[0]);
}

BOOST_FIXTURE_TEST_CASE(what_a_device_cannot_feed_is_told_where_it_is_asked_for, StrapAndRing) {
  const auto strap = ble_graph("ble:AA:00:00:00:05:01", "ppg");
  const auto why = ble_refusal(strap);
  BOOST_TEST(ble_says(why, "graph.yaml:4:"), why);
  BOOST_TEST(
      ble_says(why,
               "anna has no stream `ppg`, which file needs: a strap or watch with the standard "
               "heart rate service: it has no pulse waveform"),
      why);
  BOOST_TEST(ble_says(why, "one of: rr, heart_rate, status"), why);
  const auto acc = ble_refusal(ble_graph("ble:AA:00:00:00:05:02", "acc"));
  BOOST_TEST(ble_says(acc, "which file needs: how many counts make a g"), acc);
  const auto spo2 = ble_refusal(ble_graph("ble:AA:00:00:00:05:02", "spo2"));
  BOOST_TEST(ble_says(spo2, "BCL, OpenRing: its SpO2 is not read by this version"), spo2);
  const auto eda = ble_refusal(ble_graph("ble:AA:00:00:00:05:02", "eda"));
  BOOST_TEST(ble_says(eda, "BCL, OpenRing: it measures nothing like this"), eda);
}

BOOST_FIXTURE_TEST_CASE(a_device_that_is_another_than_the_book_says_is_refused, StrapAndRing) {
  name({{"anna", {ble_strap_address, "", ""}, "bcl", 0, "devices.yaml:3:5"}});
  const auto why = ble_refusal(ble_graph("ble:anna"));
  BOOST_TEST(ble_says(why, "graph.yaml:3:"), why);
  BOOST_TEST(
      ble_says(why,
               "devices.yaml:3:5 says that it is of the family bcl, but by its services it is a "
               "strap or watch with the standard heart rate service"),
      why);
}

BOOST_FIXTURE_TEST_CASE(names_that_nobody_gave_and_the_nearest_that_somebody_did, StrapAndRing) {
  name({{"anna", {ble_ring_address, "", ""}, "", 0, "devices.yaml:2:3"}});
  BOOST_TEST(ble_says(ble_refusal(ble_graph("ble:ana")),
                      "ble:ana: devices.yaml has no device ana; did you mean ble:anna?"));
  bluetooth::use_book([] { return bluetooth::DeviceBook{"/anna/devices.yaml", {}, {}, true}; });
  BOOST_TEST(ble_says(ble_refusal(ble_graph("ble:anna")), "there is no /anna/devices.yaml"));
  bluetooth::use_book([] {
    return bluetooth::DeviceBook{
        "devices.yaml", {}, {"devices.yaml:2:3: error: this is wrong"}, {}};
  });
  BOOST_TEST(
      ble_says(ble_refusal(ble_graph("ble:anna")), "devices.yaml:2:3: error: this is wrong"));
}

BOOST_AUTO_TEST_CASE(two_rings_of_one_name_are_not_chosen_between) {
  test::PrivateBus bus;
  test::Air air;
  const auto start = std::chrono::steady_clock::now();
  for (const auto* address : {"AA:00:00:00:05:03", "AA:00:00:00:05:04"})
    air.add<vring::BclRing>(address, "BCL603A403", virtual_ring::Options{}, vring::RadioOptions{},
                            start);
  air.start();
  const auto why = ble_refusal(ble_graph("ble:name=BCL603A403"));
  BOOST_TEST(ble_says(why,
                      "2 devices are called BCL603A403; name the one you mean by its address: "
                      "AA:00:00:00:05:03 AA:00:00:00:05:04"),
             why);
}

BOOST_AUTO_TEST_CASE(what_is_missing_of_bluetooth_is_said) {
  const auto graph = ble_graph("ble:AA:00:00:00:05:09", "rr", "1 s");
  test::PrivateBus bus;
  BOOST_TEST(
      ble_says(ble_refusal(graph), "bluetoothd does not run; start it: systemctl start bluetooth"));
  test::Air air;
  air.start();
  BOOST_TEST(ble_says(ble_refusal(graph), "it was not heard; is it charged, worn and near?"));
  air.run([&] { air.daemon.power(false); });
  BOOST_TEST(ble_says(ble_refusal(graph), "is switched off; switch it on: bluetoothctl power on"));
  air.run([&] { air.daemon.plug(false); });
  const auto none = ble_refusal(graph);
  BOOST_TEST(ble_says(none, "graph.yaml:3:"), none);
  BOOST_TEST(ble_says(none, "this machine has no Bluetooth adapter; plug one in"), none);
  air.run([&] { air.daemon.plug(true); });
  const auto elsewhere = ble_graph("ble:AA:00:00:00:05:09?adapter=hci7", "rr", "1 s");
  BOOST_TEST(ble_says(ble_refusal(elsewhere), "there is no Bluetooth adapter hci7; there is hci0"));
  bus.stop();
  BOOST_TEST(ble_says(ble_refusal(graph), "there is no D-Bus system bus"));
}

/// The daemon comes while it waits: that it was not there is no reason any more.
BOOST_AUTO_TEST_CASE(what_was_missing_of_bluetooth_and_came_is_forgotten) {
  test::PrivateBus bus;
  test::Air air;
  air.run_after(500ms, [&] { air.daemon.open(); });
  const auto why = ble_refusal(ble_graph("ble:name=Foo", "rr", "4 s"));
  BOOST_TEST(ble_says(why, "it was not heard; is it charged, worn and near?"), why);
  BOOST_TEST(!ble_says(why, "bluetoothd does not run"), why);
}

BOOST_AUTO_TEST_CASE(a_user_who_may_not_use_bluetooth_is_told_so) {
  test::PrivateBus bus(test::PrivateBus::Bluetooth::for_nobody);
  test::Air air;
  air.start();
  const auto why = ble_refusal(ble_graph("ble:AA:00:00:00:05:09", "rr", "1 s"));
  BOOST_TEST(ble_says(why, "this user may not use Bluetooth; add it to the group bluetooth"), why);
}

BOOST_AUTO_TEST_SUITE_END()
