#include "beat/clean.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ib {
namespace {

using dsp::IntervalLabel;

static_assert(static_cast<int>(IntervalLabel::normal) == static_cast<int>(Label::normal));
static_assert(static_cast<int>(IntervalLabel::missed) == static_cast<int>(Label::missed));
static_assert(static_cast<int>(IntervalLabel::gap) == static_cast<int>(Label::gap));
static_assert(static_cast<int>(IntervalLabel::low_quality) == static_cast<int>(Label::low_quality));

Label label_of(IntervalLabel l) { return static_cast<Label>(l); }

/// What is not rated says nothing against the other.
Maybe lower(const Maybe& a, const Maybe& b) {
  if (!a) return b;
  return b ? Maybe(std::min(*a, *b)) : a;
}

/// What is no number rates nothing.
Maybe rating(const Maybe& sqi) { return sqi && std::isfinite(*sqi) ? sqi : Maybe(); }

float gate_quality(const Beat& b, const Maybe& sqi) {
  if (!b.valid) return 0;
  return sqi ? static_cast<float>(*sqi) : 1.0F;
}

/// Why an interval may not be used, or that it was made by hand; `of_beat` is what the beat itself said.
Reason reason_of(const dsp::CleanInterval& c, Reason of_beat, bool edited) {
  if (c.valid && c.irregular) return Reason::irregular;
  if (c.valid) return edited ? Reason::edited : Reason::none;
  if (c.label == IntervalLabel::range) return Reason::out_of_range;
  if (c.label != IntervalLabel::low_quality) return Reason::artefact;
  return of_beat != Reason::none ? of_beat : Reason::low_quality;
}

Duration milliseconds(double ms) { return from_seconds(ms * 1e-3); }

}  // namespace

bool CleanIntervals::activate(Activation& a) {
  a.out().items_per_second = std::min(a.out().items_per_second, a.in().items_per_second);
  dsp::IntervalCleaner::Params p;
  p.shortest = milliseconds(shortest);
  p.longest = milliseconds(longest);
  p.quality_min = static_cast<float>(quality_min);
  p.rule = static_cast<dsp::ArtefactRule>(rule.value);
  cleaner_ = dsp::IntervalCleaner(p);
  const bool reported = a.in().sampled_hz <= 0;
  const bool asked = reported && p.rule != dsp::ArtefactRule::none;
  smoothed_ = asked ? std::make_unique<dsp::SmoothedIntervals>() : nullptr;
  reset();
  return true;
}

void CleanIntervals::reset() {
  cleaner_.reset();
  if (smoothed_) smoothed_->reset();
  pushed_ = emitted_ = 0;
  previous_sqi_ = {};
  previous_interval_valid_ = false;
  previous_valid_ = true;
  previous_reason_ = Reason::none;
}

void CleanIntervals::on(decltype(beats)&, Time t, const Beat& b) {
  if (const auto ibi_us = b.whole_ibi_us(); ibi_us > 0) {
    const Maybe own = rating(b.sqi), sqi = b.contiguous ? lower(previous_sqi_, own) : own;
    // An interval is as good as the worse one of its two beats.
    const bool begins_badly = b.valid && b.contiguous && !previous_valid_;
    origins_[pushed_++ % origins_.size()] = {sqi.value, static_cast<bool>(sqi), b.edited,
                                             begins_badly ? previous_reason_ : b.reason};
    cleaner_.push({.t_end = t,
                   .ibi_us = ibi_us,
                   .quality = begins_badly ? 0 : gate_quality(b, sqi),
                   .follows = b.contiguous});
  } else {
    cleaner_.restart();
  }
  emit_decided();
  previous_sqi_ = rating(b.sqi);
  previous_valid_ = b.valid;
  previous_reason_ = b.reason;
}

void CleanIntervals::flush() {
  cleaner_.flush();
  emit_decided();
}

void CleanIntervals::emit_decided() {
  for (const auto& c : cleaner_.decided()) emit(c, origins_[emitted_++ % origins_.size()]);
}

void CleanIntervals::emit(const dsp::CleanInterval& c, const Origin& origin) {
  Interval i;
  i.ibi_us = c.ibi_us;
  i.label = label_of(c.label);
  i.valid = c.valid && !c.irregular;
  i.contiguous = i.valid && c.contiguous && previous_interval_valid_;
  if (origin.rated) i.sqi = origin.sqi;
  i.reason = reason_of(c, origin.reason, origin.edited);
  previous_interval_valid_ = i.valid;
  if (i.valid && looks_smoothed(i)) {
    i.valid = i.contiguous = false;
    i.reason = Reason::smoothed;
  }
  intervals(c.t_end, i);
}

bool CleanIntervals::looks_smoothed(const Interval& i) {
  if (!smoothed_) return false;
  smoothed_->push(i.ibi_us, i.contiguous);
  const auto& verdict = smoothed_->verdict();
  if (verdict.smoothed && !std::exchange(warned_, true)) {
    std::array<char, 200> text{};
    fmt::format_to_n(
        text.data(), text.size() - 1,
        "these intervals look averaged over {} beats, by the device or its app: heart rate stays, "
        "variability is withheld",
        verdict.beats.value_or(0));
    log.warning(text.data());
  }
  return verdict.smoothed;
}

}  // namespace ib
