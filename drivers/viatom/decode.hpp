// Replies of Viatom rings: values and the pulse waveform. What is decoded borrows the frame.
//
// The waveform has 8 bits, no unit, some 125 samples a second; the maker shows it upside down. A sample
// of 156 is what the maker's application takes for a spike and replaces.
// Heart rate and SpO2 of 0 or all ones are absent.
//
//   O2Ring-S 04   counter u16 at 0, state 5, SpO2 6, motion 7, heart rate 8, battery 13, samples u16 at 24
//   O2Ring-S 03   samples u16 at 4
//   O2Ring 17     SpO2 0, heart rate u16 at 1, battery 7, charging 8, motion 9, perfusion 10, finger 11
//   O2Ring 1b     SpO2 0, heart rate u16 at 1, battery 3, charging 4, perfusion 5, finger 6, samples
//                 u16 at 10
//
// Sources: nglessner/o2ring-s-protocol, ecostech/viatom-ble, Lepu Medical's SDK.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "viatom/frame.hpp"
#include "viatom/refused.hpp"
#include "wire/reader.hpp"

namespace ib::viatom {

/// What stands in for a sample that the ring does not trust.
inline constexpr std::uint8_t spike = 156;

/// An O2Ring-S since the last poll.
struct Live {
  std::uint16_t counter{};  ///< of replies: a jump tells what was lost
  std::uint8_t state{};     ///< 1: idle, 3: it records
  std::optional<std::uint8_t> spo2_percent;
  std::optional<std::uint8_t> hr_bpm;
  std::uint8_t motion{};
  std::uint8_t battery_percent{};
  wire::Bytes waveform;  ///< a sample a byte, since the last poll
};

/// The waveform of an O2Ring-S since the last poll.
struct Waveform {
  wire::Bytes samples;
};

/// An O2Ring-S did what it was asked, or tells about itself.
struct Answer {
  std::uint8_t command{};
  wire::Bytes payload;
};

using Decoded = std::variant<Refused, Live, Waveform, Answer>;

/// Of an O2Ring-S.
Decoded decode(wire::Bytes frame) noexcept;

enum class Charging : std::uint8_t { no, yes, full, unknown };

/// An O2Ring, asked for its sensors.
struct Sensors {
  std::optional<std::uint8_t> spo2_percent;
  std::optional<std::uint8_t> hr_bpm;
  std::uint8_t battery_percent{};
  Charging charging{};
  std::uint8_t motion{};
  std::uint8_t perfusion_permille{};  ///< perfusion index, 0.1 %
  bool finger{};
};

/// An O2Ring in real time.
struct RealTime {
  std::optional<std::uint8_t> spo2_percent;
  std::optional<std::uint8_t> hr_bpm;
  std::uint8_t battery_percent{};
  Charging charging{};
  std::uint8_t perfusion_permille{};
  bool finger{};
  wire::Bytes waveform;  ///< a sample a byte, 125 Hz
};

/// Replies of an O2Ring do not say to what: the caller knows what it asked.
std::variant<Refused, Sensors> decode_sensors(wire::Bytes frame) noexcept;
std::variant<Refused, RealTime> decode_real_time(wire::Bytes frame) noexcept;

}  // namespace ib::viatom
