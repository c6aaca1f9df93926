// Bytes as a specification prints them: `bytes("0002 12 00")`, blanks ignored.
#pragma once

#include "wire/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ib::test {

inline std::vector<std::byte> bytes(std::string_view hex) {
  std::string digits;
  for (const char c : hex)
    if (c != ' ') digits += c;
  std::vector<std::byte> found;
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    std::uint8_t value{};
    const auto* const end = digits.data() + std::min(at + 2, digits.size());
    if (std::from_chars(digits.data() + at, end, value, 16).ptr != digits.data() + at + 2)
      throw std::invalid_argument("not hexadecimal: " + std::string(hex));
    found.push_back(static_cast<std::byte>(value));
  }
  return found;
}

inline std::string hex(wire::Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += digits[value >> 4U];
    text += digits[value & 15U];
  }
  return text;
}

}  // namespace ib::test
