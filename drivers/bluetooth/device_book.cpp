#include "bluetooth/device_book.hpp"

#include <interbeat/nearest.hpp>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

namespace ib::bluetooth {
namespace {

constexpr std::size_t longest_alias = 40;

struct Shelf {
  std::mutex mutex;
  std::function<DeviceBook()> read;
  std::optional<DeviceBook> book;
};
Shelf& shelf() {
  static Shelf the_shelf;
  return the_shelf;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string unknown(std::string_view text, std::string_view alias, const DeviceBook& known) {
  const std::string name(text);
  const std::string line = std::string(alias) + ": {address: \"AA:BB:CC:DD:EE:FF\"}";
  if (known.file.empty())
    return name +
           " names no device: expected an address such as ble:AA:BB:CC:DD:EE:FF, or "
           "ble:name=NAME as it advertises itself";
  if (known.missing)
    return name + ": there is no " + known.file +
           ", where names of devices stand; write it (`devices: {" + line +
           "}`), or expected an address such as ble:AA:BB:CC:DD:EE:FF";
  std::vector<std::string_view> names;
  for (const auto& d : known.devices) names.push_back(d.alias);
  auto sentence = name + ": " + known.file + " has no device " + std::string(alias);
  if (const auto near = nearest(alias, names))
    return sentence + "; did you mean ble:" + std::string(*near) + "?";
  sentence += names.empty() ? "; it has none" : "; it has ";
  for (std::size_t k = 0; k < names.size(); ++k)
    sentence += (k > 0 ? ", " : "") + std::string(names[k]);
  return sentence + ". `interbeat devices scan` lists the addresses of those in reach";
}

}  // namespace

const KnownDevice* DeviceBook::find(std::string_view alias) const {
  const auto at = std::find_if(devices.begin(), devices.end(),
                               [&](const KnownDevice& d) { return d.alias == alias; });
  return at == devices.end() ? nullptr : &*at;
}

const KnownDevice* DeviceBook::find_address(std::string_view address) const {
  const auto at = std::find_if(devices.begin(), devices.end(), [&](const KnownDevice& d) {
    return !address.empty() && d.target.address == address;
  });
  return at == devices.end() ? nullptr : &*at;
}

bool is_alias(std::string_view text) {
  return !text.empty() && text.size() <= longest_alias && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

void use_book(std::function<DeviceBook()> read) {
  auto& s = shelf();
  const std::lock_guard lock(s.mutex);
  s.read = std::move(read);
  s.book.reset();
}

DeviceBook book() {
  auto& s = shelf();
  const std::lock_guard lock(s.mutex);
  if (!s.book) s.book = s.read ? s.read() : DeviceBook{};
  return *s.book;
}

FoundDevice find_device(std::string_view text) {
  FoundDevice found;
  auto alias = text;
  if (alias.starts_with("ble:")) alias.remove_prefix(4);
  std::string adapter;
  if (const auto mark = alias.find("?adapter="); mark != std::string_view::npos) {
    adapter = alias.substr(mark);
    alias = alias.substr(0, mark);
  }
  if (!is_alias(alias)) {
    auto read = read_target(text);
    found.device.target = std::move(read.target);
    if (!read.problem.empty()) found.problems.push_back(std::move(read.problem));
    return found;
  }
  const auto known = book();
  const auto* device = known.find(alias);
  if (device == nullptr) {
    found.problems = known.problems;
    found.problems.push_back(unknown(text, alias, known));
    return found;
  }
  found.device = *device;
  if (adapter.empty()) return found;
  // The place behind `?adapter=` is read as it is behind an address.
  auto chosen = read_target("ble:00:00:00:00:00:00" + adapter);
  if (chosen.problem.empty()) found.device.target.adapter = chosen.target.adapter;
  else
    found.problems.push_back(std::string(text) +
                             ": an adapter is named such as hci0; bluetoothctl list shows them");
  return found;
}

}  // namespace ib::bluetooth
