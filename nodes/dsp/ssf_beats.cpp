#include "dsp/ssf_beats.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "dsp/parabola.hpp"

namespace ib::dsp {
namespace {

constexpr double slope_s = 0.128;
constexpr double pulses_apart_s = 0.3;
constexpr double pause_s = 2;  // without a beat: 30 a minute is the slowest
constexpr double threshold_share = 0.6;
constexpr double memory_beats = 8;  // of the running mean of the pulses' slope sums

std::uint64_t nearest_samples(double seconds, double rate_hz) {
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(seconds * rate_hz)));
}

std::uint64_t samples_at_least(double seconds, double rate_hz) {
  return static_cast<std::uint64_t>(std::ceil(seconds * rate_hz - 1e-9));
}

}  // namespace

double SsfBeats::most_per_second(double rate_hz) noexcept {
  return rate_hz / static_cast<double>(samples_at_least(pulses_apart_s, rate_hz) - 1);
}

SsfBeats::SsfBeats(double rate_hz)
    : reach_(nearest_samples(slope_s, rate_hz)),
      refractory_(samples_at_least(pulses_apart_s, rate_hz)),
      pause_(samples_at_least(pause_s, rate_hz)),
      recent_(reach_ + 2) {
  assert(rate_hz >= 6.0 && rate_hz <= 4000.0);
}

void SsfBeats::restart(std::uint64_t index) noexcept {
  start_ = next_ = taught_ = index;
  level_ = std::numeric_limits<double>::infinity();
  highest_ = slope_sum_ = 0;
  top_.reset();
  last_.reset();
  found_.reset();
}

void SsfBeats::push(std::uint64_t index, double y) noexcept {
  const bool is_sample = std::abs(y) <= std::numeric_limits<float>::max();
  if (index != next_ || !is_sample) restart(is_sample ? index : index + 1);
  if (!is_sample) return;
  found_.reset();
  recent_[index % recent_.size()] = static_cast<float>(y);
  ++next_;
  if (index < start_ + reach_) return;
  const double before = slope_sum_;
  add_step(index);
  highest_ = std::max(highest_, slope_sum_);
  const double threshold = threshold_share * level_;
  if (!top_ && before <= threshold && slope_sum_ > threshold) top_ = index;
  if (top_) climb(index);
  else if (index >= taught_ + pause_) learn(highest_, index);
}

// Summed anew once per length of the sum: a huge artefact leaves its rounding no longer than that.
void SsfBeats::add_step(std::uint64_t index) noexcept {
  if (index == start_ + reach_ || index % reach_ == 0) {
    slope_sum_ = 0;
    for (auto i = index - reach_ + 1; i <= index; ++i) slope_sum_ += rise(i);
  } else {
    slope_sum_ += rise(index) - rise(index - reach_);
  }
}

/// Into this sample.
double SsfBeats::rise(std::uint64_t index) const noexcept {
  return std::max(sample(index) - sample(index - 1), 0.0);
}

void SsfBeats::learn(double level, std::uint64_t index) noexcept {
  level_ = level;
  highest_ = 0;
  taught_ = index;
}

// From the crossing on: the highest sample so far is the top once nothing higher came for `reach_`.
void SsfBeats::climb(std::uint64_t index) noexcept {
  if (sample(index) > sample(*top_)) top_ = index;
  if (index < *top_ + reach_) return;
  const auto top = *top_;
  top_.reset();
  if (last_ && top < *last_ + refractory_) return;
  last_ = top;
  learn(level_ + (highest_ - level_) / memory_beats, index);
  found_ = Peak{top, vertex_offset(sample(top - 1), sample(top), sample(top + 1)), sample(top)};
}

}  // namespace ib::dsp
