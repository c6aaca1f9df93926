#include "virtual_ring/pulse_wave.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ib::virtual_ring {

namespace {

// At a mean interval of 1 s.
constexpr double rise_s = 0.25;  // foot to peak
constexpr double fall_s = 0.8;   // after that the pulse is over
// As curved on the right of the peak as on the left: a parabola through three samples then finds
// the peak wherever they stand (25 Hz: error 7 ms with a rise of 0.2 s beside a systole of 0.14 s).
constexpr double systole_s = rise_s * std::numbers::sqrt2 / std::numbers::pi;
constexpr double dicrotic_height = 0.35;
constexpr double dicrotic_from_s = 0.12, dicrotic_to_s = 0.64;

/// A function on [0, 1], sampled at 1,024 points; error below 1e-5 for the shapes here.
class Table {
 public:
  template <class Shape>
  explicit Table(Shape shape) {
    for (std::size_t i = 0; i < values_.size(); ++i)
      values_[i] = shape(static_cast<double>(i) / static_cast<double>(points));
  }
  /// Precondition: 0 <= x. Beyond 1: the last value.
  double operator()(double x) const {
    const double position = x * points;
    if (position >= points) return values_.back();
    const auto i = static_cast<std::size_t>(position);
    return values_[i] + (position - static_cast<double>(i)) * (values_[i + 1] - values_[i]);
  }

 private:
  static constexpr int points = 1024;
  std::array<double, points + 1> values_{};
};

double half_cosine(double x) { return 0.5 - 0.5 * std::cos(std::numbers::pi * x); }

/// From the peak (1, slope 0) to 0: a Gaussian systole and a raised-cosine dicrotic wave, which
/// starts after the peak so that it cannot move it.
double fall(double x) {
  const double t = x * fall_s;
  const double systole = std::exp(-0.5 * (t / systole_s) * (t / systole_s));
  const double u = std::clamp((t - dicrotic_from_s) / (dicrotic_to_s - dicrotic_from_s), 0.0, 1.0);
  const double dicrotic = dicrotic_height * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * u));
  return systole + dicrotic;
}

const Table& upstroke() {
  static const Table table(half_cosine);
  return table;
}
const Table& downstroke() {
  static const Table table(fall);
  return table;
}

std::array<double, 3> direction(const KeyedRandom& random) {
  std::array<double, 3> v{random.normal(0), random.normal(1), random.normal(2)};
  const double length = std::hypot(v[0], v[1], v[2]);
  if (length < 1e-9) return {0, 0, 1};
  for (auto& x : v) x /= length;
  return v;
}

float whole_counts(double value) {
  return static_cast<float>(std::floor(std::clamp(value, 0.0, full_counts) + 0.5));
}

}  // namespace

Episodes motion_of(const Options& o) {
  return {o.seed, "sensor/motion", {10s, o.motion_per_min / 6, 2s, 5s}};
}

Episodes contact_loss_of(const Options& o) {
  const Duration length = from_seconds(o.contact_loss_for_s);
  return {o.seed, "sensor/contact_loss", {60s, o.contact_loss_per_h / 60, length, length}};
}

PulseWave::PulseWave(const Options& o)
    : heart_(o),
      breathing_(o),
      wander_(o.seed, "sensor/wander", 3),
      shaking_(o.seed, "sensor/shaking", 0.15),
      jolts_{SmoothNoise{o.seed, "sensor/jolt/x", 0.1}, SmoothNoise{o.seed, "sensor/jolt/y", 0.1},
             SmoothNoise{o.seed, "sensor/jolt/z", 0.1}},
      noise_(o.seed, "sensor/noise"),
      acc_noise_(o.seed, "sensor/acc_noise"),
      motion_(motion_of(o)),
      contact_loss_(contact_loss_of(o)),
      noise_height_(o.noise),
      wander_height_(o.wander),
      motion_height_(o.motion_size),
      gravity_(direction(KeyedRandom(o.seed, "sensor/gravity"))),
      stretch_(std::sqrt(60 / o.hr_bpm)) {
  upstroke();
  downstroke();
  before_ = next_pulse();
  coming_ = next_pulse();
  set_upstroke();
}

PulseWave::Pulse PulseWave::next_pulse() {
  const Beat beat = heart_.next();
  double height = 1 + 0.08 * breathing_.at(seconds(beat.heart));
  if (beat.label == BeatLabel::premature) height *= 0.6;
  if (beat.label == BeatLabel::after_premature) height *= 1.15;
  return {beat.pulse, height};
}

/// The rise takes the same time in every pulse, so a band-pass shifts all peaks alike; only after a
/// very short interval it is steeper.
void PulseWave::set_upstroke() {
  rise_s_ = std::min(rise_s * stretch_, 0.6 * seconds(coming_.peak - before_.peak));
  foot_ = coming_.peak - from_seconds(rise_s_);
  foot_height_ = before_.height * downstroke()(seconds(foot_ - before_.peak) / (fall_s * stretch_));
}

double PulseWave::pulses(Time t) {
  while (coming_.peak <= t) {
    before_ = coming_;
    coming_ = next_pulse();
    set_upstroke();
  }
  if (t < foot_) {
    const double since_s = std::max(0.0, seconds(t - before_.peak));
    return before_.height * downstroke()(since_s / (fall_s * stretch_));
  }
  const double share = upstroke()(seconds(t - foot_) / rise_s_);
  return foot_height_ + (coming_.height - foot_height_) * share;
}

double PulseWave::light(std::uint64_t index, Time t, const Shake& shake) {
  const double pulse = pulses(t);
  const double random = noise_.normal(index);
  if (contact_loss_.at(t)) return dark_counts + 2 * random;
  const double t_s = seconds(t);
  double height = pulse + noise_height_ * random;
  if (wander_height_ > 0)
    height += wander_height_ * (0.8 * wander_.at(t_s) + 0.6 * breathing_.at(t_s));
  height += motion_height_ * shake.common;
  return rest_counts + pulse_counts * height;
}

/// The envelope is a raised cosine over the burst, scaled to a mean square of 1.
PulseWave::Shake PulseWave::shake(Time t) {
  const auto burst = motion_.at(t);
  if (!burst) return {};
  const double share = seconds(t - burst->from) / seconds(burst->to - burst->from);
  const double envelope = 1.63299 * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * share));
  return {envelope, envelope * shaking_.at(seconds(t))};
}

void PulseWave::accelerate(std::uint64_t index, Time t, const Shake& shake,
                           std::span<float, 3> acc) {
  const std::uint64_t bits = acc_noise_.bits(index);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    // Uniform within 4 mg, of 21 bits each: the sensor's noise floor.
    const auto word = static_cast<double>((bits >> (21 * axis)) & 0x1fffffU);
    double g = gravity_[axis] + 0.004 * (word * 0x1p-20 - 1);
    if (shake.envelope > 0)
      g += 0.2 * shake.common + 0.1 * shake.envelope * jolts_[axis].at(seconds(t));
    acc[axis] = static_cast<float>(g);
  }
}

void PulseWave::fill(std::uint64_t first, const Anchor& clock, std::span<float> ppg,
                     std::span<float> acc) {
  for (std::size_t j = 0; j < ppg.size(); ++j) {
    const std::uint64_t index = first + j;
    const Time t = clock.at(index);
    const Shake now = shake(t);
    ppg[j] = whole_counts(light(index, t, now));
    if (!acc.empty()) accelerate(index, t, now, std::span<float, 3>(acc.subspan(3 * j).first<3>()));
  }
}

}  // namespace ib::virtual_ring
