// What a BCL ring says, one struct for each kind of frame.
//
// Lists are views into the frame and live as long as its bytes. `seq` counts the frames of one stream
// modulo 256 (Sequence). A value that the ring has not got is absent. Scores are the vendor's own:
// no unit, and no HRV of ours.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "bcl/items.hpp"

namespace ib::bcl {

/// Why a frame was not decoded; counted, never guessed at.
struct Refused {
  enum class Reason : std::uint8_t {
    bad_length,  ///< shorter than its layout, or than the list it announces
    bad_header,  ///< does not begin with 00
    unknown_command,
    bad_value,  ///< outside of what the field can mean
  };
  Reason reason{};
};
inline constexpr std::array<const char*, 4> labels(Refused::Reason) {
  return {"bad_length", "bad_header", "unknown_command", "bad_value"};
}

/// The ring has taken a request that has no other answer: time set, a measurement stopped or begun.
struct Acknowledged {
  std::uint8_t command{}, sub{};
};

/// Answer to `time_sync`; ms since 1970, before 2100. A ring whose clock was never set counts from 0.
struct TimeSync {
  std::uint64_t host_ms{};  ///< as it was asked
  std::uint64_t ring_receive_ms{}, ring_send_ms{};
};

struct Version {
  enum class Of : std::uint8_t { software, hardware };
  Of of{};
  std::string_view text;  ///< printable ASCII; borrowed
};

struct Battery {
  std::uint8_t percent{};  ///< 0 .. 100
  bool pushed{};           ///< nobody asked
};
struct BatteryState {
  std::uint8_t code{};  ///< the ring's own; its meaning is not published
};

enum class Measurement : std::uint8_t { heart_rate, spo2, sensors, motion };

/// Why a measurement gives nothing, or that it may: what the ring knows of its finger and of itself.
struct Contact {
  enum class Event : std::uint8_t { not_worn, worn, charging, busy, timeout };
  Measurement of{};
  Event event{};
};

/// The end of a measurement by 31. Times of beats are in RrIntervals, not here.
struct HeartRateResult {
  std::optional<std::uint8_t> hr_bpm;  ///< absent: the ring sent 0
  std::uint8_t hrv_score{}, stress_score{};
  std::uint16_t temperature_centi_degc{};
};
/// The end of a measurement by 32.
struct Spo2Result {
  std::optional<std::uint8_t> hr_bpm;        ///< absent: the ring sent 0
  std::optional<std::uint8_t> spo2_percent;  ///< 1 .. 100; absent: the ring sent 0
  std::uint16_t temperature_centi_degc{};
};

struct Progress {
  Measurement of{};
  std::uint8_t percent{};  ///< 100: finished
};

/// Beats by the ring itself, oldest first. The optics behind them run at 25 Hz: see RrComb.
struct RrIntervals {
  std::uint8_t seq{};
  Items<RrInterval> items;
  std::size_t tail_bytes{};  ///< after the last item, not read
};

/// Samples in the order of time, the newest last.
struct GreenWave {
  std::uint8_t seq{};
  Items<GreenSample> items;
  std::size_t tail_bytes{};
};
struct RedWave {
  std::uint8_t seq{};
  Items<RedSample> items;
  std::size_t tail_bytes{};
};
struct Sensors {
  Measurement of{};  ///< sensors (3C) or spo2 (32 02)
  std::uint8_t seq{};
  std::uint64_t unix_ms{};  ///< of the frame, by the ring; before 2100
  Items<SensorSample> items;
  std::size_t tail_bytes{};

  int acceleration_counts_per_g() const { return of == Measurement::sensors ? 1000 : 500; }
};
/// No counter: what is lost can be told by the time alone.
struct Motion {
  Items<MotionSample> items;
  std::optional<std::uint8_t> status;  ///< some firmware puts one before the items
};
struct Acceleration {
  Items<AccelerationSample> items;
  std::optional<std::uint8_t> status;
};

/// 3C has begun.
struct SensorsStarted {
  std::uint64_t unix_ms{};
  std::int8_t hours{};  ///< time zone
};

using Decoded = std::variant<Refused, Acknowledged, TimeSync, Version, Battery, BatteryState,
                             Contact, HeartRateResult, Spo2Result, Progress, RrIntervals, GreenWave,
                             RedWave, Sensors, Motion, Acceleration, SensorsStarted>;

}  // namespace ib::bcl
