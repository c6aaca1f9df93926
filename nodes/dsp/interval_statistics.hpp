// Time-domain statistics of a sliding set of heartbeat intervals, by exact integer sums: push and
// evict leave no rounding behind, so sliding equals recomputing, bit for bit.
//
// Knows nothing of windows, coverage or validity: it takes valid intervals only, and whether each
// one continues the one before. Definitions: Task Force (Circulation 93:1043, 1996), Shaffer &
// Ginsberg (Front Public Health 5:258, 2017); sample deviations (n - 1); a difference needs two
// adjacent valid intervals, both inside. Thread: stream. Allocates in the constructor only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>
#include <vector>

namespace ib::dsp {

/// Integer state: x = interval, d = x[i] - x[i-1], s = x[i] + x[i-1], in microseconds.
/// 1e5 intervals below 4 s stay 5000 times below the int64 bound.
struct IntervalSums {
  std::int64_t n{}, x{}, xx{};
  std::int64_t n_diff{}, d{}, dd{}, s{}, ss{};
  std::int64_t over_20ms{}, over_50ms{};  ///< |d| strictly greater
  bool operator==(const IntervalSums&) const = default;
};

class IntervalStatistics {
 public:
  /// Holds at most `capacity` intervals (at least 1); one more displaces the oldest. [control]
  explicit IntervalStatistics(std::size_t capacity);

  /// Adds the newest interval, `ibi_us` > 0. `continues`: it starts where the interval pushed last
  /// ended. That gives a difference only if that interval is still inside. O(capacity) to keep
  /// order (a memmove of int32). [stream]
  void push(Time t_end, std::int32_t ibi_us, bool continues) noexcept;
  /// Removes all intervals with t_end <= t. [stream]
  void evict_until(Time t) noexcept;
  void clear() noexcept;

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return ring_.size(); }
  /// Intervals pushed out by a full capacity, ever.
  std::uint64_t displaced() const noexcept { return displaced_; }
  const IntervalSums& sums() const noexcept { return sums_; }

  // In ms, percent, 1/min or 1 as noted; nullopt where undefined (too few values, ln 0). [stream]
  using Value = std::optional<double>;
  Value mean_nn() const noexcept;
  Value mean_hr() const noexcept;        ///< 60000 / mean_nn, 1/min (not the mean of the rates)
  Value mean_of_rates() const noexcept;  ///< mean of 60000 / x, 1/min: never below mean_hr. O(n)
  Value sdnn() const noexcept;
  Value rmssd() const noexcept;
  Value ln_rmssd() const noexcept;  ///< of RMSSD in ms
  Value sdsd() const noexcept;
  Value pnn50() const noexcept;  ///< percent of the differences
  Value pnn20() const noexcept;
  Value cvnn() const noexcept;  ///< sdnn / mean_nn
  Value cvsd() const noexcept;  ///< rmssd / mean_nn
  Value sd1() const noexcept;   ///< Poincare, across the identity line = sdsd / sqrt 2
  Value sd2() const noexcept;   ///< along it, over the contiguous pairs

  Value median_nn() const noexcept { return percentile(0.5); }
  Value min_nn() const noexcept { return percentile(0); }
  Value max_nn() const noexcept { return percentile(1); }
  Value percentile(double p) const noexcept;  ///< 0 <= p <= 1, type 7 (linear), ms
  Value iqr_nn() const noexcept;
  Value mad_nn() const noexcept;  ///< 1.4826 median |x - median|. O(n)

  // Geometric, bins of 1/128 s from 0. O(n), TINN O(n + bins^2); undefined beyond 4 s intervals.
  Value hti() const noexcept;   ///< n / highest bin
  Value tinn() const noexcept;  ///< base of the least-squares triangle, ms; undefined with one bin

 private:
  struct Entry {
    Time t_end;
    std::int32_t ibi_us{};
    bool has_difference{};  // to the entry before, which is inside
  };

  const Entry& at(std::size_t i) const noexcept { return ring_[(first_ + i) % ring_.size()]; }
  Entry& at(std::size_t i) noexcept { return ring_[(first_ + i) % ring_.size()]; }
  void evict_oldest() noexcept;
  void count_pair(std::int32_t before_us, std::int32_t after_us, std::int64_t sign) noexcept;

  std::vector<Entry> ring_;
  std::size_t first_{};
  std::size_t size_{};
  std::vector<std::int32_t> sorted_;  // the same intervals, ascending
  IntervalSums sums_;
  std::uint64_t displaced_{};
};

}  // namespace ib::dsp
