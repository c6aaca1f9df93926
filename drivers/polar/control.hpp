// What the control point of a Polar sensor says: features when it is read, replies to requests, and,
// unasked, that it stopped a stream. All borrow the bytes they came in.
//
// Source: Polar BLE SDK. Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "polar/measurement.hpp"
#include "polar/refused.hpp"
#include "wire/reader.hpp"

namespace ib::polar {

/// What the sensor can stream.
struct Features {
  std::uint16_t bits{};  ///< bit n: the measurement of number n
  bool has(Measurement type) const noexcept {
    return (bits >> static_cast<unsigned>(type) & 1U) != 0;
  }
};

enum class Error : std::uint8_t {
  none,
  bad_operation,
  bad_type,
  not_supported,
  bad_length,
  bad_parameter,
  already_in_state,
  bad_resolution,
  bad_rate,
  bad_range,
  bad_mtu,
  bad_channels,
  bad_state,
  charging,
  disk_full,
  unknown,  ///< a number that nobody has described
};

struct Reply {
  std::uint8_t operation{};  ///< first byte of the request
  Measurement type{};
  Error error{};
  bool more{};             ///< the parameters go on in another reply
  wire::Bytes parameters;  ///< of ask_settings and start: see settings_of
};

/// The sensor stopped these on its own: charging, full, switched off.
struct Stopped {
  wire::Bytes types;
  std::size_t size() const noexcept { return types.size(); }
  Measurement operator[](std::size_t i) const noexcept {
    return static_cast<Measurement>(std::to_integer<std::uint8_t>(types[i]));
  }
};

using Control = std::variant<Refused, Features, Reply, Stopped>;

/// Of an indication of the control point, or what reading it gave.
Control decode_control(wire::Bytes message) noexcept;

}  // namespace ib::polar
