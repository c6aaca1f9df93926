// The envelope of both generations of Viatom rings. Seven bytes, a payload, and a CRC-8 over all before
// it (polynomial 07, from 0):
//
//   O2Ring-S ("OxyII")   a5 command ~command flag sequence length16, both ways; flag 1: from the ring
//   O2Ring               aa command ~command block16 length16 to the ring,
//                        55 status  ~status  block16 length16 back: it does not name its command
//
// Sources: nglessner/o2ring-s-protocol, ecostech/viatom-ble, MackeyStingray/o2r.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "viatom/refused.hpp"
#include "wire/reader.hpp"

namespace ib::viatom {

enum class Generation : std::uint8_t {
  o2ring,    ///< service 14839ac4-7d7e-415c-9a42-167340cf2339
  o2ring_s,  ///< service e8fb0001-a14b-98f9-831b-4e2941d01248
};

inline constexpr std::size_t head_bytes = 7;
inline constexpr std::size_t envelope_bytes = head_bytes + 1;
/// No reply of a ring is longer.
inline constexpr std::size_t frame_bytes_max = 1024;

std::uint8_t crc8(wire::Bytes bytes) noexcept;

/// Samples of the waveform a second, as those who had the rings found.
constexpr double wave_hz_of(Generation generation) {
  return generation == Generation::o2ring ? 125 : 100;
}

/// The first byte of a reply.
constexpr std::byte lead_of(Generation generation) {
  return generation == Generation::o2ring ? std::byte{0x55} : std::byte{0xA5};
}

struct Frame {
  std::uint8_t code{};      ///< O2Ring-S: command; O2Ring: status, 0
  std::uint8_t sequence{};  ///< O2Ring-S: that of the request; O2Ring: low byte of the block
  wire::Bytes payload;      ///< borrowed
};

/// A whole reply.
std::variant<Refused, Frame> open_frame(Generation generation, wire::Bytes bytes) noexcept;

}  // namespace ib::viatom
