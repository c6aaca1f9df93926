// Time-domain statistics of a sliding set of heartbeat intervals, by exact integer sums: push and
// evict leave no rounding behind, so sliding equals recomputing, bit for bit.
//
// Knows nothing of windows, coverage or validity: it takes valid intervals only, and whether each
// one continues the one before. Definitions: Task Force (Circulation 93:1043, 1996), Shaffer &
// Ginsberg (Front Public Health 5:258, 2017); sample deviations (n - 1); a difference needs two
// adjacent valid intervals, both inside. Times are counted in whole microseconds, as intervals are.
// Thread: stream. Allocates in the constructor only: 6 bytes per interval, and for its rank 1, or 2 of more than 250.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>
#include <span>
#include <vector>

#include "dsp/loss_not_random.hpp"
#include "dsp/nn_interval.hpp"

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
  /// Whether intervals are kept in order: percentiles, MAD and the geometric values need it.
  enum class Ranked : bool { no, yes };

  static constexpr std::int32_t longest_us = (1 << 22) - 1;  ///< 4.19 s: no heart waits longer

  /// Holds at most `capacity` intervals (1 to 65000); one more displaces the oldest. A pause of more
  /// than 4 s takes the place of an interval. [control]
  explicit IntervalStatistics(std::size_t capacity, Ranked ranked = Ranked::yes);

  /// Adds the newest interval, 0 < `ibi_us` <= longest_us. `continues`: it starts where the interval pushed
  /// last ended. That gives a difference only if that interval is still inside. O(capacity) to keep
  /// order (a memmove of ranks). [stream]
  void push(Time t_end, std::int32_t ibi_us, bool continues, bool edited = false) noexcept;
  /// One that enters nothing but aside(), and ends a chain. [stream]
  void push_aside(Time t_end, std::int32_t ibi_us) noexcept;
  /// One that enters nothing but excluded(), and ends a chain; `believable`: rejected() too. Pushes
  /// nobody out: where there is no room, it is not counted. [stream]
  void push_excluded(Time t_end, std::int32_t ibi_us, bool believable = false,
                     bool edited = false) noexcept;
  /// Removes all intervals with t_end <= t. [stream]
  void evict_until(Time t) noexcept;
  void clear() noexcept;

  std::size_t size() const noexcept { return static_cast<std::size_t>(sums_.n); }
  std::size_t capacity() const noexcept { return capacity_; }
  /// Intervals pushed out by a full capacity, ever.
  std::uint64_t displaced() const noexcept { return displaced_; }
  const IntervalSums& sums() const noexcept { return sums_; }
  /// Number and sum of the intervals that stand aside, in microseconds.
  struct Aside {
    std::int64_t n{}, x{};
  };
  const Aside& aside() const noexcept { return aside_; }
  /// How many enter nothing at all.
  std::int64_t excluded() const noexcept { return excluded_; }
  /// Of those that count, and of those that do not but may be the heart's own: they stand aside, or
  /// were pushed as believable.
  RateSums kept() const noexcept { return {sums_.n, sums_.x, sums_.xx}; }
  const RateSums& rejected() const noexcept { return rejected_; }
  /// Of all that are inside, those that a person changed.
  std::int64_t edited() const noexcept { return edited_; }
  /// Lengths of all intervals that end after `t`, those that stand aside too, excluded ones not, the
  /// newest first, in microseconds. `room`: for capacity() of them. [stream]
  std::span<std::int32_t> lengths_after(Time t, std::span<std::int32_t> room) const noexcept;

  /// The intervals that count, oldest first. `room`: for size() of them. [stream]
  std::span<NnInterval> in_order(std::span<NnInterval> room) const noexcept;
  /// Their places in in_order() by ascending length. Nothing, if one that stands aside or a pause
  /// of more than 4 s lies between, or nobody keeps ranks. `room`: for size(). [stream]
  std::span<std::uint16_t> by_length(std::span<std::uint16_t> room) const noexcept;

  // In ms, percent, 1/min or 1 as noted; nullopt where undefined (too few values, ln 0). [stream]
  using Value = std::optional<double>;
  Value mean_nn() const noexcept;
  Value mean_hr() const noexcept;        ///< 60000 / mean_nn, 1/min (not the mean of the rates)
  Value mean_of_rates() const noexcept;  ///< mean of 60000 / x, 1/min: never below mean_hr. O(n)
  Value sdnn() const noexcept;
  Value rmssd() const noexcept;
  Value ln_rmssd() const noexcept;  ///< of RMSSD in ms
  Value sdsd() const noexcept;
  /// What is 100 %: the differences, or, as in Task Force 1996, all intervals.
  enum class Base : bool { differences, intervals };
  Value pnn50(Base base = Base::differences) const noexcept;  ///< percent above 50 ms
  Value pnn20(Base base = Base::differences) const noexcept;
  Value cvnn() const noexcept;  ///< sdnn / mean_nn
  Value cvsd() const noexcept;  ///< rmssd / mean_nn
  Value sd1() const noexcept;   ///< Poincare, across the identity line = sdsd / sqrt 2
  Value sd2() const noexcept;   ///< along it, over the contiguous pairs

  Value median_nn() const noexcept { return percentile(0.5); }
  Value min_nn() const noexcept { return percentile(0); }
  Value max_nn() const noexcept { return percentile(1); }
  Value percentile(double p) const noexcept;  ///< 0 <= p <= 1, type 7 (linear), ms
  Value iqr_nn() const noexcept;
  Value mad_nn() const noexcept;  ///< 1.4826 median |x - median|

  /// Geometric, bins of 1/128 s from 0; undefined beyond 4 s intervals.
  struct Geometric {
    Value hti;   ///< n / highest bin
    Value tinn;  ///< base of the least-squares triangle, ms; undefined with one bin
  };
  Geometric geometric() const noexcept;  ///< O(n + bins^2)
  Value hti() const noexcept { return geometric().hti; }
  Value tinn() const noexcept { return geometric().tinn; }
  struct Bin {
    std::int32_t from_us{};
    std::size_t intervals{};
    bool operator==(const Bin&) const = default;
  };
  /// The fullest bin [k `bin_us`, (k + 1) `bin_us`), the first of equals, for what has bins of its
  /// own; without intervals where there are none. O(n)
  Bin fullest_bin(std::int32_t bin_us) const noexcept;

 private:
  /// An interval by its distance from the entry before it; so a day of time fits into six bytes. In
  /// front of one that is 4 s or more away stands a filler, an entry without length, with the greater
  /// part of the distance.
  class Entry {
   public:
    static constexpr unsigned since_bits = 22;
    static constexpr std::int64_t longest_pause_us = (std::int64_t{1} << (since_bits + 24)) - 1;

    enum Kind : std::uint32_t {  // bits; an excluded one stands aside too
      counted = 0,
      excluded = 1U << 22U,
      edited = 1U << 23U,
      aside = 1U << 24U
    };
    static Entry interval(std::int32_t us, std::int64_t since_us, std::uint32_t kind) noexcept {
      return Entry(static_cast<std::uint64_t>(us) | kind |
                   static_cast<std::uint64_t>(since_us) << since_at);
    }
    static Entry filler(std::int64_t steps) noexcept {
      return Entry(static_cast<std::uint64_t>(steps) << 24U);
    }
    Entry() = default;
    bool is_filler() const noexcept { return length_us() == 0; }
    std::int32_t length_us() const noexcept {
      return static_cast<std::int32_t>(low_bits() & std::uint32_t{longest_us});
    }
    bool is_aside() const noexcept { return (low_bits() & aside) != 0; }
    bool is_excluded() const noexcept { return (low_bits() & excluded) != 0; }
    bool is_edited() const noexcept { return (low_bits() & edited) != 0; }
    /// Enters the values: neither a filler nor one that stands aside.
    bool counts() const noexcept { return !is_filler() && !is_aside(); }
    /// Not used, and may be the heart's own.
    bool is_rejected() const noexcept {
      return is_aside() && (!is_excluded() || (low_bits() & difference_bit) != 0);
    }
    /// To the entry before, which is inside.
    bool has_difference() const noexcept {
      return !is_aside() && (low_bits() & difference_bit) != 0;
    }
    /// Of an excluded one: that it is believable.
    void set_difference(bool on) noexcept {
      *this = Entry(on ? bits() | difference_bit : bits() & ~std::uint64_t{difference_bit});
    }
    std::int64_t since_us() const noexcept {
      return static_cast<std::int64_t>(is_filler() ? bits() >> 24U << since_bits
                                                   : bits() >> since_at);
    }

   private:
    static constexpr std::uint32_t difference_bit = 1U << 25U;
    static constexpr unsigned since_at = 26;
    explicit Entry(std::uint64_t bits) noexcept
        : words_{static_cast<std::uint16_t>(bits), static_cast<std::uint16_t>(bits >> 16U),
                 static_cast<std::uint16_t>(bits >> 32U)} {}
    /// Length and kind, in one read.
    std::uint32_t low_bits() const noexcept { return words_[0] | std::uint32_t{words_[1]} << 16U; }
    std::uint64_t bits() const noexcept { return low_bits() | std::uint64_t{words_[2]} << 32U; }
    std::array<std::uint16_t, 3> words_{};
  };
  static_assert(sizeof(Entry) == 6);
  static constexpr std::size_t more = 2;  // entries: for the pause before the last interval

  std::size_t slot(std::size_t i) const noexcept {
    return first_ + i < ring_.size() ? first_ + i : first_ + i - ring_.size();
  }
  const Entry& at(std::size_t i) const noexcept { return ring_[slot(i)]; }
  Entry& at(std::size_t i) noexcept { return ring_[slot(i)]; }
  /// Of all entries, oldest first: the ring in its two pieces, so that nobody asks at each one where
  /// it ends.
  template <class Visit>
  void each(Visit visit) const noexcept {
    const std::size_t whole = std::min(used_, ring_.size() - first_);
    for (const Entry& entry : std::span(ring_).subspan(first_, whole)) visit(entry);
    for (const Entry& entry : std::span(ring_).first(used_ - whole)) visit(entry);
  }
  std::size_t rank(std::size_t k) const noexcept {
    return ring_.size() <= 256 ? ranks_[k] : ranks_[k] | std::size_t{ranks_[capacity_ + k]} << 8U;
  }
  std::int32_t ranked(std::size_t k) const noexcept { return ring_[rank(k)].length_us(); }
  Entry& append(Time t_end, std::int32_t ibi_us, std::uint32_t kind) noexcept;
  bool has_room() const noexcept;
  void make_room() noexcept;
  void pop() noexcept;
  void evict_oldest() noexcept;
  void enter_rank(std::size_t slot) noexcept;
  void leave_rank(std::size_t slot) noexcept;
  Value share(std::int64_t differences, Base base) const noexcept;
  void count_pair(std::int32_t before_us, std::int32_t after_us, std::int64_t sign) noexcept;

  std::size_t capacity_;
  std::vector<Entry> ring_;
  std::size_t first_{};
  std::size_t used_{};  // entries, fillers too
  std::int64_t oldest_us_{},
      newest_us_{};  // ends of the first and the last entry, if there are any
  bool is_ranked_;
  // Slots of the intervals that count, by ascending length: their low bytes, and behind them the high
  // ones where there are any.
  std::vector<std::uint8_t> ranks_;
  std::size_t n_ranked_{};
  IntervalSums sums_;
  Aside aside_;
  RateSums rejected_;
  std::int32_t excluded_{}, edited_{};
  std::uint64_t displaced_{};
};

}  // namespace ib::dsp
