#include "white_label/ycbt.hpp"

namespace ib::white_label::ycbt {
namespace {

constexpr std::size_t envelope_bytes = 6;
constexpr std::uint8_t get = 2, control = 3, real = 6;  // groups

wire::Packet request(std::uint8_t group, std::uint8_t key, wire::Bytes payload) {
  wire::Packet packet{group, key};
  packet.u16(static_cast<std::uint16_t>(envelope_bytes + payload.size())).append(payload);
  return packet.u16(crc16(packet));
}

std::optional<Decoded> known(const Other& found) {
  wire::Reader payload(found.payload);
  if (found.payload.size() == 1 && found.group != real)
    if (const auto code = wire::Reader(payload).u8(); code >= 0xFB) return Failed{code};
  if (found.group == get && found.key == 0x00) {
    Info info;
    payload.skip(2);
    info.firmware_minor = payload.u8();
    info.firmware_major = payload.u8();
    payload.skip(1);
    info.battery_percent = payload.u8();
    return payload.ok() ? Decoded(info) : Decoded(Refused{Refusal::bad_length});
  }
  if (found.group == real && found.key == 0x00) {
    const Activity activity{payload.u16(), payload.u16(), payload.u16()};
    return payload.ok() ? Decoded(activity) : Decoded(Refused{Refusal::bad_length});
  }
  if (found.group == real && found.key == 0x01) {
    const auto bpm = payload.u8();
    if (!payload.ok()) return Refused{Refusal::bad_length};
    return bpm >= 30 && bpm <= 220 ? HeartRate{bpm} : HeartRate{};
  }
  return std::nullopt;
}

}  // namespace

std::uint16_t crc16(wire::Bytes bytes) noexcept {
  constexpr unsigned polynomial = 0x1021;
  unsigned crc = 0xFFFF;
  for (const auto byte : bytes) {
    crc ^= std::to_integer<unsigned>(byte) << 8U;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x8000U) != 0 ? crc << 1U ^ polynomial : crc << 1U;
    crc &= 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

wire::Packet ask_info() { return request(get, 0x00, wire::Packet{0x47, 0x43}); }
wire::Packet enable_live() { return request(control, 0x09, wire::Packet{1, 0, 1}); }

Decoded decode(wire::Bytes bytes) noexcept {
  wire::Reader packet(bytes);
  Other found;
  found.group = packet.u8();
  found.key = packet.u8();
  const std::size_t length = packet.u16();
  if (bytes.size() < envelope_bytes || length != bytes.size()) return Refused{Refusal::bad_length};
  found.payload = packet.take(length - envelope_bytes);
  if (packet.u16() != crc16(bytes.first(bytes.size() - 2))) return Refused{Refusal::bad_checksum};
  return known(found).value_or(found);
}

}  // namespace ib::white_label::ycbt
