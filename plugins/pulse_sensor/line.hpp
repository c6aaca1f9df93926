// Line: what one line of the PulseSensor Playground says (World Famous Electronics; Arduino library
// PulseSensorPlayground 1.x and 2.x, one sensor, output type PROCESSING_VISUALIZER, 115200 baud).
//
//   S512 CR LF   the newest sample, 10 bits: 0..1023; about 50 a second
//   B72 CR LF    at a beat: beats per minute, over the last ten intervals
//   Q833 CR LF   behind it: the interval that ends at this beat, ms, in steps of 2
//
// A letter and Arduino's `println(int)`: no sum, no counter, no time. So a byte that was lost may leave a
// smaller number that looks well; nobody can see that here. What does not look well is refused and named.
// Sources, github.com/WorldFamousElectronics/PulseSensorPlayground: src/utility/PulseSensorSerialOutput.cpp
// (letters), src/PulseSensorPlayground.h (range; MICROS_PER_READ), src/utility/PulseSensor.cpp (B, Q).
// Thread: values, any. Pure: no allocation, no throw.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace pulse_sensor {

struct Line {
  enum class Kind : std::uint8_t {
    empty,
    sample,      ///< S: counts, 0..1023
    rate,        ///< B: beats per minute, 1..999
    interval,    ///< Q: ms, 1..9999
    bad_sample,  ///< begins as a sample and is none: one was lost here
    bad,         ///< anything else: what it was nobody knows
  };
  Kind kind{};
  std::uint16_t value{};  ///< 0 where there is none

  bool operator==(const Line&) const = default;
};

/// `text`: without its LF, with or without the CR.
inline Line parse(std::string_view text) noexcept {
  using Kind = Line::Kind;
  constexpr std::size_t most_digits = 4;
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (text.empty()) return {};
  const char letter = text.front();
  const auto digits = text.substr(1);
  const Line refused{letter == 'S' ? Kind::bad_sample : Kind::bad, 0};
  // println(int) writes no zero in front: where one stands, something is missing before it.
  const bool led_by_zero = digits.size() > 1 && digits.front() == '0';
  if (digits.empty() || digits.size() > most_digits || led_by_zero) return refused;
  std::uint16_t value = 0;
  const auto* end = digits.data() + digits.size();
  if (const auto read = std::from_chars(digits.data(), end, value);
      read.ec != std::errc() || read.ptr != end)
    return refused;
  if (letter == 'S' && value <= 1023) return {Kind::sample, value};
  if (letter == 'B' && value >= 1 && value <= 999) return {Kind::rate, value};
  if (letter == 'Q' && value >= 1) return {Kind::interval, value};
  return refused;
}

}  // namespace pulse_sensor
