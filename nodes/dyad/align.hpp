// dyad.align: two persons' intervals on one grid of session time.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>

#include <interbeat/types/interval.hpp>
#include <interbeat/types/pair.hpp>
#include "dsp/beat_grid.hpp"
#include "dyad/clock_track.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ib {

/// Emits a grid point once both sides are decided: with both right-hand beats, or 3 s later in
/// closed time. So with both inputs closed up to c, every point g <= c - 3 s is out, which is the
/// latency declared, and none comes later than the port's mark.
struct DyadAlign {
  static constexpr About about{
      "dyad.align", "1.0.0", "Heart rate of two persons on one grid of session time.",
      "Each interval that may carry heart rate is a point at its midpoint; between two points at "
      "most 3 s apart, with at most two unusable intervals between them, it is interpolated linearly; "
      "all else is missing. Heart rate = 60000 / interval in ms. The grid is k / rate from the start of the session. A person who falls "
      "silent is waited for (`wait`) beyond the path's latency, after `idle_after` no longer; the "
      "other one's values go on, with `side` saying so. At the end of both inputs the grid ends with "
      "their last closed instant. With both devices' clocks each point bears what they leave open of a lag: jitter = "
      "root of the sum of both jitters' squares, and a constant between minus a's greatest delay and plus b's."};
  static constexpr Duration bracket_wait = 3s;  ///< how long a right-hand beat may take

  In<"a", Interval, InSpec{.doc = "Intervals of one person."}> a;
  In<"b", Interval, InSpec{.doc = "Intervals of the other person."}> b;
  In<"clock_a", ClockModel, InSpec{.doc = "The clock of a's device.", .optional = true}> clock_a;
  In<"clock_b", ClockModel, InSpec{.doc = "The clock of b's device.", .optional = true}> clock_b;
  Out<"grid", PairHr,
      OutSpec{.doc = "Heart rate of both, one item per grid point.",
              .per_item = 0,
              .per_second = 4,
              .per_call = 16}>
      grid;
  Out<"late_a", Interval,
      OutSpec{.doc = "With late: side, a's items that came too late.", .late = true}>
      late_a;
  Out<"late_b", Interval,
      OutSpec{.doc = "With late: side, b's items that came too late.", .late = true}>
      late_b;
  Param<"rate", NumberSpec{.min = 2,
                           .max = 4,
                           .def = 2,
                           .unit = "Hz",
                           .doc = "Grid points per second: 2 for linkage, 4 for spectra."}>
      rate;
  Choice<"align",
         ChoiceSpec{.labels = {"linear", "hold", "nearest"},
                    .doc = "Between two points at most 3 s apart: linear: interpolated; hold: "
                           "the earlier one; nearest: the nearer one."}>
      between;
  MergeWait<3> wait;
  IdleAfter<10> idle_after;
  OnMissing on_missing;
  LateItems late;
  Counter<"unusable"> unusable;  ///< valid but without a place: not in (0, 4.2 s), not in order
  static constexpr auto fields = std::tuple{
      &DyadAlign::a,       &DyadAlign::b,       &DyadAlign::clock_a,    &DyadAlign::clock_b,
      &DyadAlign::grid,    &DyadAlign::late_a,  &DyadAlign::late_b,     &DyadAlign::rate,
      &DyadAlign::between, &DyadAlign::wait,    &DyadAlign::idle_after, &DyadAlign::on_missing,
      &DyadAlign::late,    &DyadAlign::unusable};

  Duration latency = bracket_wait;

  bool activate(Activation& plan);
  const void* extension(std::string_view id);
  void reset();
  void on(decltype(a)&, Time t, const Interval& v) { take(side_a_, t, v); }
  void on(decltype(b)&, Time t, const Interval& v) { take(side_b_, t, v); }
  void on(decltype(clock_a)&, Time t, const ClockModel& m) { know(track_a_, t, m); }
  void on(decltype(clock_b)&, Time t, const ClockModel& m) { know(track_b_, t, m); }
  void advance(Time t);
  void on_end();

 private:
  /// One person: the grid's decisions that the other side has not reached yet. They lie within
  /// bracket_wait of the closed time: at most 13 at 4 Hz.
  struct Person {
    static constexpr std::size_t ahead = 16;
    dsp::BeatGrid beats{{}};
    std::array<dsp::GridItem, ahead> decided{};

    auto keep() {
      return [this](const dsp::GridItem& item) { decided[slot(item.k)] = item; };
    }
    const dsp::GridItem& at(std::int64_t k) const { return decided[slot(k)]; }
    static std::size_t slot(std::int64_t k) { return static_cast<std::size_t>(k) % ahead; }
  };

  void take(Person& person, Time t, const Interval& v);
  void know(ClockTrack& track, Time t, const ClockModel& model);
  void settle_both(Time t);
  void emit_decided();
  Duration period() const { return from_seconds(1.0 / rate); }

  Person side_a_, side_b_;
  ClockTrack track_a_, track_b_;
  std::int64_t next_{};  ///< grid index of the next item
  Time newest_ = never;  ///< last moment known of either input
};

}  // namespace ib
