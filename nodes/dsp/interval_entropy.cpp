#include "dsp/interval_entropy.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

namespace ib::dsp {
namespace {

/// Mean of ln of the share of templates that are like each one.
std::optional<double> mean_log_share(std::span<const std::uint32_t> counts) noexcept {
  const auto templates =
      counts.size() - static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 0U));
  if (templates == 0) return std::nullopt;
  double sum = 0;
  for (const std::uint32_t count : counts)
    if (count > 0) sum += std::log(count / static_cast<double>(templates));
  return sum / static_cast<double>(templates);
}

}  // namespace

IntervalEntropy::IntervalEntropy(std::size_t capacity, const Params& params)
    : length_(params.length),
      tolerance_(params.tolerance),
      alike_(capacity),
      alike_longer_(capacity) {
  assert(length_ >= 1 && tolerance_ >= 0);
}

Entropy IntervalEntropy::operator()(std::span<const NnInterval> series) noexcept {
  series = series.last(std::min(series.size(), alike_.size()));
  Entropy out;
  out.enough = series.size() >= enough;
  if (series.size() < least) return out;

  out.tolerance_us = tolerance_ * sdnn_us(series).value_or(0);
  count_self_matches(series);
  const auto whole_us = static_cast<std::int64_t>(out.tolerance_us);  // as intervals are
  for (std::size_t lag = 1; lag < series.size(); ++lag) compare(series, lag, whole_us, out);

  if (out.alike > 0 && out.alike_longer > 0)
    out.sample = std::log(static_cast<double>(out.alike) / static_cast<double>(out.alike_longer));
  const auto phi = mean_log_share(std::span(alike_).first(series.size()));
  const auto phi_longer = mean_log_share(std::span(alike_longer_).first(series.size()));
  if (phi && phi_longer) out.approximate = *phi - *phi_longer;
  return out;
}

void IntervalEntropy::count_self_matches(std::span<const NnInterval> series) noexcept {
  int unbroken = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    unbroken = is_pair(series, i) ? unbroken + 1 : 1;
    alike_[i] = unbroken >= length_ ? 1 : 0;
    alike_longer_[i] = unbroken > length_ ? 1 : 0;
  }
}

/// Each interval with the one `lag` further on. A run of neighbours within the tolerance, unbroken
/// on both sides, is as long as the longest pair of templates alike that ends here.
void IntervalEntropy::compare(std::span<const NnInterval> series, std::size_t lag,
                              std::int64_t tolerance_us, Entropy& out) noexcept {
  int run = 0;
  for (std::size_t i = 0; i + lag < series.size(); ++i) {
    const bool unbroken = is_pair(series, i) && is_pair(series, i + lag);
    if (!unbroken) run = 0;
    if (run >= length_) ++out.alike;  // both have this interval behind them
    const auto distance = std::abs(std::int64_t{series[i].us} - series[i + lag].us);
    run = distance <= tolerance_us ? run + 1 : 0;
    if (run < length_) continue;
    ++alike_[i], ++alike_[i + lag];
    if (run == length_) continue;
    ++out.alike_longer;
    ++alike_longer_[i], ++alike_longer_[i + lag];
  }
}

}  // namespace ib::dsp
