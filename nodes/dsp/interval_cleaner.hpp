// Labels beat-to-beat intervals as normal or artefact while they arrive, and says which of them
// may enter heart rate variability. Excludes, never corrects: filling before RMSSD biases it.
//
// Order: range -> signal quality -> Lipponen & Tarvainen (J Med Eng Technol 43:173, 2019) in a
// trailing form with two intervals of look-ahead. A decision on i may invalidate i + 1 (the other
// half of an extra or ectopic beat), so decisions come out in order, two intervals late.
//
// The adaptive thresholds grow with the noise: on a ring they accept most of a bad stretch. The
// quality gate in front and the `irregular` guard behind are therefore part of the algorithm.
//
// A simple rule may stand in place of Lipponen & Tarvainen (interval_rule.hpp); range, quality and
// guard stay, the guard not with `none`.
// Thread: stream. No allocation. Invariant: every interval pushed comes out exactly once, in order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <interbeat/time.hpp>
#include <span>
#include <string_view>

#include "dsp/interval_rule.hpp"
#include "dsp/ranked_slots.hpp"

namespace ib::dsp {

enum class IntervalLabel : std::uint8_t {
  normal,
  ectopic,  ///< one beat early or late, compensated by its neighbour
  extra,    ///< a false beat split one interval in two
  missed,   ///< a lost beat joined two intervals
  long_,
  short_,
  gap,          ///< no interval: the beat before is unknown (ibi_us <= 0)
  range,        ///< outside shortest..longest
  low_quality,  ///< one of its two beats is below the quality bound
};

/// "n", "ectopic", "extra", "missed", "long", "short", "gap", "range", "low_quality".
std::string_view name(IntervalLabel) noexcept;

/// An interval as a beat detector gives it.
struct RawInterval {
  Time t_end;             ///< time of the later beat; strictly increasing
  std::int32_t ibi_us{};  ///< microseconds; <= 0: this beat has no known predecessor
  float quality{1};       ///< 0..1, the lower one of its two beats; NaN counts as bad
  bool follows{true};     ///< starts at the beat that ended the interval pushed before
};

struct CleanInterval {
  Time t_end;
  std::int32_t ibi_us{};
  float quality{};
  IntervalLabel label{};
  bool valid{};       ///< false also for the normal-looking second half of an extra or ectopic beat
  bool contiguous{};  ///< starts where the interval before ended, and both are valid
  bool irregular{};   ///< beat-to-beat scatter too large for HRV around here: withhold HRV
};

class IntervalCleaner {
 public:
  static constexpr std::size_t look_ahead = 2;
  static constexpr std::size_t history = 91;  ///< intervals behind the thresholds
  static constexpr std::size_t warm_up = 15;  ///< below it only |ibi - median| > 30 % is flagged

  struct Params {
    Duration shortest = 300ms;
    Duration longest = 2000ms;  ///< at most 60 s (integer arithmetic)
    float quality_min = 0.8F;   ///< template correlation; measured for 32 Hz ring PPG
    ArtefactRule rule = ArtefactRule::lipponen;
    Duration settled = 4s;  ///< a decision never waits longer than this, see overdue()
  };

  IntervalCleaner() noexcept : IntervalCleaner(Params{}) {}
  explicit IntervalCleaner(const Params& params) noexcept : params_(params), rule_(params.rule) {}

  /// Takes the next interval; at most four come out. [stream]
  void push(const RawInterval& raw) noexcept;

  /// Decides what is pending with the neighbours there are (an absent difference counts as 0).
  /// The next interval may still continue the chain. [stream]
  void flush() noexcept;

  /// After a gap: flushes, then breaks contiguity. The threshold history is kept, because scatter
  /// belongs to the person; the local median forgets by time (5 * longest), because the level may
  /// have moved meanwhile. [stream]
  void restart() noexcept;

  /// Forgets everything, also the threshold history: another person or sensor. [stream]
  void reset() noexcept;

  /// True if a pending interval ended `settled` ago: the caller flushes. `now` is stream time (a
  /// watermark), never the wall clock. [stream]
  bool overdue(Time now) const noexcept;

  /// Decisions of the last push, flush or restart, in order; valid until the next one. [stream]
  std::span<const CleanInterval> decided() const noexcept { return {decided_.data(), n_decided_}; }

  /// Th1 > 0.25 median interval, over the history after warm-up: noise, ectopy or arrhythmia; not
  /// told apart. As of the last decision. [stream]
  bool irregular() const noexcept { return irregular_; }

 private:
  // Gated intervals (gap, range, low quality) never get in here: they would widen the thresholds
  // exactly when the signal is bad. Labelled artefacts do, as in the paper: quartiles bear them.
  struct Entry {
    std::int32_t ibi_us{};
    std::uint32_t deviation_half_us : 31 = 0;  // magnitude, from the local median, once decided
    std::uint32_t follows : 1 = 0;             // the entry before ends where this one starts
  };
  // What only the newest are asked for: decisions and local medians reach no further back.
  struct Newest {
    Time t_end;
    float quality{};
    bool follows{};  // the entry before ends where this one starts
  };
  struct Thresholds {
    double th1_us{};
    double th2_us{};
  };

  IntervalLabel gate(const RawInterval& raw) const noexcept;
  void append(const RawInterval& raw) noexcept;
  void forget_oldest() noexcept;
  void decide_oldest() noexcept;
  void emit(const RawInterval& raw, IntervalLabel label, bool follows) noexcept;

  IntervalLabel labelled(std::size_t i, const Thresholds& th) noexcept;
  IntervalLabel by_rule(std::size_t i) noexcept;
  IntervalLabel classify(std::size_t i, const Thresholds& th) const noexcept;
  IntervalLabel classify_cold(std::size_t i) const noexcept;
  Thresholds thresholds() const noexcept;
  bool scatter_is_irregular(const Thresholds& th) const noexcept;

  auto magnitude_of_difference() const noexcept {
    return [this](std::size_t slot) { return std::abs(difference_us(slot)); };
  }
  auto magnitude_of_deviation() const noexcept {
    return [this](std::size_t slot) {
      return static_cast<std::int32_t>(ring_[slot].deviation_half_us);
    };
  }
  /// To the entry before, if it ends where this one starts; else 0.
  std::int32_t difference_us(std::size_t slot) const noexcept {
    if (ring_[slot].follows == 0) return 0;
    return ring_[slot].ibi_us - ring_[slot > 0 ? slot - 1 : ring_.size() - 1].ibi_us;
  }
  std::size_t slot(std::size_t i) const noexcept {
    return first_ + i < ring_.size() ? first_ + i : first_ + i - ring_.size();
  }
  const Entry& at(std::size_t i) const noexcept { return ring_[slot(i)]; }
  Entry& at(std::size_t i) noexcept { return ring_[slot(i)]; }
  /// Precondition: one of the last newest_.size() entries.
  const Newest& newest(std::size_t i) const noexcept {
    return newest_[(appended_ - size_ + i) % newest_.size()];
  }
  std::int32_t local_median_x2(std::size_t i) const noexcept;
  std::int32_t deviation_half_us(std::size_t i) const noexcept;

  Params params_;
  IntervalRule rule_;
  std::array<Entry, history + 1> ring_{};  // the one that was forgotten last is still there
  std::array<Newest, 8> newest_{};
  RankedSlots<history> differences_;  // magnitudes, of entries that follow the one before
  RankedSlots<history> deviations_;   // magnitudes, of decided entries
  std::uint64_t appended_{};          // ever: the newest entry is the appended_ - 1st
  std::size_t first_{};
  std::size_t size_{};
  std::size_t pending_{};    // the newest `pending_` entries are undecided
  bool chain_broken_{true};  // the next interval has no neighbour before it
  bool spoils_next_{};       // the interval decided last was extra or ectopic
  bool skips_next_{};        // ... extra: the other half is not tested again
  bool last_valid_{};
  bool irregular_{};
  std::array<CleanInterval, look_ahead + 2> decided_{};
  std::size_t n_decided_{};
};

}  // namespace ib::dsp
