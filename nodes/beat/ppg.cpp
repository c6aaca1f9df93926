#include "beat/ppg.hpp"

#include <cmath>

namespace ib {

bool PpgBeats::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (!(rate >= 5 && rate <= 4000))
    return a.fail("beats are searched for from 12.5 to 4000 samples a second");
  const bool light = algorithm.value == elgendi;
  if (light) detector_.emplace<dsp::ElgendiBeats>(rate);
  else detector_.emplace<dsp::MsptBeats>(rate);
  const double bound_s =
      light ? dsp::ElgendiBeats::latency_bound_s : dsp::MsptBeats::latency_bound_s;
  latency = from_seconds(bound_s + 1 / rate);
  constexpr double memory_s = 7;  // beyond the detector's window
  flags_.reserve(static_cast<std::size_t>(rate * memory_s) + 1);
  a.out().items_per_second = dsp::MsptBeats::most_per_second(rate);  // of either: 0.3 s apart
  reset();
  return true;
}

void PpgBeats::reset() {
  fresh_ = true;
  last_.reset();
}

void PpgBeats::on_gap(decltype(in)&, Time, Time) { reset(); }

void PpgBeats::on(decltype(in)&, const Sample& s) {
  flags_.put(s.index, s.flags);
  if (auto* light = std::get_if<dsp::ElgendiBeats>(&detector_)) detect(*light, s);
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

void PpgBeats::detect(dsp::ElgendiBeats& detector, const Sample& s) {
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
  const auto flags = flags_near(peak.index);
  if ((flags & IB_SAMPLE_BRIDGED) != 0) {  // no heart made these samples
    last_.reset();
    return;
  }
  const double position = static_cast<double>(peak.index) + peak.fraction;
  const auto whole = static_cast<std::uint64_t>(std::floor(position));
  const Time t = newest.clock->at(whole, position - std::floor(position));
  Beat b;
  if (last_) {  // in device time: the session clock never enters an interval
    b.ibi_us = std::round((position - last_->index) * newest.clock->period_ns() * 1e-3);
    b.contiguous = true;
  }
  b.valid = (flags & IB_SAMPLE_WARMING) == 0;
  if (!b.valid) b.reason = Reason::warming_up;
  else if (!b.ibi_us) b.reason = Reason::gap;
  if (beats(t, b)) last_ = Last{position};
}

std::uint8_t PpgBeats::flags_near(std::uint64_t index) const {
  return flags_.at(index - 1) | flags_.at(index) | flags_.at(index + 1);
}

}  // namespace ib
