#include "hrv/respiration.hpp"

#include "dsp/rsa_respiration.hpp"
#include "hrv/passport.hpp"
#include "hrv/spectrum.hpp"

namespace ib {
namespace {

BreathDoubt doubt_of(dsp::RespirationReason reason) {
  switch (reason) {
    case dsp::RespirationReason::none: return BreathDoubt::none;
    case dsp::RespirationReason::no_peak: return BreathDoubt::no_peak;
    case dsp::RespirationReason::too_slow: return BreathDoubt::too_slow;
    case dsp::RespirationReason::too_broad: return BreathDoubt::too_broad;
    case dsp::RespirationReason::too_faint: return BreathDoubt::too_faint;
  }
  return BreathDoubt::none;
}

}  // namespace

bool HrvRespiration::activate(Activation& a) {
  every = step.duration();
  contract_ = RateContract(a.in());
  if (!contract_.carries_variability()) return a.fail(too_slow_for("breathing", contract_));
  window_.reserve(window.duration(), a.in().items_per_second);
  dsp::HrvSpectrum::Params params;
  params.method = dsp::SpectrumMethod::welch;
  params.transformed = dsp::respiration_welch.transformed;
  spectrum_.emplace(window.duration(), params);
  a.out().items_per_second = 1 / step;
  return true;
}

void HrvRespiration::tick(Time t) {
  window_.advance(t);
  const auto basis = spectrum_->look(t, window_.all());
  RespirationRow row;
  row.window_s = window;
  stamp(row, window_.tally(), Definition::task_force);
  row.coverage = basis.coverage;
  row.reason = window_.objection();
  if (row.reason == Reason::none) row.reason = reason_of(basis.reason);
  if (row.reason == Reason::none) {
    dsp::RsaGuard guard;
    guard.paced = paced.value;
    const auto r = dsp::respiration_of(spectrum_->density(), guard);
    row.doubt = doubt_of(r.reason);
    if (r.reason != dsp::RespirationReason::no_peak) {
      row.peak_hz = r.peak_hz;
      row.share = r.share;
      row.rise_db = r.rise_db;
    }
    if (r.rate_hz) {  // else `doubt` says why not
      row.grade = HrvClass::ok;
      limit_class(row, contract_);
      row.breaths_per_min = 60 * *r.rate_hz;
    }
  }
  respiration(t, row);
}

}  // namespace ib
