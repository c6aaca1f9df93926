// CountOfSeconds: how many things came in the last seconds, asked at the end of each: no times are
// kept. A thing belongs to the second that ends at or after it. Thread: one; no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ib::dsp {

template <std::size_t Seconds>
class CountOfSeconds {
 public:
  void add() noexcept {
    if (current_ == UINT16_MAX) return;  // as many as anybody can mean
    ++current_;
  }
  /// From now on count() is of the `Seconds` that end here.
  void end_of_second() noexcept {
    sum_ += current_;
    sum_ -= seconds_[next_];
    seconds_[next_] = current_;
    next_ = next_ + 1 == Seconds ? 0 : next_ + 1;
    current_ = 0;
  }
  std::size_t count() const noexcept { return sum_; }

 private:
  std::array<std::uint16_t, Seconds> seconds_{};
  std::size_t next_{};
  std::uint32_t sum_{};
  std::uint16_t current_{};
};

}  // namespace ib::dsp
