#include "virtual_ring/heart.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ib::virtual_ring {

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

// The rate is constant within a step: 0.1 s against breathing of at most 0.6 Hz. Beats between the
// steps' ends stand exactly where that rate puts them, so their times are not rounded to steps.
constexpr std::int64_t step_ns = 100'000'000;
constexpr double step_s = 0.1;

// The phase in 2^-36 cycles: whole numbers add up the same in every order and direction.
// 2^63 / 2^36 = 1.3e8 beats, four years.
constexpr std::int64_t cycle = std::int64_t{1} << 36;

constexpr double run_up_s = 20;  // > 3 beats of the slowest heart (30 bpm, slowed to 12 at most)

// Shares of the very slow variance; their squares sum to 1.
constexpr double swing_share = 0.6, drift_share = 0.6, slow_drift_share = 0.52915;

constexpr double ramp_s = 2;  // coupling fades in and out inside its window: no step in the rate

constexpr double depth_spread = 0.2;  // standard deviation of the depth of breaths, relative

}  // namespace

std::string_view name_of(BeatLabel label) {
  switch (label) {
    case BeatLabel::normal: return "normal";
    case BeatLabel::premature: return "premature";
    case BeatLabel::after_premature: return "after_premature";
  }
  return "normal";
}

Breathing::Breathing(const Options& options)
    : hz_(options.resp_hz),
      start_(KeyedRandom(options.seed, "breathing/start").uniform(0)),
      rate_(options.seed, "breathing/rate", 5 / options.resp_hz),
      depth_(options.seed, "breathing/depth", 4 / options.resp_hz) {}

double Breathing::at(double t_s) {
  const double cycles = hz_ * t_s + start_ + 0.3 * rate_.at(t_s);
  const double depth = 1 + depth_spread * depth_.at(t_s);
  const double unit = std::sqrt(2 / (1 + depth_spread * depth_spread));
  return unit * depth * std::sin(two_pi * (cycles - std::floor(cycles)));
}

Movement::Movement(std::uint64_t seed, double slow_ms, double vlf_ms)
    : slow_ms_(slow_ms),
      swing_ms_(swing_share * vlf_ms),
      carrier_hz_(0.085 + 0.03 * KeyedRandom(seed, "heart/slow/carrier").uniform(0)),
      in_phase_(seed, "heart/slow/in_phase", 12),
      quadrature_(seed, "heart/slow/quadrature", 12),
      swing_(seed, "heart/swing", 12) {}

double Movement::at(double t_s) {
  const double cycles = carrier_hz_ * t_s;
  const double angle = two_pi * (cycles - std::floor(cycles));
  const double slow = in_phase_.at(t_s) * std::cos(angle) + quadrature_.at(t_s) * std::sin(angle);
  return slow_ms_ * slow + swing_ms_ * swing_.at(t_s);
}

Heart::Heart(const Options& options)
    : options_(options),
      breathing_(options),
      movement_(options.seed, options.slow_ms, options.vlf_ms),
      drift_(options.seed, "heart/drift", 48),
      slow_drift_(options.seed, "heart/slow_drift", 240),
      ectopic_(options.seed, "heart/ectopic"),
      pulse_delay_(from_seconds(options.pulse_delay_ms * 1e-3)) {
  if (options.couple) other_.emplace(*options.couple, options.slow_ms, options.vlf_ms);

  const double start = KeyedRandom(options.seed, "heart/start").uniform(0);
  phase_ = static_cast<std::int64_t>(start * static_cast<double>(cycle));
  const auto first = -static_cast<std::int64_t>(std::ceil((options.lead_in_s + run_up_s) / step_s));
  while (step_ > first) phase_ -= phase_step(--step_);
  phase_end_ = phase_ + phase_step(step_);
  number_ = (phase_ >> 36) + 1;

  // Two beats to know an interval, one more so that a premature first beat is behind us.
  last_ = regular_ = next_regular();
  ++number_;
  next();
  next();
}

double Heart::rate_hz(double t_s) {
  const double mean_hz = options_.hr_bpm / 60;
  double deviation_ms =
      options_.rsa_ms * breathing_.at(t_s) + movement_.at(t_s) +
      options_.vlf_ms * (drift_share * drift_.at(t_s) + slow_drift_share * slow_drift_.at(t_s));
  if (other_) {
    const double strength = options_.coupling * following(t_s);
    if (strength > 0) deviation_ms += strength * other_->at(t_s - options_.lag_s);
  }
  const double relative = 1 - deviation_ms * 1e-3 * mean_hz;
  return mean_hz * std::clamp(relative, 0.4, 1.6);
}

double Heart::following(double t_s) const {
  if (options_.windows.empty()) return 1;
  for (const auto& [from_s, to_s] : options_.windows)
    if (t_s >= from_s && t_s < to_s)
      return std::min({1.0, (t_s - from_s) / ramp_s, (to_s - t_s) / ramp_s});
  return 0;
}

std::int64_t Heart::phase_step(std::int64_t step) {
  const double middle_s = (static_cast<double>(step) + 0.5) * step_s;
  return std::llround(rate_hz(middle_s) * step_s * static_cast<double>(cycle));
}

/// Where the phase passes number_: at most one beat per step, as a step is < 0.54 cycles.
Time Heart::next_regular() {
  const std::int64_t target = number_ * cycle;
  while (phase_end_ < target) {
    phase_ = phase_end_;
    phase_end_ = phase_ + phase_step(++step_);
  }
  const double share =
      static_cast<double>(target - phase_) / static_cast<double>(phase_end_ - phase_);
  return Time{step_ * step_ns + std::llround(share * static_cast<double>(step_ns))};
}

/// Only even beats can be premature, so two never touch and the rate is exactly the stated one.
bool Heart::premature(std::int64_t number) const {
  const double chance = 2 * options_.ectopic_per_min / options_.hr_bpm;
  return number % 2 == 0 && ectopic_.uniform(2 * static_cast<std::uint64_t>(number)) < chance;
}

Beat Heart::next() {
  const Time due = next_regular();
  Beat beat{.heart = due,
            .pulse = {},
            .number = number_,
            .label = after_premature_ ? BeatLabel::after_premature : BeatLabel::normal};
  if (premature(number_)) {
    // Early by 25 to 45 % of the interval; the sinus rhythm behind it goes on undisturbed, which
    // makes the pause fully compensatory.
    const double early = 0.25 + 0.2 * ectopic_.uniform(2 * static_cast<std::uint64_t>(number_) + 1);
    beat.heart =
        due - Duration{std::llround(early * static_cast<double>((due - regular_).count()))};
    beat.label = BeatLabel::premature;
  }
  beat.pulse = beat.heart + pulse_delay_;
  beat.rr = beat.heart - last_;

  after_premature_ = beat.label == BeatLabel::premature;
  regular_ = due;
  last_ = beat.heart;
  ++number_;
  return beat;
}

}  // namespace ib::virtual_ring
