// What a Colmi / Yawell ring is asked: every request that this program can form, a function each.
//
// Those of the command service are frames of 16 bytes (frame.hpp); those for big data have a frame of
// their own (big_data.hpp). Both are written without response; 0.6 s lie between two, and notifications
// have been on for 2 s before the first. Factory reset (ff 66 66), power-off (08 01) and everything of the
// firmware update (bc 01 ...) have no function here, so nothing that holds a graph can send them.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>

#include "colmi/measurement.hpp"
#include "colmi/wall_clock.hpp"
#include "wire/packet.hpp"

namespace ib::colmi {

// --- who we are -------------------------------------------------------------------------------

enum class Language : std::uint8_t { chinese = 0, english = 1 };

/// The answer tells what the ring can do (Capability). Precondition: is_settable(t).
wire::Packet set_time(const CivilTime& t, Language language = Language::english) noexcept;

/// Two ASCII characters by which the ring knows the phone.
wire::Packet name_phone(char first, char second) noexcept;

// --- what it is and has -------------------------------------------------------------------------

wire::Packet read_device_support() noexcept;
wire::Packet read_battery() noexcept;
wire::Packet read_goals() noexcept;
wire::Packet read_totals() noexcept;  ///< steps, calories and metres of today

wire::Packet blink() noexcept;        ///< its light, once
wire::Packet find_device() noexcept;  ///< its light, green, for 10 s

enum class Gestures : std::uint8_t { watch = 4, keep = 5, ignore = 6 };
wire::Packet set_gestures(Gestures gestures) noexcept;  ///< a shake comes as Shaken

// --- what it measures by itself -----------------------------------------------------------------
// Settings are lost at the ring's midnight restart, so they are written after each connection.

/// A ring can log a heart rate each 5, 10 ... 60 min.
constexpr bool is_log_interval(unsigned minutes) noexcept {
  return minutes >= 5 && minutes <= 60 && minutes % 5 == 0;
}

wire::Packet read_heart_rate_log_setting() noexcept;

/// The full record: RT firmwares acknowledge a short one and do not arm it. Where live works but the logs
/// stay empty, switching off and on again has helped. Precondition: is_log_interval(minutes).
wire::Packet set_heart_rate_log(bool enabled, std::uint8_t minutes) noexcept;

/// Logs that are only on or off.
enum class DayLogged : std::uint8_t { spo2 = 0x2C, stress = 0x36, hrv = 0x38 };

wire::Packet read_log_setting(DayLogged log) noexcept;

/// Off is 2 for SpO2, as the vendor's app writes it (other programs write 0), and 0 for the others.
wire::Packet set_log(DayLogged log, bool enabled) noexcept;

wire::Packet read_temperature_log_setting() noexcept;

// --- live ---------------------------------------------------------------------------------------

wire::Packet start_measurement(Measurement of) noexcept;
/// With the action 25 (BCD: 25 s), as QRing starts types from 3 on: for a ring that leaves
/// `start_measurement` unanswered for 3 s.
wire::Packet start_measurement_25_s(Measurement of) noexcept;
wire::Packet pause_measurement(Measurement of) noexcept;
wire::Packet continue_measurement(Measurement of) noexcept;
/// `last`: the last value, or 0 when there was none.
wire::Packet stop_measurement(Measurement of, std::uint8_t last = 0) noexcept;

// The other heart rate (0x1E): ends after 60 s unless continued. Newer RT firmwares refuse it.
wire::Packet start_heart_rate_stream() noexcept;
wire::Packet continue_heart_rate_stream() noexcept;
wire::Packet stop_heart_rate_stream() noexcept;

enum class SportAction : std::uint8_t { start = 1, pause = 2, resume = 3, end = 4 };
enum class Sport : std::uint8_t { walk = 4, run = 7, hike = 8, cycle = 9, other = 10 };
/// Brings a heart rate about each second (SportProgress), and leaves a workout in the ring's records.
wire::Packet control_sport(SportAction action, Sport sport) noexcept;

wire::Packet start_raw() noexcept;
/// a1 04 04: the form of tahnok's and CitizenOneX's programs.
wire::Packet start_raw_long() noexcept;
wire::Packet stop_raw() noexcept;  ///< sent twice, 300 ms apart
wire::Packet poll_raw() noexcept;  ///< one packet each; only the acceleration is new
wire::Packet switch_optics_on() noexcept;

// --- history ------------------------------------------------------------------------------------
// Before each: reset the class that takes the answer, and let what still comes run dry.

wire::Packet read_heart_rate_log(std::uint32_t day_epoch_s) noexcept;  ///< see day_epoch()
wire::Packet read_stress_log(std::uint8_t days_ago) noexcept;          ///< 0..6
wire::Packet read_hrv_log(std::uint32_t days_ago) noexcept;  ///< old firmwares do not answer
wire::Packet read_steps(std::uint8_t days_ago) noexcept;

enum class SleepProtocol : std::uint8_t { with_naps, plain, bare };  ///< tried in this order
wire::Packet read_sleep(SleepProtocol protocol) noexcept;
wire::Packet read_spo2() noexcept;

enum class TemperatureDays : std::uint8_t { two = 2, six = 6 };
wire::Packet read_temperatures(TemperatureDays days) noexcept;

/// One page of the temperatures of a day; the pages go on while their index advances.
wire::Packet read_interval_temperatures(std::uint8_t day, std::uint8_t page) noexcept;

}  // namespace ib::colmi
