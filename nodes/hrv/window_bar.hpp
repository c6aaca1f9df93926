// WindowBar: an interval that is good for heart rate alone keeps variability from every window it is in. And where
// most of the last intervals pass over pulses (`aliasing`), the window is known to hold a faster heart than its other
// intervals tell: neither rate nor variability may be said of it.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/time.hpp>

#include <bit>
#include <cstdint>

namespace ib {

class WindowBar {
 public:
  void clear() { *this = {}; }
  /// The end of every interval, and why it is not valid.
  void note(Time end, Reason reason) {
    latest_ = static_cast<std::uint8_t>(latest_ << 1 | (reason == Reason::aliasing ? 1 : 0));
    if (std::popcount(latest_) > most_of_latest) aliased_ = end;
    if (reason != Reason::irregular && reason != Reason::smoothed) return;
    last_ = end;
    why_ = reason;
  }
  /// Why nothing but heart rate may be said of the window that ends at `t`, and for `aliasing` not even
  /// that; none: nothing bars it.
  Reason of(Time t, Duration window) const {
    if (lies_in(aliased_, t, window)) return Reason::aliasing;
    return lies_in(last_, t, window) ? why_ : Reason::none;
  }

 private:
  static constexpr int most_of_latest = 4;  // of eight: three seconds of them, and no chance hit
  static bool lies_in(Time end, Time t, Duration window) { return end > never && t - end < window; }

  Time last_ = never;     ///< interval that is good for heart rate alone
  Time aliased_ = never;  ///< interval that most around it pass over pulses with
  Reason why_{};
  std::uint8_t latest_{};  ///< of the last eight intervals: a bit for each that passes over pulses
};

}  // namespace ib
