// The SpO2 that a ring recorded: payload of the message 0x2A, a block of 49 bytes for each day.
//
// Thread: one at a time; no allocation, no throw.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::colmi {

/// The lowest and highest SpO2 of an hour, %, 70..100.
struct Spo2Range {
  std::uint8_t min, max;
  bool operator==(const Spo2Range&) const = default;
};

struct Spo2Day {
  std::uint8_t days_ago{};
  std::array<std::optional<Spo2Range>, 24> hours{};  ///< of the ring's clock; none: not measured
  unsigned implausible{};  ///< hours with something that is no range within 70..100; they are none
};

/// Day after day out of one payload.
class Spo2Days {
 public:
  explicit Spo2Days(wire::Bytes payload) noexcept : rest_(payload) {}

  /// The next day, in the order of the payload; none: the end.
  std::optional<Spo2Day> next() noexcept;

  /// After the end: the payload was whole days.
  bool whole() const noexcept { return rest_.left() == 0; }

 private:
  wire::Reader rest_;
};

}  // namespace ib::colmi
