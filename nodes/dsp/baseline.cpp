#include "dsp/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

Baseline::Baseline(const Shared<Params>& params)
    : params_(params),
      steps_needed_(
          std::max<std::size_t>(static_cast<std::size_t>(params->needed / params->step), 1)) {
  steps_.reserve(steps_needed_);
  const auto kept = std::count(params->kept.begin(), params->kept.end(), true);
  of_steps_.resize(steps_needed_ * static_cast<std::size_t>(kept));
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
  if (step_begin_ && t - last_ > params_->longest_pause) step_begin_.reset();
  last_ = t;
  if (!usable) {
    step_begin_.reset();
    return;
  }
  if (!step_begin_) step_begin_ = t;
  if (t - *step_begin_ >= params_->step) close_step(t, features);
}

void Baseline::close_step(Time t, const Features& features) noexcept {
  forget_before(t - params_->within);
  steps_.push_back({*step_begin_, t});
  for (Feature f : all_features) {
    if (const auto values = of_steps(f); !values.empty())
      values.back() = features[f].value_or(std::numeric_limits<double>::quiet_NaN());
  }
  step_begin_ = t;
  if (steps_.size() == steps_needed_) freeze(t);
}

void Baseline::forget_before(Time t) noexcept {
  const auto first =
      std::find_if(steps_.begin(), steps_.end(), [&](const Step& s) { return s.begin >= t; });
  const auto n = first - steps_.begin();
  for (Feature f : all_features) {
    if (const auto values = of_steps(f); !values.empty())
      std::copy(values.begin() + n, values.end(), values.begin());
  }
  steps_.erase(steps_.begin(), first);
}

std::span<double> Baseline::of_steps(Feature f) noexcept {
  const auto& kept = params_->kept;
  const auto at = kept.begin() + static_cast<std::ptrdiff_t>(f);
  if (!*at) return {};
  const auto before = static_cast<std::size_t>(std::count(kept.begin(), at, true));
  return std::span(of_steps_).subspan(before * steps_needed_, steps_.size());
}

/// The steps have done their work then: their values are put in order where they lie.
void Baseline::freeze(Time t) noexcept {
  settled_ = level_at_the_end();
  for (Feature f : all_features) {
    const auto all = of_steps(f);
    const auto end =
        std::remove_if(all.begin(), all.end(), [](double x) { return !std::isfinite(x); });
    const auto values = all.first(static_cast<std::size_t>(end - all.begin()));
    if (values.empty() || 2 * values.size() < steps_needed_) continue;
    const auto i = static_cast<std::size_t>(f);
    const double mu = median(values);
    const double s = 1.4826 * mad(values, mu);
    const double floor = params_->floor[i];
    references_[i] = {.mu = mu, .s_eff = std::sqrt(s * s + floor * floor)};
  }
  frozen_at_ = t;
}

/// Steps that a pause divides say nothing about a slope: the 120 s must be in one piece. Slope by
/// least squares over the steps' ends.
bool Baseline::level_at_the_end() noexcept {
  const auto wanted = static_cast<std::size_t>(Duration(120s) / params_->step);
  const std::size_t n = std::min(wanted, steps_.size());
  const std::size_t from = steps_.size() - n;
  const auto minutes = [&](const Step& s) { return seconds(s.end - steps_.back().end) / 60; };
  const auto hr = of_steps(Feature::hr);
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = from; i < steps_.size(); ++i) {
    if (i > from && steps_[i].begin != steps_[i - 1].end) return false;
    mean_x += minutes(steps_[i]) / static_cast<double>(n);
    mean_y += hr[i] / static_cast<double>(n);
  }
  double xy = 0, xx = 0;
  for (std::size_t i = from; i < steps_.size(); ++i) {
    const double x = minutes(steps_[i]) - mean_x;
    xy += x * (hr[i] - mean_y);
    xx += x * x;
  }
  return xx <= 0 || std::abs(xy / xx) <= params_->settled_slope;
}

Duration Baseline::collected() const noexcept {
  const Duration begun = !ready() && step_begin_ ? last_ - *step_begin_ : Duration{};
  if (ready()) return params_->step * static_cast<std::int64_t>(steps_needed_);
  return params_->step * static_cast<std::int64_t>(steps_.size()) + begun;
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
  return std::clamp((x - reference->mu) / reference->s_eff, -params_->z_clip, params_->z_clip);
}

}  // namespace ib::dsp
