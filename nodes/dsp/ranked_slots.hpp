// RankedSlots: the slots of a small ring in the order of their keys, one byte each. Quantiles of a
// sliding window without sorting it anew: a value that comes or goes moves some bytes of one cache line
// or two, where its key stands elsewhere.
//
// Keys are asked for by slot and must not change while a slot is in. Thread: one at a time; no
// allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ib::dsp {

template <std::size_t Capacity>
class RankedSlots {
  static_assert(Capacity <= 256, "a slot is one byte");

 public:
  std::size_t size() const noexcept { return size_; }
  void clear() noexcept { size_ = 0; }
  /// The slot with the k-th smallest key, k < size().
  std::size_t slot(std::size_t k) const noexcept { return slots_[k]; }

  /// `key_of(slot)` of what is in; `slot` is not, and there is room. Equal keys: behind them.
  template <class Key, class KeyOf>
  void add(std::size_t slot, Key key, KeyOf key_of) noexcept {
    std::size_t from = 0, to = size_;
    while (from < to) {
      const std::size_t middle = (from + to) / 2;
      if (key_of(std::size_t{slots_[middle]}) <= key) from = middle + 1;
      else to = middle;
    }
    std::memmove(slots_.data() + from + 1, slots_.data() + from, size_ - from);
    slots_[from] = static_cast<std::uint8_t>(slot);
    ++size_;
  }
  /// Nothing happens if the slot is not in.
  void remove(std::size_t slot) noexcept {
    const auto* found = std::memchr(slots_.data(), static_cast<int>(slot), size_);
    if (found == nullptr) return;
    const auto at =
        static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - slots_.data());
    std::memmove(slots_.data() + at, slots_.data() + at + 1, size_ - at - 1);
    --size_;
  }

  /// The same as remove(slot) and add(slot, key, ...) for a slot that is in, whose new key stands
  /// behind `rank` of the others: what lies between its two places moves once.
  void move(std::size_t slot, std::size_t rank) noexcept {
    auto* const begin = slots_.data();
    const auto* found = std::memchr(begin, static_cast<int>(slot), size_);
    const auto at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - begin);
    if (at < rank) std::memmove(begin + at, begin + at + 1, rank - at);
    else std::memmove(begin + rank + 1, begin + rank, at - rank);
    slots_[rank] = static_cast<std::uint8_t>(slot);
  }

  template <class Visitor>
  void state(Visitor& visit) {
    visit(slots_, size_);
    std::array<bool, 256> seen{};
    bool good = size_ <= Capacity;
    for (std::size_t k = 0; good && k < size_; ++k) {
      good = slots_[k] < Capacity && !seen[slots_[k]];
      seen[slots_[k]] = true;
    }
    visit.require(good);
    if (!good) size_ = 0;
  }

 private:
  std::array<std::uint8_t, Capacity> slots_{};
  std::uint16_t size_ = 0;
};

}  // namespace ib::dsp
