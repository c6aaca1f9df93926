// Emit: the out port of an event node. Ordered, honest and bounded: items come in strictly
// increasing time, an item settles the port up to itself, and what would come at or before the
// port's mark is refused and counted. It writes straight into the slot that the host reserved.
//
// Thread: [exec]; `late` may be read from [any].
#pragma once

#include <interbeat/abi.h>
#include <interbeat/sugar/item.hpp>
#include <interbeat/time.hpp>

#include <atomic>
#include <cstdint>

namespace ib {

/// [exec] Tells a gap behind the items that stand in `block` so far.
inline void add_gap(ib_block& block, Time from, Time to) {
  if (to <= from) return;
  auto* gaps = const_cast<ib_gap*>(block.gaps);  // NOLINT: the host's slot, ours to fill
  if (block.n_gaps > 0 && gaps[block.n_gaps - 1].at == block.n) {
    auto& last = gaps[block.n_gaps - 1];
    last.from_ns = last.from_ns < from.ns ? last.from_ns : from.ns;
    last.to_ns = last.to_ns > to.ns ? last.to_ns : to.ns;
  } else {
    gaps[block.n_gaps++] = {from.ns, to.ns, block.n, 0};
  }
}

/// What all out ports share, whatever their item.
class Port {
 public:
  /// The port's own share of latency: it is settled to (input - latency). Set in activate.
  Duration latency{};
  /// Items refused because they came at or before the mark.
  std::atomic<std::uint64_t> late{0};

  Time settled() const { return settled_; }
  bool overflowed() const { return overflowed_; }
  bool listened() const { return block_ != nullptr; }
  ib_block* block() const { return block_; }

  /// Nothing at or before t will come any more. Marks only rise.
  void settle(Time t) {
    if (t > settled_) settled_ = t;
  }
  /// Nothing was measured in [from, to), in front of the next item.
  void gap(Time from, Time to) {
    if (block_ != nullptr) add_gap(*block_, from, to);
  }

  void begin(ib_block* block) { block_ = block; }  // the runner, around each call
  void end() {
    if (block_ != nullptr && settled_.ns > block_->settled_ns) block_->settled_ns = settled_.ns;
    block_ = nullptr;
  }
  void reopen() { overflowed_ = false; }  // after a restart; the mark never falls back

 protected:
  ib_block* block_{};
  Time settled_ = never;
  bool overflowed_{};
};

template <class T>
class Emit : public Port {};

template <EventItem T>
class Emit<T> : public Port {
 public:
  /// False: refused, because the port is already settled beyond t (counted), or the slot is full
  /// (the node's error: it promised less).
  bool operator()(Time t, const T& v) {
    if (t <= settled_) {
      late.store(late.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return false;
    }
    settled_ = t;
    if (block_ == nullptr) return true;
    if (block_->n == block_->capacity) {
      overflowed_ = true;
      return false;
    }
    // The slot is the host's memory, handed out for writing through const pointers to readers.
    static_cast<T*>(const_cast<void*>(block_->data))[block_->n] = v;  // NOLINT
    const_cast<std::int64_t*>(block_->t_ns)[block_->n] = t.ns;        // NOLINT
    ++block_->n;
    return true;
  }
};

}  // namespace ib
