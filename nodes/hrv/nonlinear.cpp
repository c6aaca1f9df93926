#include "hrv/nonlinear.hpp"

#include "dsp/fragmentation.hpp"
#include "dsp/heart_capacity.hpp"
#include "dsp/poincare.hpp"
#include "dsp/stress_index.hpp"
#include "hrv/passport.hpp"
#include "hrv/window.hpp"

namespace ib {

bool HrvNonlinear::activate(Activation& a) {
  every = step.duration();
  contract_ = RateContract(a.in());
  if (!contract_.carries_variability())
    return a.fail(too_slow_for("the order of intervals", contract_));
  dsp::HrvTimeWindow::Params params;
  params.most_per_second = a.in().items_per_second;
  params.counts_excluded = true;
  window_.emplace(window.duration(), params);
  const auto most = window_->statistics().capacity();
  entropy_.emplace(most);
  dfa_.emplace(most);
  in_order_.assign(most, {});
  by_length_.assign(most, 0);
  a.out().items_per_second = 1 / step;
  reset();
  return true;
}

void HrvNonlinear::reset() {
  window_->reset();
  bar_.clear();
}

void HrvNonlinear::on(decltype(intervals)&, Time t, const Interval& i) {
  window_->push(t, i.ibi_us, i.valid, i.contiguous, false, i.edited(), is_believable(i));
  bar_.note(t, i.reason);
}

void HrvNonlinear::tick(Time t) {
  window_->advance(t);
  NonlinearRow row;
  row.window_s = window;
  stamp(row, IntervalTally::of(window_->statistics()), Definition::task_force);
  row.coverage = window_->coverage();
  row.reason = bar_.of(t, window_->window());
  if (row.reason == Reason::none) {
    const auto sdnn = window_->sdnn();
    row.reason = reason_of(sdnn.reason);
    if (sdnn.value) describe(row);
  }
  limit_class(row, contract_);
  nonlinear(t, row);
}

void HrvNonlinear::describe(NonlinearRow& row) {
  const auto& statistics = window_->statistics();
  const auto series = statistics.in_order(in_order_);
  const bool enough = series.size() >= dsp::IntervalEntropy::enough;
  row.grade = enough ? HrvClass::ok : HrvClass::low;
  if (!enough) row.reason = Reason::insufficient_beats;

  const auto entropy = (*entropy_)(series, statistics.by_length(by_length_));
  row.sample_entropy = entropy.sample;
  row.approximate_entropy = entropy.approximate;
  dfa_->take(series);
  row.dfa_alpha1 = dfa_->alpha1();
  row.dfa_alpha2 = dfa_->alpha2();
  if (const auto e = dsp::poincare_ellipse(statistics.sd1(), statistics.sd2())) {
    row.sd1_sd2 = e->sd1_sd2;
    row.ellipse_ms2 = e->area;
    row.csi = e->csi;
    row.cvi = e->cvi;
  }
  if (const auto a = dsp::poincare_asymmetry(series)) {
    row.guzik_pct = a->guzik_pct;
    row.porta_pct = a->porta_pct;
    row.slope_pct = a->slope_pct;
    row.area_pct = a->area_pct;
  }
  if (const auto f = dsp::fragmentation_of(series)) {
    row.pip_pct = f->pip_pct;
    row.ials = f->ials;
    row.pss_pct = f->pss_pct;
    row.pas_pct = f->pas_pct;
  }
  const auto capacity = dsp::heart_capacity_of(series);
  row.deceleration_ms = capacity.deceleration;
  row.acceleration_ms = capacity.acceleration;
  constexpr double longest_for_stress_index_s = 300;
  if (window > longest_for_stress_index_s) return;
  if (const auto s = dsp::stress_index_of(statistics)) row.stress_index = s->value;
}

}  // namespace ib
