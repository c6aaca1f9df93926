// Taps: looks at outputs of a running graph. Each has a lane, a small ring into which the thread that
// runs the node copies what it has just sent; full: the rest is dropped and counted. The plan does not
// change: a node that is tapped has a bit in its `attention`, any other pays nothing.
//
// A lane is opened and closed by [control] while [exec] may be inside it. So [exec] says first that it is
// busy and then looks whether the lane is still its own, [control] takes it away first and then looks
// whether it is busy: one of the two sees the other.
// Thread: as said at each function.
#pragma once

#include "arena.hpp"
#include "block_slot.hpp"
#include "ring.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace ib::detail {

struct Stage;

class TapLane {
 public:
  /// [control] The oldest piece that has not been released; null: none.
  const BlockSlot* peek() { return ring_->peek(0); }
  void release() { ring_->release(0); }
  /// [control] Items that found the lane full since it was last asked.
  std::uint64_t take_dropped() { return dropped_.exchange(0, std::memory_order_relaxed); }
  const BlockShape& shape() const { return shape_; }
  std::size_t pieces() const { return ring_->capacity(); }

 private:
  friend class Taps;
  void prepare(const BlockShape& port);
  bool offer(const Stage& s);
  bool copy(const BlockSlot& from);

  std::atomic<Stage*> stage_{nullptr};
  std::atomic<bool> busy_{false};
  std::atomic<std::uint64_t> dropped_{0};
  bool used_{};  ///< [control]
  std::uint32_t port_{};
  BlockShape shape_;
  Arena memory_;
  std::unique_ptr<Ring<BlockSlot>> ring_;
};

class Taps {
 public:
  static constexpr std::size_t most = 4;

  Taps() = default;
  ~Taps();
  Taps(const Taps&) = delete;
  Taps& operator=(const Taps&) = delete;

  /// [control] From the node's next call on. Null: all lanes are in use.
  TapLane* open(Stage& s, std::uint32_t port);
  /// [control]
  void close(TapLane& lane);
  /// [control] Readable, edge by edge, once something came to a lane that was empty; -1: the system
  /// has no descriptor left.
  int wake_fd();
  /// [control] From here on the next piece makes it readable; look at the lanes once more after this.
  void sleep() { asleep_.exchange(true, std::memory_order_acq_rel); }

  /// [exec] After a call of a tapped node.
  void offer(const Stage& s);

 private:
  void wake();

  std::array<TapLane, most> lanes_;
  std::atomic<int> fd_{-1};
  std::atomic<bool> asleep_{false};
};

}  // namespace ib::detail
