// Samples of a BCL ring inside the bytes of their frame: decoded one at a time, when they are asked for.
//
// A view borrows the frame: it is good for as long as those bytes are. Its size was checked before
// it was made. Thread: values, any; no allocation, no throw.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::bcl {

/// Which colour a ring sends first. Two published readers of frames say red, a third says infrared.
enum class LedOrder : std::uint8_t { red_first, infrared_first };

/// x, y, z.
using Axes = std::array<std::int16_t, 3>;

/// Of 31 01. How many counts a g has there is not published.
struct GreenSample {
  static constexpr std::size_t bytes = 10;
  std::uint32_t green_counts{};
  Axes acceleration_counts{};
  static GreenSample read(wire::Reader from, LedOrder order) noexcept;
};

/// Of 32 01.
struct RedSample {
  static constexpr std::size_t bytes = 14;
  static constexpr int acceleration_counts_per_g = 500;
  std::uint32_t red_counts{}, infrared_counts{};
  Axes acceleration_counts{};
  static RedSample read(wire::Reader from, LedOrder order) noexcept;
};

/// Of 3C 01, 3C 02 and 32 02.
struct SensorSample {
  static constexpr std::size_t bytes = 30;
  std::uint32_t green_counts{}, red_counts{}, infrared_counts{};
  Axes acceleration_counts{};
  Axes rotation_counts{};  ///< 0.01 rad/s each, it is believed
  /// 0 .. 65535. Not signed: 16 bits with a sign end at 32.767 degC, below the skin of a warm finger.
  std::array<std::uint16_t, 3> temperature_milli_degc{};
  static SensorSample read(wire::Reader from, LedOrder order) noexcept;
};

/// Of 40 06.
struct MotionSample {
  static constexpr std::size_t bytes = 12;
  static constexpr int acceleration_counts_per_g = 1000;
  Axes acceleration_counts{};
  Axes rotation_counts{};
  static MotionSample read(wire::Reader from, LedOrder order) noexcept;
};

/// Of 40 04.
struct AccelerationSample {
  static constexpr std::size_t bytes = 6;
  static constexpr int acceleration_counts_per_g = 1000;
  Axes acceleration_counts{};
  static AccelerationSample read(wire::Reader from, LedOrder order) noexcept;
};

/// Of 31 02: an interval between beats. Absent where the ring sent 0 or less, which is none: what
/// stands before it and what stands after it do not join.
struct RrInterval {
  static constexpr std::size_t bytes = 2;
  std::optional<std::int32_t> rr_ms;  ///< 1 .. 32767, ms
  static RrInterval read(wire::Reader from, LedOrder order) noexcept;
};

template <class Item>
class Items {
 public:
  Items() = default;
  /// `bytes`: whole items.
  explicit Items(wire::Bytes bytes, LedOrder order = {}) noexcept : bytes_(bytes), order_(order) {
    assert(bytes.size() % Item::bytes == 0);
  }
  std::size_t size() const noexcept { return bytes_.size() / Item::bytes; }
  bool empty() const noexcept { return bytes_.empty(); }
  Item operator[](std::size_t k) const noexcept {
    assert(k < size());
    return Item::read(wire::Reader(bytes_.subspan(k * Item::bytes, Item::bytes)), order_);
  }

 private:
  wire::Bytes bytes_;
  LedOrder order_{};
};

}  // namespace ib::bcl
