#include "oura/packet.hpp"

namespace ib::oura {
namespace {

constexpr std::uint8_t extended = 0x2F, battery = 0x0D, beats_of_memory = 0x60;  // tags
constexpr std::uint8_t state_reply = 0x21, latest_reply = 0x25, beat_push = 0x28;
constexpr std::uint8_t live_beats = 2;  // a feature
constexpr std::uint16_t most_ibi_ms = 2000;

std::optional<std::uint16_t> interval(unsigned ms) {
  if (ms == 0 || ms > most_ibi_ms) return std::nullopt;
  return static_cast<std::uint16_t>(ms);
}

Decoded told(Decoded decoded, const wire::Reader& payload) noexcept {
  return payload.ok() ? decoded : Refused{Refusal::bad_length};
}

Decoded beat(wire::Reader payload) noexcept {
  payload.skip(4);  // flags, state, number
  const unsigned word = payload.u16();
  return told(Beat{interval(word & 0xFFFU), static_cast<std::uint8_t>(word >> 12U)}, payload);
}

Decoded state(wire::Reader payload) noexcept {
  BeatsState found;
  found.mode = payload.u8();
  found.flags = payload.u8();
  found.state = payload.u8();
  return told(found, payload);
}

Decoded latest(wire::Reader payload) noexcept {
  LatestBeat found;
  payload.skip(5);
  found.ibi_ms = interval(payload.u16());
  found.ring_time = payload.u32();
  found.duration = payload.u16();
  found.quality = payload.u8();
  return told(found, payload);
}

/// Intervals of 11 bits: the middle ones in bytes of their own, the lowest beside the amplitude, the upper two
/// together at the end.
Decoded record(wire::Reader payload) noexcept {
  BeatRecord found;
  found.ring_time = payload.u32();
  std::array<unsigned, BeatRecord::n> middle{}, low{};
  for (auto& m : middle) m = payload.u8();
  for (auto& l : low) l = payload.u8();
  const unsigned first = payload.u8(), second = payload.u8();
  const std::array<unsigned, BeatRecord::n> high{first >> 5U, first >> 3U,  first >> 1U,
                                                 first << 1U, second >> 5U, second >> 3U};
  const unsigned scale = (second & 15U) == 7 ? 0 : (second & 15U) + 1;
  for (std::size_t k = 0; k < BeatRecord::n; ++k) {
    found.ibi_ms[k] =
        static_cast<std::uint16_t>((middle[k] << 3U) | (high[k] & 6U) | (low[k] & 1U));
    const auto amplitude = (low[k] >> 1U) << scale;
    found.amplitude[k] = static_cast<std::uint16_t>(amplitude < 65535 ? amplitude : 65535);
  }
  return told(found, payload);
}

Decoded percentage(wire::Reader payload) noexcept {
  const Battery found{payload.u8()};
  if (payload.ok() && found.percent > 100) return Refused{Refusal::bad_value};
  return told(found, payload);
}

Decoded extension(wire::Reader payload) noexcept {
  const auto tag = payload.u8();
  const wire::Bytes rest = payload.rest();
  wire::Reader body(rest);
  const bool of_beats = tag == state_reply || tag == latest_reply || tag == beat_push;
  if (!payload.ok() || (of_beats && rest.empty())) return Refused{Refusal::bad_length};
  if (!of_beats || body.u8() != live_beats) return Other{tag, rest};
  if (tag == state_reply) return state(body);
  return tag == latest_reply ? latest(body) : beat(body);
}

}  // namespace

wire::Packet ask_battery() { return {0x0C, 0}; }
wire::Packet ask_beats() { return {extended, 2, 0x20, live_beats}; }
wire::Packet start_beats() { return {extended, 3, 0x22, live_beats, 3}; }
wire::Packet subscribe_beats() { return {extended, 3, 0x26, live_beats, 2}; }
wire::Packet stop_beats() { return {extended, 3, 0x22, live_beats, 1}; }

Decoded decode(wire::Bytes bytes) noexcept {
  wire::Reader packet(bytes);
  const auto tag = packet.u8();
  const std::size_t length = packet.u8();
  if (!packet.ok() || packet.left() != length) return Refused{Refusal::bad_length};
  const wire::Bytes payload = packet.rest();
  switch (tag) {
    case extended: return extension(wire::Reader(payload));
    case battery: return percentage(wire::Reader(payload));
    case beats_of_memory: return record(wire::Reader(payload));
    default: return Other{tag, payload};
  }
}

}  // namespace ib::oura
