#include "bcl/rr_plausibility.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace ib::bcl {

void RrRateAgreement::rate(Arrival at, double hr_bpm) noexcept { rate_ = Rate{at, hr_bpm}; }

void RrRateAgreement::interval(Arrival at, std::int32_t rr_ms) noexcept {
  ring_[n_++ % kept] = {at, rr_ms};
  if (!rate_ || Duration{at.ns - rate_->at.ns} > memory) return;
  const double of_rate = 60'000 / rate_->bpm;
  if (std::abs(median_ms(at) - of_rate) < tolerance * of_rate) parted_.reset();
  else if (!parted_) parted_ = at;
  judged_ = at;
}

double RrRateAgreement::median_ms(Arrival at) const noexcept {
  std::array<std::int32_t, kept> recent{};
  std::size_t n = 0;
  for (std::size_t k = 0; k < std::min(n_, kept); ++k)
    if (Duration{at.ns - ring_[k].at.ns} <= memory) recent[n++] = ring_[k].ms;
  const auto middle = recent.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(recent.begin(), middle, recent.begin() + static_cast<std::ptrdiff_t>(n));
  return *middle;
}

void RrComb::interval(std::int32_t rr_ms) noexcept {
  auto& place = ring_[n_ % kept];
  if (n_ >= kept) --counts_[place];
  place = static_cast<std::uint8_t>(rr_ms % static_cast<std::int32_t>(period));
  ++counts_[place];
  ++n_;
}

RrComb::Verdict RrComb::verdict() const noexcept {
  const auto n = static_cast<double>(std::min(n_, kept));
  if (n_ < fewest) return Verdict::undecided;
  double on_steps = 0;
  std::complex<double> of_two_steps = 0;
  for (std::size_t ms = 0; ms < period; ++ms) {
    const double turns = static_cast<double>(ms) / step_ms, count = counts_[ms];
    on_steps += count * std::cos(2 * std::numbers::pi * turns);
    of_two_steps += std::polar(count, std::numbers::pi * turns);
  }
  if (std::abs(of_two_steps) > within_a_step * n) return Verdict::undecided;
  return on_steps >= on_grid * n ? Verdict::on_the_grid : Verdict::between;
}

}  // namespace ib::bcl
