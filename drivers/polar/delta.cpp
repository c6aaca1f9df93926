#include "polar/delta.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace ib::polar {
namespace {

constexpr std::size_t channels_max = 4;

std::size_t bytes_of_value(DeltaLayout layout) { return (layout.resolution_bits + 7U) / 8U; }

/// `bits` (1..32) at the bottom of `value`, as a signed number.
std::int32_t with_sign(std::uint32_t value, unsigned bits) {
  const unsigned up = 32 - bits;
  return static_cast<std::int32_t>(value << up) >> up;
}

/// Numbers of any width out of bytes, the lowest bit of a byte first.
class Bits {
 public:
  explicit Bits(wire::Bytes bytes) : bytes_(bytes) {}

  std::int32_t next(unsigned width) {
    while (held_ < width) {
      window_ |= std::to_integer<std::uint64_t>(bytes_.front()) << held_;
      bytes_ = bytes_.subspan(1);
      held_ += 8;
    }
    const auto value = static_cast<std::uint32_t>(window_);
    window_ >>= width;
    held_ -= width;
    return with_sign(value, width);
  }

 private:
  wire::Bytes bytes_;
  std::uint64_t window_{};
  unsigned held_{};  // bits of the window not yet given: below 40
};

struct Block {
  unsigned width{};
  std::size_t count{};
  wire::Bytes bytes;
};

std::optional<Block> next_block(wire::Reader& content, std::size_t channels) {
  Block block;
  block.width = content.u8();
  block.count = content.u8();
  block.bytes = content.take((block.width * block.count * channels + 7) / 8);
  if (!content.ok() || block.width == 0 || block.width > 32) return std::nullopt;
  return block;
}

}  // namespace

std::optional<std::size_t> count_delta_samples(wire::Bytes bytes, DeltaLayout layout) noexcept {
  wire::Reader content(bytes);
  content.skip(layout.channels * bytes_of_value(layout));
  if (!content.ok()) return std::nullopt;
  std::size_t samples = 1;
  while (content.left() > 0) {
    const auto block = next_block(content, layout.channels);
    if (!block) return std::nullopt;
    samples += block->count;
  }
  return samples;
}

std::size_t read_delta_samples(wire::Bytes bytes, DeltaLayout layout,
                               std::span<std::int32_t> values) noexcept {
  assert(layout.channels >= 1 && layout.channels <= channels_max);
  const std::size_t channels = layout.channels;
  std::array<std::uint32_t, channels_max> sums{};  // unsigned, so that damaged bytes may wrap
  std::size_t samples = 0;
  const auto give = [&] {
    if (values.size() < channels) return false;
    for (std::size_t c = 0; c < channels; ++c) values[c] = static_cast<std::int32_t>(sums[c]);
    values = values.subspan(channels);
    ++samples;
    return true;
  };

  wire::Reader content(bytes);
  for (std::size_t c = 0; c < channels; ++c) {
    Bits value(content.take(bytes_of_value(layout)));
    if (!content.ok()) return 0;
    sums[c] =
        static_cast<std::uint32_t>(value.next(static_cast<unsigned>(8 * bytes_of_value(layout))));
  }
  if (!give()) return samples;
  while (content.left() > 0) {
    const auto block = next_block(content, channels);
    if (!block) break;
    Bits bits(block->bytes);
    for (std::size_t i = 0; i < block->count; ++i) {
      for (std::size_t c = 0; c < channels; ++c)
        sums[c] += static_cast<std::uint32_t>(bits.next(block->width));
      if (!give()) return samples;
    }
  }
  return samples;
}

}  // namespace ib::polar
