// Rings of the "Da Rings" application (CRP, Moyoung; service fdda): spot values. They have no checksum,
// so only the length is judged.
//
//   fd da 10 length group command payload     length of all; its ninth bit is bit 0 of the third byte
//
// Source: PulseLoopAndroid, CRPProtocol. Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "white_label/refused.hpp"
#include "wire/packet.hpp"

namespace ib::white_label::crp {

wire::Packet start_heart_rate();
wire::Packet stop_heart_rate();

struct HeartRate {
  std::optional<std::uint8_t> bpm;  ///< 30..220; absent: it is still measuring
};
struct Temperature {
  double degc{};
};
struct Wear {
  bool on{};
};
/// Anything else that is whole.
struct Other {
  std::uint8_t group{}, command{};
  wire::Bytes payload;  ///< borrowed
};

using Decoded = std::variant<Refused, HeartRate, Temperature, Wear, Other>;
Decoded decode(wire::Bytes packet) noexcept;

}  // namespace ib::white_label::crp
