// Sample entropy and approximate entropy of heartbeat intervals: how seldom stretches that were
// alike stay alike for one interval more. 0 = each follows from those before; without a unit.
//
//   template  `length` intervals in a row (m = 2); two are alike if no interval differs by more
//             than r = `tolerance` times the SDNN of the window (Chebyshev distance, <= r).
//   SampEn    -ln(A / B): B pairs of templates alike, A of them also with the interval behind. Only
//             templates that have one are counted, so n - m for both; none with itself
//             (Richman & Moorman, Am J Physiol 278:H2039, 2000). Absent where A or B is 0.
//   ApEn      phi(m) - phi(m + 1), phi = mean of ln of the share of templates alike, each with
//             itself too (Pincus, PNAS 88:2297, 1991). Biased towards 0 on short windows.
// No template reaches across a break. Needs 100 intervals, else both are absent; from 200 on they
// are `enough`. O(n^2): 300 intervals take about 0.1 ms, so ask every 10 to 30 s.
// Thread: one at a time; the constructor allocates 4 bytes per interval twice, nothing else does.
#pragma once

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
  struct Params {
    int length = 2;          ///< m, at least 1
    double tolerance = 0.2;  ///< of SDNN
  };

  /// For windows of up to `capacity` intervals; of a longer one the newest count. [control]
  explicit IntervalEntropy(std::size_t capacity) : IntervalEntropy(capacity, Params{}) {}
  IntervalEntropy(std::size_t capacity, const Params& params);

  /// Of a window, oldest first. [stream]
  Entropy operator()(std::span<const NnInterval> series) noexcept;

 private:
  void count_self_matches(std::span<const NnInterval> series) noexcept;
  void compare(std::span<const NnInterval> series, std::size_t lag, std::int64_t tolerance_us,
               Entropy& out) noexcept;

  int length_;
  double tolerance_;
  // How many templates are like the one that ends at an interval; 0 where none ends.
  std::vector<std::uint32_t> alike_, alike_longer_;
};

}  // namespace ib::dsp
