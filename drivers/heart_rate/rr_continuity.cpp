#include "heart_rate/rr_continuity.hpp"

#include <algorithm>

namespace ib::heart_rate {

bool RrContinuity::arrive(Arrival at, std::span<const std::int32_t> rr_us) noexcept {
  if (!last_) {
    if (!rr_us.empty()) begin(at);
    return false;
  }
  if (!rr_us.empty())
    lower_[n_lower_++ % kept] = {last_->at, last_->start_ns - std::int64_t{rr_us.front()} * 1000};
  for (const auto us : rr_us) {
    newest_ns_ = std::int64_t{us} * 1000;
    sum_ns_ += newest_ns_;
  }
  const Bound upper{at, at.ns - sum_ns_};
  lower_upper_bound(upper);
  last_ = upper;
  if (!contradicted(at, std::max(slack.count(), newest_ns_ / 4))) return false;
  rr_us.empty() ? reset() : begin(at);
  return true;
}

void RrContinuity::begin(Arrival at) noexcept {
  sum_ns_ = 0;
  n_lower_ = 0;
  last_ = Bound{at, at.ns};
  now_ns_ = before_ns_ = at.ns;
  half_began_ = at;
}

void RrContinuity::lower_upper_bound(Bound bound) noexcept {
  if (Duration{bound.at.ns - half_began_.ns} >= envelope) {
    before_ns_ = now_ns_;
    now_ns_ = bound.start_ns;
    half_began_ = bound.at;
  }
  now_ns_ = std::min(now_ns_, bound.start_ns);
}

bool RrContinuity::contradicted(Arrival at, std::int64_t tolerance_ns) const noexcept {
  const auto least = std::min(now_ns_, before_ns_) + tolerance_ns;
  std::size_t n = 0;
  Arrival first = at, last{};
  for (std::size_t k = 0; k < std::min(n_lower_, kept); ++k) {
    const auto& bound = lower_[k];
    if (Duration{at.ns - bound.at.ns} > memory || bound.start_ns <= least) continue;
    ++n;
    first = std::min(first, bound.at);
    last = std::max(last, bound.at);
  }
  return n >= enough && Duration{last.ns - first.ns} >= apart;
}

}  // namespace ib::heart_rate
