#include "hrv/spectrum.hpp"

#include "hrv/passport.hpp"

namespace ib {
namespace {

SpectrumBy made_by(dsp::SpectrumMethod method) {
  switch (method) {
    case dsp::SpectrumMethod::automatic: return SpectrumBy::none;
    case dsp::SpectrumMethod::welch: return SpectrumBy::welch;
    case dsp::SpectrumMethod::whole: return SpectrumBy::whole;
    case dsp::SpectrumMethod::lomb: return SpectrumBy::lomb;
    case dsp::SpectrumMethod::burg: return SpectrumBy::burg;
    case dsp::SpectrumMethod::sliding: return SpectrumBy::sliding;
  }
  return SpectrumBy::none;
}

}  // namespace

Reason reason_of(dsp::SpectrumReason reason) {
  switch (reason) {
    case dsp::SpectrumReason::none: return Reason::none;
    case dsp::SpectrumReason::insufficient_coverage: return Reason::insufficient_coverage;
    case dsp::SpectrumReason::gap: return Reason::gap;
    case dsp::SpectrumReason::insufficient_beats: return Reason::insufficient_beats;
    case dsp::SpectrumReason::warming_up: return Reason::warming_up;
    case dsp::SpectrumReason::short_window:
    case dsp::SpectrumReason::coarse_spectrum:
    case dsp::SpectrumReason::undefined: break;  // of a single value, never of a row
  }
  return Reason::insufficient_beats;
}

bool HrvSpectrum::activate(Activation& a) {
  every = step.duration();
  contract_ = RateContract(a.in());
  if (!contract_.carries_variability()) return a.fail(too_slow_for("a spectrum", contract_));
  window_.reserve(window.duration(), a.in().items_per_second);
  dsp::HrvSpectrum::Params params;
  params.method = static_cast<dsp::SpectrumMethod>(method.value);
  using enum dsp::SpectrumMethod;
  constexpr double longest_lomb_s = 600;
  if (window > longest_lomb_s && params.method == lomb)
    return a.fail(
        "lomb reads frequencies 0.001 Hz apart, too coarse for more than 600 s: method whole");
  if (window > longest_lomb_s && params.method == automatic && profile.value != kubios)
    params.method = whole;
  if (profile.value == kubios) {
    if (params.method != dsp::SpectrumMethod::automatic)
      return a.fail("profile kubios-2.2 has a method of its own: leave out `method`");
    params.method = dsp::SpectrumMethod::whole;
    params.remove_line = false;
    params.vlf.low_hz = 0;
  }
  of_window_.emplace(window.duration(), params);
  a.out().items_per_second = 1 / step;
  return true;
}

void HrvSpectrum::reset() {
  window_.clear();
  of_window_->clear();
}

void HrvSpectrum::on(decltype(intervals)&, Time t, const Interval& i) {
  window_.push(t, i);
  of_window_->push({t, i.ibi_us, i.valid});
}

void HrvSpectrum::tick(Time t) {
  window_.advance(t);
  const auto s = of_window_->of(t, window_.all());
  SpectrumRow row;
  row.window_s = window;
  stamp(row, window_.tally(), static_cast<Definition>(profile.value));
  row.coverage = s.coverage;
  row.longest_gap_s = seconds(s.longest_gap);
  row.reason = window_.objection();
  if (row.reason == Reason::none && !s.hf.value) row.reason = reason_of(s.hf.reason);
  if (row.reason == Reason::none) {
    row.grade = HrvClass::ok;
    limit_class(row, contract_);
    row.by = made_by(s.method);
    row.vlf_leakage = s.vlf_leaks;
    row.hf_ms2 = s.hf.value;
    row.lf_ms2 = s.lf.value;
    row.vlf_ms2 = s.vlf.value;
    row.total_ms2 = s.total.value;
    row.lf_hf = s.lf_hf.value;
    row.lf_share = s.lf_share.value;
    row.hf_share = s.hf_share.value;
    row.ln_hf = s.ln_hf.value;
    row.hf_peak_hz = s.hf_peak.value;
    row.lf_peak_hz = s.lf_peak.value;
    row.vlf_peak_hz = s.vlf_peak.value;
  }
  spectrum(t, row);
}

}  // namespace ib
