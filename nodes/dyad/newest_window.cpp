#include "dyad/newest_window.hpp"

#include <cmath>
#include <optional>

namespace ib {
namespace {

int samples(double s, double rate_hz) { return static_cast<int>(std::lround(s * rate_hz)); }

}  // namespace

dsp::Fixed fixed(Maybe slope) {
  return dsp::Fixed::of(slope ? std::optional(*slope) : std::nullopt, dsp::slope_steps);
}

NewestWindow::NewestWindow(double window_s, double rate_hz)
    : rate_(rate_hz),
      config_{.window = samples(window_s, rate_hz), .max_lag = samples(max_lag_s, rate_hz)},
      wcc_(config_),
      error_(static_cast<std::size_t>(length())) {}

void NewestWindow::reset() {
  wcc_.reset();
  error_.reset();
}

void NewestWindow::push(const PairSlope& v) {
  wcc_.push(fixed(v.slope_a), fixed(v.slope_b));
  error_.push(LagError::in(v), v.slope_a && v.slope_b);
}

WccRow NewestWindow::row(const PairSlope& newest) const {
  const auto c = wcc_.row();
  WccRow r;
  r.coverage = static_cast<double>(wcc_.pairs(0)) / config_.window;
  r.side_a = newest.side_a;
  r.side_b = newest.side_b;
  r.reason = reason_for(c, newest);
  if (r.reason != Reason::none) return r;
  r.z0 = c.z(0);
  r.mean_z = c.mean_z();
  r.best_lag_s = *c.best_lag() / rate_;
  error_.get().put_into(r);
  r.lead_index = c.lead_index();
  if (const auto peak = c.boker_peak()) {
    r.has_peak = true;
    r.peak_lag_s = peak->lag / rate_;
    r.peak_r = peak->r;
  }
  return r;
}

/// A best lag of some lags alone would be the best of those that happen to be there.
Reason NewestWindow::reason_for(const dsp::Correlogram& c, const PairSlope& newest) const {
  if (c.complete()) return Reason::none;
  if (newest.side_a != Side::settled || newest.side_b != Side::settled) {
    return Reason::partner_silent;
  }
  if (wcc_.pushed() < length()) return Reason::collecting;
  return wcc_.enough() ? Reason::low_quality : Reason::insufficient_coverage;
}

}  // namespace ib
