// Detrended fluctuation analysis of heartbeat intervals: how their fluctuation grows with the
// length looked at, F(n) ~ n^alpha. 0.5 = no memory, 1 = 1/f, 1.5 = a random walk; without a unit
// (Peng et al., Chaos 5:82, 1995).
//
// The profile y is the running sum of x - mean. It is cut into boxes of n intervals that do not
// overlap, from the left; each loses its least-squares line; F(n) = root mean square of what
// remains. alpha1: slope of ln F on ln n for n = 4..16, alpha2: 16..64. Boxes lie inside unbroken
// stretches, counted from the left of each: a break between boxes only shifts a level, which the
// line removes. Needs for alpha1 four boxes of 16, so 64 intervals (128 for a report), for alpha2
// three boxes of 64, so 192; else, and where nothing fluctuates, absent.
// Others take n = 4..11 or boxes that overlap and so give other numbers on the same beats.
//
// A box's squares are differences of running sums, so a box costs the same whatever its length; in
// whole microseconds they are exact (intervals below 4 s, boxes of up to 64).
// Thread: one at a time; the constructor allocates 28 bytes per interval.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dsp/nn_interval.hpp"

namespace ib::dsp {

class Dfa {
 public:
  /// Box lengths `from`..`to`, and how many of the longest must fit.
  struct Scales {
    std::size_t from, to, least_boxes;
  };
  static constexpr Scales short_scales{4, 16, 4};
  static constexpr Scales long_scales{16, 64, 3};
  static constexpr std::size_t shortest_box = 3, longest_box = 64;

  /// For windows of up to `capacity` intervals; of a longer one the newest count. [control]
  explicit Dfa(std::size_t capacity);

  /// Takes a window, oldest first, of which the rest speaks. O(n). [stream]
  void take(std::span<const NnInterval> series) noexcept;

  std::optional<double> alpha1() const noexcept { return exponent(short_scales); }
  std::optional<double> alpha2() const noexcept { return exponent(long_scales); }
  /// Slope of ln F on ln n. O(boxes). [stream]
  std::optional<double> exponent(const Scales& scales) const noexcept;
  /// F(n) in ms, n = 3..64; absent if no box of `n` fits. [stream]
  std::optional<double> fluctuation(std::size_t n) const noexcept;

 private:
  /// Of the profile y in us and of i y, y^2, up to an interval; modulo 2^64.
  struct Sums {
    std::uint64_t y{}, iy{}, yy{};
  };
  std::optional<double> mean_square_us2(std::size_t n) const noexcept;
  std::size_t boxes(std::size_t n) const noexcept;
  std::size_t stretch_end(std::size_t k) const noexcept {
    return k + 1 < n_stretches_ ? starts_[k + 1] : size_;
  }

  std::vector<Sums> sums_;  // before each interval, and of all
  std::vector<std::uint32_t> starts_;
  std::size_t size_{};
  std::size_t n_stretches_{};
};

}  // namespace ib::dsp
