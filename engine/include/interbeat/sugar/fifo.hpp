// Fifo: a preallocated queue of one input's items in front of a merging node. Allocates
// in reserve() only; full is reported, never overwritten.
// Thread: [exec], owned by its node.
#pragma once

#include <cstddef>
#include <vector>

namespace ib::detail {

template <class T>
class Fifo {
 public:
  /// [control] The only call that allocates.
  void reserve(std::size_t capacity) {
    items_.resize(capacity);
    clear();
  }

  bool empty() const { return used_ == 0; }
  std::size_t size() const { return used_; }
  std::size_t capacity() const { return items_.size(); }
  bool push(const T& v) {
    if (used_ == items_.size()) return false;
    std::size_t at = head_ + used_;
    if (at >= items_.size()) at -= items_.size();
    items_[at] = v;
    ++used_;
    return true;
  }
  const T& front() const { return items_[head_]; }
  T& back() { return items_[(head_ + used_ - 1) % items_.size()]; }
  void pop() {
    if (++head_ == items_.size()) head_ = 0;
    --used_;
  }
  void clear() { head_ = used_ = 0; }

 private:
  std::vector<T> items_;
  std::size_t head_{}, used_{};
};

}  // namespace ib::detail
