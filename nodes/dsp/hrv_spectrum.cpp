#include "dsp/hrv_spectrum.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/straight_line.hpp"

namespace ib::dsp {

namespace {

/// Half of the shortest interval that can be missing. Two clocks may well differ by less.
constexpr Duration break_from = 150ms;

SpectrumValue published(std::optional<double> value, SpectrumReason reason) {
  if (reason != SpectrumReason::none) return {std::nullopt, reason};
  return {value, value ? SpectrumReason::none : SpectrumReason::undefined};
}

void withhold_all(HrvSpectrumValues& v, SpectrumReason reason) {
  for (auto* value : {&v.vlf, &v.lf, &v.hf, &v.total, &v.lf_share, &v.hf_share, &v.lf_hf, &v.ln_hf,
                      &v.vlf_peak, &v.lf_peak, &v.hf_peak})
    *value = {std::nullopt, reason};
}

bool is_one_of(SpectrumMethod method, std::initializer_list<SpectrumMethod> those) {
  return std::find(those.begin(), those.end(), method) != those.end();
}

}  // namespace

std::string_view name(SpectrumMethod method) noexcept {
  switch (method) {
    case SpectrumMethod::automatic: return "automatic";
    case SpectrumMethod::welch: return "welch";
    case SpectrumMethod::whole: return "whole";
    case SpectrumMethod::lomb: return "lomb";
    case SpectrumMethod::burg: return "burg";
    case SpectrumMethod::sliding: return "sliding";
  }
  return "?";
}

std::string_view name(SpectrumReason reason) noexcept {
  switch (reason) {
    case SpectrumReason::none: return "none";
    case SpectrumReason::insufficient_coverage: return "insufficient_coverage";
    case SpectrumReason::gap: return "gap";
    case SpectrumReason::insufficient_beats: return "insufficient_beats";
    case SpectrumReason::warming_up: return "warming_up";
    case SpectrumReason::short_window: return "short_window";
    case SpectrumReason::coarse_spectrum: return "coarse_spectrum";
    case SpectrumReason::undefined: return "undefined";
  }
  return "?";
}

HrvSpectrum::HrvSpectrum(Duration window, const Params& params)
    : window_(window),
      params_(params),
      tachogram_(window, static_cast<std::size_t>(window / params.shortest_interval) + 1) {
  using enum SpectrumMethod;
  const std::size_t points = tachogram_.most_points(), samples = tachogram_.most_samples();
  if (is_one_of(params.method, {automatic, welch})) {
    Welch::Params segments;
    segments.transformed = params.transformed;
    welch_.emplace(segments);
  }
  if (params.method == whole) welch_.emplace(Welch::whole(samples, Tachogram::rate_hz));
  if (params.method == burg) burg_.emplace(samples);
  if (params.method == sliding) {
    stream_.emplace();
    const double n = std::round(seconds(window) * TachogramStream::rate_hz);
    sliding_.emplace(
        SlidingSpectrum::Params{TachogramStream::rate_hz, static_cast<std::size_t>(n)});
  }
  if (is_one_of(params.method, {automatic, lomb})) {
    lomb_.emplace(points);
    detrended_lengths_.resize(points);
  }
}

void HrvSpectrum::push(const BeatInterval& interval) noexcept {
  if (!sliding_) return;
  stream_->push(interval, [this](const TachogramSample& sample) {
    if (sample.begins) {
      broken_ = broken_ || !sliding_->empty();
      sliding_->clear();
    }
    sliding_->push(sample.ms);
  });
}

void HrvSpectrum::clear() noexcept {
  if (!sliding_) return;
  stream_->clear();
  sliding_->clear();
  broken_ = false;
}

HrvSpectrumValues HrvSpectrum::of(Time now, std::span<const BeatInterval> intervals) noexcept {
  const Basis basis = look(now, intervals);
  HrvSpectrumValues values;
  values.t = now;
  values.method = basis.method;
  values.n = basis.n;
  values.coverage = basis.coverage;
  values.longest_gap = basis.longest_gap;
  if (basis.reason == SpectrumReason::none) publish(values);
  else withhold_all(values, basis.reason);
  return values;
}

HrvSpectrum::Basis HrvSpectrum::look(Time now, std::span<const BeatInterval> intervals) noexcept {
  intervals = inside(now, intervals);
  const Extent known = extent(now, intervals);
  Basis basis{method_for(known), known.n, known.coverage, known.longest_gap, objection(known)};
  density_ = {};
  if (basis.reason == SpectrumReason::none) {
    if (!sliding_) tachogram_.take(intervals);
    density_ = density_by(basis.method, known.gaps);
    if (density_.empty()) basis.reason = refusal(basis.method);
  }
  return basis;
}

std::span<const BeatInterval> HrvSpectrum::inside(
    Time now, std::span<const BeatInterval> all) const noexcept {
  const auto ends_by = [](Time t) { return [t](const BeatInterval& i) { return i.end <= t; }; };
  const auto begin = std::partition_point(all.begin(), all.end(), ends_by(now - window_));
  return {begin, std::partition_point(begin, all.end(), ends_by(now))};
}

HrvSpectrum::Extent HrvSpectrum::extent(Time now,
                                        std::span<const BeatInterval> intervals) const noexcept {
  Extent x;
  Duration covered{};
  Time known_until = now - window_;
  for (const auto& interval : intervals) {
    if (!interval.valid || interval.ibi_us <= 0 || interval.end <= known_until) continue;
    const Duration length = std::chrono::microseconds(interval.ibi_us);
    const Duration gap = interval.end - length - known_until;
    x.longest_gap = std::max(x.longest_gap, gap);
    if (x.n > 0 && gap > break_from) x.gaps += gap;
    covered += length;
    known_until = interval.end;
    ++x.n;
  }
  x.longest_gap = std::max(x.longest_gap, now - known_until);
  x.coverage = std::min(seconds(covered) / seconds(window_), 1.0);  // the first may reach back
  return x;
}

SpectrumReason HrvSpectrum::objection(const Extent& known) const noexcept {
  if (window_ < params_.hf_window) return SpectrumReason::short_window;
  if (known.coverage < params_.least_coverage) return SpectrumReason::insufficient_coverage;
  if (known.longest_gap > params_.longest_gap) return SpectrumReason::gap;
  return SpectrumReason::none;
}

SpectrumMethod HrvSpectrum::method_for(const Extent& known) const noexcept {
  if (params_.method != SpectrumMethod::automatic) return params_.method;
  const bool thin = known.gaps > Duration{} || known.coverage < params_.welch_coverage;
  return thin ? SpectrumMethod::lomb : SpectrumMethod::welch;
}

Density HrvSpectrum::density_by(SpectrumMethod method, Duration gaps) noexcept {
  const Curve curve = gaps > Duration{} ? Curve::monotone : Curve::natural;
  switch (method) {
    case SpectrumMethod::lomb: return lomb_density(gaps);
    case SpectrumMethod::burg: return burg_->density(tachogram(curve));
    case SpectrumMethod::sliding: return sliding_->density();
    case SpectrumMethod::welch:
    case SpectrumMethod::whole: return welch_->density(tachogram(curve));
    case SpectrumMethod::automatic: break;
  }
  return {};
}

std::span<double> HrvSpectrum::tachogram(Curve curve) noexcept {
  return params_.remove_line ? tachogram_.detrended(curve) : tachogram_.sampled(curve);
}

Density HrvSpectrum::lomb_density(Duration gaps) noexcept {
  const auto lengths = tachogram_.lengths();
  const auto y = std::span(detrended_lengths_).first(lengths.size());
  std::copy(lengths.begin(), lengths.end(), y.begin());
  remove_line(tachogram_.times(), y);
  return lomb_->density(tachogram_.times(), y, seconds(gaps));
}

/// Why there is no density although enough of the window is known.
SpectrumReason HrvSpectrum::refusal(SpectrumMethod method) const noexcept {
  if (method != SpectrumMethod::sliding || sliding_->full())
    return SpectrumReason::insufficient_beats;
  return broken_ ? SpectrumReason::gap : SpectrumReason::warming_up;
}

void HrvSpectrum::publish(HrvSpectrumValues& v) const noexcept {
  const BandPowers p = powers_of(density_, params_.vlf);
  const auto none = SpectrumReason::none;
  const auto for_lf = long_enough(params_.lf_window);
  const auto for_both = long_enough(params_.vlf_window);
  const auto for_vlf = for_both == none ? resolves_vlf(v.method) : for_both;

  v.hf = published(p.hf, none);
  v.ln_hf = published(p.ln_hf(), none);
  v.hf_peak = published(p.hf_peak_hz, none);
  v.lf = published(p.lf, for_lf);
  v.lf_peak = published(p.lf_peak_hz, for_lf);
  v.lf_hf = published(p.lf_hf(), for_both);
  v.lf_share = published(p.lf_share(), for_both);
  v.hf_share = published(p.hf_share(), for_both);
  v.vlf = published(p.vlf, for_vlf);
  v.vlf_peak = published(p.vlf_peak_hz, for_vlf);
  v.total = published(p.total(), for_vlf);
  using enum SpectrumMethod;
  constexpr double noticeable_ms2 = 10;
  v.vlf_leaks = for_lf == none && is_one_of(v.method, {welch, burg}) && p.vlf > 4 * p.lf &&
                p.vlf > noticeable_ms2;
}

SpectrumReason HrvSpectrum::long_enough(Duration for_band) const noexcept {
  return window_ < for_band ? SpectrumReason::short_window : SpectrumReason::none;
}

SpectrumReason HrvSpectrum::resolves_vlf(SpectrumMethod method) const noexcept {
  using enum SpectrumMethod;
  const bool resolved = is_one_of(method, {whole, lomb, sliding}) && params_.method != automatic;
  return resolved ? SpectrumReason::none : SpectrumReason::coarse_spectrum;
}

}  // namespace ib::dsp
