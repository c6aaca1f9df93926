#include "white_label/jstyle.hpp"

namespace ib::white_label::jstyle {
namespace {

constexpr std::size_t packet_bytes = 16;
constexpr std::uint8_t live = 0x09, battery = 0x13, measure = 0x28, error_bit = 0x80;

std::uint8_t sum(wire::Bytes bytes) {
  unsigned all = 0;
  for (const auto byte : bytes) all += std::to_integer<unsigned>(byte);
  return static_cast<std::uint8_t>(all);
}

wire::Packet closed(wire::Packet packet) {
  packet.pad(packet_bytes - 1);
  return packet.u8(sum(packet));
}

}  // namespace

wire::Packet start_live() { return closed({live, 1, 1}); }
wire::Packet start(Measure what, std::uint16_t seconds) {
  return closed(wire::Packet{measure, static_cast<std::uint8_t>(what), 1, 0, 0}.u16(seconds));
}
wire::Packet stop(Measure what) { return closed({measure, static_cast<std::uint8_t>(what), 0}); }
wire::Packet ask_battery() { return closed({battery}); }

Decoded decode(wire::Bytes bytes) noexcept {
  if (bytes.size() != packet_bytes) return Refused{Refusal::bad_length};
  if (std::to_integer<std::uint8_t>(bytes.back()) != sum(bytes.first(packet_bytes - 1)))
    return Refused{Refusal::bad_checksum};
  const auto command = std::to_integer<std::uint8_t>(bytes.front());
  if ((command & error_bit) != 0)
    return Failed{static_cast<std::uint8_t>(command & ~unsigned{error_bit})};
  if (command != live) return Other{command, bytes.subspan(1, packet_bytes - 2)};
  Live found;
  if (const auto bpm = std::to_integer<std::uint8_t>(bytes[13]); bpm >= 30 && bpm <= 220)
    found.hr_bpm = bpm;
  if (const auto tenths = std::to_integer<std::uint8_t>(bytes[14]); tenths != 0)
    found.degc = tenths / 10.0;
  return found;
}

}  // namespace ib::white_label::jstyle
