#include "devices_file.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"
#include "message.hpp"
#include "yaml_document.hpp"

#include "bluetooth/live_family.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

using bluetooth::DeviceBook;
using bluetooth::KnownDevice;

constexpr const char* variable = "INTERBEAT_DEVICES";
constexpr std::size_t bytes_max = std::size_t{64} << 10;  // a thousand devices
constexpr Range counts{1, 32767};                         // of 16 bits
constexpr const char* an_address = "six bytes such as \"AA:BB:CC:DD:EE:FF\"";

const std::vector<std::string> top_keys{"devices"};
const std::vector<std::string> device_keys{"address", "name", "adapter", "family", "counts_per_g"};

std::vector<std::string> family_ids() {
  std::vector<std::string> ids;
  for (const auto& live : bluetooth::live_families()) ids.emplace_back(live.id);
  return ids;
}

/// Device by device: each says what is wrong with it, and the others are read all the same.
class DevicesReader {
 public:
  DevicesReader(const Yaml& root, DeviceBook& book, Diagnostics& out)
      : root_(root), book_(book), voice_(out) {}

  void read() {
    check_keys(root_, top_keys, {}, voice_);
    const auto* all = root_.find("devices");
    if (all == nullptr) {
      if (!root_.broken)
        voice_.error(root_.mark, {}, "this file names no devices",
                     "devices: {anna: {address: \"AA:BB:CC:DD:EE:FF\"}}");
      return;
    }
    if (all->value.broken || all->value.is_null()) return;  // nobody yet
    if (!all->value.is_mapping())
      return voice_.error(all->value, "devices",
                          "this is " + describe(all->value) + ", not devices by name",
                          "anna: {address: \"AA:BB:CC:DD:EE:FF\"}");
    if (!check_count(all->value.entries.size(), "devices", all->mark, "devices", voice_)) return;
    for (const auto& entry : all->value.entries) device(entry);
  }

 private:
  void device(const Yaml::Entry& entry) {
    const auto path = "devices." + entry.key;
    const auto before = voice_.out().errors();
    if (!bluetooth::is_alias(entry.key))
      voice_.error(entry.mark, path, in_quotes(entry.key) + " cannot be the name of a device",
                   "a letter, then letters, digits, _ or -; at most 40");
    const auto& map = entry.value;
    if (map.broken) return;
    if (!map.is_mapping())
      return voice_.error(map, path, "this is " + describe(map) + ", not a device",
                          "{address: \"AA:BB:CC:DD:EE:FF\"}");
    check_keys(map, device_keys, path, voice_);
    misspelt_ = voice_.out().errors() > before;
    KnownDevice found;
    found.alias = entry.key;
    found.place = location_of(entry.mark);
    read_target_of(map, path, found.target);
    if (const auto text = text_of(map, "adapter", path)) {
      const auto read = bluetooth::read_target("ble:00:00:00:00:00:00?adapter=" + *text);
      found.target.adapter = read.target.adapter;
      if (!read.problem.empty())
        voice_.error(map.find("adapter")->value, path + ".adapter",
                     in_quotes(*text) + " is no adapter",
                     "hci0, hci1 ...; bluetoothctl list shows them");
    }
    if (const auto text = text_of(map, "family", path)) {
      found.family = *text;
      const auto ids = family_ids();
      if (std::find(ids.begin(), ids.end(), *text) == ids.end())
        voice_.error(map.find("family")->value, path + ".family",
                     "there is no family " + in_quotes(*text), one_of(ids),
                     did_you_mean(*text, ids));
    }
    if (const auto* value = map.find("counts_per_g")) {
      const auto where = path + ".counts_per_g";
      const auto n = read_quantity(value->value, "1", where, voice_);
      if (n && check_range(*n, counts, "1", value->value, where, voice_)) found.counts_per_g = *n;
    }
    if (!map.broken && voice_.out().errors() == before) book_.devices.push_back(std::move(found));
  }

  std::optional<std::string> text_of(const Yaml& map, const char* key,
                                     const std::string& path) const {
    const auto* entry = map.find(key);
    if (entry == nullptr) return std::nullopt;
    return read_text(entry->value, path + "." + key, voice_);
  }

  /// By one of address and name.
  void read_target_of(const Yaml& map, const std::string& path, bluetooth::Target& target) {
    const auto* address = map.find("address");
    const auto* name = map.find("name");
    if (address == nullptr && name == nullptr && !map.broken && !misspelt_)
      voice_.error(map.mark, path, "neither the address nor the name of this device is given",
                   an_address, "`interbeat devices scan` lists both");
    if (address != nullptr && name != nullptr)
      voice_.error(name->mark, path + ".name",
                   "a device is found by its address or by its name, not both", {},
                   "leave the name out: an address is one device's alone");
    if (const auto text = text_of(map, "address", path)) {
      const auto read = bluetooth::read_target(*text);
      target.address = read.target.address;
      if (target.address.empty())
        voice_.error(address->value, path + ".address",
                     in_quotes(*text) + " is no Bluetooth address", an_address);
      else unlike_the_others(address->value, path + ".address", target.address);
    } else if (const auto called = text_of(map, "name", path)) {
      const auto read = bluetooth::read_target("name=" + *called);
      target.name = read.target.name;
      if (!read.problem.empty())
        voice_.error(name->value, path + ".name", "no device is called " + in_quotes(*called),
                     "its whole name as it advertises itself, at most 248 bytes");
      else unlike_the_others(name->value, path + ".name", target.name);
    }
  }

  /// Two names of one device would be two people with one body.
  void unlike_the_others(const Yaml& value, const std::string& path, const std::string& text) {
    for (const auto& [other, place] : targets_)
      if (other == text)
        return voice_.error(value, path, "this is the same device as at " + place, {},
                            "a device has one name here");
    targets_.emplace_back(text, location_of(value.mark));
  }

  const Yaml& root_;
  DeviceBook& book_;
  Voice voice_;
  bool misspelt_{};  ///< a key of this device: nothing is known to be missing
  std::vector<std::pair<std::string, std::string>> targets_;
};

/// One line each, for the message of a source.
std::vector<std::string> sentences(const Diagnostics& problems) {
  std::vector<std::string> lines;
  for (const auto& p : problems.items()) {
    auto line = location_of(p.where) + ": " + (p.path.empty() ? "" : p.path + ": ") + p.what;
    if (!p.expected.empty()) line += "; expected " + p.expected;
    if (!p.hint.empty()) line += "; " + p.hint;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string text_of_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

DeviceBook read_usual() {
  const auto file = usual_devices_file();
  DeviceBook book;
  if (file.empty()) return book;
  std::error_code error;
  if (!fs::exists(file, error) && !error) {
    book.file = file.string();
    book.missing = true;
    return book;
  }
  Diagnostics problems;
  book = read_devices_file(file, problems);
  book.problems = sentences(problems);
  return book;
}

}  // namespace

DeviceBook read_devices_file(const fs::path& file, Diagnostics& out) {
  DeviceBook book;
  book.file = file.string();
  std::error_code ignored;
  const Mark top{book.file, 0, 0};
  if (fs::is_directory(file, ignored)) {
    out.error(top, {}, "this is a folder, not a devices file");
    return book;
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    out.error(top, {}, std::string("the devices file can't be read: ") + std::strerror(errno));
    return book;
  }
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > bytes_max) {
    out.error(top, {}, "this file has more than 64 KiB: it is no devices file");
    return book;
  }
  if (const auto root = parse_yaml(text, book.file, out)) DevicesReader(*root, book, out).read();
  return book;
}

fs::path usual_devices_file() {
  if (const auto named = text_of_variable(variable); !named.empty()) return named;
  if (const auto config = text_of_variable("XDG_CONFIG_HOME"); fs::path(config).is_absolute())
    return fs::path(config) / "interbeat/devices.yaml";
  const auto home = text_of_variable("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".config/interbeat/devices.yaml";
}

void use_usual_devices_file() { bluetooth::use_book(&read_usual); }

bool use_devices_file(const std::string& file) {
  std::error_code error;
  const auto whole = fs::absolute(file, error);
  setenv(variable, error ? file.c_str() : whole.c_str(), 1);
  use_usual_devices_file();
  Diagnostics problems;
  read_devices_file(file, problems);
  tell(problems.text());
  return !problems.has_errors();
}

}  // namespace ib::tool
