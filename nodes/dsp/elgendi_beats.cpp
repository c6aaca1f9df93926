#include "dsp/elgendi_beats.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "dsp/parabola.hpp"

namespace ib::dsp {
namespace {

constexpr double systolic_s = 0.111, beat_s = 0.667;
constexpr double apart_s = 0.3;
constexpr double remembered_s = 2;    // more than a block and both halves of the long average
constexpr double level_share = 0.02;  // of the mean energy, above the long average
constexpr double level_s = 10;
constexpr double largest_level = 10;  // times the median second: 0.2 of it, which pulses reach
constexpr std::uint64_t fewest_seconds = 5;  // that have a median
constexpr double unbounded = std::numeric_limits<double>::infinity();
constexpr double resum_s = 60;  // rounding of a running sum ends here

// Half of the odd number of samples nearest to a duration.
std::uint64_t reach_of(double seconds, double rate_hz) {
  return static_cast<std::uint64_t>(std::llround(seconds * rate_hz)) / 2;
}

std::uint64_t samples_of(double seconds, double rate_hz) {
  return static_cast<std::uint64_t>(std::ceil(seconds * rate_hz - 1e-9));
}

}  // namespace

double ElgendiBeats::most_per_second(double rate_hz) noexcept {
  return rate_hz / static_cast<double>(samples_of(apart_s, rate_hz) - 1);
}

ElgendiBeats::ElgendiBeats(double rate_hz)
    : rate_hz_(rate_hz),
      short_reach_(reach_of(systolic_s, rate_hz)),
      long_reach_(reach_of(beat_s, rate_hz)),
      refractory_(samples_of(apart_s, rate_hz)),
      resum_every_(samples_of(resum_s, rate_hz)),
      recent_(samples_of(remembered_s, rate_hz)),
      per_second_(static_cast<std::uint64_t>(std::llround(rate_hz))),
      level_bound_(unbounded) {
  assert(rate_hz >= 5.0 && rate_hz <= 4000.0);
}

void ElgendiBeats::restart(std::uint64_t index) noexcept {
  start_ = next_ = index;
  short_sum_ = long_sum_ = level_ = second_sum_ = 0;
  seconds_ = 0;
  level_bound_ = unbounded;
  block_.reset();
  last_.reset();
  found_.reset();
}

double ElgendiBeats::energy(std::uint64_t index) const noexcept {
  if (index < start_ || index >= next_) return 0;
  const double up = std::max(sample(index), 0.0);
  return up * up;
}

double ElgendiBeats::sum_around(std::uint64_t middle, std::uint64_t reach) const noexcept {
  double sum = 0;
  for (std::uint64_t i = middle - std::min(middle, reach); i <= middle + reach; ++i)
    sum += energy(i);
  return sum;
}

void ElgendiBeats::push(std::uint64_t index, double y) noexcept {
  if (index != next_ || !std::isfinite(y)) {
    restart(std::isfinite(y) ? index : index + 1);
    if (!std::isfinite(y)) return;
  }
  found_.reset();
  recent_[index % recent_.size()] = static_cast<float>(y);
  ++next_;
  level_with(energy(index));
  if (index < start_ + long_reach_) return;
  decide(index - long_reach_);
}

// A plain mean while there is less than the 10 s that it forgets by.
void ElgendiBeats::level_with(double z) noexcept {
  const double n = static_cast<double>(next_ - start_);
  level_ += (z - level_) / std::min(n, level_s * rate_hz_);
  second_sum_ += z;
  if ((next_ - start_) % per_second_ == 0) end_second();
}

void ElgendiBeats::end_second() noexcept {
  second_levels_[seconds_++ % second_levels_.size()] =
      second_sum_ / static_cast<double>(per_second_);
  second_sum_ = 0;
  if (seconds_ < fewest_seconds) return;
  auto sorted = second_levels_;
  const auto n = std::min<std::uint64_t>(seconds_, sorted.size());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(n));
  level_bound_ = largest_level * *middle;
}

// Sample i and its neighbours to both sides are there.
void ElgendiBeats::decide(std::uint64_t i) noexcept {
  if (i == start_ || i % resum_every_ == 0) {
    short_sum_ = sum_around(i, short_reach_);
    long_sum_ = sum_around(i, long_reach_);
  } else {
    short_sum_ += energy(i + short_reach_);
    long_sum_ += energy(i + long_reach_);
    if (i > start_ + short_reach_) short_sum_ -= energy(i - short_reach_ - 1);
    if (i > start_ + long_reach_) long_sum_ -= energy(i - long_reach_ - 1);
  }
  const auto mean = [](double sum, std::uint64_t reach) {
    return sum / static_cast<double>(2 * reach + 1);
  };
  const bool inside = mean(short_sum_, short_reach_) >
                      mean(long_sum_, long_reach_) + level_share * std::min(level_, level_bound_);
  if (inside && !block_) block_ = i;
  if (!inside && block_) end_block(i);
}

void ElgendiBeats::end_block(std::uint64_t end) noexcept {
  const auto begin = *block_;
  block_.reset();
  if (end - begin < 2 * short_reach_ + 1) return;
  const auto first = std::max(begin, next_ - std::min<std::uint64_t>(next_, recent_.size() - 1));
  auto top = first;
  for (auto i = first + 1; i < end; ++i)
    if (sample(i) > sample(top)) top = i;
  if (static_cast<double>(next_ - 1 - top) + 0.5 > latency_bound_s * rate_hz_) {
    ++late_;
    return;
  }
  if (top == start_) return;  // it may have been higher before
  if (last_ && top < *last_ + refractory_) return;
  last_ = top;
  found_ = Peak{top, vertex_offset(sample(top - 1), sample(top), sample(top + 1)), sample(top)};
}

}  // namespace ib::dsp
