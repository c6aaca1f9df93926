// Notification: what a device sent, as it came from the radio: bytes, the characteristic, the moment.
//
// The link gives them on the I/O thread, the source takes them on its executor; everything that they
// mean is worked out behind this door, by pure functions of their sequence. So a stored sequence of
// notifications plays like the device did. Thread: a value, any.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "wire/reader.hpp"

namespace ib::device {

struct Notification {
  static constexpr std::size_t most_bytes = 512;  ///< the longest value that Bluetooth LE has

  enum class Kind : std::uint8_t {
    value,
    connected,     ///< the device streams from here on; what it counts may begin anew
    disconnected,  ///< nothing comes until it is connected again
    asked_anew,  ///< it was told to measure anew: what it counts will begin anew, behind what is under way
  };

  Kind kind{};
  std::uint8_t from{};  ///< which of the protocol's subscriptions
  std::uint16_t n{};
  std::uint32_t
      dropped{};  ///< values that came before it and found no place on this machine (Inbox)
  Arrival arrival;
  std::array<std::byte, most_bytes> bytes;  // of a value, `n` of them; the rest is not read

  wire::Bytes value() const { return wire::Bytes(bytes).first(n); }

  static Notification of(std::uint8_t from, wire::Bytes value, Arrival arrival) {
    Notification got;
    got.from = from;
    got.arrival = arrival;
    got.n = static_cast<std::uint16_t>(std::min(value.size(), most_bytes));
    std::copy_n(value.begin(), got.n, got.bytes.begin());
    return got;
  }
  static Notification of(Kind kind, Arrival arrival) {
    Notification told;
    told.kind = kind;
    told.arrival = arrival;
    return told;
  }
};

}  // namespace ib::device
