#include "viatom/requests.hpp"

#include <algorithm>
#include <array>

#include "viatom/frame.hpp"

namespace ib::viatom {
namespace {

wire::Packet closed(wire::Packet packet) { return packet.u8(crc8(packet)); }

}  // namespace

wire::Bytes piece(const wire::Packet& request, std::size_t i) noexcept {
  const auto bytes = request.bytes();
  const auto at = std::min(bytes.size(), i * write_bytes_max);
  return bytes.subspan(at, std::min(write_bytes_max, bytes.size() - at));
}

namespace o2ring_s {
namespace {

// All that is ever sent.
enum class Command : std::uint8_t {
  waveform = 0x03,
  live = 0x04,
  set_up = 0x10,
  set_time = 0xC0,
  info = 0xE1,
  authenticate = 0xFF,
};

wire::Packet request(Command command, std::uint8_t sequence, wire::Bytes payload = {}) {
  constexpr std::uint8_t from_host = 0;
  const auto code = static_cast<std::uint8_t>(command);
  wire::Packet packet{0xA5, code, static_cast<std::uint8_t>(~code), from_host, sequence};
  packet.u16(static_cast<std::uint16_t>(payload.size())).append(payload);
  return closed(packet);
}

/// MD5 of "lepucloud", a constant of the protocol.
constexpr std::array<std::uint8_t, 16> salt{0xC2, 0xA7, 0xCF, 0x50, 0xDA, 0xFE, 0xD8, 0x85,
                                            0xA8, 0xF8, 0xF7, 0xEA, 0xC4, 0x43, 0x35, 0xF3};

}  // namespace

wire::Packet authenticate(std::uint32_t unix_s, std::uint8_t sequence) {
  wire::Packet key;
  for (std::size_t i = 0; i < salt.size(); i += 2) key.u8(salt[i]);
  for (int i = 0; i < 4; ++i) key.u8('0');  // any ring takes this in place of its serial number
  key.u32(unix_s);
  wire::Packet masked;
  for (std::size_t i = 0; i < salt.size(); ++i)
    masked.u8(std::to_integer<std::uint8_t>(key.bytes()[i] ^ std::byte{salt[i]}));
  return request(Command::authenticate, sequence, masked);
}

wire::Packet set_up(std::uint8_t sequence) {
  return request(Command::set_up, sequence, wire::Packet{0});
}

wire::Packet set_time(const CivilTime& time, std::uint8_t sequence) {
  wire::Packet payload;
  payload.u16(time.year).u8(time.month).u8(time.day);
  payload.u8(time.hour).u8(time.minute).u8(time.second).u8(0);
  return request(Command::set_time, sequence, payload);
}

wire::Packet ask_info(std::uint8_t sequence) { return request(Command::info, sequence); }
wire::Packet ask_live(std::uint8_t sequence) { return request(Command::live, sequence); }
wire::Packet ask_waveform(std::uint8_t sequence) { return request(Command::waveform, sequence); }

}  // namespace o2ring_s

namespace o2ring {
namespace {

enum class Command : std::uint8_t { sensors = 0x17, real_time = 0x1B };

wire::Packet request(Command command, wire::Bytes payload = {}) {
  const auto code = static_cast<std::uint8_t>(command);
  wire::Packet packet{0xAA, code, static_cast<std::uint8_t>(~code)};
  packet.u16(0).u16(static_cast<std::uint16_t>(payload.size())).append(payload);  // block 0
  return closed(packet);
}

}  // namespace

wire::Packet ask_sensors() { return request(Command::sensors); }

wire::Packet ask_real_time() {
  constexpr std::uint8_t at_125_hz = 0;  // 1: at 62.5 Hz
  return request(Command::real_time, wire::Packet{at_125_hz});
}

}  // namespace o2ring
}  // namespace ib::viatom
