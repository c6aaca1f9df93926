#include "hrv/window.hpp"

namespace ib {
namespace {

constexpr double least_coverage = 0.50;         // as for a row of class low
constexpr std::int32_t longest_us = 4'000'000;  // no heart waits longer; sums stay exact below it

}  // namespace

Reason reason_of(dsp::HrvReason reason) {
  switch (reason) {
    case dsp::HrvReason::none: return Reason::none;
    case dsp::HrvReason::warming_up: return Reason::warming_up;
    case dsp::HrvReason::insufficient_coverage: return Reason::insufficient_coverage;
    case dsp::HrvReason::insufficient_beats: return Reason::insufficient_beats;
    case dsp::HrvReason::short_window: return Reason::insufficient_beats;
    case dsp::HrvReason::undefined: return Reason::insufficient_beats;
  }
  return Reason::none;
}

bool HrvWindow::activate(Activation& a) {
  every = step.duration();
  window_.emplace(window.duration());
  rates_ = dsp::IntervalStatistics(static_cast<std::size_t>(window.duration() / 200ms) + 1);
  a.out().items_per_second = 1 / step;
  reset();
  return true;
}

void HrvWindow::reset() {
  window_->reset();
  rates_.clear();
  last_irregular_ = never;
}

void HrvWindow::on(decltype(intervals)&, Time t, const Interval& i) {
  window_->push(t, i.ibi_us, i.valid, i.contiguous);
  if (i.carries_rate() && i.ibi_us > 0 && i.ibi_us < longest_us) rates_.push(t, i.ibi_us, false);
  if (i.reason == Reason::irregular) last_irregular_ = t;
}

/// The one value that an irregular window still carries.
std::optional<double> HrvWindow::rate_alone(Time t) {
  rates_.evict_until(t - window_->window());
  const double covered_s = static_cast<double>(rates_.sums().x) * 1e-6;
  if (covered_s < least_coverage * window) return std::nullopt;
  return rates_.mean_hr();
}

void HrvWindow::tick(Time t) {
  window_->advance(t);
  const auto rate = rate_alone(t);
  const auto m = window_->metrics();
  HrvRow row;
  row.window_s = window;
  row.n_beats = static_cast<std::int32_t>(m.n);
  row.n_differences = static_cast<std::int32_t>(m.n_diff);
  row.coverage = m.coverage;
  if (t - last_irregular_ < window_->window()) {
    row.reason = Reason::irregular;
    row.heart_rate_bpm = rate;
    hrv(t, row);
    return;
  }
  row.grade = m.mean_nn.grade;
  row.reason = reason_of(m.mean_nn.reason);
  row.heart_rate_bpm = m.mean_hr.value;
  row.heart_rate_beats_bpm = m.mean_hr_beats.value;
  row.mean_nn_ms = m.mean_nn.value;
  row.rmssd_ms = m.rmssd.value;
  row.ln_rmssd = m.ln_rmssd.value;
  row.pnn50_pct = m.pnn50.value;
  row.pnn20_pct = m.pnn20.value;
  row.sdnn_ms = m.sdnn.value;
  row.sdsd_ms = m.sdsd.value;
  row.cvnn = m.cvnn.value;
  row.cvsd = m.cvsd.value;
  row.sd1_ms = m.sd1.value;
  row.sd2_ms = m.sd2.value;
  row.median_nn_ms = m.median_nn.value;
  row.mad_nn_ms = m.mad_nn.value;
  row.iqr_nn_ms = m.iqr_nn.value;
  row.prc20_nn_ms = m.prc20_nn.value;
  row.prc80_nn_ms = m.prc80_nn.value;
  row.min_nn_ms = m.min_nn.value;
  row.max_nn_ms = m.max_nn.value;
  row.triangle_grade = m.hti.grade;
  row.hti = m.hti.value;
  row.tinn_ms = m.tinn.value;
  hrv(t, row);
}

}  // namespace ib
