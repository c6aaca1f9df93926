#include "dsp/dfa.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace ib::dsp {
namespace {

using Exact = __int128;

std::int64_t rounded_mean(std::span<const NnInterval> series) noexcept {
  std::int64_t sum = 0;
  for (const NnInterval x : series) sum += x.us;
  const auto n = static_cast<std::int64_t>(series.size());
  return n == 0 ? 0 : (sum + n / 2) / n;
}

/// Of each length a box may have: the same at every look.
const auto ln_of = [] {
  std::array<double, Dfa::longest_box + 1> ln{};
  for (std::size_t n = 1; n < ln.size(); ++n) ln[n] = std::log(static_cast<double>(n));
  return ln;
}();

}  // namespace

Dfa::Dfa(std::size_t capacity) : sums_(capacity + 1), starts_(capacity) {}

// A line in the profile is lost with the boxes' own, so a whole mean does, and the profile is in
// whole microseconds.
void Dfa::take(std::span<const NnInterval> series) noexcept {
  series = series.last(std::min(series.size(), starts_.size()));
  size_ = series.size();
  n_stretches_ = 0;
  const std::int64_t mean = rounded_mean(series);
  std::int64_t profile = 0;
  Sums so_far;
  for (std::size_t i = 0; i < size_; ++i) {
    if (!is_pair(series, i)) starts_[n_stretches_++] = static_cast<std::uint32_t>(i);
    profile += series[i].us - mean;
    const auto y = static_cast<std::uint64_t>(profile);
    sums_[i] = so_far;
    so_far.y += y, so_far.iy += i * y, so_far.yy += y * y;
  }
  sums_[size_] = so_far;
}

std::size_t Dfa::boxes(std::size_t n) const noexcept {
  std::size_t count = 0;
  for (std::size_t k = 0; k < n_stretches_; ++k) count += (stretch_end(k) - starts_[k]) / n;
  return count;
}

/// n (n^2 - 1) times the sum of squares around the least-squares line of a box, in us^2, is whole: with
/// y counted from the box's first value and i from its middle, (n^2 - 1) (n Syy - Sy^2) - 12 Siy^2.
/// Sums wrap; what is left of them in a box fits. Factors that all boxes share come behind their sums.
std::optional<double> Dfa::mean_square_us2(std::size_t n) const noexcept {
  if (n < shortest_box || n > longest_box) return std::nullopt;
  const std::uint64_t pairs = n * (n - 1) / 2;  // sum of i
  Exact all_syy = 0, all_sy2 = 0, all_4siy2 = 0;
  std::size_t boxes = 0;
  for (std::size_t k = 0; k < n_stretches_; ++k) {
    const std::size_t end = stretch_end(k);
    for (std::size_t from = starts_[k]; from + n <= end; from += n, ++boxes) {
      const Sums &a = sums_[from], &b = sums_[from + n];
      const std::uint64_t first = sums_[from + 1].y - a.y;
      const std::uint64_t y = b.y - a.y, iy = b.iy - a.iy - from * y, yy = b.yy - a.yy;
      const auto sy = static_cast<std::int64_t>(y - n * first);
      const auto twice_siy = static_cast<std::int64_t>(2 * (iy - pairs * first) -
                                                       (n - 1) * static_cast<std::uint64_t>(sy));
      all_syy += yy - 2 * first * y + n * first * first;
      all_sy2 += Exact{sy} * sy;
      all_4siy2 += Exact{twice_siy} * twice_siy;
    }
  }
  if (boxes == 0) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(n);
  const Exact sum = Exact{whole * whole - 1} * (whole * all_syy - all_sy2) - 3 * all_4siy2;
  const auto length = static_cast<double>(n);
  return static_cast<double>(sum) / (length * (length * length - 1)) /
         (length * static_cast<double>(boxes));
}

std::optional<double> Dfa::fluctuation(std::size_t n) const noexcept {
  const auto square = mean_square_us2(n);
  if (!square) return std::nullopt;
  return std::sqrt(*square) / 1000;
}

std::optional<double> Dfa::exponent(const Scales& scales) const noexcept {
  if (boxes(scales.to) < scales.least_boxes) return std::nullopt;
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t box = scales.from; box <= scales.to; ++box) {
    const auto square = mean_square_us2(box);
    if (!square || *square <= 0) return std::nullopt;
    const double ln_box = ln_of[box];
    const double ln_f = std::log(*square) / 2 - std::log(1000.0);
    n += 1, x += ln_box, y += ln_f;
    xx += ln_box * ln_box, xy += ln_box * ln_f;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

}  // namespace ib::dsp
