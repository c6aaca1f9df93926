// NnInterval: one valid heartbeat interval of a window, and whether it goes on where the one before
// ended. The measures that read a window in the order of time (entropy, fluctuation, asymmetry,
// fragmentation, capacity) take a span of these, oldest first; IntervalStatistics::in_order() fills
// one. Nothing is ever read across a break: there beats are missing, and how many nobody knows.
//
// Thread: any. Whole microseconds, so that sums are exact.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ib::dsp {

struct NnInterval {
  std::int32_t us{};  ///< above 0, below 16 s
  bool continues{};   ///< starts where the one before in the span ended; of the first one not read
  bool operator==(const NnInterval&) const = default;
};

/// Whether `series[i]` and the one before it follow each other without a break.
inline bool is_pair(std::span<const NnInterval> series, std::size_t i) noexcept {
  return i > 0 && series[i].continues;
}

/// Sample standard deviation (n - 1) in us, from exact sums; absent below two intervals.
inline std::optional<double> sdnn_us(std::span<const NnInterval> series) noexcept {
  const auto n = static_cast<__int128>(series.size());
  if (n < 2) return std::nullopt;
  __int128 sum = 0, squares = 0;
  constexpr std::size_t together = 65'536;  // squares below 2^48 add up to less than 2^64
  for (auto rest = series; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), together));
    std::int64_t x = 0;
    std::uint64_t xx = 0;
    for (const NnInterval& i : part) {
      x += i.us;
      xx += static_cast<std::uint64_t>(std::int64_t{i.us} * i.us);
    }
    sum += x, squares += xx;
    rest = rest.subspan(part.size());
  }
  const __int128 scatter = n * squares - sum * sum;
  return std::sqrt(static_cast<double>(scatter) / static_cast<double>(n * (n - 1)));
}

}  // namespace ib::dsp
