// CRC-16/MODBUS: polynomial 0x8005, reflected (0xA001), from 0xFFFF; of nothing it is 0xFFFF.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>

#include "wire/reader.hpp"

namespace ib::colmi {

constexpr std::uint16_t crc16_modbus(wire::Bytes bytes) noexcept {
  unsigned crc = 0xFFFFU;
  for (const auto byte : bytes) {
    crc ^= std::to_integer<unsigned>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xA001U : crc >> 1U;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace ib::colmi
