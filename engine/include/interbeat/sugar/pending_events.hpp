// PendingEvents: param changes on their way to a node. Each acts when the node's input time reaches
// it, before the first item at or after it, wherever blocks are cut.
// Bound: 64 waiting per node; one more is refused and
// counted. Thread: [exec], owned by its node.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ib::detail {

class PendingEvents {
 public:
  static constexpr std::size_t capacity = 64;
  using Apply = void (*)(void* node, const ib_event&);

  PendingEvents(void* node, Apply apply) : node_(node), apply_(apply) {}

  bool any() const { return used_ > 0; }
  std::uint64_t refused() const { return refused_; }
  void push(const ib_event& e) {
    if (used_ == capacity) {
      ++refused_;
      return;
    }
    events_[used_++] = e;
  }
  void apply_until(Time t) {
    std::size_t done = 0;
    while (done < used_ && events_[done].t_ns <= t.ns) apply_(node_, events_[done++]);
    if (done == 0) return;
    const auto first = events_.begin();
    std::move(first + static_cast<std::ptrdiff_t>(done), first + static_cast<std::ptrdiff_t>(used_),
              first);
    used_ -= done;
  }

 private:
  void* node_;
  Apply apply_;
  std::array<ib_event, capacity> events_{};
  std::size_t used_{};
  std::uint64_t refused_{};
};

}  // namespace ib::detail
