// IntervalWindow: the intervals of the last seconds in their order, for what has to read them one by one: spectra
// and the measures of order. Sums over a window are kept by dsp/interval_statistics instead.
//
// Thread: [control] to reserve; then its node's. Bound: as many as `most_per_second` allows; one more pushes out the
// oldest.
#pragma once

#include <interbeat/time.hpp>
#include <interbeat/types/interval.hpp>

#include "dsp/beat_interval.hpp"
#include "hrv/passport.hpp"
#include "hrv/window_bar.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace ib {

class IntervalWindow {
 public:
  /// [control] `most_per_second`: intervals, 0: as many as a heart can make.
  void reserve(Duration window, double most_per_second);
  void clear();

  void push(Time t, const Interval& i);
  /// The window now ends at `t`.
  void advance(Time t);

  /// All that end inside, valid or not. Good until the next push or advance.
  std::span<const dsp::BeatInterval> all() const { return std::span(beats_).subspan(first_, n_); }
  /// Why nothing may be said of the whole window, whatever it holds.
  Reason objection() const;
  const IntervalTally& tally() const { return tally_; }

  Duration window() const { return window_; }

 private:
  void make_room();
  void leave();
  void count(const dsp::BeatInterval& i, int sign);

  Duration window_{};
  std::vector<dsp::BeatInterval> beats_;
  std::size_t first_{}, n_{};
  IntervalTally tally_;  // of all(), kept by whole numbers
  Time now_ = never;
  Time begin_ = never;  ///< where the first interval since the start began
  WindowBar bar_;
};

}  // namespace ib
