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
// by one. Sets are words of bits, so all pairs are still looked at, 124 at a time: O(n^2 / 124),
// some 5 us for 360 intervals. Whole microseconds: counts are exact.
// Thread: one at a time; the constructor allocates 30 bytes per interval, nothing else does.
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
  /// Of intervals in a row, the oldest one in the lowest bit. Two words, which don't wait for each
  /// other: each begins with the two intervals before its own, as far back as a template of three
  /// reaches, so that none carries into the next one.
  struct Set {
    Word older{}, newer{};
    friend Set operator&(Set a, Set b) noexcept { return {a.older & b.older, a.newer & b.newer}; }
    friend Set operator^(Set a, Set b) noexcept { return {a.older ^ b.older, a.newer ^ b.newer}; }
    /// The interval behind each one.
    Set moved_on() const noexcept { return {older << 1U, newer << 1U}; }
    int count() const noexcept;
  };
  static constexpr std::size_t word_bits = 64, before = 2;
  static constexpr std::size_t of_a_word = word_bits - before, of_a_set = 2 * of_a_word;
  /// Of each interval, in the order of time.
  struct Row {
    /// In the order of length: the first interval within the tolerance, and the first one beyond it.
    enum End : std::size_t { first, beyond };
    std::array<std::uint16_t, 2> reach;
    /// How many templates are like the one that ends here, itself too; 0 where none ends.
    std::uint16_t alike, alike_longer;
  };
  std::span<const std::uint16_t> sorted(std::span<const NnInterval> series) noexcept;
  void find_reach(std::span<const NnInterval> series, std::span<const std::uint16_t> by_length,
                  std::int32_t tolerance_us) noexcept;
  void find_shortest(std::span<const std::uint16_t> by_length, std::size_t from) noexcept;
  std::int64_t compare(std::span<const NnInterval> series, std::size_t from) noexcept;

  double tolerance_;
  std::vector<std::uint16_t> by_length_;
  std::vector<Row> rows_;
  std::vector<std::int32_t> lengths_;  // ascending
  // Of those that all are compared with: which are among the k shortest of the window.
  std::vector<Set> among_shortest_;
};

}  // namespace ib::dsp
