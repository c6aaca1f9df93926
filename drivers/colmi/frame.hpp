// The frame of the command service: exactly 16 bytes, of which b[0] is the command, b[1..14] its
// payload, zero-padded, and b[15] the sum of the others modulo 256.
//
// (One public description says modulo 255; every capture disproves it.) There is no length, sequence
// number, time or request id in it: a reply is known by its command byte alone, so one command is
// outstanding at a time. Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/reader.hpp"

namespace ib::colmi {

inline constexpr std::size_t frame_size = 16;
inline constexpr std::size_t payload_size = 14;

/// The sum of `bytes` modulo 256.
constexpr std::uint8_t checksum(wire::Bytes bytes) noexcept {
  unsigned sum = 0;
  for (const auto byte : bytes) sum += std::to_integer<unsigned>(byte);
  return static_cast<std::uint8_t>(sum & 0xFFU);
}

/// A decimal number in hexadecimal digits: 59 is 0x59. Precondition: value < 100.
constexpr std::uint8_t to_bcd(unsigned value) noexcept {
  return static_cast<std::uint8_t>(value / 10 << 4U | value % 10);
}

/// The number in hexadecimal digits; 255 if a digit is none.
constexpr std::uint8_t from_bcd(std::uint8_t digits) noexcept {
  const unsigned tens = digits >> 4U;
  const unsigned ones = digits & 15U;
  return tens > 9 || ones > 9 ? std::uint8_t{255} : static_cast<std::uint8_t>(tens * 10 + ones);
}

}  // namespace ib::colmi
