#include "hrv/coherence.hpp"

#include "dsp/rhythm_coherence.hpp"
#include "hrv/passport.hpp"
#include "hrv/spectrum.hpp"

namespace ib {
namespace {

Coherence level_of(double score) {
  switch (dsp::CoherenceLevels{}.of(score)) {
    case dsp::CoherenceLevel::low: return Coherence::low;
    case dsp::CoherenceLevel::medium: return Coherence::medium;
    case dsp::CoherenceLevel::high: return Coherence::high;
  }
  return Coherence::none;
}

}  // namespace

bool HrvCoherence::activate(Activation& a) {
  every = step.duration();
  contract_ = RateContract(a.in());
  if (!contract_.carries_variability()) return a.fail(too_slow_for("rhythm coherence", contract_));
  window_.reserve(window.duration(), a.in().items_per_second);
  dsp::HrvSpectrum::Params params;
  params.method = dsp::SpectrumMethod::whole;
  spectrum_.emplace(window.duration(), params);
  a.out().items_per_second = 1 / step;
  return true;
}

void HrvCoherence::tick(Time t) {
  window_.advance(t);
  const auto basis = spectrum_->look(t, window_.all());
  CoherenceRow row;
  row.window_s = window;
  stamp(row, window_.tally(), Definition::task_force);
  row.coverage = basis.coverage;
  row.reason = window_.objection();
  if (row.reason == Reason::none) row.reason = reason_of(basis.reason);
  if (row.reason == Reason::none) {
    if (const auto c = dsp::coherence_of(spectrum_->density())) {
      row.grade = HrvClass::ok;
      limit_class(row, contract_);
      row.score_pct = c->score;
      row.ratio = c->ratio;
      row.peak_hz = c->peak_hz;
      row.level = level_of(c->score);
    } else {
      row.reason = Reason::insufficient_beats;  // a heart without variability has no wave
    }
  }
  coherence(t, row);
}

}  // namespace ib
