// Meters: what the engine measures of itself while it runs. Counts where blocks and items pass, written
// by the thread that moves them; histograms per group of equal nodes and thread. A sample pays for one
// counter per node: all else follows from it.
//
// Process times are sampled: about one pass in 16 reads the clock between its nodes. The distance
// between two such passes varies, or a node that acts once a second would always, or never, be met.
// Thread: written by the island's thread, read by [any].
#pragma once

#include "histogram.hpp"

#include <atomic>
#include <cstdint>

namespace ib::detail {

/// One writer, any reader: cheaper than a read-modify-write, and enough.
template <class T>
void bump(std::atomic<T>& c, T n = 1) {
  c.store(static_cast<T>(c.load(std::memory_order_relaxed) + n), std::memory_order_relaxed);
}

inline void bump(std::uint64_t& c, std::uint64_t n) {
  std::atomic_ref<std::uint64_t> shared(c);
  shared.store(shared.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}
inline std::uint64_t counted(const std::uint64_t& c) {
  return std::atomic_ref(const_cast<std::uint64_t&>(c)).load(std::memory_order_relaxed);  // NOLINT
}

/// What happens to a node beside its blocks and items: those are counted where they pass, once per
/// pass (Program) and once per output (BlockSlot::items).
struct NodeCounts {
  std::atomic<std::uint64_t> timed_ticks{0};
  std::atomic<std::uint32_t> timed{0}, errors{0}, restarts{0};
};

/// A number that its one writer changes and reports read.
template <class T>
void put(T& n, T value) {
  std::atomic_ref<T>(n).store(value, std::memory_order_relaxed);
}

/// Which passes are timed: every 9th to 24th, 16 apart on average.
class Sampling {
 public:
  /// While a trace is written.
  static Sampling every_pass() {
    Sampling s;
    s.left_ = 1;
    s.every_ = true;
    return s;
  }
  /// Once in four thousand million passes: what the instruments cost is measured against it.
  static Sampling none() {
    Sampling s;
    s.left_ = 0;
    return s;
  }

  bool next() {
    if (--left_ != 0) return false;
    if (every_) {
      left_ = 1;
      return true;
    }
    state_ =
        state_ * 1664525U + 1013904223U;  // Numerical Recipes' generator: its top bits are used
    left_ = 9 + (state_ >> 28);
    return true;
  }

 private:
  std::uint32_t left_{4}, state_{1};  // the first pass is cold and counts for nobody
  bool every_{};
};

}  // namespace ib::detail
