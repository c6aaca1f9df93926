// Frames of the data characteristic of a Polar sensor (fb005c82-02e7-f387-1cad-8acd2d8df0c8): samples of
// a waveform, or pulse intervals. What is decoded borrows the frame.
//
//   type u8 (low 6 bits), time of the last sample u64 in ns since 2000-01-01, frame type u8 (bit 7:
//   compressed), content
//
//   measurement    frame type      content
//   ecg            0               s24, uV
//   ppg            0               4 x s24: three photodiodes, ambient light; counts
//   acceleration   0, 1, 2         3 x s8, s16, s24, mg
//   pp_interval    0               6 bytes each, see PpInterval
//   ppg            0 compressed    4 x 22 bits; counts
//   acceleration   0 compressed    3 x 16 bits, g times the factor of the start reply
//   acceleration   1 compressed    3 x 16 bits, mg times that factor
//
// Source: Polar BLE SDK. Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "polar/delta.hpp"
#include "polar/measurement.hpp"
#include "polar/refused.hpp"
#include "wire/reader.hpp"

namespace ib::polar {

/// No frame is longer: the most that a notification can be asked for.
inline constexpr std::size_t frame_bytes_max = 517;
/// So many values at most are in a frame, all channels together: 507 bytes of content, a value takes
/// a bit or more.
inline constexpr std::size_t values_max = 8 * (frame_bytes_max - 10);

/// Samples of one waveform; see the table above for units.
class Waveform {
 public:
  /// How a value is stored.
  struct Layout {
    std::uint8_t channels{};
    std::uint8_t bits{};  ///< of a value, of a compressed frame: of the first sample's
    bool compressed{};
    double step{1};  ///< what 1 stands for: uV, counts, mg
    bool scaled{};   ///< times the factor of the start reply
  };

  Measurement type() const noexcept { return type_; }
  /// When the last sample was taken, ns since 2000-01-01 by the sensor's clock: see SampleTimes.
  std::uint64_t last_ns() const noexcept { return last_ns_; }
  std::size_t size() const noexcept { return size_; }  ///< samples, at least 1
  std::uint8_t channels() const noexcept { return layout_.channels; }
  /// What a value of 1 stands for: ECG uV, PPG counts, acceleration mg. `factor`: of the start reply,
  /// where it had one.
  double step(std::optional<float> factor) const noexcept {
    return layout_.scaled ? layout_.step * factor.value_or(1.0F) : layout_.step;
  }

  /// Sample by sample, channels interleaved, as many whole samples as `values` has room for (values_max
  /// holds any frame); how many.
  std::size_t read(std::span<std::int32_t> values) const noexcept;

 private:
  friend struct Frame;
  Measurement type_{};
  std::uint64_t last_ns_{};
  Layout layout_;
  std::size_t size_{};
  wire::Bytes content_;
};

enum class SkinContact : std::uint8_t { unknown, off, on };

/// From one pulse to the next, as the sensor found it.
struct PpInterval {
  std::optional<std::uint8_t> hr_bpm;  ///< its own, smoothed; absent: it has none yet
  std::uint16_t interval_ms{};
  std::uint16_t error_ms{};  ///< the sensor's estimate of how wrong the interval may be
  bool moved{};              ///< motion during the interval: not to be relied on
  SkinContact contact{};
};

/// Intervals without samples between them. The sensor sends them some 5 s late, the first after 25 s.
class PpIntervals {
 public:
  std::uint64_t last_ns() const noexcept { return last_ns_; }  ///< 0: the sensor gave no time
  std::size_t size() const noexcept { return content_.size() / bytes_each; }
  PpInterval operator[](std::size_t i) const noexcept;

 private:
  friend struct Frame;
  static constexpr std::size_t bytes_each = 6;
  std::uint64_t last_ns_{};
  wire::Bytes content_;
};

using Decoded = std::variant<Refused, Waveform, PpIntervals>;

Decoded decode(wire::Bytes frame) noexcept;

}  // namespace ib::polar
