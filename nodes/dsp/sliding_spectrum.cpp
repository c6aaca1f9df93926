#include "dsp/sliding_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ib::dsp {

namespace {

/// One bin is summed anew after so many samples: at 4 Hz and 60 s, each of them every seven
/// minutes.
constexpr std::size_t refresh_every = 64;

}  // namespace

SlidingSpectrum::SlidingSpectrum(const Params& params)
    : params_(params), window_(std::max<std::size_t>(params.window, 8)), turns_(window_.size()) {
  const std::size_t n = window_.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
    turns_[i] = {std::cos(angle), -std::sin(angle)};
  }
  const double highest = std::min(params.below_hz, params.rate_hz / 4);
  density_.resize(n / 4 + 1);
  const BinRange needed =
      bins_of({density_, params.rate_hz / static_cast<double>(n)}, {0, highest});
  density_.resize(std::max<std::size_t>(needed.end, 2));
  sums_.resize(density_.size() + 1);
  ramp_.resize(sums_.size());
  for (std::size_t k = 1; k < ramp_.size(); ++k) {  // N / (e^(-2 pi i k/N) - 1)
    const Complex z{turns_[k].re - 1, turns_[k].im};
    const double scale = static_cast<double>(n) / (z.re * z.re + z.im * z.im);
    ramp_[k] = {scale * z.re, -scale * z.im};
  }
  clear();
}

void SlidingSpectrum::clear() noexcept {
  std::fill(window_.begin(), window_.end(), 0.0);
  std::fill(sums_.begin(), sums_.end(), Complex{});
  level_ = moment_ = 0;
  next_ = size_ = refreshed_ = 0;
  until_refresh_ = refresh_every;
}

void SlidingSpectrum::push(double sample) noexcept {
  if (!(std::abs(sample) <= largest)) return clear();
  if (size_ == 0) origin_ = sample;
  const double y = sample - origin_, oldest = window_[next_], change = y - oldest;
  moment_ += static_cast<double>(window_.size() - 1) * y - (level_ - oldest);
  level_ += change;
  std::size_t turn = 0;
  for (Complex& sum : sums_) {
    sum.re += change * turns_[turn].re;
    sum.im += change * turns_[turn].im;
    turn += next_;
    if (turn >= window_.size()) turn -= window_.size();
  }
  window_[next_] = y;
  next_ = after(next_);
  size_ = std::min(size_ + 1, window_.size());
  if (--until_refresh_ == 0) refresh();
}

void SlidingSpectrum::refresh() noexcept {
  until_refresh_ = refresh_every;
  if (refreshed_ < sums_.size()) sum_anew(refreshed_);
  else sum_line_anew();
  refreshed_ = refreshed_ == sums_.size() ? 0 : refreshed_ + 1;
}

void SlidingSpectrum::sum_anew(std::size_t bin) noexcept {
  Complex sum;
  std::size_t turn = 0;
  for (const double y : window_) {
    sum.re += y * turns_[turn].re;
    sum.im += y * turns_[turn].im;
    turn += bin;
    if (turn >= window_.size()) turn -= window_.size();
  }
  sums_[bin] = sum;
}

void SlidingSpectrum::sum_line_anew() noexcept {
  level_ = moment_ = 0;
  std::size_t slot = next_;
  for (std::size_t j = 0; j < window_.size(); ++j, slot = after(slot)) {
    level_ += window_[slot];
    moment_ += static_cast<double>(j) * window_[slot];
  }
}

/// Of the least-squares line, per sample.
double SlidingSpectrum::slope() const noexcept {
  const double n = static_cast<double>(window_.size());
  return (moment_ - level_ * (n - 1) / 2) * 12 / (n * (n * n - 1));
}

Density SlidingSpectrum::density() noexcept {
  if (!full()) return {};
  const double n = static_cast<double>(window_.size());
  const double scale = 2 / (params_.rate_hz * n * 3 / 8);  // Hann's squares sum up to 3/8 N
  const double b = slope();
  // Phase 0 belongs to the oldest sample now. Without its line a window has nothing in bin 0.
  std::size_t turn = next_;
  const auto next_bin = [&](std::size_t k) {
    const Complex back{turns_[turn].re, -turns_[turn].im};
    turn += next_;
    if (turn >= window_.size()) turn -= window_.size();
    return levelled(k, back, b);
  };
  Complex before{}, here = next_bin(1);
  for (std::size_t k = 1; k < density_.size(); ++k) {
    const Complex behind = next_bin(k + 1);
    const double re = here.re / 2 - (before.re + behind.re) / 4;
    const double im = here.im / 2 - (before.im + behind.im) / 4;
    density_[k] = scale * (re * re + im * im);
    before = here;
    here = behind;
  }
  return Density{density_, params_.rate_hz / n}.if_finite();
}

/// A bin's sum, turned to the window's start and less its share of the line.
SlidingSpectrum::Complex SlidingSpectrum::levelled(std::size_t bin, Complex turned,
                                                   double slope) const noexcept {
  const Complex& x = sums_[bin];
  return {x.re * turned.re - x.im * turned.im - slope * ramp_[bin].re,
          x.re * turned.im + x.im * turned.re - slope * ramp_[bin].im};
}

}  // namespace ib::dsp
