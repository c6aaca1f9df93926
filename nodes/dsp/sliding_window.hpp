// The last `capacity` values of a signal, oldest first, each kept once. Whoever needs them in one piece
// has them copied, as they are or as double, into memory that is only lent.
//
// `V` is what the values are: float for samples as streams carry them.
// Thread: one at a time; the constructor allocates, nothing else does.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace ib::dsp {

template <class V>
class SlidingWindow {
 public:
  explicit SlidingWindow(std::size_t capacity) : values_(std::max<std::size_t>(capacity, 1)) {}

  void clear() noexcept {
    next_ = 0;
    size_ = 0;
  }

  /// Appends one value; when full, the oldest one leaves.
  void push(V value) noexcept {
    values_[next_] = value;
    next_ = next_ + 1 == values_.size() ? 0 : next_ + 1;
    if (size_ < values_.size()) ++size_;
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return values_.size(); }
  bool full() const noexcept { return size_ == values_.size(); }

  /// The value that came `back` values before the newest. Precondition: back < size().
  V newest(std::size_t back = 0) const noexcept {
    return values_[next_ > back ? next_ - 1 - back : next_ + values_.size() - 1 - back];
  }
  /// `out.size()` values in the order of time, of which the last came `back` before the newest.
  /// Precondition: back + out.size() <= size().
  template <class To>
  void copy(std::size_t back, std::span<To> out) const noexcept {
    const std::size_t behind = back + out.size();
    const std::size_t from = next_ >= behind ? next_ - behind : next_ + values_.size() - behind;
    const std::size_t whole = std::min(out.size(), values_.size() - from);
    put(values_.data() + from, out.first(whole));
    put(values_.data(), out.subspan(whole));
  }

 private:
  static void put(const V* from, std::span<V> to) noexcept {
    std::copy_n(from, to.size(), to.data());
  }
  static void put(const V* from, std::span<double> to) noexcept
      requires(!std::is_same_v<V, double>) {
    std::size_t i = 0;
    for (; i + 4 <= to.size(); i += 4) {  // in one go, where the CPU has it
      std::array<double, 4> four;
      for (std::size_t k = 0; k < 4; ++k) four[k] = static_cast<double>(from[i + k]);
      std::copy_n(four.begin(), 4, to.data() + i);
    }
    for (; i < to.size(); ++i) to[i] = static_cast<double>(from[i]);
  }

  std::vector<V> values_;
  std::size_t next_ = 0;
  std::size_t size_ = 0;
};

}  // namespace ib::dsp
