// What a ring can measure on request (command 0x69), and how a reading of it came out.
//
// Only one optical measurement runs at a time. A heart rate is one byte, so it is whole beats per minute;
// none of these values is an interval between beats, and the "HRV" is a score of the vendor.
// Thread: values, any.
#pragma once

#include <cstdint>

namespace ib::colmi {

enum class Measurement : std::uint8_t {
  heart_rate = 1,  ///< about 1 Hz; stops by itself after some tens of seconds
  blood_pressure = 2,
  spo2 = 3,
  fatigue = 4,  ///< on the R09: skin temperature
  health_check = 5,
  realtime_heart_rate = 6,  ///< about 2 Hz for some 40 s, for good if continued every 25 s
  ecg = 7,
  stress = 8,
  blood_sugar = 9,
  hrv = 10,
};

inline constexpr std::uint8_t last_measurement = 10;

/// How a reading came out.
enum class Reading : std::uint8_t {
  value,
  warming_up,   ///< value 0: 10 to 30 s after the start
  not_worn,     ///< error 1: not worn, or worn incorrectly
  no_data,      ///< error 2: none for now
  implausible,  ///< a heart rate outside 30..220 per minute, an SpO2 outside 70..100 %
  unknown,      ///< an error that no source describes
};

inline constexpr unsigned heart_rate_min = 30, heart_rate_max = 220;  ///< per minute
inline constexpr unsigned spo2_min = 70, spo2_max = 100;              ///< %

constexpr bool is_heart_rate(unsigned bpm) noexcept {
  return bpm >= heart_rate_min && bpm <= heart_rate_max;
}
constexpr bool is_spo2(unsigned percent) noexcept {
  return percent >= spo2_min && percent <= spo2_max;
}

}  // namespace ib::colmi
