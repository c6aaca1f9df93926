// Histogram of durations: 40 octaves of 16 steps each, so that any quantile is right within 1/16.
// Written by one thread, read by any; recording is two shifts and an increment.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace ib {

class Histogram {
 public:
  void record(std::int64_t ns) {
    if (forget_.load(std::memory_order_relaxed)) [[unlikely]]
      clear();
    auto& b = buckets_[bucket(ns < 0 ? 0 : static_cast<std::uint64_t>(ns))];
    b.store(b.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (ns > max_.load(std::memory_order_relaxed)) max_.store(ns, std::memory_order_relaxed);
  }
  /// [any] What was recorded goes with the next record: the writer alone writes.
  void forget() { forget_.store(true, std::memory_order_relaxed); }
  /// Adds what another one has counted.
  void add(const Histogram& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      const auto n = other.buckets_[i].load(std::memory_order_relaxed);
      buckets_[i].store(buckets_[i].load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    count_.store(count() + other.count(), std::memory_order_relaxed);
    max_.store(std::max(max(), other.max()), std::memory_order_relaxed);
  }
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  std::int64_t max() const { return max_.load(std::memory_order_relaxed); }
  /// Upper edge of the bucket that holds the q-quantile, in ns, at most the greatest duration that
  /// was recorded; 0 when empty.
  double quantile(double q) const {
    const auto n = count();
    if (n == 0) return 0;
    const auto want = static_cast<std::uint64_t>(q * static_cast<double>(n - 1)) + 1;
    std::uint64_t seen = 0;
    for (std::uint32_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i].load(std::memory_order_relaxed);
      if (seen >= want) return std::min(upper_edge(i), static_cast<double>(max()));
    }
    return static_cast<double>(max());
  }
  /// How many lay in buckets that end at or below `ns`.
  std::uint64_t count_within(double ns) const {
    std::uint64_t n = 0;
    for (std::uint32_t i = 0; i < buckets_.size() && upper_edge(i) <= ns; ++i) {
      n += buckets_[i].load(std::memory_order_relaxed);
    }
    return n;
  }
  /// All durations together, each taken as the middle of its bucket: within 1/32.
  double sum() const {
    double ns = 0, from = 0;
    for (std::uint32_t i = 0; i < buckets_.size(); ++i) {
      ns += (from + upper_edge(i)) / 2 * buckets_[i].load(std::memory_order_relaxed);
      from = upper_edge(i);
    }
    return ns;
  }

 private:
  static constexpr std::uint32_t steps = 16, octaves = 40;  // up to 2^43 ns = 2.4 hours
  static std::uint32_t bucket(std::uint64_t ns) {
    if (ns < steps) return static_cast<std::uint32_t>(ns);
    const auto octave =
        static_cast<std::uint32_t>(std::bit_width(ns)) - 5;  // ns >> octave in 16..31
    const auto i = (octave + 1) * steps + static_cast<std::uint32_t>((ns >> octave) & (steps - 1));
    return i < steps * octaves ? i : steps * octaves - 1;
  }
  static double upper_edge(std::uint32_t i) {
    if (i < steps) return i;
    const std::uint32_t octave = i / steps - 1;
    return static_cast<double>((std::uint64_t{i % steps} + steps + 1) << octave);
  }
  void clear() {
    forget_.store(false, std::memory_order_relaxed);
    for (auto& b : buckets_) b.store(0, std::memory_order_relaxed);
    count_.store(0, std::memory_order_relaxed);
    max_.store(0, std::memory_order_relaxed);
  }

  std::array<std::atomic<std::uint32_t>, steps * octaves> buckets_{};
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::int64_t> max_{0};
  std::atomic<bool> forget_{false};
};

}  // namespace ib
