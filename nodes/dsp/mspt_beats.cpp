#include "dsp/mspt_beats.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "dsp/local_maxima.hpp"
#include "dsp/parabola.hpp"

namespace ib::dsp {
namespace {

constexpr double window_s = 6.0;
constexpr double hop_s = 0.25;
constexpr double refractory_s = 0.3;
constexpr double decimated_rate_min_hz = 20.0;
constexpr double slowest_pulse_hz = 30.0 / 60.0;  // sets the largest scale, about 1 s

std::uint64_t decimation_of(double rate_hz) {
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate_hz / decimated_rate_min_hz));
}

std::uint64_t rounded(double x) { return static_cast<std::uint64_t>(std::llround(x)); }
// Rounds up, but takes 30.000000000000004 for 30.
std::uint64_t rounded_up(double x) { return static_cast<std::uint64_t>(std::ceil(x - 1e-9)); }

// Decimation may pass the true top by one step, and the band-pass rounds it: 0.05 s (0.1 s where
// samples are sparser than 20 Hz) and one step to each side.
std::uint64_t search_of(double rate_hz, double decimated_rate_hz, std::uint64_t decimation) {
  const double reach_s = decimated_rate_hz < decimated_rate_min_hz ? 0.1 : 0.05;
  return rounded_up(reach_s * rate_hz) + decimation;
}

// The largest scale k at which L/k maxima in the window still mean at least 30 per minute.
std::size_t largest_scale(std::size_t n, double rate_hz) {
  const double scales = std::ceil(static_cast<double>(n) / 2.0) - 1.0;
  return static_cast<std::size_t>(scales * rate_hz / (slowest_pulse_hz * static_cast<double>(n)));
}

// A rate of 20 Hz or more is brought below 40 Hz, and what is slower stays: 6 s hold less than this.
constexpr std::size_t most_in_window = 240;

// Samples from an index of which the lower bits are known to another one, less than 2^31 from it.
std::uint64_t apart(std::uint32_t at, std::uint64_t index) {
  const std::uint32_t ahead = static_cast<std::uint32_t>(index) - at;
  return std::min(ahead, 0U - ahead);
}

// The line that is `mean` in the middle. Four values at a time, which the CPU does two by two.
void take_line_away(std::span<double> y, double mean, double slope) {
  const double first = (1.0 - static_cast<double>(y.size())) / 2.0;  // halves: exact
  std::array<double, 4> position{first, first + 1.0, first + 2.0, first + 3.0}, four;
  std::size_t i = 0;
  for (; i + 4 <= y.size(); i += 4) {
    for (std::size_t k = 0; k < 4; ++k) four[k] = y[i + k] - (mean + slope * position[k]);
    for (double& p : position) p += 4.0;
    std::copy_n(four.begin(), 4, y.data() + i);
  }
  for (; i < y.size(); ++i) y[i] -= mean + slope * (first + static_cast<double>(i));
}

// A maximum at every scale up to this one. Most samples fail at the first.
bool is_peak(const double* w, std::size_t i, std::size_t scale) {
  for (std::size_t k = 1; k <= scale; ++k)
    if (!(w[i] > w[i - k] && w[i] > w[i + k])) return false;
  return true;
}

}  // namespace

double MsptBeats::most_per_second(double rate_hz) noexcept {
  return rate_hz / static_cast<double>(rounded_up(refractory_s * rate_hz) - 1);
}

MsptBeats::MsptBeats(double rate_hz)
    : rate_hz_(rate_hz),
      decimation_(decimation_of(rate_hz)),
      decimated_rate_hz_(rate_hz / static_cast<double>(decimation_)),
      hop_(std::max<std::uint64_t>(1, rounded(hop_s * decimated_rate_hz_))),
      first_look_(rounded_up(first_look_s * decimated_rate_hz_)),
      refractory_(rounded_up(refractory_s * rate_hz)),
      search_(search_of(rate_hz, decimated_rate_hz_, decimation_)),
      window_(rounded(window_s * decimated_rate_hz_)),
      recent_((window_ + 1) * decimation_ + search_) {
  assert(rate_hz >= 5.0 && std::isfinite(rate_hz));
  assert(window_ <= most_in_window);
}

void MsptBeats::restart(std::uint64_t index) noexcept {
  in_window_ = 0;
  start_ = index;
  next_ = index;
  phase_ = static_cast<std::uint32_t>(index % decimation_);
  has_looked_ = false;
  looked_ = false;
  found_count_ = 0;
  has_emitted_ = false;
  decided_count_ = 0;
}

void MsptBeats::push(std::uint64_t index, double y) noexcept {
  if (index != next_) restart(index);
  next_ = index + 1;
  looked_ = false;
  found_count_ = 0;
  newest_ = newest_ + 1 == recent_.size() ? 0 : newest_ + 1;
  recent_[newest_] = static_cast<float>(y);
  const bool is_decimated = phase_ == 0;
  phase_ = phase_ + 1 == decimation_ ? 0 : phase_ + 1;
  if (!is_decimated) return;

  in_window_ = std::min(in_window_ + 1, window_);
  const bool hop_ended = index / decimation_ % hop_ == 0;
  if (!hop_ended || in_window_ < first_look_) return;
  look();
  looked_ = true;
  has_looked_ = true;
}

void MsptBeats::look() noexcept {
  std::array<double, most_in_window> room;
  const auto residual = std::span(room).first(in_window_);
  detrend(residual);
  const std::size_t scale = best_scale(residual);
  if (scale == 0) return;
  const std::uint64_t newest = (next_ - 1) / decimation_;
  const std::uint64_t oldest = newest + 1 - residual.size();
  for (std::size_t i = scale; i + scale < residual.size(); ++i) {
    if (!is_peak(residual.data(), i, scale)) continue;
    decide((oldest + i) * decimation_);
    i += scale;  // it is higher than all of these
  }
}

// Takes the least-squares line away. Values are taken relative to the oldest first, so that a
// constant leaves exact zeros and not rounding noise with peaks in it.
void MsptBeats::detrend(std::span<double> residual) const noexcept {
  const std::size_t n = residual.size();
  const std::size_t step = static_cast<std::size_t>(decimation_);
  const std::size_t behind = (n - 1) * step;  // the oldest of the window, behind the newest
  std::size_t at = newest_ >= behind ? newest_ - behind : newest_ + recent_.size() - behind;
  const double oldest = static_cast<double>(recent_[at]);
  const double middle = (static_cast<double>(n) - 1.0) / 2.0;
  double sum = 0.0;
  double moment = 0.0;
  double position = -middle;  // halves: counting up is exact
  for (std::size_t i = 0; i < n;) {
    const std::size_t to_end = (recent_.size() - at + step - 1) / step;
    for (const std::size_t end = std::min(n, i + to_end); i < end; ++i) {
      const double value = static_cast<double>(recent_[at]) - oldest;
      sum += value;
      moment += position * value;
      residual[i] = value;
      at += step;
      position += 1.0;
    }
    if (at >= recent_.size()) at -= recent_.size();
  }
  const double count = static_cast<double>(n);
  const double slope = moment * 12.0 / (count * (count * count - 1.0));
  take_line_away(residual, sum / count, slope);
}

// The smallest scale with the most local maxima; 0 if there is none at any scale.
std::size_t MsptBeats::best_scale(std::span<const double> residual) const noexcept {
  const std::size_t largest = largest_scale(residual.size(), decimated_rate_hz_);
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t scale = 1; scale <= largest; ++scale) {
    const std::size_t maxima = count_maxima(residual, scale);
    if (maxima <= most) continue;
    most = maxima;
    best = scale;
  }
  return best;
}

// A candidate is seen again at each look of the next 6 s. It is new if nothing decided lies within
// the refractory time.
void MsptBeats::decide(std::uint64_t coarse) noexcept {
  if (is_surely_decided(coarse)) return;
  const Peak peak = interpolated(refined(coarse));
  const bool follows = !has_emitted_ || peak.index >= last_emitted_ + refractory_;
  if (follows && is_due(peak)) return emit(peak.index);
  if (is_decided(peak.index)) return;
  remember(peak.index);
  ++(follows ? beyond_bound_ : out_of_order_);
}

// Wherever near `coarse` the top may be: it doesn't follow the last beat, and is known already. So
// most candidates need no search.
bool MsptBeats::is_surely_decided(std::uint64_t coarse) const noexcept {
  if (!has_emitted_ || coarse + search_ >= last_emitted_ + refractory_) return false;
  return search_ < refractory_ && has_decided(coarse, refractory_ - search_);
}

// With the first look nothing has been promised yet, so its peaks can be as old as the signal.
bool MsptBeats::is_due(const Peak& peak) const noexcept {
  const double age = static_cast<double>(next_ - 1 - peak.index) - peak.fraction;
  return !has_looked_ || age <= latency_bound_s * rate_hz_;
}

void MsptBeats::emit(std::uint64_t index) noexcept {
  found_[found_count_++] = static_cast<std::uint32_t>(next_ - 1 - index);
  last_emitted_ = index;
  has_emitted_ = true;
  remember(index);
}

// The highest full-rate sample near a decimated one, as far as samples have arrived.
std::uint64_t MsptBeats::refined(std::uint64_t coarse) const noexcept {
  const std::uint64_t first = coarse > start_ + search_ ? coarse - search_ : start_;
  const std::uint64_t last = std::min(coarse + search_, next_ - 1);
  std::uint64_t highest = first;
  for (std::uint64_t i = first + 1; i <= last; ++i)
    if (sample(i) > sample(highest)) highest = i;
  return highest;
}

Peak MsptBeats::interpolated(std::uint64_t index) const noexcept {
  Peak peak{index, 0.0, sample(index)};
  if (index > start_ && index + 1 < next_)
    peak.fraction = vertex_offset(sample(index - 1), peak.height, sample(index + 1));
  return peak;
}

bool MsptBeats::is_decided(std::uint64_t index) const noexcept {
  return has_decided(index, refractory_);
}

// The newest first: a window's candidates are the last that were decided.
bool MsptBeats::has_decided(std::uint64_t index, std::uint64_t within) const noexcept {
  const std::size_t kept = std::min(decided_count_, decided_.size());
  for (std::size_t back = 1; back <= kept; ++back)
    if (apart(decided_[(decided_count_ - back) % decided_.size()], index) < within) return true;
  return false;
}

void MsptBeats::remember(std::uint64_t index) noexcept {
  decided_[decided_count_++ % decided_.size()] = static_cast<std::uint32_t>(index);
}

}  // namespace ib::dsp
