// The devices file as users write it: read from its usual place, wrong in every way at once, and named in a
// graph. No radio is needed: what is wrong with a name is said before anything is sought.
#include "tools/program.hpp"

#include <cerrno>
#include <cstring>

using namespace ib::test;

namespace {

constexpr const char* graph_of_ble_ana =
    "interbeat: 1\nnodes:\n  anna: {type: source, uri: \"ble:ana\", connect_timeout: 1 s}\n"
    "  file: {type: sink.csv, in: anna.rr, path: a.csv}\n";

/// A user whose home is the test's folder, and a bus that is nowhere.
struct HomeWithDevices : Program {
  HomeWithDevices() {
    setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + (folder / "no-bus").string()).c_str(), 1);
    fs::create_directories(folder / "config/interbeat");
    write("g.yaml", graph_of_ble_ana);
  }
  ~HomeWithDevices() {
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
  }
  std::string usual() const { return (folder / "config/interbeat/devices.yaml").string(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(devices_file, HomeWithDevices)

BOOST_AUTO_TEST_CASE(all_that_is_wrong_is_said_at_once_and_where) {
  write("d.yaml", R"(device: {}
devices:
  an na: {address: "AA:BB:CC:DD:EE:FF"}
  ben: {adress: "AA:BB:CC:DD:EE:FF"}
  cara: {address: "AA:BB:CC:DD:EE"}
  dora: {address: "AA:BB:CC:DD:EE:01", name: Ring}
  emil: {address: "aa:bb:cc:dd:ee:01", family: blc, adapter: usb0, counts_per_g: 0}
  finn: ring
)");
  const auto said = (*this)("check g.yaml --devices d.yaml");
  BOOST_TEST(said.code == 2);
  for (
      const auto* part :
      {"d.yaml:1:1: error: device: unknown key \"device\"", "hint: did you mean \"devices\"?",
       "d.yaml:3:3: error: devices.an na: \"an na\" cannot be the name of a device",
       "d.yaml:4:9: error: devices.ben.adress: unknown key \"adress\"", "did you mean \"address\"?",
       "d.yaml:5:19: error: devices.cara.address: \"AA:BB:CC:DD:EE\" is no Bluetooth address",
       "d.yaml:6:40: error: devices.dora.name: a device is found by its address or by its name, not both",
       "d.yaml:7:19: error: devices.emil.address: this is the same device as at d.yaml:6:19",
       "d.yaml:7:48: error: devices.emil.family: there is no family \"blc\"",
       "did you mean \"bcl\"?", "d.yaml:7:62: error: devices.emil.adapter: \"usb0\" is no adapter",
       "d.yaml:7:82: error: devices.emil.counts_per_g: 0 is below the limit of 1",
       "d.yaml:8:9: error: devices.finn: this is \"ring\", not a device"})
    BOOST_TEST(has(said.err, part), part << " is not in\n" << said.err);
}

BOOST_AUTO_TEST_CASE(a_name_is_looked_up_in_the_usual_place) {
  const auto nowhere = (*this)("check g.yaml");
  BOOST_TEST(nowhere.code == 2);
  BOOST_TEST(has(nowhere.err,
                 "g.yaml:3:29: error: nodes.anna.uri: anna can't be opened: ble:ana: there is no " +
                     usual()),
             nowhere.err);
  write("config/interbeat/devices.yaml",
        "devices:\n  anna: {address: \"AA:BB:CC:DD:EE:FF\"}\n  ben: {addres: 1}\n");
  const auto near = (*this)("check g.yaml");
  BOOST_TEST(has(near.err, usual() + " has no device ana; did you mean ble:anna?"), near.err);
  BOOST_TEST(has(near.err, "devices.yaml:3:9: devices.ben.addres: unknown key \"addres\""),
             near.err);
  write("g.yaml", std::string(graph_of_ble_ana)
                      .replace(std::string(graph_of_ble_ana).find("ble:ana"), 7, "ble:anna"));
  const auto found = (*this)("check g.yaml");
  BOOST_TEST(found.code == 2);
  BOOST_TEST(has(found.err, "there is no D-Bus system bus"), found.err);
  BOOST_TEST(has(found.err, "AA:BB:CC:DD:EE:FF: there is no"), found.err);
}

BOOST_AUTO_TEST_CASE(a_graph_without_devices_does_not_care) {
  write("config/interbeat/devices.yaml", "devices: [\n");
  write("v.yaml",
        "interbeat: 1\nnodes:\n  ring: {type: source, uri: \"virtual:seed=1\"}\n"
        "  file: {type: sink.csv, in: ring.ppg, path: a.csv}\n");
  const auto said = (*this)("check v.yaml");
  BOOST_TEST(said.code == 0, said.err);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_named_must_be_one) {
  const auto said = (*this)("check g.yaml --devices gone.yaml");
  BOOST_TEST(said.code == 2);
  BOOST_TEST(has(said.err, "gone.yaml: error: the devices file can't be read: "), said.err);
  BOOST_TEST(has((*this)("devices info anna --devices .").err, "this is a folder"));
}

BOOST_AUTO_TEST_CASE(a_command_on_devices_takes_the_names_too) {
  write("d.yaml", "devices: {anna: {address: \"AA:BB:CC:DD:EE:FF\"}}\n");
  const auto ana = (*this)("devices info ana --devices d.yaml");
  BOOST_TEST(ana.code == 2);
  BOOST_TEST(has(ana.err, "did you mean ble:anna?"), ana.err);
  const auto anna = (*this)("devices info anna --devices d.yaml --timeout 1s");
  BOOST_TEST(anna.code == 1);
  BOOST_TEST(has(anna.err, "AA:BB:CC:DD:EE:FF: there is no D-Bus system bus"), anna.err);
}

BOOST_AUTO_TEST_CASE(the_shipped_example_is_sound) {
  const auto file = fs::path(source_folder) / "configs/devices.yaml";
  const auto ben = (*this)("devices info ben --timeout 1s --devices '" + file.string() + "'");
  BOOST_TEST(ben.code == 1);
  BOOST_TEST(has(ben.err, "Polar H10 12345678: there is no D-Bus system bus"), ben.err);
  BOOST_TEST(!has(ben.err, "devices.yaml"), ben.err);
}

BOOST_AUTO_TEST_SUITE_END()
