#include "dsp/fiducial.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "dsp/parabola.hpp"

namespace ib::dsp {

PulseRises::PulseRises(double rate_hz, double oldest_s)
    : reach_(static_cast<std::uint64_t>(std::llround(longest_s * rate_hz))),
      recent_(reach_ + static_cast<std::uint64_t>(std::ceil(oldest_s * rate_hz)) + 2) {
  assert(rate_hz >= 5.0 && oldest_s >= 0);
}

void PulseRises::push(std::uint64_t index, double y) noexcept {
  const bool is_sample = std::isfinite(y);
  if (index != next_ || !is_sample) restart(is_sample ? index : index + 1);
  if (!is_sample) return;
  recent_[index % recent_.size()] = static_cast<float>(y);
  next_ = index + 1;
}

bool PulseRises::has(std::uint64_t index) const noexcept {
  return index >= start_ && index < next_ && next_ - index <= recent_.size();
}

std::optional<double> PulseRises::before(const Peak& peak, Fiducial which,
                                         std::optional<std::uint64_t> after) const noexcept {
  const auto rise = rise_to(peak.index, after);
  if (!rise) return {};
  switch (which) {
    case Fiducial::mid: return mid(*rise);
    case Fiducial::max_slope: return max_slope(*rise);
    case Fiducial::tangent: return tangent(*rise);
  }
  return {};
}

auto PulseRises::rise_to(std::uint64_t peak, std::optional<std::uint64_t> after) const noexcept
    -> std::optional<Rise> {
  const auto earliest = std::max(peak - std::min(peak, reach_), after.value_or(0));
  if (earliest >= peak || peak < reach_ || !has(earliest) || !has(peak)) return {};
  auto onset = earliest;
  for (auto i = earliest; i < peak; ++i)
    if (sample(i) < sample(onset)) onset = i;
  if (!(sample(onset) < sample(peak))) return {};
  return Rise{onset, peak};
}

/// The first sample of the largest difference.
std::uint64_t PulseRises::steepest(const Rise& r) const noexcept {
  auto j = r.onset;
  for (auto i = r.onset; i < r.peak; ++i)
    if (step(i) > step(j)) j = i;
  return j;
}

double PulseRises::mid(const Rise& r) const noexcept {
  const double level = (sample(r.onset) + sample(r.peak)) / 2;
  auto i = r.onset;
  while (i + 1 < r.peak && sample(i + 1) < level) ++i;
  return static_cast<double>(r.peak - i) - (level - sample(i)) / step(i);
}

std::optional<double> PulseRises::max_slope(const Rise& r) const noexcept {
  const auto j = steepest(r);
  if (j == 0 || !has(j - 1) || !has(j + 2)) return {};
  return static_cast<double>(r.peak - j) - 0.5 - vertex_offset(step(j - 1), step(j), step(j + 1));
}

/// The line through both samples of the steepest step, whatever the place of the vertex between them.
double PulseRises::tangent(const Rise& r) const noexcept {
  const auto j = steepest(r);
  return static_cast<double>(r.peak - j) + (sample(j) - sample(r.onset)) / step(j);
}

}  // namespace ib::dsp
