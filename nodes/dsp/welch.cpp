#include "dsp/welch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

namespace ib::dsp {

Welch::Params Welch::whole(std::size_t samples, double rate_hz) noexcept {
  const std::size_t segment = std::max(samples, least_samples);
  return {rate_hz, segment, 0, std::max<std::size_t>(std::bit_ceil(segment), 1024)};
}

Welch::Welch(const Params& params)
    : params_(params),
      fft_(params.transformed),
      window_(params.segment),
      weighted_(params.segment),
      density_(fft_.bins()) {
  shape_window(params.segment);
}

Density Welch::density(std::span<const double> x) noexcept {
  if (x.size() < least_samples) return {};
  shape_window(std::min(x.size(), params_.segment));
  const std::size_t hop = params_.segment - params_.overlap;
  std::fill(density_.begin(), density_.end(), 0.0);
  std::size_t segments = 0;
  for (std::size_t from = 0; from + length_ <= x.size(); from += hop, ++segments)
    add(x.subspan(from, length_));

  // One-sided: each bin stands for its negative frequency too, but for the first and the last.
  const double scale = 1 / (params_.rate_hz * window_power_ * static_cast<double>(segments));
  for (double& s : density_) s *= 2 * scale;
  density_.front() /= 2;
  density_.back() /= 2;
  return Density{density_, params_.rate_hz / static_cast<double>(fft_.size())}.if_finite();
}

/// Hann, periodic. A stream of whole windows has ever new lengths.
void Welch::shape_window(std::size_t length) noexcept {
  if (length == length_) return;
  length_ = length;
  window_power_ = 0;
  for (std::size_t i = 0; i <= length / 2; ++i) {  // the other half is its mirror image
    const double turn = static_cast<double>(i) / static_cast<double>(length);
    window_[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * turn);
    if (i > 0) window_[length - i] = window_[i];
  }
  for (std::size_t i = 0; i < length; ++i) window_power_ += window_[i] * window_[i];
}

void Welch::add(std::span<const double> segment) noexcept {
  const double mean =
      std::accumulate(segment.begin(), segment.end(), 0.0) / static_cast<double>(length_);
  for (std::size_t i = 0; i < length_; ++i) weighted_[i] = (segment[i] - mean) * window_[i];
  const auto power = fft_.power(std::span(weighted_).first(length_));
  for (std::size_t k = 0; k < density_.size(); ++k) density_[k] += power[k];
}

}  // namespace ib::dsp
