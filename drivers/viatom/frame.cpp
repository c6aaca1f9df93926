#include "viatom/frame.hpp"

namespace ib::viatom {

std::uint8_t crc8(wire::Bytes bytes) noexcept {
  constexpr unsigned polynomial = 0x07;
  unsigned crc = 0;
  for (const auto byte : bytes) {
    crc ^= std::to_integer<unsigned>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80U) != 0 ? crc << 1U ^ polynomial : crc << 1U;
    crc &= 0xFFU;
  }
  return static_cast<std::uint8_t>(crc);
}

std::variant<Refused, Frame> open_frame(Generation generation, wire::Bytes bytes) noexcept {
  if (bytes.size() < envelope_bytes || bytes.size() > frame_bytes_max)
    return Refused{Refusal::bad_length};
  wire::Reader head(bytes);
  const auto lead = head.take(1).front();
  Frame frame;
  frame.code = head.u8();
  const auto complement = head.u8();
  const auto third = head.u8();   // flag, or the block's low byte
  const auto fourth = head.u8();  // sequence, or its high byte
  const std::size_t length = head.u16();
  if (lead != lead_of(generation) || complement != (frame.code ^ 0xFFU))
    return Refused{Refusal::bad_head};
  if (bytes.size() != envelope_bytes + length) return Refused{Refusal::bad_length};
  frame.payload = head.take(length);
  if (head.u8() != crc8(bytes.first(bytes.size() - 1))) return Refused{Refusal::bad_checksum};
  if (generation == Generation::o2ring) {
    frame.sequence = third;
    if (frame.code != 0) return Refused{Refusal::failed};
  } else {
    frame.sequence = fourth;
    if (third == 0) return Refused{Refusal::not_a_reply};
  }
  return frame;
}

}  // namespace ib::viatom
