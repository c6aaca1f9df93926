// The heart rate that a Polar sensor advertises, without a connection.
//
// Manufacturer data, company 006b first: status u8 (bit 0 battery, bit 1 skin contact, bits 2..4 counter,
// bit 6 no heart rate follows), clock u8, fast average u8, slow average u8; the oldest straps end
// before the last.
// Source: Polar BLE SDK. Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::polar {

struct Advertised {
  std::uint8_t hr_bpm{};   ///< as the sensor's maker shows it, above 0
  std::uint8_t counter{};  ///< 0..7, changes with the value
  bool contact{};
};

/// None: of another maker, without a heart rate, or too short.
std::optional<Advertised> advertised(wire::Bytes manufacturer_data) noexcept;

}  // namespace ib::polar
