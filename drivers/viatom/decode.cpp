#include "viatom/decode.hpp"

namespace ib::viatom {
namespace {

std::optional<std::uint8_t> present(unsigned value) {
  if (value == 0 || value >= 0xFF) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

Charging charging_of(std::uint8_t number) {
  return number < static_cast<std::uint8_t>(Charging::unknown) ? static_cast<Charging>(number)
                                                               : Charging::unknown;
}

/// A count of two bytes, then so many samples; what follows them is not known and left alone.
wire::Bytes counted(wire::Reader& payload) {
  const std::size_t n = payload.u16();
  return payload.take(n);
}

Decoded live_of(wire::Reader payload) {
  Live found;
  found.counter = payload.u16();
  payload.skip(3);
  found.state = payload.u8();
  found.spo2_percent = present(payload.u8());
  found.motion = payload.u8();
  found.hr_bpm = present(payload.u8());
  payload.skip(4);
  found.battery_percent = payload.u8();
  payload.skip(10);
  found.waveform = counted(payload);
  if (!payload.ok()) return Refused{Refusal::bad_length};
  return found;
}

Decoded waveform_of(wire::Reader payload) {
  payload.skip(4);
  const Waveform found{counted(payload)};
  if (!payload.ok()) return Refused{Refusal::bad_length};
  return found;
}

}  // namespace

Decoded decode(wire::Bytes bytes) noexcept {
  const auto opened = open_frame(Generation::o2ring_s, bytes);
  const auto* frame = std::get_if<Frame>(&opened);
  if (frame == nullptr) return std::get<Refused>(opened);
  switch (frame->code) {
    case 0x03: return waveform_of(wire::Reader(frame->payload));
    case 0x04: return live_of(wire::Reader(frame->payload));
    case 0x10:
    case 0xC0:
    case 0xE1:
    case 0xFF: return Answer{frame->code, frame->payload};
    default: return Refused{Refusal::unknown_command};
  }
}

std::variant<Refused, Sensors> decode_sensors(wire::Bytes bytes) noexcept {
  const auto opened = open_frame(Generation::o2ring, bytes);
  const auto* frame = std::get_if<Frame>(&opened);
  if (frame == nullptr) return std::get<Refused>(opened);
  wire::Reader payload(frame->payload);
  Sensors found;
  found.spo2_percent = present(payload.u8());
  found.hr_bpm = present(payload.u16());
  payload.skip(4);  // steps
  found.battery_percent = payload.u8();
  found.charging = charging_of(payload.u8());
  found.motion = payload.u8();
  found.perfusion_permille = payload.u8();
  found.finger = payload.u8() != 0;
  if (!payload.ok()) return Refused{Refusal::bad_length};
  return found;
}

std::variant<Refused, RealTime> decode_real_time(wire::Bytes bytes) noexcept {
  const auto opened = open_frame(Generation::o2ring, bytes);
  const auto* frame = std::get_if<Frame>(&opened);
  if (frame == nullptr) return std::get<Refused>(opened);
  wire::Reader payload(frame->payload);
  RealTime found;
  found.spo2_percent = present(payload.u8());
  found.hr_bpm = present(payload.u16());
  found.battery_percent = payload.u8();
  found.charging = charging_of(payload.u8());
  found.perfusion_permille = payload.u8();
  found.finger = payload.u8() != 0;
  payload.skip(3);
  found.waveform = counted(payload);
  if (!payload.ok()) return Refused{Refusal::bad_length};
  return found;
}

}  // namespace ib::viatom
