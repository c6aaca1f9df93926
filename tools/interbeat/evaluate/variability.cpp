#include "evaluate/variability.hpp"

#include "dsp/interval_cleaner.hpp"

#include <algorithm>
#include <cmath>

namespace ib::evaluate {

bool Variability::is_reported(double least_coverage, const Stretch& stretch) const {
  const auto least = std::max(8.0, stretch.seconds() / 3);
  return rmssd_ms && coverage >= least_coverage && static_cast<double>(differences) >= least;
}

Variability variability(const std::vector<LabelledInterval>& intervals, const Stretch& stretch) {
  Variability v;
  double covered_ms = 0, squares = 0;
  const auto inside = [&](const LabelledInterval& i) {
    return i.end_s > stretch.from_s && i.end_s <= stretch.to_s;
  };
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    const auto& i = intervals[k];
    if (!inside(i)) continue;
    ++v.intervals;
    if (!i.valid) continue;
    ++v.valid;
    covered_ms += i.ibi_ms;
    if (k == 0 || !i.contiguous || !inside(intervals[k - 1])) continue;
    const double d = i.ibi_ms - intervals[k - 1].ibi_ms;
    squares += d * d;
    ++v.differences;
  }
  if (stretch.seconds() > 0)
    v.coverage = std::min(1.0, covered_ms / 1000 / stretch.seconds());  // the first began before
  if (v.differences > 0) v.rmssd_ms = std::sqrt(squares / static_cast<double>(v.differences));
  return v;
}

std::vector<Stretch> stretches(double from_s, double to_s, double length_s) {
  std::vector<Stretch> out;
  constexpr double rounding = 1e-6;
  for (int k = 0; from_s + (k + 1) * length_s <= to_s + rounding; ++k)
    out.push_back({from_s + k * length_s, from_s + (k + 1) * length_s});
  return out;
}

std::vector<LabelledInterval> known_intervals(const std::vector<KnownBeat>& beats, double lag_s) {
  dsp::IntervalCleaner cleaner;
  std::vector<LabelledInterval> out;
  const auto take = [&] {
    for (const auto& c : cleaner.decided()) {
      const bool valid = c.valid && !c.irregular;
      const bool follows_valid = !out.empty() && out.back().valid;
      out.push_back({seconds(c.t_end - Time{}), c.ibi_us / 1000.0, valid,
                     valid && c.contiguous && follows_valid});
    }
  };
  for (std::size_t k = 1; k < beats.size(); ++k) {
    const double length_s = beats[k].at_s - beats[k - 1].at_s;
    dsp::RawInterval raw;
    raw.t_end = Time{} + from_seconds(beats[k].at_s + lag_s);
    raw.ibi_us = static_cast<std::int32_t>(std::llround(1e6 * std::clamp(length_s, 0.0, 1000.0)));
    raw.quality = beats[k].scored && beats[k - 1].scored ? 1.0F : 0.0F;
    raw.follows = k > 1;
    cleaner.push(raw);
    take();
  }
  cleaner.flush();
  take();
  return out;
}

}  // namespace ib::evaluate
