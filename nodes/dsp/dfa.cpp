#include "dsp/dfa.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {
namespace {

/// Sum of squares around the least-squares line.
double squares_around_line(std::span<const double> y) noexcept {
  const auto n = static_cast<double>(y.size());
  double mean = 0;
  for (const double value : y) mean += value;
  mean /= n;

  const double middle = (n - 1) / 2;
  double covariance = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    covariance += (static_cast<double>(i) - middle) * (y[i] - mean);
  const double slope = covariance / (n * (n * n - 1) / 12);

  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double rest = y[i] - mean - slope * (static_cast<double>(i) - middle);
    squares += rest * rest;
  }
  return squares;
}

}  // namespace

Dfa::Dfa(std::size_t capacity) : profile_(capacity), starts_(capacity) {}

void Dfa::take(std::span<const NnInterval> series) noexcept {
  series = series.last(std::min(series.size(), profile_.size()));
  size_ = series.size();
  n_stretches_ = 0;
  std::int64_t sum_us = 0;
  for (const NnInterval x : series) sum_us += x.us;
  const auto n = static_cast<std::int64_t>(size_);

  // n (x - mean) is a whole number, so that a profile adds no rounding of its own.
  std::int64_t profile = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    if (!is_pair(series, i)) starts_[n_stretches_++] = static_cast<std::uint32_t>(i);
    profile += n * series[i].us - sum_us;
    profile_[i] = static_cast<double>(profile) / static_cast<double>(n) / 1000;
  }
}

std::size_t Dfa::boxes(std::size_t n) const noexcept {
  std::size_t count = 0;
  for (std::size_t k = 0; k < n_stretches_; ++k) count += (stretch_end(k) - starts_[k]) / n;
  return count;
}

std::optional<double> Dfa::fluctuation(std::size_t n) const noexcept {
  if (n < 3) return std::nullopt;
  double squares = 0;
  std::size_t values = 0;
  for (std::size_t k = 0; k < n_stretches_; ++k)
    for (std::size_t from = starts_[k]; from + n <= stretch_end(k); from += n, values += n)
      squares += squares_around_line(std::span(profile_).subspan(from, n));
  if (values == 0) return std::nullopt;
  return std::sqrt(squares / static_cast<double>(values));
}

std::optional<double> Dfa::exponent(const Scales& scales) const noexcept {
  if (boxes(scales.to) < scales.least_boxes) return std::nullopt;
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t box = scales.from; box <= scales.to; ++box) {
    const auto f = fluctuation(box);
    if (!f || *f <= 0) return std::nullopt;
    const double ln_box = std::log(static_cast<double>(box));
    const double ln_f = std::log(*f);
    n += 1, x += ln_box, y += ln_f;
    xx += ln_box * ln_box, xy += ln_box * ln_f;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

}  // namespace ib::dsp
