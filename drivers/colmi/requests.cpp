#include "colmi/requests.hpp"

#include <cassert>
#include <initializer_list>

#include "colmi/crc16_modbus.hpp"
#include "colmi/frame.hpp"

namespace ib::colmi {
namespace {

wire::Packet framed(wire::Packet packet) noexcept {
  assert(packet.size() < frame_size);
  packet.pad(frame_size - 1);
  return packet.u8(checksum(packet));
}

wire::Packet framed(std::initializer_list<std::uint8_t> bytes) noexcept {
  return framed(wire::Packet(bytes));
}

wire::Packet big_data(std::uint8_t id, std::initializer_list<std::uint8_t> payload) noexcept {
  const wire::Packet body(payload);
  wire::Packet packet{0xBC, id};
  return packet.u16(static_cast<std::uint16_t>(body.size())).u16(crc16_modbus(body)).append(body);
}

template <class Enum>
constexpr std::uint8_t code_of(Enum value) noexcept {
  return static_cast<std::uint8_t>(value);
}

}  // namespace

wire::Packet set_time(const CivilTime& t, Language language) noexcept {
  assert(is_settable(t));
  return framed({0x01, to_bcd(static_cast<unsigned>(static_cast<int>(t.date.year()) - 2000)),
                 to_bcd(static_cast<unsigned>(t.date.month())),
                 to_bcd(static_cast<unsigned>(t.date.day())), to_bcd(t.hour), to_bcd(t.minute),
                 to_bcd(t.second), code_of(language)});
}

wire::Packet name_phone(char first, char second) noexcept {
  return framed(
      {0x04, 0x02, 0x0A, static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)});
}

wire::Packet read_device_support() noexcept { return framed({0x3C}); }
wire::Packet read_battery() noexcept { return framed({0x03}); }
wire::Packet read_goals() noexcept { return framed({0x21, 0x01}); }
wire::Packet read_totals() noexcept { return framed({0x48, 0x00}); }
wire::Packet blink() noexcept { return framed({0x10}); }
wire::Packet find_device() noexcept { return framed({0x50, 0x55, 0xAA}); }
wire::Packet set_gestures(Gestures gestures) noexcept { return framed({0x02, code_of(gestures)}); }

wire::Packet read_heart_rate_log_setting() noexcept { return framed({0x16, 0x01}); }
wire::Packet set_heart_rate_log(bool enabled, std::uint8_t minutes) noexcept {
  assert(is_log_interval(minutes));
  return framed({0x16, 0x02, static_cast<std::uint8_t>(enabled ? 1 : 2), minutes});
}
wire::Packet read_log_setting(DayLogged log) noexcept { return framed({code_of(log), 0x01}); }
wire::Packet set_log(DayLogged log, bool enabled) noexcept {
  const std::uint8_t off = log == DayLogged::spo2 ? 2 : 0;
  return framed({code_of(log), 0x02, enabled ? std::uint8_t{1} : off});
}
wire::Packet read_temperature_log_setting() noexcept { return framed({0x3A, 0x03, 0x01}); }

wire::Packet start_measurement(Measurement of) noexcept { return framed({0x69, code_of(of), 1}); }
wire::Packet start_measurement_25_s(Measurement of) noexcept {
  return framed({0x69, code_of(of), 0x25});
}
wire::Packet pause_measurement(Measurement of) noexcept { return framed({0x69, code_of(of), 2}); }
wire::Packet continue_measurement(Measurement of) noexcept {
  return framed({0x69, code_of(of), 3});
}
wire::Packet stop_measurement(Measurement of, std::uint8_t last) noexcept {
  return framed({0x6A, code_of(of), last, 0x00});
}

wire::Packet start_heart_rate_stream() noexcept { return framed({0x1E, 1}); }
// The number 3: a client that sends the character '3' (0x33) is not heard.
wire::Packet continue_heart_rate_stream() noexcept { return framed({0x1E, 3}); }
wire::Packet stop_heart_rate_stream() noexcept { return framed({0x1E, 2}); }

wire::Packet control_sport(SportAction action, Sport sport) noexcept {
  return framed({0x77, code_of(action), code_of(sport)});
}

wire::Packet start_raw() noexcept { return framed({0xA1, 0x04}); }
wire::Packet start_raw_long() noexcept { return framed({0xA1, 0x04, 0x04}); }
wire::Packet stop_raw() noexcept { return framed({0xA1, 0x02}); }
wire::Packet poll_raw() noexcept { return framed({0xA1, 0x03}); }
wire::Packet switch_optics_on() noexcept { return framed({0xA1, 0x01}); }

wire::Packet read_heart_rate_log(std::uint32_t day_epoch_s) noexcept {
  wire::Packet packet{0x15};
  return framed(packet.u32(day_epoch_s));
}
wire::Packet read_stress_log(std::uint8_t days_ago) noexcept { return framed({0x37, days_ago}); }
wire::Packet read_hrv_log(std::uint32_t days_ago) noexcept {
  wire::Packet packet{0x39};
  return framed(packet.u32(days_ago));
}
wire::Packet read_steps(std::uint8_t days_ago) noexcept {
  // 0x0f is what the apps send; 0x00 to 0x5f are the quarter hours of a day; 0x01 closes.
  return framed({0x43, days_ago, 0x0F, 0x00, 0x5F, 0x01});
}

wire::Packet read_sleep(SleepProtocol protocol) noexcept {
  switch (protocol) {
    case SleepProtocol::with_naps: return big_data(0x27, {0xFF, 0x01});
    case SleepProtocol::plain: return big_data(0x27, {0xFF});
    case SleepProtocol::bare: break;
  }
  return big_data(0x27, {});
}
wire::Packet read_spo2() noexcept { return big_data(0x2A, {0xFF}); }
wire::Packet read_temperatures(TemperatureDays days) noexcept {
  return big_data(0x25, {code_of(days)});
}
wire::Packet read_interval_temperatures(std::uint8_t day, std::uint8_t page) noexcept {
  return big_data(0x77, {day, page});
}

}  // namespace ib::colmi
