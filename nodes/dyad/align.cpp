#include "dyad/align.hpp"

#include <interbeat/sugar/people.hpp>

#include <algorithm>
#include <array>

namespace ib {

bool DyadAlign::activate(Activation& plan) {
  if (rate != 2 && rate != 4) {  // a slope of 5 s and a step of 1 s must be whole grid steps
    return plan.fail("the grid runs at 2 Hz (linkage) or at 4 Hz (spectra); write `rate: 2 Hz`");
  }
  constexpr dsp::Between ways[] = {dsp::Between::linear, dsp::Between::hold, dsp::Between::nearest};
  const auto way = ways[between.value];
  for (Person* p : {&side_a_, &side_b_}) {
    p->beats = dsp::BeatGrid({.period = period(), .wait = bracket_wait, .between = way});
  }
  plan.out().items_per_second = rate;  // exact: what reads the grid takes its rate from here
  next_ = 0;
  newest_ = never;
  for (ClockTrack* track : {&track_a_, &track_b_}) track->clear();
  return true;
}

const void* DyadAlign::extension(std::string_view id) {
  static constexpr std::array<std::uint32_t, 2> persons{0, 1};  // a and b
  static const PeopleTable people{sizeof(PeopleTable), persons.size(), persons.data()};
  return id == people_extension ? &people : nullptr;
}

void DyadAlign::reset() {
  for (Person* p : {&side_a_, &side_b_}) p->beats.restart(Time{next_ * period().count()});
  for (ClockTrack* track : {&track_a_, &track_b_}) track->clear();
}

void DyadAlign::take(Person& person, Time t, const Interval& v) {
  newest_ = std::max(newest_, t);
  if (!person.beats.push({t, v.ibi_us, v.carries_rate()}, person.keep())) unusable.add();
  emit_decided();
}

/// What waits is decided first: no point waits longer than its track remembers.
void DyadAlign::know(ClockTrack& track, Time t, const ClockModel& model) {
  settle_both(t);
  track.push(t, model);
}

void DyadAlign::advance(Time t) {
  newest_ = std::max(newest_, t);
  settle_both(t + Duration{1});  // an interval that ends at t has been met
}

/// Both sides up to t in step, one grid point at a time: a long silence that ends at once may not
/// carry one side further ahead of the other than it has room for.
void DyadAlign::settle_both(Time t) {
  for (;;) {
    const Time first = std::min(side_a_.beats.decided_until(), side_b_.beats.decided_until());
    const Time due = first + bracket_wait + Duration{1};
    if (due > t) return;
    side_a_.beats.settle(due, side_a_.keep());
    side_b_.beats.settle(due, side_b_.keep());
    emit_decided();
  }
}

void DyadAlign::on_end() {
  if (newest_ != never) settle_both(newest_ + bracket_wait + Duration{1});
}

void DyadAlign::emit_decided() {
  const auto end = std::min(side_a_.beats.next_index(), side_b_.beats.next_index());
  for (; next_ < end; ++next_) {
    const auto& x = side_a_.at(next_);
    const auto& y = side_b_.at(next_);
    PairHr pair;
    if (x.valid) pair.ibi_a_ms = x.ibi_ms, pair.hr_a_bpm = x.hr_bpm;
    if (y.valid) pair.ibi_b_ms = y.ibi_ms, pair.hr_b_bpm = y.hr_bpm;
    LagError::of(track_a_.at(x.t), track_b_.at(x.t)).put_into(pair);
    pair.side_a = a.state(x.t);
    pair.side_b = b.state(y.t);
    const bool heard = pair.side_a == Side::settled && pair.side_b == Side::settled;
    if (heard || !on_missing.skips()) grid(x.t, pair);
  }
}

}  // namespace ib
