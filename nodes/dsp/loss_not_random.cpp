#include "dsp/loss_not_random.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {
namespace {

double mean_us(const RateSums& s) noexcept {
  return static_cast<double>(s.x) / static_cast<double>(s.n);
}

/// Sample variance / n. At least 2 intervals.
double variance_of_mean(const RateSums& s) noexcept {
  const auto scatter = static_cast<__int128>(s.n) * s.xx - static_cast<__int128>(s.x) * s.x;
  const auto count = static_cast<double>(s.n);
  return static_cast<double>(scatter) / (count * count * (count - 1));
}

}  // namespace

LossNotRandom::LossNotRandom(std::size_t capacity) : ring_(std::max<std::size_t>(capacity, 1)) {}

bool LossNotRandom::push(Time t_end, std::int32_t ibi_us, Fate fate) noexcept {
  if (ibi_us <= 0 || ibi_us >= 4'000'000) return false;
  if (used_ == ring_.size()) pop();
  ring_[(first_ + used_) % ring_.size()] = {t_end, ibi_us, fate};
  ++used_;
  of(fate).add(ibi_us, 1);
  return true;
}

void LossNotRandom::evict_until(Time t) noexcept {
  while (used_ > 0 && ring_[first_].t_end <= t) pop();
}

void LossNotRandom::clear() noexcept {
  first_ = used_ = 0;
  kept_ = rejected_ = {};
}

void LossNotRandom::pop() noexcept {
  of(ring_[first_].fate).add(ring_[first_].ibi_us, -1);
  first_ = (first_ + 1) % ring_.size();
  --used_;
}

LossNotRandom::Verdict LossNotRandom::of(const RateSums& kept, const RateSums& rejected) noexcept {
  Verdict v;
  v.kept = kept.n;
  v.rejected = rejected.n;
  if (kept.n < least_kept || rejected.n < least_rejected) return v;
  v.difference_bpm = 60e6 / mean_us(rejected) - 60e6 / mean_us(kept);
  const double apart_us = std::abs(mean_us(rejected) - mean_us(kept));
  const double error_us = std::sqrt(variance_of_mean(rejected) + variance_of_mean(kept));
  v.not_random = std::abs(*v.difference_bpm) > least_difference_bpm &&
                 apart_us > least_standard_errors * error_us;
  return v;
}

}  // namespace ib::dsp
