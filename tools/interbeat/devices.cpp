// interbeat devices: Bluetooth devices in reach, what one of them is, and what it could feed.
#include "command.hpp"
#include "devices_file.hpp"
#include "load.hpp"
#include "message.hpp"
#include "text_table.hpp"

#include "bluetooth/device_book.hpp"
#include "bluetooth/search.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace ib::tool {
namespace {

/// A name as a device advertises it: whatever bytes it likes, and none of them moves the cursor.
std::string printable(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

constexpr const char* devices_examples = R"(
Nothing is written to a device: `scan` listens, `probe` and `info` connect, read what it offers and let it go.
Some rings give nothing to those who did not pair them: `pair` does that, once; bluetoothd keeps the bond until
`bluetoothctl remove ADDRESS`. A run that needs it is refused with that command; other rings need no pairing.
Names such as anna stand in a devices file (configs/devices.yaml is an example).

Examples:
  interbeat devices scan --for 10s
  interbeat devices info anna
  interbeat devices pair anna
  interbeat devices probe ble:AA:BB:CC:DD:EE:FF
  interbeat devices probe "ble:name=Polar H10 12345678" --support)";

/// The names that the user gave, of the usual file or of `--devices`; what is wrong with it was said.
std::optional<bluetooth::DeviceBook> names_given(const std::string& file) {
  if (!file.empty() && !use_devices_file(file)) return std::nullopt;
  auto book = bluetooth::book();
  for (const auto& problem : book.problems) say("{}", problem);
  return book;
}

/// How the user calls a device; empty: not at all.
std::string alias_of(const bluetooth::DeviceBook& book, const std::string& address,
                     const std::string& name) {
  if (const auto* known = book.find_address(address)) return known->alias;
  for (const auto& d : book.devices)
    if (!name.empty() && d.target.name == name) return d.alias;
  return {};
}

struct ScanArguments {
  std::string length = "8s", adapter, names;
};

int scan(const ScanArguments& a) {
  const auto length = read_duration("--for", a.length);
  const auto book = names_given(a.names);
  if (!length || !book) return wrong;
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
  const bool named = !book->devices.empty();
  TextTable table(named ? std::vector<std::string>{"address", "yours", "name", "dBm"}
                        : std::vector<std::string>{"address", "name", "dBm"});
  for (const auto& d : reach.devices) {
    auto strength = d.connected ? std::string("connected") : std::string();
    if (d.rssi_dbm && !d.connected) strength = fmt::format("{}", *d.rssi_dbm);
    std::vector<std::string> cells{"ble:" + d.address};
    if (named) cells.push_back(alias_of(*book, d.address, d.name));
    cells.push_back(printable(d.name));
    cells.push_back(strength);
    table.row(std::move(cells));
  }
  show(table.text());
  return done;
}

struct ProbeArguments {
  std::string device, timeout = "20s", names;
  bool support{};
};

void show_capabilities(const bluetooth::Family& family) {
  TextTable table({"gives", "as", "rate", "packets bear", "samples bear", "is read"});
  for (const auto& c : family.feeds) {
    const char* quality = c.quality == bluetooth::Quality::raw       ? "measured"
                          : c.quality == bluetooth::Quality::derived ? "worked out by the device"
                                                                     : "the maker's own score";
    auto read = std::string(to_text(c.reading));
    if (!c.only.empty()) read += fmt::format(", of {}", c.only);
    table.row({std::string(to_text(c.kind)), quality,
               c.rate_hz > 0 ? fmt::format("{:g} Hz", c.rate_hz) : "as it happens",
               std::string(to_text(c.counter)), c.device_time ? "the device's time" : "", read});
  }
  show(table.text(2));
}

/// The device that the user means, examined; none after saying why not, with the exit code.
struct Looked {
  std::optional<bluetooth::Examined> found;
  std::string name;  ///< as it goes behind `ble:`
  Exit exit = done;
};
Looked look_at(const ProbeArguments& a) {
  const auto timeout = read_duration("--timeout", a.timeout);
  const auto book = names_given(a.names);
  if (!timeout || !book) return {{}, {}, wrong};
  const auto device = bluetooth::find_device(a.device);
  // A broken file has been told of already.
  if (!device.problems.empty()) {
    complain(device.problems.back());
    return {{}, {}, wrong};
  }
  auto found = bluetooth::examine(device.device.target, *timeout);
  if (!found.problem.empty()) {
    complain(bluetooth::text_of(device.device.target) + ": " + found.problem);
    return {{}, {}, failed};
  }
  const auto alias = alias_of(*book, found.address, found.name);
  return {found, alias.empty() ? found.address : alias};
}

void show_what_it_is(const bluetooth::Examined& found, const std::string& name) {
  const auto* family = found.probed.family;
  show(fmt::format("{} ({}){}\n", printable(found.name), found.address,
                   name == found.address ? "" : ", yours: " + name));
  if (family != nullptr) show(fmt::format("family    {}\n", family->name));
  else show(found.probed.heart_rate ? "family    heart rate sensor\n" : "family    not known\n");
  const auto driver = found.probed.driver();
  if (driver.empty()) show("driver    none; send what --support prints, and it may get one\n");
  else show(fmt::format("driver    {{type: {}, device: \"ble:{}\"}}\n", driver, name));
}

int probe(const ProbeArguments& a) {
  const auto looked = look_at(a);
  if (!looked.found) return looked.exit;
  const auto& found = *looked.found;
  if (a.support) {
    show(bluetooth::support_text({found.services, found.characteristics, std::nullopt},
                                 found.information));
    return done;
  }
  show_what_it_is(found, looked.name);
  if (found.probed.family != nullptr && !found.probed.family->feeds.empty())
    show_capabilities(*found.probed.family);
  return done;
}

int info(const ProbeArguments& a) {
  const auto looked = look_at(a);
  if (!looked.found) return looked.exit;
  const auto& found = *looked.found;
  show_what_it_is(found, looked.name);
  if (!found.probed.driver().empty())
    show(fmt::format("source    {{type: source, uri: \"ble:{}\"}}\n", looked.name));
  if (found.wants_pairing)
    show(fmt::format(
        "pairing   its values are for those alone who paired it; once: interbeat devices pair ble:{}\n",
        looked.name));
  show(
      found.battery_percent
          ? fmt::format("battery   {} %\n", *found.battery_percent)
          : std::string(
                "battery   not told without a measurement; the output `status` of a run tells it\n"));
  const auto line = [](std::string_view what, const std::string& text) {
    show(fmt::format("{:<9} {}\n", what, text.empty() ? "not told" : printable(text)));
  };
  line("maker", found.information.manufacturer);
  line("model", found.information.model);
  line("hardware", found.information.hardware);
  line("firmware", found.information.firmware);
  line("software", found.information.software);
  for (const auto& service : found.services)
    show(fmt::format("service   {}\n", printable(service)));
  if (found.probed.family != nullptr && !found.probed.family->feeds.empty())
    show_capabilities(*found.probed.family);
  return done;
}

int pair(const ProbeArguments& a) {
  const auto timeout = read_duration("--timeout", a.timeout);
  const auto book = names_given(a.names);
  if (!timeout || !book) return wrong;
  const auto device = bluetooth::find_device(a.device);
  if (!device.problems.empty()) {
    complain(device.problems.back());
    return wrong;
  }
  const auto bond = bluetooth::pair(device.device.target, *timeout);
  if (!bond.problem.empty()) {
    complain(bluetooth::text_of(device.device.target) + ": " + bond.problem);
    return failed;
  }
  show(fmt::format("{} ({}) is paired with this machine; bluetoothctl remove {} ends that\n",
                   printable(bond.name), bond.address, bond.address));
  return done;
}

void add_names(CLI::App& command, std::string& file) {
  command.add_option("--devices", file, "Names of devices; else ~/.config/interbeat/devices.yaml")
      ->type_name("FILE");
}

void add_device(CLI::App& command, ProbeArguments& arguments) {
  command
      .add_option("DEVICE", arguments.device,
                  "A name of the devices file, an address, or name=NAME as it advertises itself")
      ->required();
  command.add_option("--timeout", arguments.timeout, "How long it may take")->capture_default_str();
  add_names(command, arguments.names);
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
  add_names(*scanning, s->names);
  scanning->callback([s, &action] { action = [s] { return scan(*s); }; });

  auto p = std::make_shared<ProbeArguments>();
  auto* probing = devices->add_subcommand("probe", "Connects to a device and says what it is");
  add_device(*probing, *p);
  probing->add_flag("--support", p->support,
                    "What may be sent to us: services and versions; no address, no name");
  probing->callback([p, &action] { action = [p] { return probe(*p); }; });

  auto i = std::make_shared<ProbeArguments>();
  auto* asking = devices->add_subcommand(
      "info",
      "Connects to a device and says all about it: charge, firmware, services, what it feeds");
  add_device(*asking, *i);
  asking->callback([i, &action] { action = [i] { return info(*i); }; });

  auto b = std::make_shared<ProbeArguments>();
  auto* pairing = devices->add_subcommand(
      "pair", "Pairs this machine with a device that gives nothing without; once, and to stay");
  add_device(*pairing, *b);
  pairing->callback([b, &action] { action = [b] { return pair(*b); }; });
}

}  // namespace ib::tool
