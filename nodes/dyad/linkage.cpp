#include "dyad/linkage.hpp"

#include "dyad/grid_rate.hpp"

#include <algorithm>
#include <cmath>

namespace ib {
namespace {

Maybe in_seconds(std::optional<int> samples, double rate) {
  return samples ? Maybe(*samples / rate) : Maybe();
}

Reason reason_of(dsp::LinkageReason reason, const PairSlope& newest) {
  if (reason == dsp::LinkageReason::none) return Reason::none;
  if (newest.side_a != Side::settled || newest.side_b != Side::settled) {
    return Reason::partner_silent;
  }
  switch (reason) {
    case dsp::LinkageReason::collecting: return Reason::collecting;
    case dsp::LinkageReason::insufficient_coverage: return Reason::insufficient_coverage;
    default: return Reason::low_quality;  // slopes without any variation: no heart, a stuck sensor
  }
}

}  // namespace

int DyadLinkage::samples(double s) const { return static_cast<int>(std::lround(s * rate_)); }

bool DyadLinkage::activate(Activation& plan) {
  rate_ = plan.in().items_per_second;
  if (!is_grid_rate(rate_)) return plan.fail(no_grid);
  period_ = from_seconds(1.0 / rate_);
  if (step.duration().count() % period_.count() != 0) {
    return plan.fail(no_grid_step);
  }
  newest_window_.emplace(window, rate_);
  dsp::Linkage::Config config;
  config.horizon = samples(horizon);
  config.min_horizon = samples(min_horizon_s);
  config.wcc = newest_window_->config();
  config.step = samples(window_step_s);
  config.enter_updates = std::max(enter_rows, static_cast<int>(std::ceil(enter_s / step)));
  config.leave_updates = std::max(leave_rows, static_cast<int>(std::ceil(leave_s / step)));
  linkage_.emplace(config);
  has_a_.resize(static_cast<std::size_t>(config.horizon));
  error_.emplace(has_a_.size());
  has_b_.resize(has_a_.size());
  last_ = never;
  reset();
  return true;
}

void DyadLinkage::reset() {
  linkage_->reset();
  newest_window_->reset();
  error_->reset();
  std::fill(has_a_.begin(), has_a_.end(), std::uint8_t{0});
  std::fill(has_b_.begin(), has_b_.end(), std::uint8_t{0});
  pushed_ = n_a_ = n_b_ = 0;
}

void DyadLinkage::on(decltype(in)&, Time t, const PairSlope& v) {
  if (pushed_ > 0) push_missing_until(t);
  push(v);
  last_ = t;
  if (t.ns % step.duration().count() == 0) out(t, row(v));
}

/// Grid points that were lost on the way are missing ones; more of them than the horizon holds, and
/// nothing is left of it.
void DyadLinkage::push_missing_until(Time t) {
  const auto lost = (t - last_).count() / period_.count() - 1;
  if (lost >= static_cast<std::int64_t>(has_a_.size())) return reset();
  for (std::int64_t i = 0; i < lost; ++i) push({});
}

void DyadLinkage::push(const PairSlope& v) {
  const auto slot = static_cast<std::size_t>(pushed_++) % has_a_.size();
  const auto replace = [slot](std::vector<std::uint8_t>& ring, std::int64_t& n, bool present) {
    n += (present ? 1 : 0) - ring[slot];
    ring[slot] = present ? 1 : 0;
  };
  replace(has_a_, n_a_, static_cast<bool>(v.slope_a));
  replace(has_b_, n_b_, static_cast<bool>(v.slope_b));
  linkage_->push({fixed(v.slope_a), fixed(v.slope_b)});
  newest_window_->push(v);
  error_->push(LagError::in(v), v.slope_a && v.slope_b);
}

Coregulation DyadLinkage::row(const PairSlope& newest) {
  const auto test = linkage_->update();
  const auto now = newest_window_->row(newest);
  Coregulation r;
  r.state = test.state;
  r.reason = reason_of(test.reason, newest);
  if (test.in_phase) {
    r.linkage_effect = test.in_phase->effect;
    r.linkage_p = test.in_phase->p;
    r.in_phase_z = test.in_phase->value;
    r.lag_s = in_seconds(test.best_lag, rate_);
    r.lead_index = test.lead_index;
  }
  if (test.net) r.net_z = test.net->value, r.net_p = test.net->p;
  if (test.magnitude) r.magnitude_z = test.magnitude->value;
  r.wcc_z0 = now.z0;
  r.wcc_lag_s = now.best_lag_s;
  if (r.lag_s || r.wcc_lag_s) error_->get().put_into(r);
  r.wcc_reason = now.reason;
  r.coverage_a = static_cast<double>(n_a_) / test.horizon;
  r.coverage_b = static_cast<double>(n_b_) / test.horizon;
  r.coverage_both = test.valid_share;
  r.horizon_s = test.horizon / rate_;
  r.side_a = newest.side_a;
  r.side_b = newest.side_b;
  return r;
}

}  // namespace ib
