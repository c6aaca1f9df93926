#include "dsp/ecg_beats.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "dsp/iir_design.hpp"
#include "dsp/parabola.hpp"

namespace ib::dsp {
namespace {

constexpr double hill_s = 0.150;  // a wide QRS complex
constexpr double hill_apart_s = 0.2;
constexpr double t_wave_s = 0.36;
constexpr double top_reach_s = 0.05;
constexpr double first_lesson_s = 2;
constexpr double silence_s = 4;  // fewer than 15 beats a minute
constexpr double wave_kept_s = EcgBeats::latency_bound_s + 0.5;
constexpr double largest = 1e30;
constexpr double resolution = 1e-7;  // of float samples; smaller slopes are the filter's rounding

std::uint64_t whole_samples(double seconds, double rate_hz) {
  return static_cast<std::uint64_t>(std::llround(seconds * rate_hz));
}

Sos qrs_band(double rate_hz) { return butterworth_band_pass(2, 5, 15, rate_hz); }
Sos wave_band(double rate_hz) { return butterworth_band_pass(2, 0.5, 40, rate_hz); }

/// Where most of a QRS complex lies.
constexpr double qrs_hz = 10;

}  // namespace

std::optional<double> RecentIntervals::mean() const noexcept {
  if (count_ == 0) return {};
  double sum = 0;
  for (std::size_t i = 0; i < size(); ++i) sum += kept_[i];
  return sum / static_cast<double>(size());
}

bool RecentIntervals::irregular() const noexcept {
  if (count_ < kept_.size()) return false;
  const double usual = *mean();
  return std::any_of(kept_.begin(), kept_.end(),
                     [usual](double i) { return i < 0.92 * usual || i > 1.16 * usual; });
}

double EcgBeats::most_per_second(double rate_hz) noexcept {
  return rate_hz / static_cast<double>(whole_samples(hill_apart_s, rate_hz) - 1);
}

EcgBeats::EcgBeats(double rate_hz)
    : rate_hz_(rate_hz),
      integral_(whole_samples(hill_s, rate_hz)),
      refractory_(whole_samples(hill_apart_s, rate_hz)),
      t_wave_(whole_samples(t_wave_s, rate_hz)),
      search_(whole_samples(top_reach_s, rate_hz)),
      lesson_(whole_samples(first_lesson_s, rate_hz)),
      pause_(whole_samples(silence_s, rate_hz)),
      qrs_filter_(qrs_band(rate_hz)),
      wave_filter_(wave_band(rate_hz)),
      slopes_squared_(integral_ + refractory_ + 1),
      wave_(whole_samples(wave_kept_s, rate_hz)) {
  assert(rate_hz >= lowest_rate_hz && rate_hz <= 4000.0);
  constexpr double slope_delay = 2;
  settling_ = static_cast<std::uint64_t>(std::max(dsp::settling_samples(qrs_band(rate_hz)),
                                                  dsp::settling_samples(wave_band(rate_hz))));
  wave_delay_ = group_delay_s(wave_band(rate_hz), qrs_hz, rate_hz) * rate_hz;
  hill_delay_ = group_delay_s(qrs_band(rate_hz), qrs_hz, rate_hz) * rate_hz + slope_delay +
                static_cast<double>(integral_ - 1) / 2 - wave_delay_;
}

void EcgBeats::restart(std::uint64_t index) noexcept {
  start_ = next_ = silent_since_ = index;
  learned_ = false;
  highest_ = total_ = signal_ = noise_ = energy_before_ = 0;
  qrs_ = {};
  std::fill(slopes_squared_.begin(), slopes_squared_.end(), 0.0);
  intervals_.clear();
  rising_.reset();
  passed_over_.reset();
  last_.reset();
  last_place_.reset();
  found_.reset();
}

void EcgBeats::push(std::uint64_t index, double x) noexcept {
  const bool is_sample = std::abs(x) <= largest;
  if (index != next_ || !is_sample) restart(is_sample ? index : index + 1);
  if (!is_sample) return;
  if (index == start_) qrs_filter_.restart(x), wave_filter_.restart(x);
  found_.reset();
  wave_[index % wave_.size()] = static_cast<float>(wave_filter_(x));
  qrs_[index % 5] = qrs_filter_(x);
  const auto back = [&](std::uint64_t n) { return qrs_[(index + 5 - n) % 5]; };
  const double slope = (2 * back(0) + back(1) - back(3) - 2 * back(4)) * rate_hz_ / 8;
  const bool flat = std::abs(slope) <= resolution * std::abs(x) * rate_hz_;
  slopes_squared_[index % slopes_squared_.size()] = flat ? 0 : slope * slope;
  ++next_;
  follow(index, energy_until(index));
}

// Summed anew each time: a running sum would keep the rounding of a huge artefact for ever.
double EcgBeats::energy_until(std::uint64_t index) const noexcept {
  double sum = 0;
  for (std::uint64_t n = 0; n < integral_ && n <= index; ++n)
    sum += slopes_squared_[(index - n) % slopes_squared_.size()];
  return sum / static_cast<double>(integral_);
}

double EcgBeats::slope_squared_until(std::uint64_t index) const noexcept {
  double steepest = 0;
  for (std::uint64_t n = 0; n < integral_ && n <= index; ++n)
    steepest = std::max(steepest, slopes_squared_[(index - n) % slopes_squared_.size()]);
  return steepest;
}

void EcgBeats::follow(std::uint64_t index, double energy) noexcept {
  highest_ = std::max(highest_, energy);
  total_ += energy;
  if (rising_ ? energy > rising_->height : energy > energy_before_)
    rising_ = Hill{index, energy, 0};
  energy_before_ = energy;
  if (index >= silent_since_ + (learned_ ? pause_ : lesson_)) learn();
  if (learned_ && search_back(index)) return;
  if (!rising_ || index < rising_->top + refractory_) return;
  Hill hill = *rising_;
  rising_.reset();
  hill.slope_squared = slope_squared_until(hill.top);
  if (learned_) judge(hill);
}

void EcgBeats::learn() noexcept {
  signal_ = 0.25 * highest_;
  noise_ = 0.5 * total_ / static_cast<double>(next_ - silent_since_);
  learned_ = true;
  highest_ = total_ = 0;
  silent_since_ = next_;
  intervals_.clear();
  passed_over_.reset();
  last_.reset();
}

/// Half as high where the rhythm is irregular.
double EcgBeats::threshold() const noexcept {
  const double usual = noise_ + 0.25 * (signal_ - noise_);
  return intervals_.irregular() ? usual / 2 : usual;
}

bool EcgBeats::is_t_wave(const Hill& hill) const noexcept {
  return last_ && hill.top < last_->top + t_wave_ &&
         hill.slope_squared < 0.25 * last_->slope_squared;
}

void EcgBeats::judge(const Hill& hill) noexcept {
  const bool t_wave = is_t_wave(hill);
  if (!t_wave && hill.height > threshold()) return accept(hill, 0.125);
  noise_ += 0.125 * (hill.height - noise_);
  if (!t_wave && (!passed_over_ || hill.height > passed_over_->height)) passed_over_ = hill;
}

bool EcgBeats::search_back(std::uint64_t index) noexcept {
  const auto usual = intervals_.mean();
  if (!passed_over_ || !last_ || !usual) return false;
  if (static_cast<double>(index - last_->top) <= 1.66 * *usual) return false;
  if (passed_over_->height <= threshold() / 2) return false;
  accept(*passed_over_, 0.25);
  return true;
}

void EcgBeats::accept(const Hill& hill, double weight) noexcept {
  signal_ += weight * (hill.height - signal_);
  if (last_) intervals_.push(static_cast<double>(hill.top - last_->top));
  last_ = hill;
  passed_over_.reset();
  highest_ = total_ = 0;
  silent_since_ = next_;
  locate(hill);
}

/// Upwards or downwards as most complexes are: where R and S are alike, beats would flip between them.
std::uint64_t EcgBeats::furthest(std::uint64_t first, std::uint64_t last) noexcept {
  auto highest = first, lowest = first;
  for (auto i = first + 1; i <= last; ++i) {
    if (wave(i) > wave(highest)) highest = i;
    if (wave(i) < wave(lowest)) lowest = i;
  }
  const double up = std::abs(wave(highest)), down = std::abs(wave(lowest));
  const double lean = up + down > 0 ? (up - down) / (up + down) : 0;
  lean_ = last_place_ ? lean_ + 0.125 * (lean - lean_) : lean;
  return lean_ >= 0 ? highest : lowest;
}

/// The largest deflection near the middle of the complex.
void EcgBeats::locate(const Hill& hill) noexcept {
  const auto newest = next_ - 1;
  const auto middle = hill.top - whole_samples(hill_delay_, 1);
  if (newest - middle + search_ + 1 >= wave_.size()) {
    ++late_;
    return;
  }
  const auto top = furthest(middle - search_, middle + search_);
  const double place = static_cast<double>(top) - wave_delay_ +
                       vertex_offset(wave(top - 1), wave(top), wave(top + 1));
  if (last_place_ && place < *last_place_ + static_cast<double>(refractory_)) return;
  if (static_cast<double>(newest) - place > latency_bound_s * rate_hz_) {
    ++late_;
    return;
  }
  last_place_ = place;
  const auto nearest = static_cast<std::uint64_t>(std::llround(place));
  found_ = Peak{nearest, place - static_cast<double>(nearest), wave(top)};
}

}  // namespace ib::dsp
