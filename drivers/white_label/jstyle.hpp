// Rings and bands of J-Style, Jointcorp, Lumie (service fff0 with fff6 and fff7): packets of 16 bytes, the
// last of which is the sum of the others.
//
// Only the short form of live values is decoded: of the long one no checksum is described.
// Source: reference of the Lumie X6B. Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "white_label/refused.hpp"
#include "wire/packet.hpp"

namespace ib::white_label::jstyle {

enum class Measure : std::uint8_t { hrv = 1, heart_rate = 2, spo2 = 3 };

wire::Packet start_live();  ///< once a second
wire::Packet start(Measure what, std::uint16_t seconds);
wire::Packet stop(Measure what);
wire::Packet ask_battery();

struct Live {
  std::optional<std::uint8_t> hr_bpm;  ///< 30..220; absent: it has none
  std::optional<double> degc;          ///< absent: it has none
};
/// The ring refused a command.
struct Failed {
  std::uint8_t command{};
};
/// Anything else that is whole.
struct Other {
  std::uint8_t command{};
  wire::Bytes payload;  ///< 14 bytes, borrowed
};

using Decoded = std::variant<Refused, Live, Failed, Other>;
Decoded decode(wire::Bytes packet) noexcept;

}  // namespace ib::white_label::jstyle
