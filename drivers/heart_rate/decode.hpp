// Values of the Heart Rate Service and the Battery Service (Bluetooth SIG), bytes in, values out.
//
// The measurement (0x2A37): flags, heart rate, energy if a flag says so, then intervals to the end.
// Views borrow the bytes. Thread: any; no allocation, no throw. Any bytes of any length may be given.
#pragma once

#include <interbeat/physio.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "source/rr_1024.hpp"
#include "wire/reader.hpp"

namespace ib::heart_rate {

/// Why bytes were not decoded; counted, never guessed at.
struct Refused {
  enum class Reason : std::uint8_t {
    bad_length,  ///< shorter than its flags say
    bad_value,   ///< outside of what the field can mean
  };
  Reason reason{};
};
inline constexpr std::array<const char*, 2> labels(Refused::Reason) {
  return {"bad_length", "bad_value"};
}

/// An interval between beats. Absent where the sensor sent 0, which is none: what stands before it
/// and what stands after it do not join.
struct RrInterval {
  std::uint16_t rr_1024{};  ///< as it came, 1/1024 s
  std::optional<std::int32_t> rr_us() const {
    return rr_1024 > 0 ? std::optional{source::rr_1024_us(rr_1024)} : std::nullopt;
  }
};

/// The intervals of one notification, oldest first; a value of 20 bytes holds nine.
class RrIntervals {
 public:
  RrIntervals() = default;
  /// `bytes`: two for each.
  explicit RrIntervals(wire::Bytes bytes) noexcept : bytes_(bytes) {
    assert(bytes.size() % 2 == 0);
  }
  std::size_t size() const noexcept { return bytes_.size() / 2; }
  bool empty() const noexcept { return bytes_.empty(); }
  RrInterval operator[](std::size_t k) const noexcept {
    assert(k < size());
    return {wire::Reader(bytes_.subspan(2 * k, 2)).u16()};
  }
  /// Those that are none.
  std::size_t zeros() const noexcept {
    std::size_t n = 0;
    for (std::size_t k = 0; k < size(); ++k) n += (*this)[k].rr_1024 == 0;
    return n;
  }

 private:
  wire::Bytes bytes_;
};

struct Measurement {
  std::uint16_t hr_sent{};  ///< beats a minute as they came, smoothed by the sensor
  Contact contact{};        ///< unknown: it does not tell
  std::optional<std::uint16_t> energy_kj;
  RrIntervals rr;
  std::size_t tail_bytes{};  ///< half an interval, or what no flag announces: not read

  /// Absent: it sent 0.
  std::optional<std::uint16_t> hr_bpm() const {
    return hr_sent > 0 ? std::optional{hr_sent} : std::nullopt;
  }
};

using Decoded = std::variant<Refused, Measurement>;

/// A value of 0x2A37. What is returned borrows `value`.
Decoded decode(wire::Bytes value) noexcept;

enum class BodyLocation : std::uint8_t { other, chest, wrist, finger, hand, ear, foot };
inline constexpr std::array<const char*, 7> labels(BodyLocation) {
  return {"other", "chest", "wrist", "finger", "hand", "ear", "foot"};
}
/// A value of 0x2A38; none if the standard does not name it.
std::optional<BodyLocation> body_location(wire::Bytes value) noexcept;

/// A value of 0x2A19, in percent; none outside 0 .. 100.
std::optional<std::uint8_t> battery_percent(wire::Bytes value) noexcept;

}  // namespace ib::heart_rate
