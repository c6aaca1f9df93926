// Wall time in pieces, of which the middle one counts: what a hand-over between two threads takes while
// both have a core. The whole would be ruled by the few moments in which the kernel took one away.
//
// Thread: one, the sender's; `mark` reads the clock and stores one number.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace ib::bench {

class Pieces {
 public:
  /// Room for so many marks; further ones are not kept.
  void reserve(std::size_t marks) { marks_.reserve(marks); }
  /// A piece begins, and with it the one before ends.
  void mark() {
    if (marks_.size() < marks_.capacity()) marks_.push_back(Clock::now());
  }
  /// Median length of a piece in ns; NaN: there is none.
  double median_ns() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> marks_;
};

}  // namespace ib::bench
