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
  continues_.assign(beats_.size(), 0);
  valid_.assign(beats_.size(), {});
  clear();
}

void IntervalWindow::clear() {
  first_ = n_ = 0;
  now_ = begin_ = last_irregular_ = never;
}

void IntervalWindow::push(Time t, const Interval& i) {
  if (begin_ == never) begin_ = t - std::chrono::microseconds(i.ibi_us);
  if (i.reason == Reason::irregular) last_irregular_ = t;
  make_room();
  beats_[first_ + n_] = {t, i.ibi_us, i.valid};
  continues_[first_ + n_] = i.contiguous ? 1 : 0;
  ++n_;
  advance(t);
}

void IntervalWindow::make_room() {
  if (first_ + n_ < beats_.size()) return;
  if (first_ == 0) {
    ++first_;
    --n_;
  }
  const auto from = static_cast<std::ptrdiff_t>(first_), n = static_cast<std::ptrdiff_t>(n_);
  std::copy_n(beats_.begin() + from, n, beats_.begin());
  std::copy_n(continues_.begin() + from, n, continues_.begin());
  first_ = 0;
}

void IntervalWindow::advance(Time t) {
  now_ = std::max(now_, t);
  for (; n_ > 0 && beats_[first_].end <= now_ - window_; ++first_) --n_;
}

std::span<const dsp::NnInterval> IntervalWindow::valid() {
  std::size_t n = 0;
  bool chained = false;  // the one before in the window is valid
  for (std::size_t i = first_; i < first_ + n_; ++i) {
    if (beats_[i].valid) valid_[n++] = {beats_[i].ibi_us, chained && continues_[i] != 0};
    chained = beats_[i].valid;
  }
  return std::span(valid_).first(n);
}

double IntervalWindow::coverage() const {
  std::int64_t covered_us = 0;
  for (const auto& b : all()) covered_us += b.valid ? b.ibi_us : 0;
  return std::min(static_cast<double>(covered_us) * 1e-6 / seconds(window_), 1.0);
}

Reason IntervalWindow::objection() const {
  if (last_irregular_ > never && now_ - last_irregular_ < window_) return Reason::irregular;
  if (begin_ == never || now_ - begin_ < window_) return Reason::warming_up;
  return Reason::none;
}

}  // namespace ib
