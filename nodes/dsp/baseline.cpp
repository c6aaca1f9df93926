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

/// Least-squares slope of equally spaced values, per step.
double slope_per_step(std::span<const double> y) noexcept {
  const double middle = static_cast<double>(y.size() - 1) / 2;
  double xy = 0;
  double xx = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    xy += x * y[i];
    xx += x * x;
  }
  return xx > 0 ? xy / xx : 0;
}

}  // namespace

std::string_view name(Feature feature) noexcept {
  switch (feature) {
    case Feature::hr:
      return "hr";
    case Feature::ln_rmssd:
      return "ln_rmssd";
    case Feature::ln_sdnn:
      return "ln_sdnn";
    case Feature::hr_sd:
      return "hr_sd";
    case Feature::hr_slope:
      return "hr_slope";
  }
  return "?";
}

Baseline::Baseline(const Params& params)
    : params_(params),
      steps_needed_(
          std::max<std::size_t>(static_cast<std::size_t>(params.needed / params.step), 1)) {
  for (auto& values : steps_) values.reserve(steps_needed_);
}

Baseline Baseline::stored(const References& references, Time frozen_at, const Params& params) {
  Baseline baseline(params);
  baseline.references_ = references;
  baseline.frozen_at_ = frozen_at;
  baseline.n_steps_ = baseline.steps_needed_;
  return baseline;
}

void Baseline::add(Time t, const Features& features, bool quiet) noexcept {
  if (ready()) return;
  const auto& hr = features[Feature::hr];
  const bool usable = quiet && hr && std::isfinite(*hr);
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
  for (Feature f : all_features) {
    const auto& value = features[f];
    if (value && std::isfinite(*value)) steps_[static_cast<std::size_t>(f)].push_back(*value);
  }
  step_begin_ = t;
  if (++n_steps_ == steps_needed_) freeze(t);
}

void Baseline::freeze(Time t) noexcept {
  const auto& hr = steps_[static_cast<std::size_t>(Feature::hr)];
  const auto last = std::min(hr.size(), static_cast<std::size_t>(Duration(120s) / params_.step));
  const double steps_per_min = Duration(60s) / std::chrono::duration<double>(params_.step);
  const std::span<const double> tail(hr.data() + (hr.size() - last), last);
  settled_ = std::abs(slope_per_step(tail) * steps_per_min) <= params_.settled_slope;

  for (std::size_t f = 0; f < n_features; ++f) {
    auto& values = steps_[f];
    if (2 * values.size() < steps_needed_ || values.empty()) continue;
    const double mu = median(values);
    const double s = 1.4826 * mad(values, mu);
    references_[f] = {.mu = mu, .s_eff = std::sqrt(s * s + params_.floor[f] * params_.floor[f])};
  }
  frozen_at_ = t;
}

Duration Baseline::collected() const noexcept {
  const Duration begun = !ready() && step_begin_ ? last_ - *step_begin_ : Duration{};
  return params_.step * static_cast<std::int64_t>(n_steps_) + begun;
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
