// interbeat devices: Bluetooth devices in reach, what one of them is, and what it could feed.
#include "command.hpp"
#include "load.hpp"
#include "message.hpp"
#include "text_table.hpp"

#include "bluetooth/search.hpp"

#include <fmt/format.h>

#include <memory>

namespace ib::tool {
namespace {

/// A name as a device advertises it: whatever bytes it likes, and none of them moves the cursor.
std::string printable(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

constexpr const char* devices_examples = R"(
Nothing is written to a device: `scan` listens, `probe` connects, reads what it offers and lets it go.

Examples:
  interbeat devices scan --for 10s
  interbeat devices probe ble:AA:BB:CC:DD:EE:FF
  interbeat devices probe "ble:name=Polar H10 12345678" --support)";

struct ScanArguments {
  std::string length = "8s", adapter;
};

int scan(const ScanArguments& a) {
  const auto length = read_duration("--for", a.length);
  if (!length) return wrong;
  const auto reach = bluetooth::scan(*length, a.adapter);
  if (!reach.problem.empty()) {
    complain(reach.problem);
    return failed;
  }
  if (reach.devices.empty()) {
    say("no device was heard in {:g} s; is it charged, near, and not connected to a phone?",
        seconds(*length));
    return done;
  }
  TextTable table({"address", "name", "dBm"});
  for (const auto& d : reach.devices) {
    auto strength = d.connected ? std::string("connected") : std::string();
    if (d.rssi_dbm && !d.connected) strength = fmt::format("{}", *d.rssi_dbm);
    table.row({"ble:" + d.address, printable(d.name), strength});
  }
  show(table.text());
  return done;
}

struct ProbeArguments {
  std::string device, timeout = "20s";
  bool support{};
};

void show_capabilities(const bluetooth::Family& family) {
  TextTable table({"gives", "as", "rate"});
  for (const auto& c : family.feeds) {
    const char* quality = c.quality == bluetooth::Quality::raw       ? "measured"
                          : c.quality == bluetooth::Quality::derived ? "worked out by the device"
                                                                     : "the maker's own score";
    table.row({std::string(to_text(c.kind)), quality,
               c.rate_hz > 0 ? fmt::format("{:g} Hz", c.rate_hz) : "as it happens"});
  }
  show(table.text(2));
}

int probe(const ProbeArguments& a) {
  const auto timeout = read_duration("--timeout", a.timeout);
  const auto read = bluetooth::read_target(a.device);
  if (!read.problem.empty()) complain(read.problem);
  if (!timeout || !read.problem.empty()) return wrong;
  const auto found = bluetooth::examine(read.target, *timeout);
  if (!found.problem.empty()) {
    complain(bluetooth::text_of(read.target) + ": " + found.problem);
    return failed;
  }
  if (a.support) {
    show(bluetooth::support_text({found.services, found.characteristics, std::nullopt},
                                 found.information));
    return done;
  }
  const auto* family = found.probed.family;
  show(fmt::format("{} ({})\n", printable(found.name), found.address));
  if (family != nullptr) show(fmt::format("family   {}\n", family->name));
  else show(found.probed.heart_rate ? "family   heart rate sensor\n" : "family   not known\n");
  const auto driver = found.probed.driver();
  if (driver.empty()) show("driver   none; send what --support prints, and it may get one\n");
  else show(fmt::format("driver   {{type: {}, device: \"ble:{}\"}}\n", driver, found.address));
  if (family != nullptr && !family->feeds.empty()) show_capabilities(*family);
  return done;
}

}  // namespace

void add_devices(CLI::App& app, Action& action) {
  auto* devices = app.add_subcommand("devices", "Finds Bluetooth devices and says what they are");
  devices->require_subcommand(1);
  devices->footer(devices_examples);

  auto s = std::make_shared<ScanArguments>();
  auto* scanning = devices->add_subcommand("scan", "Lists the devices that are heard");
  scanning->add_option("--for", s->length, "How long to listen, such as 8s")->capture_default_str();
  scanning->add_option("--adapter", s->adapter, "hci0, hci1 ...; else the first that is on");
  scanning->callback([s, &action] { action = [s] { return scan(*s); }; });

  auto p = std::make_shared<ProbeArguments>();
  auto* probing = devices->add_subcommand("probe", "Connects to a device and says what it is");
  probing->add_option("DEVICE", p->device, "ble:ADDRESS or ble:name=NAME")->required();
  probing->add_option("--timeout", p->timeout, "How long it may take")->capture_default_str();
  probing->add_flag("--support", p->support,
                    "What may be sent to us: services and versions; no address, no name");
  probing->callback([p, &action] { action = [p] { return probe(*p); }; });
}

}  // namespace ib::tool
