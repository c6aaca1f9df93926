// TimedWindow: the last seconds of a regular stream, found again by session time. Streams whose
// time bases differ by a filter's delay are brought together by it: equal time belongs together.
//
// Invariant: holds one unbroken piece; a gap starts it anew with the first sample behind the gap.
// Thread: [exec]; reserve() allocates, nothing else does.
#pragma once

#include <interbeat/node.hpp>

#include "dsp/sliding_window.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace ib {

class TimedWindow {
 public:
  /// [control]
  void reserve(double rate_hz, double seconds) {
    window_ = dsp::SlidingWindow(static_cast<std::size_t>(std::lround(rate_hz * seconds)) + 2);
    period_ns_ = 1e9 / rate_hz;
    clear();
  }
  void clear() {
    window_.clear();
    newest_ = last_filled_ = never;
    restarts_ = false;
  }
  /// The next sample starts anew. Not now: what lies in front of the gap still has its time.
  void restart_with_next() { restarts_ = true; }

  /// True if a new piece begins with this sample.
  bool push(const Sample& s, double value) {
    if (restarts_) clear();
    window_.push(value);
    newest_ = s.t;
    period_ns_ = s.clock->period_ns();
    if ((s.flags & IB_SAMPLE_BRIDGED) != 0) last_filled_ = s.t;
    return window_.size() == 1;
  }

  bool empty() const { return window_.size() == 0; }
  Time newest() const { return newest_; }
  Duration age(Time now) const { return now - newest_; }
  double rate_hz() const { return 1e9 / period_ns_; }
  std::span<const double> view() const { return window_.view(); }

  /// Where t lies in view(), in samples; may be outside.
  double position(Time t) const {
    const auto behind = static_cast<double>((newest_ - t).count()) / period_ns_;
    return static_cast<double>(window_.size()) - 1.0 - behind;
  }
  /// True if no part of [from, to] is missing.
  bool covers(Time from, Time to) const { return !empty() && position(from) >= 0 && to <= newest_; }
  /// The samples in [from, to], as far as they are there.
  std::span<const double> between(Time from, Time to) const {
    const double first = std::max(std::ceil(position(from)), 0.0);
    const auto size = static_cast<double>(window_.size());
    const double end = std::min(std::floor(position(to)) + 1.0, size);
    if (empty() || end <= first) return {};
    return view().subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first));
  }
  std::span<const double> last(double seconds) const {
    const auto n = static_cast<std::size_t>(std::lround(seconds * rate_hz()));
    return window_.newest(std::min(n, window_.size()));
  }
  /// The last `seconds` are all there.
  bool holds(double seconds) const {
    return static_cast<double>(window_.size()) + 0.5 >= seconds * rate_hz();
  }
  /// Some sample from `from` on was filled across a gap.
  bool filled_since(Time from) const { return last_filled_ >= from; }

 private:
  dsp::SlidingWindow window_{1};
  double period_ns_ = 1e9;
  Time newest_ = never;
  Time last_filled_ = never;
  bool restarts_{};
};

}  // namespace ib
