// The last `capacity` values of a signal as one contiguous span, oldest first.
//
// Every value is written twice, half a buffer apart, so the newest n values always lie in one piece
// and algorithms can sum over plain memory in a fixed order.
// Thread: one at a time; the constructor allocates, nothing else does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace ib::dsp {

class SlidingWindow {
 public:
  explicit SlidingWindow(std::size_t capacity)
      : capacity_(std::max<std::size_t>(capacity, 1)), values_(2 * capacity_) {}

  void clear() noexcept {
    next_ = 0;
    size_ = 0;
  }

  /// Appends one value; when full, the oldest one leaves.
  void push(double value) noexcept {
    values_[next_] = value;
    values_[next_ + capacity_] = value;
    next_ = next_ + 1 == capacity_ ? 0 : next_ + 1;
    if (size_ < capacity_) ++size_;
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool full() const noexcept { return size_ == capacity_; }

  /// All values, oldest first; valid until the next push.
  std::span<const double> view() const noexcept { return newest(size_); }
  /// The newest `n` values. Precondition: n <= size().
  std::span<const double> newest(std::size_t n) const noexcept {
    return {values_.data() + next_ + capacity_ - n, n};
  }

 private:
  std::size_t capacity_;
  std::vector<double> values_;
  std::size_t next_ = 0;
  std::size_t size_ = 0;
};

}  // namespace ib::dsp
