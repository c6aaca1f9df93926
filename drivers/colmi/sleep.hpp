// The nights that a ring recorded: payload of the messages 0x27 (sleep) and 0x3E (nap).
//
// Each night is its stages, one after the other from its start, each with its minutes. The stages are
// the vendor's guess from movement and pulse.
// Thread: one at a time; no allocation, no throw.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wire/reader.hpp"

namespace ib::colmi {

struct SleepStage {
  enum class Kind : std::uint8_t {
    none = 0,
    error = 1,
    light = 2,
    deep = 3,
    rem = 4,
    awake = 5,
    unknown = 255,  ///< one that no source describes
  };
  Kind kind;
  std::uint8_t minutes;
  bool operator==(const SleepStage&) const = default;
};

struct Night {
  static constexpr std::size_t most_stages = 125;  ///< what a length of one byte can hold

  std::uint8_t days_ago{};  ///< of the day on which it ended
  /// Minutes after midnight, 0..1439, on the ring's clock. A start after the end is of the day before.
  std::uint16_t start_min{}, end_min{};
  std::size_t count{};
  std::array<SleepStage, most_stages> room{};

  std::span<const SleepStage> stages() const noexcept { return std::span(room).first(count); }
  /// From start to end, 0..1439 min.
  unsigned span_min() const noexcept;
  /// All stages together; a sound night sums to its span.
  unsigned staged_min() const noexcept;
};

/// Night after night out of one payload.
class Nights {
 public:
  explicit Nights(wire::Bytes payload) noexcept;

  /// The next night, in the order of the payload; none: the end.
  std::optional<Night> next() noexcept;

  /// After the end: every night that the payload announces was there, and nothing else.
  bool whole() const noexcept { return sound_ && announced_ == 0 && rest_.left() == 0; }

 private:
  std::optional<Night> stop() noexcept;

  wire::Reader rest_;
  unsigned announced_{};
  bool sound_{true};
};

}  // namespace ib::colmi
