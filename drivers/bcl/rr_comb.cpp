#include "bcl/rr_comb.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace ib::bcl {

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
