// MovingAverage: the mean of the last n samples, n odd, so that it belongs to the sample in their
// middle, (n - 1) / 2 ago. The delay is the same at all frequencies.
//
// Exact: the sum is kept in whole steps of 2^-40, so a sample that has left leaves nothing behind,
// and a sum that slides for a year equals one made anew, bit for bit. Samples are rounded to that
// step (1e-12), and to +-2^60 where they are larger. Absent until n samples are there; a sample
// that is not finite gives nothing and begins anew. Thread: one at a time; the constructor
// allocates 16 bytes per sample.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace ib::dsp {

class MovingAverage {
 public:
  static constexpr std::size_t length_max = 65'535;

  /// `n` odd, 1..65535. [control]
  explicit MovingAverage(std::size_t n) : ring_(n) { assert(n % 2 == 1 && n <= length_max); }

  std::size_t length() const noexcept { return ring_.size(); }
  /// How long ago the sample came to which the mean belongs.
  std::size_t delay_samples() const noexcept { return ring_.size() / 2; }

  void restart() noexcept {
    sum_ = 0;
    size_ = next_ = 0;
  }

  /// O(1). [stream]
  std::optional<double> operator()(double x) noexcept {
    if (!std::isfinite(x)) {
      restart();
      return std::nullopt;
    }
    const bool full = size_ == ring_.size();
    if (full) sum_ -= ring_[next_];
    else ++size_;
    sum_ += ring_[next_] = steps(x);
    next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
    if (size_ < ring_.size()) return std::nullopt;
    return static_cast<double>(sum_) / static_cast<double>(ring_.size()) / steps_per_one;
  }

  /// What it knows, named one by one; the length is not part of it.
  template <class Visitor>
  void state(Visitor& visit) {
    visit(ring_, sum_, size_, next_);
    const bool good = next_ < ring_.size() && size_ <= ring_.size();
    visit.require(good);
    if (!good) restart();
  }

 private:
  using Steps = __int128;
  static constexpr double steps_per_one = 1099511627776.0;  // 2^40
  static constexpr double largest = 1152921504606846976.0;  // 2^60: 65535 of them fit

  static Steps steps(double x) noexcept {
    return static_cast<Steps>(std::nearbyint(std::clamp(x, -largest, largest) * steps_per_one));
  }

  std::vector<Steps> ring_;
  Steps sum_ = 0;
  std::size_t size_ = 0, next_ = 0;
};

}  // namespace ib::dsp
