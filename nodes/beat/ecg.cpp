#include "beat/ecg.hpp"

#include <cmath>

namespace ib {

bool EcgBeats::activate(Activation& a) {
  const double rate = a.in().rate_hz;
  if (!(rate >= dsp::EcgBeats::lowest_rate_hz && rate <= 4000))
    return a.fail("R waves are searched for from 125 to 4000 samples a second");
  detector_.emplace(rate);
  latency = from_seconds(dsp::EcgBeats::latency_bound_s + 1 / rate);
  constexpr double memory_s = 2;  // beyond the detector's bound
  flags_.reserve(static_cast<std::size_t>(rate * memory_s) + 1);
  a.out().items_per_second = dsp::EcgBeats::most_per_second(rate);
  reset();
  return true;
}

void EcgBeats::reset() {
  fresh_ = true;
  last_.reset();
}

void EcgBeats::on(decltype(in)&, const Sample& s) {
  flags_.put(s.index, s.flags);
  if (fresh_) {
    detector_->restart(s.index);
    settled_from_ = s.index + detector_->settling_samples();
    fresh_ = false;
  }
  detector_->push(s.index, s.x);
  if (const auto& peak = detector_->peak()) emit(*peak, s);
  late_peaks.value.store(detector_->late_peaks(), std::memory_order_relaxed);
}

void EcgBeats::emit(const dsp::Peak& peak, const Sample& newest) {
  const auto flags = flags_.at(peak.index - 1) | flags_.at(peak.index) | flags_.at(peak.index + 1);
  if ((flags & IB_SAMPLE_BRIDGED) != 0) {  // no heart made these samples
    last_.reset();
    return;
  }
  const double position = static_cast<double>(peak.index) + peak.fraction;
  const auto whole = static_cast<std::uint64_t>(std::floor(position));
  const Time t = newest.clock->at(whole, position - std::floor(position));
  Beat b;
  if (last_) {  // in device time: the session clock never enters an interval
    b.ibi_us = std::round((position - *last_) * newest.clock->period_ns() * 1e-3);
    b.contiguous = true;
  }
  b.valid = (flags & IB_SAMPLE_WARMING) == 0 && peak.index >= settled_from_;
  if (!b.valid) b.reason = Reason::warming_up;
  else if (!b.ibi_us) b.reason = Reason::gap;
  if (beats(t, b)) last_ = position;
}

}  // namespace ib
