#include "dsp/ppg_quality.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "dsp/float_sum.hpp"

namespace ib::dsp {
namespace {

using Span = std::span<const double>;
template <class V>
using SpanOf = std::span<const V>;
using Snippet = BeatTemplate::Snippet;

constexpr std::size_t beats_to_learn = 5;
constexpr std::size_t strangers_to_trust = 10;
constexpr double familiar_r = 0.8;
constexpr double strangers_alike_r = 0.9;
constexpr double new_beat_weight = 0.1;

double ramp(double x, double zero_at, double one_at) {
  return std::clamp((x - zero_at) / (one_at - zero_at), 0.0, 1.0);
}

/// Tells values in order, as arrays of four, and one by one what is left: all but the sums themselves
/// the CPU then does two by two.
template <class V, class Tell>
void in_fours(SpanOf<V> values, Tell tell) {
  std::size_t i = 0;
  for (; i + 4 <= values.size(); i += 4) {
    std::array<double, 4> four;
    for (std::size_t k = 0; k < 4; ++k) four[k] = static_cast<double>(values[i + k]);
    tell(four);
  }
  for (; i < values.size(); ++i) tell(std::array{static_cast<double>(values[i])});
}

double sum_of(Span values) {
  double sum = 0.0;
  for (double v : values) sum += v;
  return sum;
}
double mean(Span values) { return sum_of(values) / static_cast<double>(values.size()); }

template <class V>
double largest_magnitude(SpanOf<V> values) {
  // Four at a time, since each maximum waits for the one before; the largest stays the largest.
  std::array<V, 4> largest{};
  std::size_t i = 0;
  for (; i + 4 <= values.size(); i += 4)
    for (std::size_t k = 0; k < 4; ++k) largest[k] = std::max(largest[k], std::abs(values[i + k]));
  for (; i < values.size(); ++i) largest[0] = std::max(largest[0], std::abs(values[i]));
  return *std::max_element(largest.begin(), largest.end());
}

double median(std::span<double> values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  if (values.size() % 2 == 1) return *half;
  return 0.5 * (*std::max_element(values.begin(), half) + *half);
}

// The longest run of neighbour differences within `tolerance`.
template <class V>
std::size_t longest_still(SpanOf<V> values, double tolerance) {
  const auto still = [&](std::size_t i) {
    return std::abs(double{values[i]} - double{values[i - 1]}) <= tolerance;
  };
  std::size_t longest = 0;
  // A longer run than the longest reaches `at` and starts behind `from`: looked at from its far end,
  // most of the wave need not be looked at.
  for (std::size_t from = 0, at = 1; at < values.size(); at = from + longest + 1) {
    std::size_t i = at;
    while (i > from && still(i)) --i;
    if (i > from) {
      from = i;  // moved here: no run goes on across it
      continue;
    }
    std::size_t end = at + 1;
    while (end < values.size() && still(end)) ++end;
    longest = end - 1 - from;
    from = end;
  }
  return longest;
}

template <class V>
std::optional<double> skewness_of(SpanOf<V> values, double sum, double largest) {
  if (values.size() < 3) return std::nullopt;
  const double count = static_cast<double>(values.size());
  const double centre = sum / count;
  double second = 0.0;
  double third = 0.0;
  in_fours(values, [&](auto d) {
    auto squares = d, cubes = d;
    for (std::size_t k = 0; k < d.size(); ++k) {
      d[k] -= centre;
      squares[k] = d[k] * d[k];
      cubes[k] = squares[k] * d[k];
    }
    for (std::size_t k = 0; k < d.size(); ++k) {
      second += squares[k];
      third += cubes[k];
    }
  });
  second /= count;
  third /= count;
  const double rounding = 1e-9 * largest;
  if (second <= rounding * rounding) return std::nullopt;
  return third / (second * std::sqrt(second));
}

template <class V>
double flat_s_of(SpanOf<V> raw, double rate_hz) {
  return static_cast<double>(longest_still(raw, 1e-9 * largest_magnitude(raw))) / rate_hz;
}

template <class V>
double share_of(SpanOf<V> raw, double lowest, double highest) {
  if (raw.empty()) return 0.0;
  const auto at_limit = [&](double v) { return v <= lowest || v >= highest; };
  const auto count = std::count_if(raw.begin(), raw.end(), at_limit);
  return static_cast<double>(count) / static_cast<double>(raw.size());
}

// The longest such run that is a top: the wave comes up to it, goes down behind it, and it lies in
// the upper half. A foot or a shoulder is none, nor what a snippet cuts off.
std::size_t longest_top(Span values, double tolerance) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const double middle = (*lowest + *highest) / 2;
  std::size_t longest = 0;
  for (std::size_t from = 1; from < values.size();) {
    std::size_t to = from;
    while (to + 1 < values.size() && std::abs(values[to + 1] - values[to]) <= tolerance) ++to;
    const bool up = values[from] - values[from - 1] > tolerance;
    const bool down = to + 1 < values.size() && values[to + 1] < values[to];
    if (up && down && values[from] > middle) longest = std::max(longest, to - from);
    from = to + 1;
  }
  return longest;
}

double standard_deviation(const SlidingWindow<double>& values) {
  const std::size_t n = values.size();
  const double count = static_cast<double>(n);
  double sum = 0.0;
  for (std::size_t i = n; i > 0; --i) sum += values.newest(i - 1);
  const double centre = sum / count;
  double squares = 0.0;
  for (std::size_t i = n; i > 0; --i) {
    const double d = values.newest(i - 1) - centre;
    squares += d * d;
  }
  return std::sqrt(squares / count);
}

double dot(const Snippet& a, const Snippet& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(Snippet& to, const Snippet& beat) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += beat[i];
}

void scale_to_unit_norm(Snippet& beat) {
  const double norm = std::sqrt(dot(beat, beat));
  if (norm <= 0.0) return;
  for (double& v : beat) v /= norm;
}

// Without mean and of unit norm; false if it has no variation.
bool normalize(Snippet& beat) {
  const double magnitude = largest_magnitude(Span(beat));
  const double centre = mean(beat);
  for (double& v : beat) v -= centre;
  if (dot(beat, beat) <= 1e-18 * magnitude * magnitude) return false;
  scale_to_unit_norm(beat);
  return true;
}

// Power of one frequency (Goertzel's recursion).
double power_at(Span signal, double centre, double cycles_per_sample) {
  const double coefficient = 2.0 * std::cos(2.0 * std::numbers::pi * cycles_per_sample);
  double s1 = 0.0;
  double s2 = 0.0;
  for (double x : signal) {
    const double s0 = x - centre + coefficient * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  return s1 * s1 + s2 * s2 - coefficient * s1 * s2;
}

// Pulse oximeters tell perfusion down to 0.02 %. Where the zero of a sensor's counts lies is its maker's affair: a ring of
// 16,000 counts with flawless pulses (r = 0.99) had 0.15 %, a camera under a finger 0.1 %. So the index refuses only where
// nothing can be told any more, and the shape judges the rest.
constexpr double least_perfusion_pct = 0.02, enough_perfusion_pct = 0.06;

std::optional<double> perfusion_score(const QualityParts& parts) {
  if (parts.perfusion_percent)
    return ramp(*parts.perfusion_percent, least_perfusion_pct, enough_perfusion_pct);
  if (!parts.amplitude_ratio) return std::nullopt;
  const double ratio = *parts.amplitude_ratio;
  return ratio >= 1.0 / 3.0 && ratio <= 3.0 ? 1.0 : 0.0;
}

// Why nothing of this second is trusted; none: it is. What may cause another comes first.
QualityLimit refusal(const QualityParts& parts) {
  if (parts.flat_s > 0.25) return QualityLimit::flat;
  if (parts.at_limits > 0.05) return QualityLimit::clipped;
  if (parts.activity_g.value_or(0.0) > 0.25) return QualityLimit::motion;
  if (parts.cadence_locked.value_or(false)) return QualityLimit::cadence;
  if (parts.since_beat_s > 3.0) return QualityLimit::silence;
  return QualityLimit::none;
}

// At 10-20 Hz only shape, flat and clip are told apart from chance.
QualityParts reduced(QualityParts parts) {
  parts.skewness.reset();
  parts.perfusion_percent.reset();
  parts.amplitude_ratio.reset();
  parts.agreement.reset();
  parts.activity_g.reset();
  parts.cadence_locked.reset();
  return parts;
}

double cap(const QualityScores& scores, QualityDepth depth) {
  if (depth == QualityDepth::reduced) return 0.7;
  return scores.motion ? 1.0 : 0.9;
}

// The score of what isn't refused, and what holds it down.
void combine(QualityScores& scores, QualityDepth depth) {
  double worst = *scores.shape;
  scores.limit = QualityLimit::shape;
  const auto join = [&](const std::optional<double>& part, QualityLimit name) {
    if (!part || *part >= worst) return;
    worst = *part;
    scores.limit = name;
  };
  join(scores.agreement, QualityLimit::agreement);
  join(scores.perfusion, QualityLimit::perfusion);
  join(scores.motion, QualityLimit::motion);
  const double skew_factor = 0.5 + 0.5 * scores.skewness.value_or(1.0);
  if (skew_factor < worst) scores.limit = QualityLimit::skewness;
  const double largest = cap(scores, depth);
  scores.combined = std::min(worst * skew_factor, largest);
  if (worst * skew_factor < largest) return;
  scores.limit = depth == QualityDepth::reduced ? QualityLimit::low_rate
                 : scores.motion                ? QualityLimit::none
                                                : QualityLimit::no_acceleration;
}

}  // namespace

QualityDepth quality_depth(double rate_hz) noexcept {
  if (rate_hz >= 20.0) return QualityDepth::full;
  return rate_hz >= 10.0 ? QualityDepth::reduced : QualityDepth::absent;
}

std::optional<double> skewness(Span band_passed) noexcept {
  return skewness_of(band_passed, sum_of(band_passed), largest_magnitude(band_passed));
}
std::optional<double> skewness(SpanOf<float> band_passed) noexcept {
  const auto [sum, largest] = float_sum(band_passed);
  return skewness_of(band_passed, sum, double{largest});
}

double longest_flat_s(Span raw, double rate_hz) noexcept { return flat_s_of(raw, rate_hz); }
double longest_flat_s(SpanOf<float> raw, double rate_hz) noexcept {
  return flat_s_of(raw, rate_hz);
}

double share_at_limits(Span raw, double lowest, double highest) noexcept {
  return share_of(raw, lowest, highest);
}
double share_at_limits(SpanOf<float> raw, double lowest, double highest) noexcept {
  return share_of(raw, lowest, highest);
}

bool has_plateau(Span raw_beat, double rate_hz) noexcept {
  if (raw_beat.empty()) return false;
  const std::size_t still = longest_top(raw_beat, 1e-6 * amplitude(raw_beat));
  return still >= 2 && static_cast<double>(still) / rate_hz >= 0.08 - 1e-9;  // 2 steps, 3 samples
}

double amplitude(Span beat) noexcept {
  if (beat.empty()) return 0.0;
  const auto [lowest, highest] = std::minmax_element(beat.begin(), beat.end());
  return *highest - *lowest;
}

std::optional<double> perfusion_percent(Span band_passed_beat, Span raw_beat) noexcept {
  if (band_passed_beat.empty() || raw_beat.empty()) return std::nullopt;
  const double constant = std::abs(mean(raw_beat));
  if (constant <= 0.0) return std::nullopt;
  return 100.0 * amplitude(band_passed_beat) / constant;
}

std::optional<bool> InvertedPulse::tick(std::optional<double> skewness,
                                        std::optional<double> template_r) noexcept {
  constexpr int sure_after = 20;
  if (!skewness || *skewness >= -0.3) restart();
  else if (seconds_++; template_r && *template_r >= familiar_r) alike_++;
  if (!skewness || !template_r) return std::nullopt;
  return seconds_ >= sure_after && 2 * alike_ >= seconds_;
}

std::optional<double> MedianInterval::value() const noexcept {
  if (count_ == 0) return std::nullopt;
  auto sorted = intervals_;
  return median(std::span(sorted).first(std::min(count_, sorted.size())));
}

// --- BeatTemplate

void BeatTemplate::restart() noexcept {
  template_.fill(0.0);
  learnt_ = 0;
  strangers_.fill(0.0);
  stranger_count_ = 0;
}

std::optional<double> BeatTemplate::match(Snippet& beat) noexcept {
  const bool has_variation = normalize(beat);
  const bool was_known = learnt_ == beats_to_learn;
  if (!has_variation) return was_known ? std::optional(0.0) : std::nullopt;
  if (was_known) return score(beat);
  learn(beat);
  if (learnt_ < beats_to_learn) return std::nullopt;
  return dot(beat, template_);
}

void BeatTemplate::learn(const Snippet& beat) noexcept {
  add(template_, beat);
  if (++learnt_ == beats_to_learn) scale_to_unit_norm(template_);
}

double BeatTemplate::score(const Snippet& beat) noexcept {
  const double r = dot(beat, template_);
  if (r >= familiar_r) adapt(beat);
  else put_aside(beat);
  return r;
}

void BeatTemplate::adapt(const Snippet& beat) noexcept {
  for (std::size_t i = 0; i < points; ++i)
    template_[i] = (1.0 - new_beat_weight) * template_[i] + new_beat_weight * beat[i];
  scale_to_unit_norm(template_);
  strangers_.fill(0.0);
  stranger_count_ = 0;
}

// Ten beats in a row that do not match, but match each other, are a new finger or posture: their
// mean becomes the template. Their mean pairwise r follows from the norm of their sum alone. If
// they do not agree the count starts again.
void BeatTemplate::put_aside(const Snippet& beat) noexcept {
  add(strangers_, beat);
  if (++stranger_count_ < strangers_to_trust) return;
  const double n = static_cast<double>(stranger_count_);
  const double alike = (dot(strangers_, strangers_) - n) / (n * (n - 1.0));
  if (alike > strangers_alike_r) {
    template_ = strangers_;
    scale_to_unit_norm(template_);
  }
  strangers_.fill(0.0);
  stranger_count_ = 0;
}

// --- AmplitudeReference

std::optional<double> AmplitudeReference::ratio(double beat_s, double height) noexcept {
  const std::int64_t now_us = std::llround(beat_s * 1e6);
  forget_older_than_a_minute(now_us);
  const auto usual = median();
  if (size_ == most) forget_oldest();
  const std::size_t slot = (first_ + size_++) % most;
  newest_us_ = now_us;
  at_us_[slot] = static_cast<std::uint32_t>(now_us);
  const auto amplitude_of = [this](std::size_t k) { return double{amplitudes_[k]}; };
  amplitudes_[slot] = Height(height);
  ranks_.add(slot, amplitude_of(slot), amplitude_of);
  if (!usual || *usual <= 0.0) return std::nullopt;
  return height / *usual;
}

void AmplitudeReference::forget_older_than_a_minute(std::int64_t now_us) noexcept {
  constexpr std::int64_t minute_us = 60'000'000;
  if (size_ > 0 && now_us - newest_us_ > minute_us) restart();
  const auto age_us = [&] { return static_cast<std::uint32_t>(now_us) - at_us_[first_]; };
  while (size_ > 0 && age_us() > minute_us) forget_oldest();
}

void AmplitudeReference::forget_oldest() noexcept {
  ranks_.remove(first_);
  first_ = static_cast<std::uint32_t>((first_ + 1) % most);
  --size_;
}

std::optional<double> AmplitudeReference::median() const noexcept {
  if (size_ < beats_to_learn) return std::nullopt;
  const auto ranked = [this](std::size_t k) { return double{amplitudes_[ranks_.slot(k)]}; };
  const std::size_t half = size_ / 2;
  return size_ % 2 == 1 ? ranked(half) : 0.5 * (ranked(half - 1) + ranked(half));
}

// --- Motion

MotionGate::MotionGate(double accelerometer_rate_hz)
    : window_(static_cast<std::size_t>(std::llround(accelerometer_rate_hz))) {}

void MotionGate::restart() noexcept {
  window_.clear();
  previous_.reset();
}

std::optional<double> MotionGate::tick() noexcept {
  if (!window_.full()) return std::nullopt;
  const double activity = standard_deviation(window_);
  if (!std::isfinite(activity)) {  // a sample was no number: nothing is known of motion
    previous_.reset();
    return std::nullopt;
  }
  const double worse = std::max(activity, previous_.value_or(0.0));
  previous_ = activity;
  return worse;
}

std::optional<double> peak_frequency_hz(Span signal, double rate_hz) noexcept {
  if (signal.empty() || amplitude(signal) <= 0.0) return std::nullopt;
  const double centre = mean(signal);
  double strongest = 0.0;
  double at_hz = 0.0;
  for (int step = 10; step <= 80; ++step) {
    const double hz = 0.05 * step;
    const double power = power_at(signal, centre, hz / rate_hz);
    if (power <= strongest) continue;
    strongest = power;
    at_hz = hz;
  }
  return at_hz;
}

bool CadenceLock::tick(std::optional<double> ppg_hz, std::optional<double> acceleration_hz,
                       double activity_g) noexcept {
  // On the 0.05 Hz grid "less than 0.1 Hz apart" means one step; 1e-9 keeps rounding out of it.
  const bool together = activity_g > 0.05 && ppg_hz && acceleration_hz &&
                        std::abs(*ppg_hz - *acceleration_hz) < 0.1 - 1e-9;
  seconds_ = together ? std::min(seconds_ + 1, 8) : 0;
  return seconds_ == 8;
}

// --- The score

QualityScores score(const QualityParts& all, QualityDepth depth) noexcept {
  QualityScores scores;
  if (depth == QualityDepth::absent) return scores;
  const QualityParts parts = depth == QualityDepth::reduced ? reduced(all) : all;
  if (parts.template_r) scores.shape = ramp(*parts.template_r, 0.6, 0.9);
  if (parts.skewness) scores.skewness = ramp(*parts.skewness, 0.0, 0.5);
  if (parts.activity_g) scores.motion = 1.0 - ramp(*parts.activity_g, 0.02, 0.10);
  // Li, Mark & Clifford 2008 call a wave below 0.8 poor: there this part alone makes beats invalid.
  if (parts.agreement) scores.agreement = ramp(*parts.agreement, 0.6, 1.0);
  scores.perfusion = perfusion_score(parts);
  const bool clipped = parts.clipped.value_or(false);
  scores.limit = refusal(parts);
  scores.this_beat_alone = clipped && scores.limit == QualityLimit::none;
  if (scores.this_beat_alone) scores.limit = QualityLimit::clipped;
  scores.refused = scores.limit != QualityLimit::none;
  if (scores.refused) scores.combined = 0.0;
  else if (scores.shape) combine(scores, depth);
  return scores;
}

std::optional<double> QualityCombiner::update(const QualityParts& parts,
                                              double elapsed_s) noexcept {
  constexpr double time_constant_s = 2.0;
  const auto scores = score(parts, depth_);
  motion_ = scores.motion;
  limit_ = scores.limit;
  if (!scores.combined) {
    smooth_.reset();
    return std::nullopt;
  }
  if (scores.this_beat_alone) return 0.0;
  const bool number =
      std::isfinite(*scores.combined);  // samples that are none make a score that is none
  const double now = number ? *scores.combined : 0.0;
  if (scores.refused || !number || !smooth_) smooth_ = now;
  else *smooth_ += (1.0 - std::exp(-elapsed_s / time_constant_s)) * (now - *smooth_);
  if (now >= valid_from && *smooth_ < valid_from) limit_ = QualityLimit::recovering;
  return smooth_;
}

}  // namespace ib::dsp
