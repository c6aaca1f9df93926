// Whether the beats that a window had to reject beat faster or slower than those it kept: then what is
// left doesn't stand for the window, and no count of beats or coverage shows it. Movement raises heart
// rate and spoils the signal in the same moment, so this is the rule and not the exception for rings.
//
// Rejected means: not used, and still of a believable length (of too little quality, or in an
// irregular stretch, 300 to 2000 ms). A missed or an extra beat gives an interval that is not one of
// the heart: don't push it. Where beats are lost without a trace this sees nothing.
// Own rule, measured in tests/accuracy/missing_beats.cpp: more than 5 bpm apart, and more than three
// standard errors of independent intervals, because few rejected ones differ by chance.
// Exact integer sums: sliding equals recomputing. Thread: stream. Allocates in the constructor only:
// 16 bytes per interval.
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>
#include <vector>

namespace ib::dsp {

/// Intervals of one kind: their number, and exact sums in us.
struct RateSums {
  std::int64_t n{}, x{}, xx{};
  void add(std::int64_t us, std::int64_t sign) noexcept {
    n += sign;
    x += sign * us;
    xx += sign * us * us;
  }
  bool operator==(const RateSums&) const = default;
};

class LossNotRandom {
 public:
  static constexpr double least_difference_bpm = 5;
  static constexpr double least_standard_errors = 3;
  static constexpr std::int64_t least_kept = 8;  ///< below these nothing is said
  static constexpr std::int64_t least_rejected = 5;

  enum class Fate : std::uint8_t { kept, rejected };

  struct Verdict {
    bool not_random{};
    std::int64_t kept{}, rejected{};       ///< intervals in the window
    std::optional<double> difference_bpm;  ///< mean heart rate rejected - kept; absent if too few
    bool operator==(const Verdict&) const = default;
  };

  /// Holds at most `capacity` intervals (1 or more); one more displaces the oldest. [control]
  explicit LossNotRandom(std::size_t capacity);

  /// Adds the newest interval, 0 < `ibi_us` < 4 s (else false, and nothing taken). [stream]
  bool push(Time t_end, std::int32_t ibi_us, Fate fate) noexcept;
  /// Removes all intervals with t_end <= t. [stream]
  void evict_until(Time t) noexcept;
  void clear() noexcept;
  /// O(1). [stream]
  Verdict verdict() const noexcept { return of(kept_, rejected_); }
  static Verdict of(const RateSums& kept, const RateSums& rejected) noexcept;

 private:
  struct Entry {
    Time t_end;
    std::int32_t ibi_us{};
    Fate fate{};
  };
  RateSums& of(Fate fate) noexcept { return fate == Fate::kept ? kept_ : rejected_; }
  void pop() noexcept;

  std::vector<Entry> ring_;
  std::size_t first_{}, used_{};
  RateSums kept_, rejected_;
};

}  // namespace ib::dsp
