// The skin temperatures that a ring recorded: payloads of the messages 0x25 (days) and 0x77 (the finer
// intervals of one day, in pages).
//
// Thread: one at a time; no allocation, no throw.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::colmi {

/// A completed day.
struct TemperatureDay {
  static constexpr std::size_t most_slots = 288;  ///< 24 h of 5 min

  std::uint8_t days_ago{};
  std::uint8_t minutes{};  ///< per slot, 5 or more
  std::size_t count{};     ///< slots from the ring's midnight on
  std::array<std::uint8_t, most_slots> raw{};

  /// Of slot 0 .. count-1, in tenths of a degree Celsius (201..455); none: not measured.
  std::optional<int> tenth_celsius(std::size_t slot) const noexcept {
    return raw[slot] == 0 ? std::nullopt : std::optional(200 + raw[slot]);
  }
};

/// Day after day out of one payload of 0x25.
class TemperatureHistory {
 public:
  explicit TemperatureHistory(wire::Bytes payload) noexcept : rest_(payload) {}

  /// The next day, in the order of the payload; none: the end.
  std::optional<TemperatureDay> next() noexcept;

  /// After the end: the payload was whole days.
  bool whole() const noexcept { return sound_ && rest_.left() == 0; }

 private:
  wire::Reader rest_;
  bool sound_{true};
};

/// A page of a day (0x77).
struct TemperaturePage {
  static constexpr std::size_t most_values = 288;

  std::uint8_t day{};            ///< as it was asked for
  std::uint8_t minutes{};        ///< between two values
  std::uint8_t pages{}, page{};  ///< page 0 .. pages-1
  std::size_t count{};
  std::array<std::uint16_t, most_values> raw{};

  /// Of value 0 .. count-1, in hundredths of a degree Celsius; none: not measured (0, as in the other
  /// logs of the ring).
  std::optional<int> centi_celsius(std::size_t value) const noexcept {
    return raw[value] == 0 ? std::nullopt : std::optional(int{raw[value]});
  }
};

/// None if the payload is no page: too short, half a value, more than 288 values, or a page that is not
/// among its pages.
std::optional<TemperaturePage> temperature_page(wire::Bytes payload) noexcept;

}  // namespace ib::colmi
