// Time-domain heart rate variability over a sliding window, each value with a grade and, when
// withheld, the reason. Missing data is never 0 and never an old value.
//
// Window at time t: valid intervals with t - W < t_end <= t. Measured on ring recordings: below
// 70 % coverage RMSSD scatters by a factor of three, so coverage decides what is published.
// SDANN and SDNNI (5-minute pieces of long recordings) are not of this window: hrv_pieces.hpp.
// Thread: stream. Allocates in the constructor only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <interbeat/types/hrv_class.hpp>
#include <optional>
#include <string_view>

#include "dsp/interval_statistics.hpp"

namespace ib::dsp {

using Grade = HrvClass;

enum class HrvReason : std::uint8_t {
  none,
  warming_up,             ///< the window is not yet filled since the start
  insufficient_coverage,  ///< valid intervals cover too little of the window
  insufficient_beats,     ///< too few contiguous differences
  short_window,           ///< the metric needs a longer window
  undefined,              ///< no value by definition: ln 0, one histogram bin
};

std::string_view name(HrvReason) noexcept;

/// `value` is present exactly if `grade` is not absent. `reason` says why a grade is not ok.
struct HrvValue {
  std::optional<double> value;
  Grade grade = Grade::absent;
  HrvReason reason = HrvReason::none;
};

/// Units: intervals and deviations ms, mean_hr 1/min, pnn percent, the rest 1.
struct HrvTime {
  Time t;
  std::size_t n{};       ///< valid intervals
  std::size_t n_diff{};  ///< contiguous differences
  double coverage{};     ///< 0..1, sum of valid intervals / window

  // At coverage >= 0.70 ok, >= 0.50 low.
  HrvValue mean_nn, mean_hr, mean_hr_beats, rmssd, ln_rmssd, pnn50, pnn20;
  // At coverage >= 0.70, else absent.
  HrvValue sdnn, sdsd, cvnn, cvsd, sd1, sd2;
  HrvValue median_nn, min_nn, max_nn, mad_nn, iqr_nn, prc20_nn, prc80_nn;
  // Windows from 300 s (low), 20 min (ok: Task Force 1996).
  HrvValue hti, tinn;
};

class HrvTimeWindow {
 public:
  struct Params {
    double coverage_ok = 0.70;
    double coverage_low = 0.50;
    std::size_t least_differences = 8;  ///< and at least one per three seconds of window
    /// Sizes the buffer: the least that `interval.clean` may be told to let pass, or a window would
    /// silently be shorter than it says.
    Duration shortest_interval = 200ms;
    /// Sizes it too, where less is promised: as many as come in any second; 0: unknown.
    double most_per_second = 0;
    Duration geometric_window = 300s;  ///< HTI and TINN from here, graded low
    Duration geometric_window_ok = 1200s;
    /// Count those that are not used too: statistics().excluded().
    bool counts_excluded = false;
    /// Keep intervals in order, which metrics() needs; ln_rmssd() alone doesn't.
    IntervalStatistics::Ranked ranked = IntervalStatistics::Ranked::yes;
  };

  /// [control]
  explicit HrvTimeWindow(Duration window) : HrvTimeWindow(window, Params{}) {}
  HrvTimeWindow(Duration window, const Params& params);

  /// Takes the next interval; the window then ends at `t_end`. `contiguous`: it starts where the
  /// interval pushed before ended, and both are valid. An invalid interval only breaks the chain.
  /// False, and nothing taken, if `t_end` is not after the interval before. Intervals shorter than
  /// `shortest_interval` may overfill the buffer: the oldest goes first, counted. `rate_alone`: one
  /// that is not valid counts for mean_hr_of_all(). `edited`: a person changed it.
  /// `believable`: of one that is not valid, that it may be the heart's own all the same. [stream]
  bool push(Time t_end, std::int32_t ibi_us, bool valid, bool contiguous, bool rate_alone = false,
            bool edited = false, bool believable = false) noexcept;

  /// Moves the end of the window to `now` without an interval; earlier times change nothing.
  /// [stream]
  void advance(Time now) noexcept;

  /// Forgets all, also the start of the recording. [stream]
  void reset() noexcept;

  /// O(n). [stream]
  HrvTime metrics() const noexcept;
  // Single values of metrics(), at the cost of one. [stream]
  HrvValue ln_rmssd() const noexcept;
  HrvValue sdnn() const noexcept;
  double coverage() const noexcept;
  /// With the intervals that carry heart rate alone, 1/min; absent where all of them cover less than
  /// that of the window. [stream]
  std::optional<double> mean_hr_of_all(double least_covered_s) const noexcept;

  Duration window() const noexcept { return window_; }
  std::size_t required_differences() const noexcept { return required_differences_; }
  /// The values without grades. [stream]
  const IntervalStatistics& statistics() const noexcept { return statistics_; }

 private:
  struct Verdict {
    Grade grade;
    HrvReason reason;
  };
  static std::size_t capacity(Duration window, const Params& params) noexcept;
  static HrvValue graded(std::optional<double> value, Verdict verdict) noexcept;
  Verdict verdict(double coverage) const noexcept;
  static Verdict strict(Verdict robust) noexcept;
  Verdict geometric(Verdict strict) const noexcept;

  Duration window_;
  double coverage_ok_, coverage_low_;
  Duration geometric_window_, geometric_window_ok_;
  std::uint32_t required_differences_;
  std::int32_t shortest_counted_us_;  ///< of excluded ones; the greatest: they are not counted
  IntervalStatistics statistics_;
  Time now_ = never;
  Time begin_ = forever;  // start of the first interval seen, valid or not
  Time last_end_ = never;
  bool last_valid_{};
};

}  // namespace ib::dsp
