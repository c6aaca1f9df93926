// RecordRing: the lock-free way of a run's records to the thread that writes the recording: bytes in order,
// one writer, one reader. A record lies in one piece, aligned to 8 bytes, behind a word with its size.
//
// State: `written` and `read` are bytes since the start, 64-bit, and never wrap in practice; the place of
// byte b is b & mask. A record that doesn't fit before the end of the memory begins at its beginning, and a
// word that says so fills the rest.
//
//   writer  reserve: room if written + rest + record - read <= capacity   (acquire load of read)
//           publish: written + rest + record                              (release: the record's bytes)
//   reader  peek:    something there if read != written                   (acquire load of written)
//           release: read + record, and over a filled rest                (release: done with the bytes)
//
// Each side keeps a copy of what it last saw of the other. Full: null; whoever writes counts the loss.
// Proof: tests/engine/record_ring.cpp (every schedule of small rings with loads that may be stale; two threads
// under TSan; sizes at the boundary).
#pragma once

#include "ring.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace ib::detail {

class RecordRing {
 public:
  /// `capacity` is rounded up to a power of two, at least 64 bytes.
  explicit RecordRing(std::size_t capacity);
  RecordRing(const RecordRing&) = delete;
  RecordRing& operator=(const RecordRing&) = delete;

  std::size_t capacity() const { return size_; }
  /// The largest record that fits once the ring is empty, wherever it stands.
  std::size_t most_bytes() const { return size_ / 2 - word; }

  /// [writer] Room for a record of so many bytes, aligned to 8; null: full, for now.
  std::byte* reserve(std::size_t bytes);
  /// [writer] Hands over the record that was reserved last.
  void publish();
  /// [writer] Waits until the reader has released something since the last look; not on a live data path.
  void wait_for_reader() const;
  /// [writer] More than half of it waits. It looks only where the last look says so.
  bool is_half_full() {
    const auto half = size_ / 2;
    if (next_ - oldest_ > half) oldest_ = read_.load(std::memory_order_acquire);
    return next_ - oldest_ > half;
  }

  /// [reader] The oldest record, in whole words (up to 7 bytes more than it has); empty: none.
  std::span<const std::byte> peek();
  /// [reader] Done with the record of the last peek.
  void release();
  /// [reader] Bytes that wait at this moment.
  std::uint64_t waiting() const { return written_.load(std::memory_order_acquire) - taken_; }

 private:
  static constexpr std::size_t word = sizeof(std::uint64_t);
  static constexpr std::uint64_t filler = ~std::uint64_t{0};
  static std::size_t whole(std::size_t bytes) { return (bytes + word - 1) / word * word + word; }
  std::uint64_t& word_at(std::uint64_t place) { return memory_[(place & (size_ - 1)) / word]; }

  std::size_t size_;
  std::unique_ptr<std::uint64_t[]> memory_;
  alignas(cache_line) std::atomic<std::uint64_t> written_{0};  // by the writer
  std::uint64_t next_{}, oldest_{}, reserved_{};               // writer only
  alignas(cache_line) std::atomic<std::uint64_t> read_{0};     // by the reader
  std::uint64_t taken_{}, seen_{}, held_{};                    // reader only
};

}  // namespace ib::detail
