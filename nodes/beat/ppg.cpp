#include "beat/ppg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib {
namespace {

constexpr double oldest_peak_s = 3.5;  // of the first look of multi-scale peaks; else 1.25 s
constexpr double rise_from_hz = 100;   // below, the peak was as good or better (dsp/fiducial.hpp)
constexpr double flags_s = 7;          // beyond the detector's window

}  // namespace

bool PpgBeats::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (!(rate >= 6 && rate <= 4000))
    return a.fail("beats are searched for from 10 to 4000 samples a second");
  double bound_s = 0;
  switch (algorithm.value) {
    case elgendi:
      detector_.emplace<dsp::ElgendiBeats>(rate);
      bound_s = dsp::ElgendiBeats::latency_bound_s;
      break;
    case ssf:
      detector_.emplace<dsp::SsfBeats>(rate);
      bound_s = dsp::SsfBeats::latency_bound_s;
      break;
    default: detector_.emplace<dsp::MsptBeats>(rate); bound_s = dsp::MsptBeats::latency_bound_s;
  }
  rises_.reset();
  if (Point{fiducial.value} != Point::peak) {
    if (rate < rise_from_hz)
      log.warning(
          fmt::format("a fiducial on the rise wants {:g} Hz and more, and this wave has {:g} Hz: "
                      "its intervals are less exact than those of the peak (`fiducial: peak`)",
                      rise_from_hz, rate)
              .c_str());
    rises_.emplace(rate, oldest_peak_s);
    bound_s += static_cast<double>(rises_->reach()) / rate;
  }
  latency = from_seconds(bound_s + 1 / rate);
  flags_.reserve(static_cast<std::size_t>(rate * flags_s) + 1);
  a.out().items_per_second = dsp::MsptBeats::most_per_second(rate);  // of each: 0.3 s apart
  reset();
  return true;
}

void PpgBeats::reset() {
  fresh_ = true;
  last_place_ = -1;
  last_peak_.reset();
  break_chain(Reason::gap);
}

void PpgBeats::break_chain(Reason why) {
  last_.reset();
  broken_ = why;
}

void PpgBeats::on_gap(decltype(in)&, Time, Time) { reset(); }

void PpgBeats::on(decltype(in)&, const Sample& s) {
  flags_.put(s.index, s.flags);
  if (rises_) {
    if (fresh_) rises_->restart(s.index);
    rises_->push(s.index, s.x);
  }
  if (auto* light = std::get_if<dsp::ElgendiBeats>(&detector_)) detect(*light, s);
  else if (auto* quick = std::get_if<dsp::SsfBeats>(&detector_)) detect(*quick, s);
  else detect(std::get<dsp::MsptBeats>(detector_), s);
  fresh_ = false;
}

void PpgBeats::detect(dsp::MsptBeats& detector, const Sample& s) {
  if (fresh_) {
    detector.restart(s.index);
    hold_mark_ = s.t - Duration{1};
  }
  detector.push(s.index, s.x);
  if (!detector.looked()) return;
  for (const auto& peak : detector.peaks()) emit(peak, s);
  late_peaks.value.store(detector.late_peaks(), std::memory_order_relaxed);
  beyond_bound.value.store(detector.late_beyond_bound(), std::memory_order_relaxed);
  hold_mark_ = forever;
}

/// Detectors that decide on one beat with one sample.
template <class Prompt>
void PpgBeats::detect(Prompt& detector, const Sample& s) {
  if (fresh_) detector.restart(s.index);
  detector.push(s.index, s.x);
  if (const auto& peak = detector.peak()) emit(*peak, s);
  late_peaks.value.store(detector.late_peaks(), std::memory_order_relaxed);
  beyond_bound.value.store(detector.late_peaks(), std::memory_order_relaxed);
}

void PpgBeats::advance(Time t) {
  closed_ = t;
  if (t - hold_mark_ > first_look) hold_mark_ = forever;
}

void PpgBeats::emit(const dsp::Peak& peak, const Sample& newest) {
  if ((flags_between(peak.index - 1, peak.index + 1) & IB_SAMPLE_BRIDGED) != 0) {
    last_peak_ = peak.index;
    break_chain(Reason::gap);  // no heart made these samples
    return;
  }
  const auto place = place_of(peak);
  const double position = place.value_or(static_cast<double>(peak.index) + peak.fraction);
  const auto whole = static_cast<std::uint64_t>(std::floor(position));
  const Time t = newest.clock->at(whole, position - std::floor(position));
  Beat b;
  if (last_ && place) {  // in device time: the session clock never enters an interval
    b.ibi_us = std::round((position - *last_) * newest.clock->period_ns() * 1e-3);
    b.contiguous = true;
  }
  const bool warming = (flags_between(place ? rise_from(peak) : peak.index - 1, peak.index + 1) &
                        IB_SAMPLE_WARMING) != 0;
  b.valid = place && !warming;
  if (warming) b.reason = Reason::warming_up;
  else if (!place) b.reason = Reason::low_quality;
  else if (!b.ibi_us) b.reason = broken_;
  last_peak_ = peak.index;
  if (!beats(t, b)) return;
  if (place) last_ = position;
  else break_chain(Reason::low_quality);
  last_place_ = position;
}

std::optional<double> PpgBeats::place_of(const dsp::Peak& peak) const {
  const double top = static_cast<double>(peak.index) + peak.fraction;
  if (!rises_) return top;
  const auto which = [this] {
    switch (Point{fiducial.value}) {
      case Point::max_slope: return dsp::Fiducial::max_slope;
      case Point::tangent: return dsp::Fiducial::tangent;
      default: return dsp::Fiducial::mid;
    }
  }();
  const auto back = rises_->before(peak, which, last_peak_);
  if (!back || (flags_between(rise_from(peak), peak.index) & IB_SAMPLE_BRIDGED) != 0) return {};
  const double place = static_cast<double>(peak.index) - *back;
  if (place <= last_place_) return {};
  return place;
}

/// The first sample that the beat's place hangs on.
std::uint64_t PpgBeats::rise_from(const dsp::Peak& peak) const {
  if (!rises_) return peak.index - 1;
  return std::max(peak.index - rises_->reach(), last_peak_.value_or(0));
}

std::uint8_t PpgBeats::flags_between(std::uint64_t first, std::uint64_t last) const {
  std::uint8_t flags = 0;
  for (auto i = first; i <= last; ++i) flags = static_cast<std::uint8_t>(flags | flags_.at(i));
  return flags;
}

}  // namespace ib
