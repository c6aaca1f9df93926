// FlagRing: what is known of the last samples beside their values, two bits each, by device index.
// Thread: one at a time, [exec]; reserve() allocates, nothing else does.
#pragma once

#include <interbeat/abi.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ib {

class FlagRing {
 public:
  /// [control] Room for at least so many samples.
  void reserve(std::size_t samples) {
    words_.assign(std::bit_ceil(samples) / per_word + 1, 0);
    mask_ = std::bit_ceil(samples) - 1;
  }
  void put(std::uint64_t index, std::uint8_t flags) {
    auto& word = words_[place(index)];
    const auto at = shift(index);
    word = (word & ~(both << at)) | ((flags & both) << at);
  }
  std::uint8_t at(std::uint64_t index) const {
    return static_cast<std::uint8_t>((words_[place(index)] >> shift(index)) & both);
  }

 private:
  static constexpr std::uint32_t both = IB_SAMPLE_BRIDGED | IB_SAMPLE_WARMING;
  static_assert(both == 3);
  static constexpr std::size_t per_word = 16;

  std::size_t place(std::uint64_t index) const {
    return static_cast<std::size_t>(index & mask_) / per_word;
  }
  static unsigned shift(std::uint64_t index) { return 2 * static_cast<unsigned>(index % per_word); }

  std::vector<std::uint32_t> words_{0};
  std::uint64_t mask_{};
};

}  // namespace ib
