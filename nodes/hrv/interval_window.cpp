#include "hrv/interval_window.hpp"

#include <algorithm>
#include <cmath>

namespace ib {
namespace {

constexpr double fastest_heart = 5;  // intervals a second, as long as interval.clean lets through

}  // namespace

void IntervalWindow::reserve(Duration window, double most_per_second) {
  window_ = window;
  const double rate =
      most_per_second > 0 ? std::min(most_per_second, fastest_heart) : fastest_heart;
  const auto most = static_cast<std::size_t>(std::ceil(seconds(window) * rate)) + 2;
  beats_.assign(most + most / 2, {});  // half as many again: seldom a reason to move them
  clear();
}

void IntervalWindow::clear() {
  first_ = n_ = 0;
  tally_ = {};
  now_ = begin_ = never;
  bar_.clear();
}

void IntervalWindow::push(Time t, const Interval& i) {
  if (begin_ == never) begin_ = t - std::chrono::microseconds(i.ibi_us);
  bar_.note(t, i.reason);
  make_room();
  beats_[first_ + n_] = {t, i.ibi_us, i.valid, i.edited(), is_believable(i)};
  count(beats_[first_ + n_], +1);
  ++n_;
  advance(t);
}

void IntervalWindow::make_room() {
  if (first_ + n_ < beats_.size()) return;
  if (first_ == 0) leave();
  const auto from = static_cast<std::ptrdiff_t>(first_), n = static_cast<std::ptrdiff_t>(n_);
  std::copy_n(beats_.begin() + from, n, beats_.begin());
  first_ = 0;
}

void IntervalWindow::advance(Time t) {
  now_ = std::max(now_, t);
  while (n_ > 0 && beats_[first_].end <= now_ - window_) leave();
}

/// The oldest one.
void IntervalWindow::leave() {
  count(beats_[first_], -1);
  ++first_;
  --n_;
}

Reason IntervalWindow::objection() const {
  if (const auto why = bar_.of(now_, window_); why != Reason::none) return why;
  if (begin_ == never || now_ - begin_ < window_) return Reason::warming_up;
  return Reason::none;
}

void IntervalWindow::count(const dsp::BeatInterval& i, int sign) {
  (i.valid ? tally_.used : tally_.excluded) += sign;
  tally_.edited += i.edited ? sign : 0;
  if (i.ibi_us <= 0 || i.ibi_us > dsp::IntervalStatistics::longest_us) return;  // not a heart's own
  if (i.valid) tally_.kept.add(i.ibi_us, sign);
  else if (i.believable) tally_.rejected.add(i.ibi_us, sign);
}

}  // namespace ib
