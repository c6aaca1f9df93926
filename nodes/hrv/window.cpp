#include "hrv/window.hpp"

#include <cmath>

namespace ib {
namespace {

constexpr double least_coverage = 0.50;  // as for a row of class low

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
  dsp::HrvTimeWindow::Params params;
  params.most_per_second = a.in().items_per_second;
  window_.emplace(window.duration(), params);
  a.out().items_per_second = 1 / step;
  // Only beat.edit lets a person in, and above it stand a recording and the edits: a live ring does
  // without the room.
  edited_.reset();
  if (a.sources() != 1) edited_ = std::make_unique<EditedIntervals>(window.duration(), every);
  reset();
  return true;
}

void HrvWindow::reset() {
  window_->reset();
  if (edited_) edited_->clear();
  last_irregular_ = never;
}

void HrvWindow::on(decltype(intervals)&, Time t, const Interval& i) {
  window_->push(t, i.ibi_us, i.valid, i.contiguous, i.carries_rate());
  if (i.reason == Reason::irregular) last_irregular_ = t;
  if (edited_ && i.reason == Reason::edited) edited_->note(t);
}

void HrvWindow::tick(Time t) {
  window_->advance(t);
  const auto m = window_->metrics();
  HrvRow row;
  row.window_s = window;
  row.n_beats = static_cast<std::int32_t>(m.n);
  row.n_differences = static_cast<std::int32_t>(m.n_diff);
  if (edited_) row.n_edited = edited_->count();
  row.coverage = m.coverage;
  if (t - last_irregular_ < window_->window()) {
    row.reason = Reason::irregular;
    row.heart_rate_bpm = window_->mean_hr_of_all(least_coverage * window);  // it still carries that
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
  apply_profile(row);
  hrv(t, row);
}

/// What is withheld stays withheld.
void HrvWindow::apply_profile(HrvRow& row) const {
  using Base = dsp::IntervalStatistics::Base;
  const auto& x = window_->statistics();
  if (profile.value == kubios && row.rmssd_ms) {
    const auto n = static_cast<double>(x.sums().n_diff);
    const auto sdsd = x.sdsd();
    row.rmssd_ms = sdsd ? std::optional(*sdsd * std::sqrt((n - 1) / n)) : std::nullopt;
    row.ln_rmssd =
        row.rmssd_ms && *row.rmssd_ms > 0 ? std::optional(std::log(*row.rmssd_ms)) : std::nullopt;
    if (row.cvsd && row.rmssd_ms) row.cvsd = *row.rmssd_ms / *row.mean_nn_ms;
  }
  if (profile.value == neurokit && row.pnn50_pct) {
    row.pnn50_pct = x.pnn50(Base::intervals);
    row.pnn20_pct = x.pnn20(Base::intervals);
  }
}

}  // namespace ib
