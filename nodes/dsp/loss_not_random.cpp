#include "dsp/loss_not_random.hpp"

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

LossVerdict loss_of(const RateSums& kept, const RateSums& rejected) noexcept {
  LossVerdict v;
  if (kept.n < least_kept || rejected.n < least_rejected) return v;
  v.difference_bpm = 60e6 / mean_us(rejected) - 60e6 / mean_us(kept);
  const double apart_us = std::abs(mean_us(rejected) - mean_us(kept));
  const double error_us = std::sqrt(variance_of_mean(rejected) + variance_of_mean(kept));
  v.not_random =
      std::abs(*v.difference_bpm) > least_loss_bpm && apart_us > least_loss_errors * error_us;
  return v;
}

}  // namespace ib::dsp
