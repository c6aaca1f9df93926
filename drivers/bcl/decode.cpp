#include "bcl/decode.hpp"

#include <algorithm>

namespace ib::bcl {

namespace {

using wire::Bytes;
using wire::Reader;
using Reason = Refused::Reason;

constexpr std::uint64_t year_2100_ms = 4'102'444'800'000;

Decoded refuse(Reason reason) noexcept { return Refused{reason}; }

/// `value`, if all of its frame was there.
template <class Value>
Decoded whole(const Reader& from, const Value& value) noexcept {
  return from.ok() ? Decoded{value} : refuse(Reason::bad_length);
}

std::optional<std::uint8_t> unless_zero(std::uint8_t value) noexcept {
  return value != 0 ? std::optional{value} : std::nullopt;
}

/// The next n items; false if they are not all there.
template <class Item>
bool take_items(Reader& from, std::size_t n, LedOrder order, Items<Item>& items,
                std::size_t& tail_bytes) noexcept {
  const auto bytes = from.take(n * Item::bytes);
  if (!from.ok()) return false;
  items = Items<Item>(bytes, order);
  tail_bytes = from.left();
  return true;
}

template <class Message>
Decoded list(Reader from, LedOrder order) noexcept {
  Message message;
  message.seq = from.u8();
  const std::size_t n = from.u8();
  return take_items(from, n, order, message.items, message.tail_bytes) ? Decoded{message}
                                                                       : refuse(Reason::bad_length);
}

Decoded sensors(Reader from, Measurement of, LedOrder order) noexcept {
  Sensors message;
  message.of = of;
  message.seq = from.u8();
  const std::size_t n = from.u8();
  message.unix_ms = from.u64();
  if (!take_items(from, n, order, message.items, message.tail_bytes))
    return refuse(Reason::bad_length);
  return message.unix_ms < year_2100_ms ? Decoded{message} : refuse(Reason::bad_value);
}

Decoded sensors_started(Reader from) noexcept {
  SensorsStarted message;
  message.unix_ms = from.u64();
  message.hours = from.s8();
  return message.unix_ms < year_2100_ms ? Decoded{message} : refuse(Reason::bad_value);
}

Decoded time_sync(Reader from) noexcept {
  TimeSync message{from.u64(), from.u64(), from.u64()};
  if (!from.ok()) return refuse(Reason::bad_length);
  const auto latest = std::max({message.host_ms, message.ring_receive_ms, message.ring_send_ms});
  return latest < year_2100_ms ? Decoded{message} : refuse(Reason::bad_value);
}

Decoded version(Reader from, Version::Of of) noexcept {
  auto text = from.rest();
  while (!text.empty() && text.back() == std::byte{0}) text = text.first(text.size() - 1);
  if (text.empty()) return refuse(Reason::bad_length);
  const auto printable = [](std::byte b) { return b >= std::byte{0x20} && b <= std::byte{0x7E}; };
  if (!std::all_of(text.begin(), text.end(), printable)) return refuse(Reason::bad_value);
  return Version{of, {reinterpret_cast<const char*>(text.data()), text.size()}};
}

Decoded battery(Reader from, bool pushed) noexcept {
  const auto percent = from.u8();
  if (percent > 100) return refuse(Reason::bad_value);
  return whole(from, Battery{percent, pushed});
}

Decoded progress(Reader from, Measurement of) noexcept {
  const auto percent = from.u8();
  if (percent > 100) return refuse(Reason::bad_value);
  return whole(from, Progress{of, percent});
}

Decoded heart_rate_result(Reader from) noexcept {
  HeartRateResult result;
  result.hr_bpm = unless_zero(from.u8());
  result.hrv_score = from.u8();
  result.stress_score = from.u8();
  result.temperature_centi_degc = from.u16();
  return whole(from, result);
}

Decoded spo2_result(Reader from) noexcept {
  Spo2Result result;
  result.hr_bpm = unless_zero(from.u8());
  result.spo2_percent = unless_zero(from.u8());
  result.temperature_centi_degc = from.u16();
  if (result.spo2_percent > 100) return refuse(Reason::bad_value);
  return whole(from, result);
}

/// 31 00 and 32 00.
Decoded status(Reader from, Measurement of) noexcept {
  const auto code = from.u8();
  if (!from.ok()) return refuse(Reason::bad_length);
  switch (code) {
    case 0: return Contact{of, Contact::Event::not_worn};
    case 1: return Contact{of, Contact::Event::worn};
    case 2: return Contact{of, Contact::Event::charging};
    case 3: return of == Measurement::spo2 ? spo2_result(from) : heart_rate_result(from);
    case 4: return Contact{of, Contact::Event::busy};
    case 5: return Contact{of, Contact::Event::timeout};
    default: return refuse(Reason::bad_value);
  }
}

/// 40 06 and 40 04: items, and in some firmware a status byte before them. Whichever divides evenly.
template <class Message, class Item>
Decoded motion(Reader from, std::uint8_t sub) noexcept {
  Message message;
  switch (from.left() % Item::bytes) {
    case 0: break;
    case 1: message.status = from.u8(); break;
    default: return refuse(Reason::bad_length);
  }
  message.items = Items<Item>(from.rest());
  if (!message.items.empty()) return message;
  if (message.status == 1) return Contact{Measurement::motion, Contact::Event::busy};
  return Acknowledged{0x40, sub};
}

Decoded of_time(std::uint8_t sub, Reader from) noexcept {
  switch (sub) {
    case 0x00: return Acknowledged{0x10, sub};
    case 0x02: return time_sync(from);
    default: return refuse(Reason::unknown_command);
  }
}

Decoded of_version(std::uint8_t sub, Reader from) noexcept {
  switch (sub) {
    case 0x00: return version(from, Version::Of::software);
    case 0x01: return version(from, Version::Of::hardware);
    default: return refuse(Reason::unknown_command);
  }
}

Decoded of_battery(std::uint8_t sub, Reader from) noexcept {
  switch (sub) {
    case 0x00: return battery(from, false);
    case 0x01: {
      const BatteryState state{from.u8()};
      return whole(from, state);
    }
    case 0x02: return battery(from, true);
    default: return refuse(Reason::unknown_command);
  }
}

Decoded of_heart_rate(std::uint8_t sub, Reader from, LedOrder order) noexcept {
  switch (sub) {
    case 0x00: return status(from, Measurement::heart_rate);
    case 0x01: return list<GreenWave>(from, order);
    case 0x02: return list<RrIntervals>(from, order);
    case 0x04: return Acknowledged{0x31, sub};
    case 0x03:  // progress of one firmware, ff of the others
    case 0xFF: return progress(from, Measurement::heart_rate);
    default: return refuse(Reason::unknown_command);
  }
}

Decoded of_spo2(std::uint8_t sub, Reader from, LedOrder order) noexcept {
  switch (sub) {
    case 0x00: return status(from, Measurement::spo2);
    case 0x01: return list<RedWave>(from, order);
    case 0x02: return sensors(from, Measurement::spo2, order);
    case 0x06: return Acknowledged{0x32, sub};
    case 0x03:
    case 0xFF: return progress(from, Measurement::spo2);
    default: return refuse(Reason::unknown_command);
  }
}

Decoded of_sensors(std::uint8_t sub, Reader from, LedOrder order) noexcept {
  constexpr std::size_t of_start = 9;  // payload of the 13-byte frame; data has ten bytes or more
  switch (sub) {
    case 0x01:
      if (from.left() == of_start) return sensors_started(from);
      [[fallthrough]];
    case 0x02: return sensors(from, Measurement::sensors, order);
    case 0x03:
    case 0x04: return Acknowledged{0x3C, sub};
    case 0xFF: return progress(from, Measurement::sensors);
    default: return refuse(Reason::unknown_command);
  }
}

Decoded of_motion(std::uint8_t sub, Reader from) noexcept {
  switch (sub) {
    case 0x00: return Acknowledged{0x40, sub};
    case 0x04: return motion<Acceleration, AccelerationSample>(from, sub);
    case 0x06: return motion<Motion, MotionSample>(from, sub);
    default: return refuse(Reason::unknown_command);
  }
}

}  // namespace

std::optional<Header> header(Bytes frame) noexcept {
  Reader from(frame);
  const bool begins = from.u8() == 0;
  const Header found{from.u8(), from.u8(), from.u8()};
  return begins && from.ok() ? std::optional{found} : std::nullopt;
}

Decoded decode(Bytes frame, LedOrder order) noexcept {
  const auto head = header(frame);
  if (!head) return refuse(frame.size() < 4 ? Reason::bad_length : Reason::bad_header);
  const Reader payload(frame.subspan(4));
  switch (head->command) {
    case 0x10: return of_time(head->sub, payload);
    case 0x11: return of_version(head->sub, payload);
    case 0x12: return of_battery(head->sub, payload);
    case 0x31: return of_heart_rate(head->sub, payload, order);
    case 0x32: return of_spo2(head->sub, payload, order);
    case 0x3C: return of_sensors(head->sub, payload, order);
    case 0x40: return of_motion(head->sub, payload);
    default: return refuse(Reason::unknown_command);
  }
}

}  // namespace ib::bcl
