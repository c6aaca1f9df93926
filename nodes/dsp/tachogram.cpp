#include "dsp/tachogram.hpp"

#include <algorithm>

#include "dsp/straight_line.hpp"

namespace ib::dsp {

Tachogram::Tachogram(Duration longest, std::size_t most_intervals)
    : longest_(longest),
      times_(most_intervals),
      lengths_(most_intervals),
      samples_(static_cast<std::size_t>(longest / period) + 1),
      curve_(most_intervals) {}

/// So that neither the points nor the time between them are more than there is room for.
std::size_t Tachogram::first_to_take(std::span<const BeatInterval> intervals) const noexcept {
  std::size_t first = intervals.size(), points = 0;
  Time newest = never;
  for (std::size_t i = intervals.size(); i-- > 0 && points < times_.size(); first = i) {
    if (!intervals[i].valid) continue;
    newest = std::max(newest, intervals[i].end);
    if (newest - intervals[i].end > longest_) break;
    ++points;
  }
  return first;
}

void Tachogram::take(std::span<const BeatInterval> intervals) noexcept {
  size_ = 0;
  spanned_ = Duration{};
  Time begin{}, last = never;
  for (const auto& interval : intervals.subspan(first_to_take(intervals))) {
    if (!interval.valid || interval.ibi_us <= 0 || interval.end <= last) continue;
    if (size_ == 0) begin = interval.end;
    last = interval.end;
    spanned_ = last - begin;
    times_[size_] = seconds(spanned_);
    lengths_[size_] = static_cast<double>(interval.ibi_us) / 1000;
    ++size_;
  }
}

std::span<double> Tachogram::sampled(Curve curve) noexcept {
  if (size_ < 2) return {};
  curve_.fit(times(), lengths(), curve);
  const auto count = static_cast<std::size_t>(spanned_ / period) + 1;
  const std::span<double> samples{samples_.data(), count};
  curve_.at(0, seconds(period), samples);
  return samples;
}

std::span<double> Tachogram::detrended(Curve curve) noexcept {
  const auto samples = sampled(curve);
  remove_line(samples);
  return samples;
}

}  // namespace ib::dsp
