#include "white_label/crp.hpp"

namespace ib::white_label::crp {
namespace {

constexpr std::uint8_t spot = 1, wear = 3;                                  // groups
constexpr std::uint8_t heart_rate = 0x09, temperature = 0x20, worn = 0x07;  // commands

wire::Packet spot_heart_rate(std::uint8_t on) {
  constexpr std::uint8_t length = 7;
  return {0xFD, 0xDA, 0x10, length, spot, heart_rate, on};
}

}  // namespace

wire::Packet start_heart_rate() { return spot_heart_rate(1); }
wire::Packet stop_heart_rate() { return spot_heart_rate(0); }

Decoded decode(wire::Bytes bytes) noexcept {
  wire::Reader packet(bytes);
  const auto mark = packet.u16_be();
  const unsigned version = packet.u8();
  const std::size_t length = packet.u8() + ((version & 1U) << 8U);
  Other found;
  found.group = packet.u8();
  found.command = packet.u8();
  if (!packet.ok()) return Refused{Refusal::bad_length};
  if (mark != 0xFDDA || (version & 0xFEU) != 0x10) return Refused{Refusal::bad_head};
  if (length != bytes.size()) return Refused{Refusal::bad_length};
  found.payload = packet.rest();
  wire::Reader payload(found.payload);
  if (found.group == spot && found.command == heart_rate) {
    const auto bpm = payload.u8();
    if (!payload.ok()) return Refused{Refusal::bad_length};
    return bpm >= 30 && bpm <= 220 ? HeartRate{bpm} : HeartRate{};
  }
  if (found.group == spot && found.command == temperature) {
    const Temperature value{payload.u16() / 10.0};
    if (!payload.ok()) return Refused{Refusal::bad_length};
    return value;
  }
  if (found.group == wear && found.command == worn) {
    const Wear value{payload.u8() != 0};
    if (!payload.ok()) return Refused{Refusal::bad_length};
    return value;
  }
  return found;
}

}  // namespace ib::white_label::crp
