#include "bcl/requests.hpp"

namespace ib::bcl {

namespace {

using wire::Packet;

constexpr std::uint8_t rate_hz = 0x19;  // 25, the only one that all firmware takes

Packet request(std::uint8_t id, std::uint8_t command, std::uint8_t sub) noexcept {
  return {0x00, id, command, sub};
}

}  // namespace

Packet set_time(std::uint8_t id, std::uint64_t unix_ms, std::int8_t hours) noexcept {
  return request(id, 0x10, 0x00).u64(unix_ms).u8(static_cast<std::uint8_t>(hours));
}
Packet time_sync(std::uint8_t id, std::uint64_t host_ms) noexcept {
  return request(id, 0x10, 0x02).u64(host_ms);
}

Packet software_version_request(std::uint8_t id) noexcept { return request(id, 0x11, 0x00); }
Packet hardware_version_request(std::uint8_t id) noexcept { return request(id, 0x11, 0x01); }
Packet battery_request(std::uint8_t id) noexcept { return request(id, 0x12, 0x00); }
Packet battery_state_request(std::uint8_t id) noexcept { return request(id, 0x12, 0x01); }

Packet start_heart_rate(std::uint8_t id, HeartRateOptions options) noexcept {
  return request(id, 0x31, 0x00)
      .u8(options.seconds)
      .u8(rate_hz)
      .u8(options.waveform)
      .u8(options.progress)
      .u8(options.rr);
}
Packet stop_heart_rate(std::uint8_t id) noexcept { return request(id, 0x31, 0x04); }
Packet stop_heart_rate_old(std::uint8_t id) noexcept { return request(id, 0x31, 0x02); }

Packet start_spo2(std::uint8_t id, Spo2Options options) noexcept {
  return request(id, 0x32, 0x00)
      .u8(options.seconds)
      .u8(rate_hz)
      .u8(options.waveform)
      .u8(options.progress);
}
Packet stop_spo2(std::uint8_t id) noexcept { return request(id, 0x32, 0x06); }
Packet stop_spo2_old(std::uint8_t id) noexcept { return request(id, 0x32, 0x02); }

Packet start_motion(std::uint8_t id) noexcept { return request(id, 0x40, 0x06); }
Packet start_acceleration(std::uint8_t id) noexcept { return request(id, 0x40, 0x04); }
Packet stop_motion(std::uint8_t id) noexcept { return request(id, 0x40, 0x00); }

Packet start_sensors(std::uint8_t id, SensorOptions options) noexcept {
  return request(id, 0x3C, 0x00)
      .u8(options.seconds)
      .u8(options.frequency)
      .u8(options.green)
      .u8(options.infrared)
      .u8(options.red)
      .u8(options.waveform)
      .u8(options.progress);
}
Packet stop_sensors(std::uint8_t id) noexcept { return request(id, 0x3C, 0x04); }

}  // namespace ib::bcl
