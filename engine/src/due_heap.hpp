// DueHeap: who is due next, of many: a binary heap over fixed numbers 0 … n-1, each with one time that
// may change. One timer of the system stands for all of them.
// Thread: its owner's. Bound: as many as it was made for; nothing is allocated later.
#pragma once

#include <interbeat/time.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ib::detail {

class DueHeap {
 public:
  explicit DueHeap(std::size_t n) : due_(n, forever), at_(n) {
    for (std::uint32_t i = 0; i < n; ++i) {
      heap_.push_back(i);
      at_[i] = i;
    }
  }

  bool empty() const { return heap_.empty(); }
  /// Who is due first; of equal times any.
  std::uint32_t first() const { return heap_.front(); }
  Time first_due() const { return heap_.empty() ? forever : due_[heap_.front()]; }
  Time due(std::uint32_t i) const { return due_[i]; }
  void set(std::uint32_t i, Time due) {
    const bool earlier = due < due_[i];
    due_[i] = due;
    if (earlier) rise(at_[i]);
    else sink(at_[i]);
  }

 private:
  bool before(std::size_t a, std::size_t b) const { return due_[heap_[a]] < due_[heap_[b]]; }
  void swap(std::size_t a, std::size_t b) {
    std::swap(heap_[a], heap_[b]);
    at_[heap_[a]] = static_cast<std::uint32_t>(a);
    at_[heap_[b]] = static_cast<std::uint32_t>(b);
  }
  void rise(std::size_t k) {
    for (; k > 0 && before(k, (k - 1) / 2); k = (k - 1) / 2) swap(k, (k - 1) / 2);
  }
  void sink(std::size_t k) {
    for (;;) {
      auto least = k;
      for (const auto child : {2 * k + 1, 2 * k + 2}) {
        if (child < heap_.size() && before(child, least)) least = child;
      }
      if (least == k) return;
      swap(k, least);
      k = least;
    }
  }

  std::vector<Time> due_;
  std::vector<std::uint32_t> heap_, at_;  // number by place, place by number
};

}  // namespace ib::detail
