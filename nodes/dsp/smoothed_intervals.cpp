#include "dsp/smoothed_intervals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ib::dsp {

namespace {

constexpr double grid_step = 1.0 / 128;  // cycles per beat
constexpr double averaged_looks = 8;
constexpr int looks_in_a_row = 2;
constexpr double release = 0.35;     // log10 above the bound, where smoothed ends
constexpr double least_power = 1e7;  // us^2 of the windowed differences: white noise of 0.2 ms
constexpr double least_floor =
    1e-5;  // of the highest line: below it is a formula's, and the window's skirt
// log10 of the ratio, for 2..10 beats.
constexpr std::array bounds = {-1.45, -1.00, -0.95, -1.10, -0.90, -0.85, -0.80, -0.70, -0.70};

/// How far, in grid steps, a zero is flat enough to look beside it.
int beside_zero(int beats) noexcept { return beats <= 3 ? 2 : beats <= 5 ? 1 : 0; }

bool near_zero(double cycles_per_beat, int beats) noexcept {
  const double at = cycles_per_beat * beats;
  return std::round(at) >= 1 && std::abs(at - std::round(at)) < (beats < 6 ? 0.20 : 0.25);
}

}  // namespace

SmoothedIntervals::SmoothedIntervals() noexcept { reset(); }

void SmoothedIntervals::reset() noexcept {
  next_ = unbroken_ = n_differences_ = 0;
  since_look_ = step;
  looks_ = below_ = 0;
  mean_ratio_.fill(0);
  verdict_ = {};
}

void SmoothedIntervals::push(std::int32_t ibi_us, bool continues) noexcept {
  if (!continues) unbroken_ = 0;
  ring_[next_] = ibi_us;
  next_ = (next_ + 1) % longest;
  unbroken_ = std::min(unbroken_ + 1, longest);
  ++since_look_;
  if (since_look_ < step || unbroken_ < shortest) return;
  since_look_ = 0;
  look();
}

void SmoothedIntervals::look() noexcept {
  n_differences_ = unbroken_ - 1;
  const std::size_t first = next_ + longest - unbroken_;
  for (std::size_t i = 0; i < n_differences_; ++i) {
    const double hann = 1 - std::cos(2 * std::numbers::pi * static_cast<double>(i + 1) /
                                     static_cast<double>(unbroken_));
    differences_[i] = (ring_[(first + i + 1) % longest] - ring_[(first + i) % longest]) * hann;
  }
  for (std::size_t g = 0; g < grid_size; g += 2) {
    const double at = static_cast<double>(g + grid_from) * grid_step;
    const auto two = powers({at, at + grid_step});
    grid_[g] = two[0];
    grid_[g + 1] = two[1];
  }
  if (looks_ < static_cast<int>(averaged_looks)) ++looks_;
  for (std::size_t k = 0; k < averages; ++k) {
    const double r = std::min(ratio(static_cast<int>(k) + fewest_beats), 1.0);
    mean_ratio_[k] += (r - mean_ratio_[k]) / looks_;
  }
  judge();
}

/// Goertzel 1958; two frequencies at once, because each step of one waits for its last.
std::array<double, 2> SmoothedIntervals::powers(
    std::array<double, 2> cycles_per_beat) const noexcept {
  std::array<double, 2> c, s1{}, s2{}, out{};
  for (std::size_t k = 0; k < 2; ++k)
    c[k] = 2 * std::cos(2 * std::numbers::pi * cycles_per_beat[k]);
  for (std::size_t i = 0; i < n_differences_; ++i) {
    for (std::size_t k = 0; k < 2; ++k) {
      const double s = differences_[i] + c[k] * s1[k] - s2[k];
      s2[k] = s1[k];
      s1[k] = s;
    }
  }
  for (std::size_t k = 0; k < 2; ++k) out[k] = s1[k] * s1[k] + s2[k] * s2[k] - c[k] * s1[k] * s2[k];
  return out;
}

/// Power at the zeros of that average over the median of the rest; 1 where there's too little to say.
double SmoothedIntervals::ratio(int beats) noexcept {
  std::size_t n = 0;
  for (std::size_t g = 0; g < grid_size; ++g)
    if (!near_zero(static_cast<double>(g + grid_from) * grid_step, beats)) rest_[n++] = grid_[g];
  const auto middle = rest_.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(rest_.begin(), middle, rest_.begin() + static_cast<std::ptrdiff_t>(n));
  const double highest = *std::max_element(grid_.begin(), grid_.end());
  if (*middle < std::max(least_power, least_floor * highest)) return 1;

  double sum = 0, frequencies = 0;
  for (int zero = 1; 2 * zero <= beats; ++zero) {
    for (int step_beside = -beside_zero(beats); step_beside <= beside_zero(beats); ++step_beside) {
      const double f = static_cast<double>(zero) / beats + step_beside * grid_step;
      if (f > 0.5) continue;
      sum += powers({f, f})[0];
      ++frequencies;
    }
  }
  return sum / frequencies / *middle;
}

void SmoothedIntervals::judge() noexcept {
  double deepest = 1e9;  // above its bound; the lower, the more it is smoothed
  for (std::size_t k = 0; k < averages; ++k) {
    const double depth = std::log10(std::max(mean_ratio_[k], 1e-12));
    if (depth - bounds[k] >= deepest) continue;
    deepest = depth - bounds[k];
    verdict_.beats = static_cast<int>(k) + fewest_beats;
    verdict_.depth = depth;
  }
  if (looks_ < least_looks) return;
  verdict_.decided = true;
  below_ = deepest < 0 ? below_ + 1 : 0;
  if (below_ >= looks_in_a_row) verdict_.smoothed = true;
  else if (deepest > release) verdict_.smoothed = false;
}

}  // namespace ib::dsp
