#include "dsp/baseline.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {
namespace {

/// Mean of the two middle values. Reorders `x`, which is not empty.
double median(std::span<double> x) noexcept {
  std::sort(x.begin(), x.end());
  return (x[(x.size() - 1) / 2] + x[x.size() / 2]) / 2;
}

/// Median absolute deviation from `centre`, unscaled. Overwrites `x`.
double mad(std::span<double> x, double centre) noexcept {
  for (double& v : x) v = std::abs(v - centre);
  return median(x);
}

}  // namespace

std::string_view name(Feature feature) noexcept {
  switch (feature) {
    case Feature::hr: return "hr";
    case Feature::ln_rmssd: return "ln_rmssd";
    case Feature::ln_sdnn: return "ln_sdnn";
    case Feature::hr_sd: return "hr_sd";
    case Feature::hr_slope: return "hr_slope";
  }
  return "?";
}

Baseline::Baseline(const Params& params)
    : params_(params),
      steps_needed_(
          std::max<std::size_t>(static_cast<std::size_t>(params.needed / params.step), 1)) {
  steps_.reserve(steps_needed_);
  values_.reserve(steps_needed_);
}

Baseline Baseline::stored(const References& references, Time frozen_at, const Params& params) {
  Baseline baseline(params);
  baseline.references_ = references;
  baseline.frozen_at_ = frozen_at;
  return baseline;
}

void Baseline::restart() noexcept {
  steps_.clear();
  step_begin_.reset();
  references_ = {};
  frozen_at_.reset();
  settled_ = true;
}

void Baseline::needs(const std::array<bool, n_features>& needed) noexcept {
  auto wanted = needed;
  wanted[static_cast<std::size_t>(Feature::hr)] = true;
  if (wanted == needed_) return;
  needed_ = wanted;
  const bool has_all = std::all_of(all_features.begin(), all_features.end(), [&](Feature f) {
    return !needed_[static_cast<std::size_t>(f)] || of(f);
  });
  if (!has_all) restart();  // also while collecting: its steps were not held to this
}

bool Baseline::has_needed(const Features& features) const noexcept {
  return std::all_of(all_features.begin(), all_features.end(), [&](Feature f) {
    const auto& value = features[f];
    return !needed_[static_cast<std::size_t>(f)] || (value && std::isfinite(*value));
  });
}

void Baseline::add(Time t, const Features& features, bool quiet) noexcept {
  if (expired(t)) restart();
  if (ready()) return;
  const bool usable = quiet && has_needed(features);
  if (step_begin_ && t - last_ > params_.longest_pause) step_begin_.reset();
  last_ = t;
  if (!usable) {
    step_begin_.reset();
    return;
  }
  if (!step_begin_) step_begin_ = t;
  if (t - *step_begin_ >= params_.step) close_step(t, features);
}

void Baseline::close_step(Time t, const Features& features) noexcept {
  std::erase_if(steps_, [&](const Step& s) { return s.begin < t - params_.within; });
  steps_.push_back({*step_begin_, t, features});
  step_begin_ = t;
  if (steps_.size() == steps_needed_) freeze(t);
}

void Baseline::freeze(Time t) noexcept {
  settled_ = level_at_the_end();
  for (Feature f : all_features) {
    values_.clear();
    for (const Step& step : steps_) {
      const auto& value = step.features[f];
      if (value && std::isfinite(*value)) values_.push_back(*value);
    }
    if (values_.empty() || 2 * values_.size() < steps_needed_) continue;
    const auto i = static_cast<std::size_t>(f);
    const double mu = median(values_);
    const double s = 1.4826 * mad(values_, mu);
    references_[i] = {.mu = mu, .s_eff = std::sqrt(s * s + params_.floor[i] * params_.floor[i])};
  }
  frozen_at_ = t;
}

/// Steps that a pause divides say nothing about a slope: the 120 s must be in one piece. Slope by
/// least squares over the steps' ends.
bool Baseline::level_at_the_end() const noexcept {
  const auto wanted = static_cast<std::size_t>(Duration(120s) / params_.step);
  const std::size_t n = std::min(wanted, steps_.size());
  const std::span tail(steps_.data() + (steps_.size() - n), n);
  const auto minutes = [&](const Step& s) { return seconds(s.end - tail.back().end) / 60; };
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0 && tail[i].begin != tail[i - 1].end) return false;
    mean_x += minutes(tail[i]) / static_cast<double>(n);
    mean_y += *tail[i].features[Feature::hr] / static_cast<double>(n);
  }
  double xy = 0, xx = 0;
  for (const Step& s : tail) {
    const double x = minutes(s) - mean_x;
    xy += x * (*s.features[Feature::hr] - mean_y);
    xx += x * x;
  }
  return xx <= 0 || std::abs(xy / xx) <= params_.settled_slope;
}

Duration Baseline::collected() const noexcept {
  const Duration begun = !ready() && step_begin_ ? last_ - *step_begin_ : Duration{};
  if (ready()) return params_.step * static_cast<std::int64_t>(steps_needed_);
  return params_.step * static_cast<std::int64_t>(steps_.size()) + begun;
}

bool Baseline::agrees_with(std::span<double> earlier_hr) const noexcept {
  const auto hr = of(Feature::hr);
  if (!hr || earlier_hr.size() < 3) return true;
  const double own = median(earlier_hr);
  return std::abs(hr->mu - own) <= 2 * mad(earlier_hr, own);
}

std::optional<double> Baseline::z(Feature f, double x) const noexcept {
  const auto reference = of(f);
  if (!reference || std::isnan(x)) return std::nullopt;
  return std::clamp((x - reference->mu) / reference->s_eff, -params_.z_clip, params_.z_clip);
}

}  // namespace ib::dsp
