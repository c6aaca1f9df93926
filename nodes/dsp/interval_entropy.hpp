// Sample entropy and approximate entropy of heartbeat intervals: how seldom stretches that were
// alike stay alike for one interval more. 0 = each follows from those before; without a unit.
//
//   template  two intervals in a row (m = 2); two templates are alike if no interval differs by
//             more than r = `tolerance` times the SDNN of the window (Chebyshev distance, <= r).
//   SampEn    -ln(A / B): B pairs of templates alike, A of them also with the interval behind. Only
//             templates that have one are counted, so n - m for both; none with itself
//             (Richman & Moorman, Am J Physiol 278:H2039, 2000). Absent where A or B is 0.
//   ApEn      phi(m) - phi(m + 1), phi = mean of ln of the share of templates alike, each with
//             itself too (Pincus, PNAS 88:2297, 1991). Biased towards 0 on short windows.
// No template reaches across a break. Needs 100 intervals, else both are absent; from 200 on they
// are `enough`.
//
// r is another one at every step, so counts can't be carried on. But the intervals within r of one
// are neighbours by length: they are a set that begins and ends somewhere in that order, and a
// template is alike where the set of its second interval meets the set of its first one, moved on
// by one. Sets are words of 64 bits, so all pairs are still looked at, 64 at a time: O(n^2 / 64),
// some 10 us for 360 intervals. Whole microseconds: counts are exact.
// Thread: one at a time; the constructor allocates 20 bytes per interval, nothing else does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dsp/nn_interval.hpp"

namespace ib::dsp {

struct Entropy {
  std::optional<double> sample, approximate;
  std::int64_t alike{};         ///< B: pairs of templates
  std::int64_t alike_longer{};  ///< A: of them also with the interval behind
  double tolerance_us{};        ///< r
  bool enough{};                ///< at least 200 intervals
};

class IntervalEntropy {
 public:
  static constexpr std::size_t least = 100, enough = 200;
  static constexpr std::size_t most = 65'535;  ///< intervals
  struct Params {
    double tolerance = 0.2;  ///< of SDNN
  };

  /// For windows of up to `capacity` intervals, at most `most`; of a longer one the newest count.
  /// [control]
  explicit IntervalEntropy(std::size_t capacity) : IntervalEntropy(capacity, Params{}) {}
  IntervalEntropy(std::size_t capacity, const Params& params);

  /// Of a window, oldest first. `by_length`: places in `series` by ascending length, from who has
  /// them already (IntervalStatistics::by_length()); else, or if they are not as many, it sorts.
  /// [stream]
  Entropy operator()(std::span<const NnInterval> series,
                     std::span<const std::uint16_t> by_length = {}) noexcept;

 private:
  using Word = std::uint64_t;
  static constexpr std::size_t bits = 64;
  /// In the order of length: the first interval within the tolerance, and the first one beyond it.
  struct Reach {
    std::uint16_t from, to;
  };
  /// Bits that leave a word at its end, to enter the next one: of the intervals alike and of the
  /// templates alike.
  struct Carry {
    std::uint8_t single, pair;
  };
  std::span<const std::uint16_t> sorted(std::span<const NnInterval> series) noexcept;
  void find_reach(std::span<const NnInterval> series, std::span<const std::uint16_t> by_length,
                  std::int64_t tolerance_us) noexcept;
  void compare(std::span<const NnInterval> series, std::span<const std::uint16_t> by_length,
               std::size_t from, Entropy& out) noexcept;

  double tolerance_;
  std::vector<std::uint16_t> by_length_;
  std::vector<Reach> reach_;  // of each interval, in the order of time
  // Of the 64 intervals that all are compared with: which are among the k shortest of the window.
  std::vector<Word> among_shortest_;
  std::vector<Carry> carry_;
  // How many templates are like the one that ends at an interval, itself too; 0 where none ends.
  std::vector<std::uint16_t> alike_, alike_longer_;
};

}  // namespace ib::dsp
