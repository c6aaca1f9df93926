#include "colmi/decode.hpp"

#include <algorithm>

#include "colmi/frame.hpp"

namespace ib::colmi {
namespace {

using wire::Reader;

constexpr std::uint8_t refusal = 0xEE;

constexpr Refused refused(Refused::Reason reason) noexcept { return Refused{reason}; }

std::array<std::uint8_t, payload_size> all_of(Reader payload) noexcept {
  std::array<std::uint8_t, payload_size> all{};
  for (auto& byte : all) byte = payload.u8();
  return all;
}

constexpr bool flag(std::uint8_t byte, unsigned mask) noexcept { return (byte & mask) != 0; }

Decoded battery(std::uint8_t percent, std::uint8_t charging) noexcept {
  if (percent > 100) return refused(Refused::Reason::bad_value);
  return Battery{percent, charging == 1};
}

Decoded capability(Reader payload) noexcept {
  const auto p = all_of(payload);
  return Capability{.temperature = p[0] != 0,
                    .spo2 = flag(p[3], 0x02),
                    .blood_pressure = flag(p[3], 0x04),
                    .new_sleep_protocol = p[8] == 1,
                    .manual_heart_rate = flag(p[11], 0x01),
                    .blood_sugar = flag(p[11], 0x80),
                    .stress = flag(p[13], 0x10),
                    .hrv = flag(p[13], 0x20),
                    .all = p};
}

Decoded device_support(Reader payload) noexcept {
  const auto p = all_of(payload);
  return DeviceSupport{
      .pairing = flag(p[1], 0x08), .interval_temperatures = flag(p[8], 0x80), .all = p};
}

Decoded goals(Reader r) noexcept {
  if (r.u8() != 1) return Acknowledged{0x21};
  Goals g{};
  g.steps = r.u24();
  g.calories = r.u24();
  g.distance = r.u24();
  g.sport_min = r.u16();
  g.sleep_min = r.u16();
  return g;
}

Decoded totals(Reader r) noexcept {
  Totals t{};
  t.steps = r.u24_be();
  t.running_steps = r.u24_be();
  t.calories = r.u24_be();
  t.metres = r.u24_be();
  t.minutes = r.u16_be();
  return t;
}

Decoded heart_rate_log_setting(Reader r) noexcept {
  if (r.u8() != 1) return Acknowledged{0x16};
  const auto enabled = r.u8();
  return HeartRateLogSetting{enabled == 1, r.u8()};
}

Decoded log_setting(std::uint8_t command, Reader r) noexcept {
  if (r.u8() != 1) return Acknowledged{command};
  return LogSetting{command, r.u8() == 1};
}

Decoded temperature_log_setting(Reader r) noexcept {
  r.skip(1);
  if (r.u8() != 1) return Acknowledged{0x3A};
  return LogSetting{0x3A, r.u8() == 1};
}

Reading reading_of_heart_rate(std::uint8_t bpm) noexcept {
  if (bpm == 0) return Reading::warming_up;
  return is_heart_rate(bpm) ? Reading::value : Reading::implausible;
}

Reading reading_of(Measurement of, std::uint8_t error, std::uint8_t value) noexcept {
  if (error == 1) return Reading::not_worn;
  if (error == 2) return Reading::no_data;
  if (error != 0) return Reading::unknown;
  if (value == 0) return Reading::warming_up;
  if (of == Measurement::spo2) return is_spo2(value) ? Reading::value : Reading::implausible;
  if (of == Measurement::heart_rate || of == Measurement::realtime_heart_rate)
    return reading_of_heart_rate(value);
  return Reading::value;
}

Decoded measured(Reader r) noexcept {
  const auto type = r.u8();
  const auto error = r.u8();
  const auto value = r.u8();
  if (type == 0 || type > last_measurement) return refused(Refused::Reason::unknown_kind);
  const auto of = static_cast<Measurement>(type);
  return Measured{of, reading_of(of, error, value), value};
}

/// Sources disagree whether the rate is the first byte or follows an error: both are understood, since no
/// error is as large as a heart rate.
Decoded streamed_heart_rate(Reader r) noexcept {
  const auto first = r.u8();
  const auto second = r.u8();
  if (first == 0) return StreamedHeartRate{reading_of_heart_rate(second), second};
  if (is_heart_rate(first)) return StreamedHeartRate{Reading::value, first};
  if (first == 1) return StreamedHeartRate{Reading::not_worn, 0};
  return StreamedHeartRate{first == 2 ? Reading::no_data : Reading::unknown, 0};
}

Decoded pushed(Reader r) noexcept {
  const auto kind = r.u8();
  switch (kind) {
    case 0x01: return NewLog{NewLog::Of::heart_rate};
    case 0x03: return NewLog{NewLog::Of::spo2};
    case 0x04: return NewLog{NewLog::Of::steps};
    case 0x05: return PushedTemperature{r.u16()};
    case 0x0C: {
      const auto percent = r.u8();
      return battery(percent, r.u8());
    }
    case 0x12: {
      LiveActivity activity{};
      activity.steps = r.u24_be();
      activity.calories = r.u24_be();
      activity.metres = r.u24_be();
      if (activity.steps > LiveActivity::most_steps) return refused(Refused::Reason::bad_value);
      return activity;
    }
    default: return refused(Refused::Reason::unknown_kind);
  }
}

Decoded sport_progress(Reader r) noexcept {
  SportProgress s{};
  s.sport = r.u8();
  const auto status = r.u8();
  r.skip(1);
  s.elapsed_s = r.u8();
  s.heart_rate = r.u8();
  s.reading = reading_of_heart_rate(s.heart_rate);
  s.distance = r.u24_be();
  s.steps = r.u24_be();
  s.calories = r.u24_be();
  if (status != 1 && status != 3) return refused(Refused::Reason::unknown_kind);
  s.status = static_cast<SportProgress::Status>(status);
  return s;
}

Decoded raw_optical(RawChannel channel, Reader r) noexcept {
  RawOptical sample{};
  sample.channel = channel;
  sample.value = r.u16_be();
  sample.max = r.u16_be();
  sample.min = r.u16_be();
  sample.difference = r.u16_be();
  sample.valid = r.u8() == 1;
  if (sample.value == 0) return RawHole{channel};
  return sample;
}

std::int16_t twelve_bits(Reader& r) noexcept {
  const unsigned high = r.u8();
  const unsigned low = r.u8();
  const unsigned bits = high << 4U | (low & 0x0FU);
  return static_cast<std::int16_t>(bits < 2048 ? static_cast<int>(bits)
                                               : static_cast<int>(bits) - 4096);
}

Decoded raw(Reader r) noexcept {
  const auto kind = r.u8();
  switch (kind) {
    case 0x01: return raw_optical(RawChannel::spo2, r);
    case 0x02: return raw_optical(RawChannel::ppg, r);
    case 0x03: {
      RawAcceleration a{};
      a.y = twelve_bits(r);
      a.z = twelve_bits(r);
      a.x = twelve_bits(r);
      return a;
    }
    case 0xFF: return RefusedCommand{0xA1};
    case refusal: return RefusedCommand{0x21};
    default: return refused(Refused::Reason::unknown_kind);
  }
}

/// Commands below 0x80 that this program sends: only these can be refused.
constexpr std::array<std::uint8_t, 22> sent{0x01, 0x02, 0x03, 0x04, 0x10, 0x15, 0x16, 0x1E,
                                            0x21, 0x2C, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x3C,
                                            0x43, 0x48, 0x50, 0x69, 0x6A, 0x77};

Decoded refused_command(std::uint8_t first, Reader r) noexcept {
  const auto command = static_cast<std::uint8_t>(first & 0x7FU);
  const bool ours = std::find(sent.begin(), sent.end(), command) != sent.end();
  // 0xBC also opens a big-data packet, which is no frame of this service.
  if (!ours || (first == 0xBC && r.u8() != refusal))
    return refused(Refused::Reason::unknown_command);
  return RefusedCommand{command};
}

Decoded by_command(std::uint8_t command, Reader r) noexcept {
  switch (command) {
    case 0x01: return capability(r);
    case 0x02:
      if (r.u8() == 0x02) return Shaken{};
      return Acknowledged{command};
    case 0x03: {
      const auto percent = r.u8();
      return battery(percent, r.u8());
    }
    case 0x04:
    case 0x10:
    case 0x50:
    case 0x6A:
    case 0x77: return Acknowledged{command};
    case 0x15:
    case 0x37:
    case 0x39:
    case 0x43: return LogPacket{static_cast<Log>(command), all_of(r)};
    case 0x16: return heart_rate_log_setting(r);
    case 0x1E: return streamed_heart_rate(r);
    case 0x21: return goals(r);
    case 0x2C:
    case 0x36:
    case 0x38: return log_setting(command, r);
    case 0x2F: return PacketLength{r.u8()};
    case 0x3A: return temperature_log_setting(r);
    case 0x3C: return device_support(r);
    case 0x48: return totals(r);
    case 0x69: return measured(r);
    case 0x73: return pushed(r);
    case 0x78: return sport_progress(r);
    case 0xA1: return raw(r);
    default: break;
  }
  if (command >= 0x80) return refused_command(command, r);
  return refused(Refused::Reason::unknown_command);
}

}  // namespace

Decoded decode(wire::Bytes frame) noexcept {
  if (frame.size() != frame_size) return refused(Refused::Reason::bad_length);
  if (checksum(frame.first(frame_size - 1)) != std::to_integer<std::uint8_t>(frame.back()))
    return refused(Refused::Reason::bad_checksum);
  Reader r(frame.subspan(1, payload_size));
  return by_command(std::to_integer<std::uint8_t>(frame.front()), r);
}

}  // namespace ib::colmi
