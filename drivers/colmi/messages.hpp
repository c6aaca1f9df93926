// What a Colmi / Yawell ring says in one frame, a struct each. What several frames say together is
// collected by DayLog and StepLog; what comes over the other service, by BigData.
//
// Thread: values, any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "colmi/measurement.hpp"

namespace ib::colmi {

/// A frame of which nothing is believed.
struct Refused {
  enum class Reason : std::uint8_t {
    bad_length,  ///< not 16 bytes
    bad_checksum,
    unknown_command,  ///< a first byte that no source describes
    unknown_kind,     ///< a known command, but a kind of it that no source describes
    bad_value,        ///< a value that cannot be: 101 % battery, 200 001 steps in a day
  };
  Reason reason;
  /// It is sound; this program alone does not know what it means.
  constexpr bool is_unknown() const {
    return reason == Reason::unknown_command || reason == Reason::unknown_kind;
  }
  bool operator==(const Refused&) const = default;
};

/// The ring does not know this command, or will not do it (command | 0x80). Newer RT firmwares answer so
/// to 0x1E.
struct RefusedCommand {
  std::uint8_t command;  ///< as it was sent
  bool operator==(const RefusedCommand&) const = default;
};

/// Done, and nothing to tell.
struct Acknowledged {
  std::uint8_t command;
  bool operator==(const Acknowledged&) const = default;
};

/// A charge jumps by 15 % and more from one reply to the next: take the median of five.
struct Battery {
  std::uint8_t percent;  ///< 0..100
  bool charging;
  bool operator==(const Battery&) const = default;
};

/// What the ring says that it has: the answer to set_time.
struct Capability {
  bool temperature, spo2, blood_pressure, new_sleep_protocol, manual_heart_rate, blood_sugar,
      stress, hrv;
  std::array<std::uint8_t, 14> all;  ///< as sent: p[0] is b[1]
  bool operator==(const Capability&) const = default;
};

/// The answer to read_device_support.
struct DeviceSupport {
  bool pairing;  ///< R09 and R11 want "just works" pairing; an R10 sets it and needs none
  bool interval_temperatures;        ///< read_interval_temperatures is answered
  std::array<std::uint8_t, 14> all;  ///< as sent: p[0] is b[1]
  bool operator==(const DeviceSupport&) const = default;
};

/// A spontaneous notice around the connection: how long a notification can be.
struct PacketLength {
  std::uint8_t bytes;
  bool operator==(const PacketLength&) const = default;
};

/// The ring was shaken while it watches for gestures.
struct Shaken {
  bool operator==(const Shaken&) const = default;
};

struct Goals {
  std::uint32_t steps, calories, distance;  ///< as the ring counts them; < 2^24
  std::uint16_t sport_min, sleep_min;
  bool operator==(const Goals&) const = default;
};

/// Since the ring's midnight.
struct Totals {
  std::uint32_t steps, running_steps;
  std::uint32_t calories;  ///< cal; a thousand make a kcal
  std::uint32_t metres;
  std::uint16_t minutes;
  bool operator==(const Totals&) const = default;
};

struct HeartRateLogSetting {
  bool enabled;
  std::uint8_t minutes;  ///< between two measurements
  bool operator==(const HeartRateLogSetting&) const = default;
};

/// Whether the ring logs by itself: SpO2 (0x2C), stress (0x36), HRV (0x38), temperature (0x3A).
struct LogSetting {
  std::uint8_t command;
  bool enabled;
  bool operator==(const LogSetting&) const = default;
};

/// A reading of a running measurement, about one each second.
struct Measured {
  Measurement of;
  Reading reading;
  std::uint8_t raw;  ///< as sent: per minute, %, or a score of the vendor
  std::optional<std::uint8_t> value() const {
    return reading == Reading::value ? std::optional(raw) : std::nullopt;
  }
  bool operator==(const Measured&) const = default;
};

/// A reading of the heart rate stream (0x1E).
struct StreamedHeartRate {
  Reading reading;
  std::uint8_t raw;  ///< per minute
  std::optional<std::uint8_t> value() const {
    return reading == Reading::value ? std::optional(raw) : std::nullopt;
  }
  bool operator==(const StreamedHeartRate&) const = default;
};

/// About one each second while a sport runs.
struct SportProgress {
  std::uint8_t sport;
  enum class Status : std::uint8_t { active = 1, ended = 3 } status;
  std::uint8_t elapsed_s;                   ///< wraps after 255
  Reading reading;                          ///< of the heart rate
  std::uint8_t heart_rate;                  ///< per minute, as sent
  std::uint32_t distance, steps, calories;  ///< as the ring counts them; < 2^24
  bool operator==(const SportProgress&) const = default;
};

// --- raw stream: three channels, of which a burst brings each once (bursts.hpp) -----------------------

enum class RawChannel : std::uint8_t { spo2 = 1, ppg = 2, acceleration = 3 };

/// A sample of an optical channel. `max`, `min` and `difference` are the firmware's statistics of a
/// window of its own; they stay as they are over many packets, and `value` may lie outside of them.
struct RawOptical {
  RawChannel channel;   ///< spo2 (red) or ppg (green)
  std::uint16_t value;  ///< never 0
  std::uint16_t max, min, difference;
  bool valid;  ///< the firmware's flag; on the ppg channel it is often 0
  bool operator==(const RawOptical&) const = default;
};

/// The firmware had no new sample (value 0). It is a hole, not a sample of zero.
struct RawHole {
  RawChannel channel;
  bool operator==(const RawHole&) const = default;
};

/// STK8321, +-4 g: 12-bit two's complement. (Two public programs decode the sign otherwise; only so is a
/// ring at rest at 0.99 to 1.07 g.)
struct RawAcceleration {
  static constexpr double counts_per_g = 512;
  std::int16_t x, y, z;  ///< -2048..2047
  bool operator==(const RawAcceleration&) const = default;
};

// --- pushed -------------------------------------------------------------------------------------

/// There is something new to read from a log.
struct NewLog {
  enum class Of : std::uint8_t { heart_rate = 1, spo2 = 3, steps = 4 } of;
  bool operator==(const NewLog&) const = default;
};

struct PushedTemperature {
  std::uint16_t centi_celsius;
  bool operator==(const PushedTemperature&) const = default;
};

struct LiveActivity {
  static constexpr std::uint32_t most_steps = 200'000;  ///< above, the frame is refused
  std::uint32_t steps;
  std::uint32_t calories;  ///< cal
  std::uint32_t metres;
  bool operator==(const LiveActivity&) const = default;
};

// --- history ------------------------------------------------------------------------------------

enum class Log : std::uint8_t { heart_rate = 0x15, stress = 0x37, hrv = 0x39, steps = 0x43 };

/// One packet of a log: for DayLog or StepLog.
struct LogPacket {
  Log log;
  std::array<std::uint8_t, 14> payload;  ///< b[1..14]
  bool operator==(const LogPacket&) const = default;
};

using Decoded =
    std::variant<Refused, RefusedCommand, Acknowledged, Battery, Capability, DeviceSupport,
                 PacketLength, Shaken, Goals, Totals, HeartRateLogSetting, LogSetting, Measured,
                 StreamedHeartRate, SportProgress, RawOptical, RawHole, RawAcceleration, NewLog,
                 PushedTemperature, LiveActivity, LogPacket>;

}  // namespace ib::colmi
