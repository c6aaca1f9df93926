#include "record_ring.hpp"

#include <algorithm>
#include <bit>

namespace ib::detail {

RecordRing::RecordRing(std::size_t capacity)
    : size_(std::bit_ceil(std::max<std::size_t>(capacity, 64))),
      memory_(std::make_unique<std::uint64_t[]>(size_ / word)) {}

std::byte* RecordRing::reserve(std::size_t bytes) {
  const std::size_t needed = whole(bytes);
  const std::size_t to_end = size_ - static_cast<std::size_t>(next_ & (size_ - 1));
  const std::size_t rest = needed > to_end ? to_end : 0;
  const auto fits = [&] { return next_ - oldest_ + rest + needed <= size_; };
  if (!fits()) oldest_ = read_.load(std::memory_order_acquire);
  if (!fits()) return nullptr;
  if (rest > 0) word_at(next_) = filler;
  reserved_ = next_ + rest + needed;
  auto& head = word_at(next_ + rest);
  head = needed;
  return reinterpret_cast<std::byte*>(&head + 1);  // NOLINT: bytes behind the word
}

void RecordRing::publish() {
  next_ = reserved_;
  written_.store(next_, std::memory_order_release);
}

void RecordRing::wait_for_reader() const { read_.wait(oldest_, std::memory_order_acquire); }

std::span<const std::byte> RecordRing::peek() {
  if (seen_ == taken_) seen_ = written_.load(std::memory_order_acquire);
  if (seen_ == taken_) return {};
  std::uint64_t at = taken_;
  if (word_at(at) == filler) at += size_ - (at & (size_ - 1));
  const auto& head = word_at(at);
  held_ = at + head;
  const auto* bytes = reinterpret_cast<const std::byte*>(&head + 1);  // NOLINT
  return {bytes, static_cast<std::size_t>(head) - word};
}

void RecordRing::release() {
  taken_ = held_;
  read_.store(taken_, std::memory_order_release);
  read_.notify_one();
}

}  // namespace ib::detail
