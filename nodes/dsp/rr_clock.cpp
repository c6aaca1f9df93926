#include "dsp/rr_clock.hpp"

#include <algorithm>

namespace ib::dsp {
namespace {

Duration of_us(std::int32_t us) { return Duration{std::int64_t{us} * 1000}; }

}  // namespace

void RrClock::reset() {
  const Duration hold = hold_;
  *this = RrClock(hold);
}

void RrClock::restart() {
  flush();
  chained_ = false;
  broken_ = true;
  arrived_ = never;
}

bool RrClock::near(const Held& beat) const { return beat.zero <= lowest() + beat.slack; }

/// Further above the least than a beat waits.
bool RrClock::far(const Held& beat) const { return beat.zero > lowest() + beat.longest; }

/// Nothing came for longer than is usual.
bool RrClock::paused(Time at) {
  const auto known = std::min(n_pauses_, pauses_.size());
  auto sorted = pauses_;
  std::sort(sorted.begin(), sorted.begin() + known);
  const bool first = arrived_ == never;
  if (!first && at - arrived_ < one_value) return false;
  const auto pause = first ? Duration{} : at - arrived_;
  arrived_ = at;
  if (first) return true;
  pauses_[n_pauses_++ % pauses_.size()] = pause;
  if (known == 0) return true;
  const auto usual = sorted[known / 2];
  return pause > usual + (known < 5 ? usual : usual / 2);  // few know little
}

void RrClock::arrive(Time at, std::span<const std::int32_t> rr_us, bool sound) {
  pause_ = paused(at) || pause_;
  if (rr_us.empty()) return;
  if (n_ + rr_us.size() > room) flush();
  auto first = n_;  // of the value: its pieces are one
  while (first > 0 && at - held_[first - 1].at < one_value) --first;
  for (const auto us : rr_us) {
    sum_ += of_us(us);
    held_[n_++] = {at, {}, sum_, {}, {}, us, sound, pause_};
  }
  for (auto i = first; i < n_; ++i) {  // one zero and one slack: within it nothing is lost
    held_[i].zero = at - sum_;
    held_[i].slack = std::max(slack, of_us(rr_us.back() / 4));
    held_[i].longest = of_us(rr_us.back()) + of_us(rr_us.back() / 4) + slack;
  }
  pause_ = false;
  if (!chained_) return;
  if (near(held_[n_ - 1])) release_near();
  else if (first == 0) release_undoubted();
}

/// Those in front at which nothing may have been lost.
void RrClock::release_undoubted() {
  std::size_t n = 0;
  while (n < n_ && !held_[n].paused && !far(held_[n])) lower(held_[n++]);
  release(n);
}

/// The last that is near says that nothing was lost before it.
void RrClock::release_near() {
  auto n = n_;
  while (n > 0 && !near(held_[n - 1])) --n;
  for (std::size_t i = 0; i < n; ++i) lower(held_[i]);
  release(n);
}

void RrClock::lower(const Held& beat) {
  if (beat.at - half_began_ >= envelope) {
    before_ = now_;
    now_ = beat.zero;
    half_began_ = beat.at;
  }
  now_ = std::min(now_, beat.zero);
}

void RrClock::decide() {
  if (n_ > 0) begin_chain();
}

void RrClock::flush() {
  while (n_ > 0) begin_chain();
}

/// What waits did not come back: a new chain begins with the first of it.
void RrClock::begin_chain() {
  if (any_) ++breaks_;
  const auto least = std::min_element(held_.begin(), held_.begin() + n_,
                                      [](const Held& a, const Held& b) { return a.zero < b.zero; });
  now_ = before_ = least->zero;
  half_began_ = held_[0].at;
  chained_ = broken_ = true;
  release_near();
  release_undoubted();
}

void RrClock::release(std::size_t n) {
  const Time zero = lowest();
  for (std::size_t i = 0; i < n; ++i) {
    const auto& beat = held_[i];
    Time t = zero + beat.sum;
    if (any_) t = std::max(t, last_ + of_us(beat.ibi_us) / 8);
    const bool late = t > beat.at;  // those before it were placed too far behind
    if (late) t = last_;
    if (n_decided_ < decided_.size())
      decided_[n_decided_++] = {t, beat.ibi_us, !broken_ && !late, beat.sound};
    last_ = t;
    broken_ = late;
    any_ = true;
  }
  std::copy(held_.begin() + n, held_.begin() + n_, held_.begin());
  n_ -= n;
}

}  // namespace ib::dsp
