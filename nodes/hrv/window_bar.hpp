// WindowBar: an interval that is good for heart rate alone keeps variability from every window it is in.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/time.hpp>

namespace ib {

class WindowBar {
 public:
  void clear() { last_ = never; }
  /// The end of every interval, and why it is not valid.
  void note(Time end, Reason reason) {
    if (reason != Reason::irregular && reason != Reason::smoothed) return;
    last_ = end;
    why_ = reason;
  }
  /// Why nothing but heart rate may be said of the window that ends at `t`; none: nothing bars it.
  Reason of(Time t, Duration window) const {
    return last_ > never && t - last_ < window ? why_ : Reason::none;
  }

 private:
  Time last_ = never;
  Reason why_{};
};

}  // namespace ib
