// One person's beat-to-beat intervals on the common grid g_k = k * period of session time, so that
// two persons' samples with equal k belong to the same instant and no sample has a personal phase.
//
//   value    a valid interval is a point at its midpoint; between two points at most `max_bracket`
//            apart the interval is interpolated linearly (or, as a choice, held, or taken from the
//            nearer one, the earlier at equal distance), HR = 60000 / ms, across at most
//            `max_excluded` invalid intervals. Anything else is missing.
//   decided  when the right-hand point is there, or as missing once settled time has passed g by
//            more than `wait`. An interval that ends later than g + wait can therefore never decide
//            g, whichever of the two comes first: the items depend on the intervals alone, never on
//            how the stream was cut or how often settle() was called.
//   exact    midpoints in ns and interpolation numerators are integers; one division rounds.
//
// Thread: one. No allocation.
#pragma once

#include <cstdint>

#include <interbeat/time.hpp>

#include "dsp/beat_interval.hpp"

namespace ib::dsp {

/// What stands between two points.
enum class Between : std::uint8_t { linear, hold, nearest };

/// One grid point. `ibi_ms` and `hr_bpm` are 0 when not valid and must not be read then.
struct GridItem {
  std::int64_t k{};  ///< t = k * period
  Time t;
  bool valid{};
  double ibi_ms{};
  double hr_bpm{};
};

class BeatGrid {
 public:
  struct Config {
    Duration period{500'000'000};         ///< 1/fs of the grid: 2 Hz for linkage, 4 Hz for LF/HF
    Duration max_bracket{3'000'000'000};  ///< points farther apart are not joined, <= 4 s
    int max_excluded{2};                  ///< nor points with more invalid intervals between them
    Duration wait{3'000'000'000};         ///< how long past g a right-hand point may close
    Between between{Between::linear};
  };

  /// The first item is the first grid point not before `start`. Precondition: period > 0.
  explicit BeatGrid(Config config, Time start = {}) : config_(config) { restart(start); }

  /// Forgets all points and continues at the first grid point not before `start`.
  void restart(Time start);

  /// Adds an interval and emits, in grid order, every item it decides: `emit(const GridItem&)`.
  /// Returns false for an interval that is valid but unusable: length not in (0, 2^22) us (4.2 s)
  /// or a midpoint not after the last one; it is left out and counted in refused().
  /// Items per call: at most (end - settled time + wait) / period + 1.
  template <class Emit>
  bool push(const BeatInterval& interval, Emit&& emit) {
    if (!interval.valid) return ++excluded_, true;
    const Point point = point_of(interval);
    if (!usable(point)) return ++refused_, false;
    decide_before(interval.end - config_.wait, emit);
    for (; grid_time(next_) <= point.t; ++next_) emit(item_before(point));
    last_ = point;
    excluded_ = 0;
    return true;
  }

  /// Says that no interval ending before `settled` is still to come, and emits as missing every
  /// item that can no longer be decided. Items per call: at most advance / period + 1, so a caller
  /// that advances in steps of s bounds its output by s / period + 1. Going back has no effect. At
  /// the end of a stream settle its last instant, never `forever`: the grid has no end of its own.
  template <class Emit>
  void settle(Time settled, Emit&& emit) {
    decide_before(settled - config_.wait, emit);
  }

  /// Index of the first item not yet emitted.
  std::int64_t next_index() const { return next_; }
  /// Valid intervals left out by push().
  std::uint64_t refused() const { return refused_; }
  /// Every item before this time has been emitted; with every call it stays or grows.
  Time decided_until() const { return grid_time(next_); }

 private:
  struct Point {
    Time t = never;
    std::int64_t ibi_us{};
  };

  static Point point_of(const BeatInterval& interval);
  bool usable(const Point& point) const;
  /// Nothing between the last point and this one forbids to look across.
  bool joined_to(const Point& right) const;
  Time grid_time(std::int64_t k) const { return Time{k * config_.period.count()}; }
  GridItem missing() const { return {next_, grid_time(next_), false, 0.0, 0.0}; }
  /// The next item, given the first point at or after it.
  GridItem item_before(const Point& right) const;

  template <class Emit>
  void decide_before(Time end, Emit& emit) {
    for (; grid_time(next_) < end; ++next_) emit(missing());
  }

  Config config_;
  std::int64_t next_{};
  Point last_;
  std::int64_t excluded_{};  ///< invalid intervals since the last point
  std::uint64_t refused_{};
};

}  // namespace ib::dsp
