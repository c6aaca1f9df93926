#include "dsp/heart_capacity.hpp"

#include <algorithm>
#include <cstdlib>

namespace ib::dsp {
namespace {

struct AnchorSum {
  std::size_t anchors{};
  std::int64_t sum_us{};  ///< of the four intervals around each, with their signs

  std::optional<double> mean_ms(std::size_t least) const noexcept {
    if (anchors < std::max<std::size_t>(least, 1)) return std::nullopt;
    return static_cast<double>(sum_us) / static_cast<double>(anchors) / 4 / 1000;
  }
};

}  // namespace

HeartCapacity heart_capacity_of(std::span<const NnInterval> series, std::size_t least_anchors,
                                int most_change_pct) noexcept {
  AnchorSum slower, faster;
  for (std::size_t i = 2; i + 1 < series.size(); ++i) {
    if (!is_pair(series, i - 1) || !is_pair(series, i) || !is_pair(series, i + 1)) continue;
    const std::int64_t before = series[i - 1].us;
    const std::int64_t step = series[i].us - before;
    if (step == 0 || 100 * std::abs(step) > most_change_pct * before) continue;
    AnchorSum& kind = step > 0 ? slower : faster;
    ++kind.anchors;
    kind.sum_us += step + series[i + 1].us - series[i - 2].us;
  }
  return {slower.mean_ms(least_anchors), faster.mean_ms(least_anchors), slower.anchors,
          faster.anchors};
}

}  // namespace ib::dsp
