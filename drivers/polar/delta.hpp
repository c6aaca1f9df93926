// Compressed samples of a Polar sensor: one whole sample, then blocks of differences.
//
//   first sample     per channel the bytes that its resolution needs, signed, little-endian
//   each block       width u8, count u8, then count x channels differences of `width` bits, channels
//                    interleaved, bits from the lowest on; padded to a whole byte
//
// At least one bit tells a value, so a byte tells at most eight: that bounds what a frame can hold.
// Source: Polar BLE SDK. Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wire/reader.hpp"

namespace ib::polar {

struct DeltaLayout {
  std::uint8_t channels{};         ///< 1..4
  std::uint8_t resolution_bits{};  ///< 1..32
};

/// How many samples there are, each with a value for every channel; none: the blocks do not add up to
/// `content`, or one is of 0 or more than 32 bits.
std::optional<std::size_t> count_delta_samples(wire::Bytes content, DeltaLayout layout) noexcept;

/// The samples one after the other, channels interleaved, as many whole ones as `values` has room for
/// and `content` holds; how many. A sum that leaves 32 bits wraps.
std::size_t read_delta_samples(wire::Bytes content, DeltaLayout layout,
                               std::span<std::int32_t> values) noexcept;

}  // namespace ib::polar
