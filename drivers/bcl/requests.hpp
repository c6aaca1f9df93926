// What may be asked of a BCL ring: `00 id command sub payload...`, no checksum.
//
// The ring echoes `id` in the direct reply. Commands that change the ring for good have no function
// here: system (37: reset, power off), history (36, with its deletion 36 03), firmware update.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>

#include "wire/packet.hpp"

namespace ib::bcl {

/// The id of the next request: 0 .. 253, round and round.
constexpr std::uint8_t id_after(std::uint8_t id) noexcept {
  return id < 253 ? static_cast<std::uint8_t>(id + 1) : std::uint8_t{0};
}

/// `hours`: the time zone, east of UTC positive, -12 .. 14.
wire::Packet set_time(std::uint8_t id, std::uint64_t unix_ms, std::int8_t hours) noexcept;
/// The ring answers with `host_ms` and two times of its own (TimeSync).
wire::Packet time_sync(std::uint8_t id, std::uint64_t host_ms) noexcept;

wire::Packet software_version_request(std::uint8_t id) noexcept;
wire::Packet hardware_version_request(std::uint8_t id) noexcept;
wire::Packet battery_request(std::uint8_t id) noexcept;
wire::Packet battery_state_request(std::uint8_t id) noexcept;

struct HeartRateOptions {
  std::uint8_t seconds{};  ///< 0: until it is stopped
  bool waveform{true};     ///< green, 25 Hz
  bool progress{true};
  bool rr{true};
};
wire::Packet start_heart_rate(std::uint8_t id, HeartRateOptions options = {}) noexcept;
wire::Packet stop_heart_rate(std::uint8_t id) noexcept;
/// Of older firmware.
wire::Packet stop_heart_rate_old(std::uint8_t id) noexcept;

struct Spo2Options {
  std::uint8_t seconds{};  ///< 0: until it is stopped
  bool waveform{true};     ///< red and infrared, 25 Hz
  bool progress{true};
};
wire::Packet start_spo2(std::uint8_t id, Spo2Options options = {}) noexcept;
wire::Packet stop_spo2(std::uint8_t id) noexcept;
/// Of older firmware.
wire::Packet stop_spo2_old(std::uint8_t id) noexcept;

/// Acceleration and rotation.
wire::Packet start_motion(std::uint8_t id) noexcept;
wire::Packet start_acceleration(std::uint8_t id) noexcept;
/// Stops both.
wire::Packet stop_motion(std::uint8_t id) noexcept;

inline constexpr double led_ma_per_level = 0.392;

/// Everything at once: three colours, acceleration, rotation, temperatures.
struct SensorOptions {
  std::uint8_t seconds{};                               ///< 0: until it is stopped
  std::uint8_t frequency{};                             ///< Hz; 0: the ring's own
  std::uint8_t green{0x10}, infrared{0x10}, red{0x10};  ///< current, led_ma_per_level each
  bool waveform{true};
  bool progress{true};
};
wire::Packet start_sensors(std::uint8_t id, SensorOptions options = {}) noexcept;
wire::Packet stop_sensors(std::uint8_t id) noexcept;

}  // namespace ib::bcl
