#include "dsp/activation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ib::dsp {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::string_view name(ActivationState state) noexcept {
  switch (state) {
    case ActivationState::insufficient: return "insufficient";
    case ActivationState::calm: return "calm";
    case ActivationState::engaged: return "engaged";
    case ActivationState::stressed: return "stressed";
    case ActivationState::high_arousal: return "high_arousal";
  }
  return "?";
}

std::string_view name(ActivationReason reason) noexcept {
  switch (reason) {
    case ActivationReason::none: return "none";
    case ActivationReason::no_baseline: return "no_baseline";
    case ActivationReason::baseline_expired: return "baseline_expired";
    case ActivationReason::motion: return "motion";
    case ActivationReason::insufficient_coverage: return "insufficient_coverage";
    case ActivationReason::hr_jump: return "hr_jump";
    case ActivationReason::missing_feature: return "missing_feature";
  }
  return "?";
}

std::array<bool, n_features> ActivationScore::needed() const noexcept {
  std::array<bool, n_features> needed{};
  for (std::size_t f = 0; f < n_features; ++f) needed[f] = params_.weight[f] != 0;
  return needed;
}

std::optional<ActivationScore::Result> ActivationScore::operator()(
    const Features& x, const Baseline& baseline) const noexcept {
  Result result;
  double sum = params_.b0;
  for (Feature f : all_features) {
    const double weight = params_.weight[static_cast<std::size_t>(f)];
    if (weight == 0) continue;
    if (!x[f]) return std::nullopt;
    const auto z = baseline.z(f, *x[f]);
    if (!z) return std::nullopt;
    result.storage[result.n_terms++] = {.feature = f, .z = *z, .value = weight * *z};
    sum += weight * *z;
  }
  result.p = 1 / (1 + std::exp(-sum));
  // Insertion sort: stable and without a buffer, for at most five terms.
  for (std::size_t i = 1; i < result.n_terms; ++i)
    for (std::size_t k = i; k > 0; --k) {
      auto& before = result.storage[k - 1];
      if (std::abs(before.value) >= std::abs(result.storage[k].value)) break;
      std::swap(before, result.storage[k]);
    }
  return result;
}

const Shared<ActivationTracker::Params>& ActivationTracker::usual() {
  static const Shared<Params> params{Params{}};
  return params;
}

ActivationTracker::ActivationTracker(const Shared<Params>& params,
                                     const ActivationScore& score) noexcept
    : params_(params), score_(score), alpha_(1 - std::exp(-1 / params->ema_tau_s)) {
  recent_hr_.fill(unknown);
}

void ActivationTracker::reset() noexcept { *this = ActivationTracker(params_, score_); }

Activation ActivationTracker::tick(const ActivationInput& in, const Baseline& baseline) noexcept {
  note_heart_rate(in.features);
  const auto score = score_(in.features, baseline);
  const ActivationReason reference = reference_obstacle(in.t, baseline);
  const ActivationReason data = data_obstacle(in, score.has_value());
  moving_s_ = moving(in) ? moving_s_ + 1 : 0;
  missing_s_ = data != ActivationReason::none ? missing_s_ + 1 : 0;
  const bool missing_too_long = missing_s_ > params_->missing_s;

  Activation out;
  out.t = in.t;
  out.trusted = rate_obstacle(in) == ActivationReason::none;
  out.reason = reference != ActivationReason::none  ? reference
               : moving_s_ > 0 && !missing_too_long ? ActivationReason::motion
                                                    : data;
  if (reference != ActivationReason::none || missing_too_long || moving_s_ > params_->motion_s) {
    lose();
  } else if (out.reason != ActivationReason::none) {
    out.held = !lost_;
  } else {
    lost_ = false;
    out.score = score;
    follow(score->p);
    follow_arousal(in, baseline);
  }
  out.state = state();
  out.ema = ema_;
  const bool sure = !lost_ && in.activity_g && baseline.settled();
  out.confidence = sure ? Confidence::medium : Confidence::low;
  return out;
}

ActivationState ActivationTracker::state() const noexcept {
  constexpr std::array levels{ActivationState::calm, ActivationState::engaged,
                              ActivationState::stressed};
  if (lost_) return ActivationState::insufficient;
  return high_ ? ActivationState::high_arousal : levels[level_];
}

ActivationReason ActivationTracker::reference_obstacle(Time t,
                                                       const Baseline& baseline) const noexcept {
  if (!baseline.ready()) return ActivationReason::no_baseline;
  if (baseline.expired(t)) return ActivationReason::baseline_expired;
  return ActivationReason::none;
}

ActivationReason ActivationTracker::data_obstacle(const ActivationInput& in,
                                                  bool has_score) const noexcept {
  return has_score ? rate_obstacle(in) : ActivationReason::missing_feature;
}

ActivationReason ActivationTracker::rate_obstacle(const ActivationInput& in) const noexcept {
  if (!(in.accepted_share >= params_->accepted_min)) return ActivationReason::insufficient_coverage;
  if (heart_rate_jumps()) return ActivationReason::hr_jump;
  return ActivationReason::none;
}

bool ActivationTracker::moving(const ActivationInput& in) const noexcept {
  return in.steps_last_minute || (in.activity_g && *in.activity_g > params_->motion_g);
}

void ActivationTracker::note_heart_rate(const Features& features) noexcept {
  const auto& hr = features[Feature::hr];
  recent_hr_[recent_] = hr && std::isfinite(*hr) ? *hr : unknown;
  recent_ = (recent_ + 1) % recent_hr_.size();
}

bool ActivationTracker::heart_rate_jumps() const noexcept {
  std::optional<double> least, most;
  for (const double hr : recent_hr_) {
    if (std::isnan(hr)) continue;
    least = std::min(least.value_or(hr), hr);
    most = std::max(most.value_or(hr), hr);
  }
  return least && *most - *least > params_->jump_per_min;
}

void ActivationTracker::lose() noexcept {
  lost_ = true;
  ema_.reset();
  level_ = 0;
  above_s_ = below_s_ = 0;
  high_ = false;
  high_s_ = high_exit_s_ = 0;
}

void ActivationTracker::follow(double p) noexcept {
  ema_ = ema_ ? *ema_ + alpha_ * (p - *ema_) : p;
  const bool above = level_ < params_->up.size() && *ema_ >= params_->up[level_];
  const bool below = level_ > 0 && *ema_ < params_->down[level_ - 1];
  above_s_ = above ? above_s_ + 1 : 0;
  below_s_ = below ? below_s_ + 1 : 0;
  if (above_s_ >= params_->dwell_up_s) {
    ++level_;
    above_s_ = 0;
  } else if (below_s_ >= params_->dwell_down_s) {
    --level_;
    below_s_ = 0;
  }
}

/// Without an accelerometer stairs look like arousal: it takes four times as long to believe it.
void ActivationTracker::follow_arousal(const ActivationInput& in,
                                       const Baseline& baseline) noexcept {
  const auto hr = in.features[Feature::hr];
  const auto rest = baseline.of(Feature::hr);
  if (!hr || !rest) return;
  const double above_rest = *hr - rest->mu;
  if (high_) {
    high_exit_s_ = above_rest < params_->high_exit_delta ? high_exit_s_ + 1 : 0;
    if (high_exit_s_ >= params_->high_exit_hold_s) high_ = false, high_s_ = high_exit_s_ = 0;
    return;
  }
  const bool still = !in.activity_g || *in.activity_g < params_->high_activity_g;
  const bool far = above_rest >= params_->high_delta ||
                   (*hr >= params_->high_rate && above_rest >= params_->high_rate_delta);
  high_s_ = far && still ? high_s_ + 1 : 0;
  const int hold = in.activity_g ? params_->high_hold_s : params_->high_hold_unknown_activity_s;
  if (high_s_ >= hold) high_ = true, high_exit_s_ = 0;
}

}  // namespace ib::dsp
