// EditedIntervals: how many intervals that a person made or excluded end within the last window, asked
// once per step of the grid. Exact for any window and step: a window begins inside a step, always at the
// same place in it, so that each step is counted in two parts. Two numbers a step instead of one time an
// interval: nearly nobody edits.
//
// Thread: [exec]; the constructor allocates, nothing else does.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ib {

class EditedIntervals {
 public:
  /// [control]
  EditedIntervals(Duration window, Duration step)
      : step_(step), part_(window % step), steps_(static_cast<std::size_t>(window / step) + 1) {}
  void clear() {
    std::fill(steps_.begin(), steps_.end(), Step{});
    now_ = {};
    at_ = sum_ = 0;
  }
  /// An interval that ends at t, behind the last tick and not behind the next one.
  void note(Time t) {
    constexpr std::uint16_t most = 0xFFFF;
    const auto into = t.ns % step_.count();
    const bool late = into == 0 || step_ - Duration{into} < part_;
    if (now_.all == most) return;
    ++now_.all;
    if (late) ++now_.late;
  }
  /// At a tick: of the window that ends here.
  std::int32_t count() {
    steps_[at_] = now_;
    sum_ += now_.all;
    now_ = {};
    at_ = (at_ + 1) % steps_.size();
    sum_ -= steps_[at_].all;
    return static_cast<std::int32_t>(sum_) + (part_ > Duration{} ? steps_[at_].late : 0);
  }

 private:
  struct Step {
    std::uint16_t all{}, late{};  ///< late: in the part that a window begins with
  };
  Duration step_, part_;
  std::vector<Step> steps_;  ///< the whole ones of a window, and the one that it begins in
  Step now_;
  std::size_t at_{}, sum_{};
};

}  // namespace ib
