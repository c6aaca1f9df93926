// Rings of the "SmartHealth" application (YCBT; service be940000-7333-be46-b7ae-689e71722bd5): live values.
// Replies and live values are indications.
//
//   group key length16 payload crc16     length of all; CRC-16/CCITT-FALSE over all before it
//
// Source: PulseLoopAndroid, YCBT captures. Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "white_label/refused.hpp"
#include "wire/packet.hpp"

namespace ib::white_label::ycbt {

std::uint16_t crc16(wire::Bytes bytes) noexcept;

wire::Packet ask_info();
wire::Packet enable_live();

struct Info {
  std::uint8_t firmware_major{}, firmware_minor{};
  std::uint8_t battery_percent{};
};
/// Since midnight.
struct Activity {
  std::uint16_t steps{}, metres{}, kcal{};
};
struct HeartRate {
  std::optional<std::uint8_t> bpm;  ///< 30..220; absent: it has none
};
/// The ring refused a request.
struct Failed {
  std::uint8_t code{};  ///< fb command, fc key, fd length, fe data, ff checksum
};
/// Anything else that is whole.
struct Other {
  std::uint8_t group{}, key{};
  wire::Bytes payload;  ///< borrowed
};

using Decoded = std::variant<Refused, Info, Activity, HeartRate, Failed, Other>;
Decoded decode(wire::Bytes packet) noexcept;

}  // namespace ib::white_label::ycbt
