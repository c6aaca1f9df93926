// Ring: the lock-free buffer between two islands. One writer, several gating readers (broadcast),
// preallocated slots that the writer fills and readers use in place.
//
// State: `written` = slots published since the start, `read[r]` = slots released by reader r; both are
// 64-bit and never wrap in practice (the tests start them at 2^64 - 8: every comparison is by
// difference, so a wrap is harmless too). Slot of sequence s: s & mask.
//
//   writer  reserve: free if written - min(read) < capacity      (acquire loads of read[])
//           publish: written + 1                                  (release: the slot's bytes)
//   reader  peek:    something there if read[r] != written        (acquire load of written)
//           release: read[r] + 1                                  (release: done with the bytes)
//
// Each side keeps a copy of what it last saw of the other, so that the other's cache line is touched
// only when that copy says full or empty. No slack slot: full sequences tell full from empty.
// A reader that may lose gets a ring of its own whose writer drops when it is full: overwriting a slot
// under a reader would be a data race, whatever is checked afterwards.
// Proof: tests/engine/ring.cpp (every interleaving of small rings; two threads under TSan).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ib {

inline constexpr std::size_t cache_line = 64;

template <class Slot>
class Ring {
 public:
  /// `capacity` is rounded up to a power of two; `start` is the first sequence (tests only).
  Ring(std::size_t capacity, std::size_t readers, std::uint64_t start = 0)
      : memory_(round_up(capacity)),
        readers_(readers),
        slots_(memory_.data()),
        reader_(readers_.data()),
        size_(memory_.size()),
        start_(start) {
    written_.store(start, std::memory_order_relaxed);
    next_ = oldest_ = start;
    for (auto& r : readers_) {
      r.read.store(start, std::memory_order_relaxed);
      r.next = r.seen = start;
    }
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  std::size_t capacity() const { return size_; }
  std::size_t readers() const { return readers_.size(); }
  /// [control] For preparing the slots' memory before anything runs.
  std::vector<Slot>& slots() { return memory_; }

  /// [writer] True: reserve() gives a slot.
  bool has_room() {
    if (next_ - oldest_ < size_) return true;
    oldest_ = slowest();
    return next_ - oldest_ < size_;
  }
  /// [writer] Slots that are free for sure; `wanted` or more if there are so many.
  std::size_t room(std::size_t wanted) {
    if (size_ - (next_ - oldest_) < wanted) oldest_ = slowest();
    return size_ - (next_ - oldest_);
  }
  /// [writer] The next free slot, or null: full.
  Slot* reserve() { return has_room() ? &slots_[next_ & (size_ - 1)] : nullptr; }
  /// [writer] Hands the reserved slot to all readers.
  void publish() { written_.store(++next_, std::memory_order_release); }

  /// [reader r] The oldest unread slot, or null: empty.
  const Slot* peek(std::size_t r) {
    auto& me = reader_[r];
    if (me.seen == me.next) {
      me.seen = written_.load(std::memory_order_acquire);
      if (me.seen == me.next) return nullptr;
    }
    return &slots_[me.next & (size_ - 1)];
  }
  /// [reader r] The slot of the last peek may be written again.
  void release(std::size_t r) {
    auto& me = reader_[r];
    me.read.store(++me.next, std::memory_order_release);
  }

  /// [reader r] Slots that its last look at the writer found waiting.
  std::uint64_t seen_waiting(std::size_t r) const { return reader_[r].seen - reader_[r].next; }
  /// [any] Slots published and not yet released by reader r; a moment's view.
  std::uint64_t depth(std::size_t r) const {
    const auto released =
        reader_[r].read.load(std::memory_order_acquire);  // first: never behind it
    const auto n = written_.load(std::memory_order_relaxed) - released;
    return n < size_ ? n : size_;
  }
  /// [any] Slots that were ever published.
  std::uint64_t published() const { return written_.load(std::memory_order_relaxed) - start_; }

 private:
  static std::size_t round_up(std::size_t n) {
    std::size_t p = 1;
    while (p < n) p *= 2;
    return p;
  }
  std::uint64_t slowest() const {
    std::uint64_t behind = 0;
    for (const auto& r : readers_) {
      const auto b = next_ - r.read.load(std::memory_order_acquire);
      behind = b > behind ? b : behind;
    }
    return next_ - behind;
  }

  // A line each: what nobody changes, the writer's, every reader's. A side's own copies lie beside
  // what it shows the other, because both change together.
  struct alignas(cache_line) Reader {
    std::atomic<std::uint64_t> read{0};  // written by the reader, read by the writer
    std::uint64_t next{}, seen{};        // reader only
  };

  std::vector<Slot> memory_;
  std::vector<Reader> readers_;
  Slot* slots_;
  Reader* reader_;
  std::size_t size_;  // a power of two
  std::uint64_t start_;
  alignas(cache_line) std::atomic<std::uint64_t> written_{0};  // written by the writer, read by all
  std::uint64_t next_{}, oldest_{};                            // writer only
};

}  // namespace ib
