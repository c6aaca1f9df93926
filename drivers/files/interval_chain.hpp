// Places beat-to-beat intervals in time, whatever a file tells about when they were.
//
//   follow   only intervals: each begins where the last one ended
//   close    interval + time of the beat that closes it
//   arrive   intervals + time at which the host heard of them (in bursts, late by up to a second)
//   beat     only beats: intervals are the differences
//
// `contiguous` means: begins at the beat that closed the row before, and both rows are sound. Only
// then may two intervals be subtracted from each other (RMSSD). Times are whole nanoseconds: a day
// of 1/1024 s intervals adds up to within 30 us.
// Thread: one; no allocation.
#pragma once

#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>

namespace ib::files {

struct Interval {
  Time t_end;             ///< the closing beat, in file time (0 = start of the recording)
  std::int32_t ibi_us{};  ///< 1 .. 2e9
  bool contiguous{};
  bool ok{true};  ///< false: a beat at one of its ends is uncertain

  bool operator==(const Interval&) const = default;
};

class IntervalChain {
 public:
  /// Times in files are rounded (E4: 1/64 s in both columns, which cancels; others 1 ms).
  static constexpr Duration tolerance{10'000'000};
  /// A notification may lie this far from the running sum of intervals before the chain counts as
  /// broken: straps report once a second and radios stall. One lost beat can hide in it.
  static constexpr Duration arrival_slack{1'500'000'000};
  static constexpr Duration longest{2'000'000'000'000};

  static constexpr bool plausible(Duration ibi) { return ibi >= Duration{1000} && ibi <= longest; }
  static constexpr std::int32_t microseconds(Duration ibi) {
    return static_cast<std::int32_t>((ibi.count() + 500) / 1000);
  }

  explicit IntervalChain(Time first_beat = {}) : clock_(first_beat) {}

  /// Something is missing here: the next interval does not join the last one.
  void cut() { joined_ = false; }

  Interval follow(Duration ibi, bool ok = true) { return give(clock_ + ibi, ibi, ok, joined_); }

  Interval close(Time at, Duration ibi, bool ok = true) {
    const auto miss = at - (clock_ + ibi);
    return give(at, ibi, ok, joined_ && miss <= tolerance && miss >= -tolerance);
  }

  /// Call before the `follow`s of one notification that arrived `at` with intervals of `total`.
  /// Where the sums part by more than the slack, the chain starts anew so that its last beat falls
  /// on the arrival; time never runs back, so a chain that is ahead only takes a new lag.
  void arrive(Time at, Duration total) {
    const auto late = at - (clock_ + total) - lag_;
    if (started_ && late <= arrival_slack && late >= -arrival_slack) return;
    const Time anew = at - total;
    if (!started_ || anew > clock_) clock_ = anew;
    lag_ = at - (clock_ + total);
    started_ = true;
    joined_ = false;
  }

  /// A beat. The first one, and one too long after the last, closes no interval.
  std::optional<Interval> beat(Time at, bool ok) {
    const bool between = started_, sound = ok && beat_ok_ && !missed_beat_;
    const auto ibi = at - clock_;
    started_ = true;
    beat_ok_ = ok;
    missed_beat_ = false;
    if (between && plausible(ibi)) return give(at, ibi, sound, joined_);
    clock_ = at;
    joined_ = false;
    return std::nullopt;
  }
  /// A beat that is there but could not be read: the interval over it is not sound.
  void unreadable_beat() { missed_beat_ = true; }

 private:
  Interval give(Time end, Duration ibi, bool ok, bool joined) {
    const Interval row{end, microseconds(ibi), joined && ok && last_ok_, ok};
    clock_ = end;
    last_ok_ = ok;
    joined_ = true;
    return row;
  }

  Time clock_;          // end of the last interval
  Duration lag_{};      // usual arrival minus the running sum
  bool joined_{false};  // the last interval ends where the next begins
  bool last_ok_{true};
  bool started_{false};
  bool beat_ok_{true}, missed_beat_{false};
};

}  // namespace ib::files
