// TimedWindow: the last seconds of a regular stream, found again by session time. Streams whose
// time bases differ by a filter's delay are brought together by it: equal time belongs together.
//
// Positions count from the start of a window of `seconds`, of which only the last `kept_s` need be
// there: who looks less far back has the same arithmetic with less memory.
// Invariant: holds one unbroken piece; a gap starts it anew with the first sample behind the gap.
// Thread: [exec]; reserve() allocates, nothing else does.
#pragma once

#include <interbeat/node.hpp>

#include "dsp/sliding_window.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace ib {

template <class V>
class TimedWindow {
 public:
  /// [control]
  void reserve(double rate_hz, double seconds, double kept_s) {
    capacity_ = samples(rate_hz, seconds);
    window_ = dsp::SlidingWindow<V>(std::min(capacity_, samples(rate_hz, kept_s)));
    period_ns_ = 1e9 / rate_hz;
    clear();
  }
  void clear() {
    window_.clear();
    size_ = 0;
    newest_ = last_filled_ = never;
    restarts_ = false;
  }
  /// The next sample starts anew. Not now: what lies in front of the gap still has its time.
  void restart_with_next() { restarts_ = true; }

  /// True if a new piece begins with this sample.
  bool push(const Sample& s, V value) {
    if (restarts_) clear();
    window_.push(value);
    if (size_ < capacity_) ++size_;
    newest_ = s.t;
    period_ns_ = s.clock->period_ns();
    if ((s.flags & IB_SAMPLE_BRIDGED) != 0) last_filled_ = s.t;
    return size_ == 1;
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Values that a look may have to copy.
  std::size_t kept() const { return window_.capacity(); }
  Time newest() const { return newest_; }
  Duration age(Time now) const { return now - newest_; }
  double rate_hz() const { return 1e9 / period_ns_; }
  /// The value at a position; before the first that is kept, that one.
  double operator[](std::size_t position) const {
    return static_cast<double>(window_.newest(std::min(size_ - 1 - position, window_.size() - 1)));
  }

  /// Where t lies, in samples from the start of the window; may be outside.
  double position(Time t) const {
    const auto behind = static_cast<double>((newest_ - t).count()) / period_ns_;
    return static_cast<double>(size_) - 1.0 - behind;
  }
  /// True if no part of [from, to] is missing.
  bool covers(Time from, Time to) const { return !empty() && position(from) >= 0 && to <= newest_; }
  /// The samples in [from, to], as far as they are there; in `room` until its owner's scope ends.
  std::span<const double> between(Time from, Time to, ScratchMemory& room) const {
    const double first = std::max(std::ceil(position(from)), 0.0);
    const auto size = static_cast<double>(size_);
    const double end = std::min(std::floor(position(to)) + 1.0, size);
    if (empty() || end <= first) return {};
    return copy<double>(static_cast<std::size_t>(end), static_cast<std::size_t>(end - first), room);
  }
  /// The last ones, as they are kept or as double.
  template <class To = V>
  std::span<const To> last(double seconds, ScratchMemory& room) const {
    const auto n = static_cast<std::size_t>(std::lround(seconds * rate_hz()));
    return copy<To>(size_, std::min(n, size_), room);
  }
  /// The last `seconds` are all there.
  bool holds(double seconds) const {
    return static_cast<double>(size_) + 0.5 >= seconds * rate_hz();
  }
  /// Some sample from `from` on was filled across a gap.
  bool filled_since(Time from) const { return last_filled_ >= from; }

 private:
  static std::size_t samples(double rate_hz, double seconds) {
    return static_cast<std::size_t>(std::lround(rate_hz * seconds)) + 2;
  }
  /// n values in front of position `end`, as far as they are kept.
  template <class To>
  std::span<const To> copy(std::size_t end, std::size_t n, ScratchMemory& room) const {
    const std::size_t back = std::min(size_ - end, window_.size());
    const auto values = room.take<To>(std::min(n, window_.size() - back));
    window_.copy(back, values);
    return values;
  }

  dsp::SlidingWindow<V> window_{1};
  std::size_t capacity_{1}, size_{};
  double period_ns_ = 1e9;
  Time newest_ = never;
  Time last_filled_ = never;
  bool restarts_{};
};

}  // namespace ib
