#include "polar/requests.hpp"

namespace ib::polar {
namespace {

enum Operation : std::uint8_t { settings = 1, begin = 2, end = 3, status = 5, sdk_status = 6 };

std::uint8_t number(Measurement type) { return static_cast<std::uint8_t>(type); }

// One value of one setting: its number, how many values follow, the value.
void add_u16(wire::Packet& packet, std::uint8_t setting, std::optional<std::uint16_t> value) {
  if (value) packet.u8(setting).u8(1).u16(*value);
}

}  // namespace

wire::Packet ask_settings(Measurement type) { return {settings, number(type)}; }

wire::Packet start(Measurement type, const Choice& choice) {
  wire::Packet packet{begin, number(type)};
  add_u16(packet, 0, choice.rate_hz);
  add_u16(packet, 1, choice.resolution_bits);
  add_u16(packet, 2, choice.range);
  if (choice.channels) packet.u8(4).u8(1).u8(*choice.channels);
  return packet;
}

wire::Packet stop(Measurement type) { return {end, number(type)}; }
wire::Packet ask_status() { return {status}; }
wire::Packet ask_sdk_status() { return {sdk_status}; }

}  // namespace ib::polar
