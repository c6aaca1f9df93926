#include "bluetooth/target.hpp"

#include <algorithm>
#include <cctype>

namespace ib::bluetooth {
namespace {

constexpr std::string_view expected =
    "expected an address such as ble:AA:BB:CC:DD:EE:FF, or ble:name=NAME as it advertises itself";
constexpr std::size_t longest_name = 248;  // octets, of the standard

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

bool is_address(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t k = 0; k < text.size(); ++k)
    if (k % 3 == 2 ? text[k] != ':' : !is_hex(text[k])) return false;
  return true;
}

bool is_adapter(std::string_view text) {
  return text.size() > 3 && text.size() <= 6 && text.substr(0, 3) == "hci" &&
         std::all_of(text.begin() + 3, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

ReadTarget problem(std::string_view text, std::string_view what) {
  std::string sentence(text);
  sentence += what;
  return {{}, std::move(sentence)};
}

}  // namespace

std::string text_of(const Target& target) {
  return target.address.empty() ? target.name : target.address;
}

ReadTarget read_target(std::string_view text) {
  const auto whole = text;
  if (text.substr(0, 4) == "ble:") text.remove_prefix(4);
  ReadTarget read;
  if (const auto mark = text.rfind("?adapter="); mark != std::string_view::npos) {
    const auto adapter = text.substr(mark + 9);
    if (!is_adapter(adapter))
      return problem(whole, ": an adapter is named such as hci0; bluetoothctl list shows them");
    read.target.adapter = adapter;
    text = text.substr(0, mark);
  }
  constexpr std::string_view by_name = "name=";
  if (text.substr(0, by_name.size()) == by_name) {
    read.target.name = text.substr(by_name.size());
    if (read.target.name.empty() || read.target.name.size() > longest_name)
      return problem(whole, " names no device: " + std::string(expected));
    return read;
  }
  if (!is_address(text))
    return problem(whole, " is no Bluetooth device: " + std::string(expected) +
                              "; interbeat devices scan lists those in reach");
  read.target.address = text;
  for (auto& c : read.target.address)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return read;
}

}  // namespace ib::bluetooth
