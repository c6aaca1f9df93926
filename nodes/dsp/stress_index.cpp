#include "dsp/stress_index.hpp"

#include <chrono>

namespace ib::dsp {

std::optional<StressIndex> stress_index_of(const IntervalStatistics& x, Duration least) noexcept {
  constexpr std::int32_t bin_us = 50'000;
  const auto shortest = x.min_nn();
  const auto longest = x.max_nn();
  const auto median = x.median_nn();
  if (!shortest || !longest || !median || *shortest == *longest) return std::nullopt;
  if (std::chrono::microseconds(x.sums().x) < least) return std::nullopt;

  StressIndex out;
  const auto bin = x.fullest_bin(bin_us);
  out.amo_pct = 100.0 * static_cast<double>(bin.intervals) / static_cast<double>(x.size());
  out.mo_s = *median / 1000;
  out.mo_bin_s = (bin.from_us + bin_us / 2) * 1e-6;
  out.mxdmn_s = (*longest - *shortest) / 1000;
  out.value = out.amo_pct / (2 * out.mo_s * out.mxdmn_s);
  return out;
}

}  // namespace ib::dsp
