#include "hrv/window.hpp"

#include "dsp/confidence_interval.hpp"
#include "hrv/passport.hpp"

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
  params.counts_excluded = true;
  contract_ = RateContract(a.in());
  if (!contract_.carries_heart_rate())
    return a.fail(fmt::format(
        "a heart rate needs beats found in at least {:g} samples a second, and these were "
        "found in {:g} Hz",
        RateContract::heart_rate_hz, contract_.sampled_hz()));
  window_.emplace(window.duration(), params);
  const auto n = window_->statistics().capacity();
  a.want_scratch(ScratchMemory::bytes_of<dsp::NnInterval>(n) +
                 2 * ScratchMemory::bytes_of<double>(n) +
                 ScratchMemory::bytes_of<std::uint32_t>(n));
  a.out().items_per_second = 1 / step;
  reset();
  return true;
}

void HrvWindow::reset() {
  window_->reset();
  bar_.clear();
}

void HrvWindow::on(decltype(intervals)&, Time t, const Interval& i) {
  window_->push(t, i.ibi_us, i.valid, i.contiguous, i.carries_rate(), i.edited(), is_believable(i));
  bar_.note(t, i.reason);
}

void HrvWindow::tick(Time t) {
  window_->advance(t);
  const auto m = window_->metrics();
  HrvRow row;
  stamp(row, IntervalTally::of(window_->statistics()), static_cast<Definition>(profile.value));
  row.window_s = window;
  row.n_differences = static_cast<std::int32_t>(m.n_diff);
  row.coverage = m.coverage;
  if (const auto why = bar_.of(t, window_->window()); why != Reason::none) {
    row.reason = why;
    if (why != Reason::aliasing)  // it still carries that
      row.heart_rate_bpm = window_->mean_hr_of_all(least_coverage * window);
  } else if (!contract_.carries_variability()) {
    row.reason = m.mean_hr.value ? Reason::below_rate : reason_of(m.mean_hr.reason);
    row.heart_rate_bpm = m.mean_hr.value;
  } else {
    describe(row, m);
    apply_profile(row);
    add_confidence(row);
    if (!contract_.carries_all()) keep_robust(row);
  }
  if (may_be_aliased(row)) withhold(row, Reason::aliasing);
  hrv(t, row);
}

void HrvWindow::describe(HrvRow& row, const dsp::HrvTime& m) const {
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

/// Of what the row has, and only of values that are the definition's own.
void HrvWindow::add_confidence(HrvRow& row) const {
  if (!row.mean_nn_ms) return;
  auto room = scratch;
  const auto& statistics = window_->statistics();
  const auto n = statistics.capacity();
  const auto series = statistics.in_order(room.take<dsp::NnInterval>(n));
  const dsp::ConfidenceRoom work{room.take<double>(n), room.take<double>(n),
                                 room.take<std::uint32_t>(n)};
  const auto put = [](std::optional<dsp::ConfidenceInterval> c, Maybe& low, Maybe& high) {
    if (!c) return;
    low = c->low;
    high = c->high;
  };
  const auto level = dsp::level_intervals(series, window_->window(), work);
  if (!row.loss_not_random)  // what is missing beats otherwise: no interval would hold it
    put(dsp::as_heart_rate(level.mean_nn), row.heart_rate_low_bpm, row.heart_rate_high_bpm);
  if (row.sdnn_ms) put(level.sdnn, row.sdnn_low_ms, row.sdnn_high_ms);
  if (row.rmssd_ms && profile.value != kubios)
    put(dsp::rmssd_interval(series, work), row.rmssd_low_ms, row.rmssd_high_ms);
}

/// Samples further apart than 50 ms carry what a row of class low does.
void HrvWindow::keep_robust(HrvRow& row) const {
  limit_class(row, contract_);
  row.sdnn_ms = row.sdsd_ms = row.cvnn = row.cvsd = row.sd1_ms = row.sd2_ms = {};
  row.median_nn_ms = row.mad_nn_ms = row.iqr_nn_ms = row.prc20_nn_ms = row.prc80_nn_ms = {};
  row.sdnn_low_ms = row.sdnn_high_ms = {};
  row.min_nn_ms = row.max_nn_ms = row.hti = row.tinn_ms = {};
  row.triangle_grade = HrvClass::absent;
}

bool HrvWindow::may_be_aliased(const HrvRow& row) const {
  const auto fastest = contract_.fastest_bpm();
  return row.heart_rate_bpm && fastest && *row.heart_rate_bpm > *fastest;
}

void HrvWindow::withhold(HrvRow& row, Reason why) const {
  HrvRow bare;
  stamp(bare, IntervalTally::of(window_->statistics()), row.definition);
  bare.window_s = row.window_s;
  bare.coverage = row.coverage;
  bare.n_differences = row.n_differences;
  bare.reason = why;
  row = bare;
}

}  // namespace ib
