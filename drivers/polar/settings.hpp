// Settings: what a Polar sensor offers for a measurement, or what it started one with: a list of
// (setting, count, values). It borrows the bytes of the reply.
//
// Source: Polar BLE SDK. Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::polar {

/// The values of one setting, little-endian unsigned.
class Values {
 public:
  Values() = default;
  Values(wire::Bytes bytes, std::uint8_t width) noexcept : bytes_(bytes), width_(width) {}

  std::size_t size() const noexcept { return bytes_.size() / width_; }
  bool empty() const noexcept { return size() == 0; }
  std::uint32_t operator[](std::size_t i) const noexcept;

 private:
  wire::Bytes bytes_;
  std::uint8_t width_{1};
};

struct Settings {
  Values rate_hz, resolution_bits, range, range_milli, channels;
  /// What one step of a compressed sample stands for, see Waveform::step; absent: none was given.
  std::optional<float> factor;
  /// False: the list breaks off, or holds a setting of unknown length; what stands before it is here.
  bool whole{true};
};

/// Of the parameters of a reply. A setting that comes twice counts as it comes last.
Settings settings_of(wire::Bytes parameters) noexcept;

}  // namespace ib::polar
