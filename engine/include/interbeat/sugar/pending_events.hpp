// PendingEvents: param changes on their way to a node. Each acts when the node's input time reaches
// it, before the first item at or after it, wherever blocks are cut.
// Bound: as many as were reserved; one more is refused and counted. Thread: [exec], owned by its node.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/time.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ib::detail {

class PendingEvents {
 public:
  using Apply = void (*)(void* node, const ib_event&);

  PendingEvents(void* node, Apply apply) : node_(node), apply_(apply) {}

  /// [control] The only call that allocates.
  void reserve(std::size_t capacity) { events_.reserve(capacity); }

  bool any() const { return !events_.empty(); }
  /// When the first of them acts; only if any().
  Time first() const { return Time{events_.front().t_ns}; }
  /// [any]
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
  void push(const ib_event& e) {
    if (events_.size() == events_.capacity()) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const auto after =
        std::upper_bound(events_.begin(), events_.end(), e,
                         [](const auto& a, const auto& b) { return a.t_ns < b.t_ns; });
    events_.insert(after, e);  // within what is reserved
  }
  void apply_until(Time t) {
    std::size_t done = 0;
    while (done < events_.size() && events_[done].t_ns <= t.ns) apply_(node_, events_[done++]);
    events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(done));
  }

 private:
  void* node_;
  Apply apply_;
  std::vector<ib_event> events_;  ///< by time
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace ib::detail
