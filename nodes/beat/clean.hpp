// interval.clean: from beats to intervals that say whether they may be used.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <interbeat/types/interval.hpp>
#include "dsp/interval_cleaner.hpp"
#include "dsp/smoothed_intervals.hpp"

#include <array>
#include <memory>

namespace ib {

/// Labels interval i when two more have come, or 4 s of its stream have settled.
struct CleanIntervals {
  static constexpr About about{
      "interval.clean", "1.0.0", "Intervals between beats, each labelled normal or artefact.",
      "Order: range (shortest..longest) -> quality (a beat that is not valid, or sqi below "
      "quality_min) -> Lipponen & Tarvainen with two intervals of look-ahead: differences beyond "
      "5.2 quartile deviations of the last 91 intervals (at least 20 ms) are ectopic, extra, "
      "missed, long or short by their neighbours. Artefacts are excluded, never corrected: "
      "filling before RMSSD biases it. An extra or ectopic beat spoils the interval behind it too. "
      "Where the scatter itself exceeds a quarter of the median interval, intervals are not valid "
      "(reason irregular): the signal can't be used for HRV, and for heart rate it can; noise and "
      "rhythm are not told apart.\n"
      "The thresholds grow with the noise, so that the quality gate in front is part of the "
      "method: connect quality.ppg between a pulse detector and this node. Beats without a rating "
      "that a device computed itself (`sqi` absent) count as 1.\n"
      "A label waits 4 s at most; a gap and the end flush what waits. The first beat after a break "
      "ends no interval and gives no item.\n"
      "In its place `rule` takes a simple one, for results that were made with it: malik (20 % of the interval accepted "
      "before), kamath (+32.5 %, -24.5 %), karlsson (20 % of the mean of both neighbours), acar (20 % of the mean of the "
      "nine before); after three rejections in a row the next is taken as it is. `none` is for intervals that are known "
      "to be clean: not even irregular stretches are withheld.\n"
      "Beats edited by hand (beat.edit) pass the same rules; a valid interval that one of them begins or ends says "
      "`edited` as its reason, and so does one that a person excluded.\n"
      "Intervals that a device reports itself are asked whether it has averaged them over 2 to 10 beats, which leaves "
      "heart rate and takes variability away: they are then not valid (reason smoothed). It shows after some 100 "
      "intervals without a break; exponential smoothing does not show at all. `rule: none` asks nothing.\n"
      "Source: Lipponen & Tarvainen 2019 (10.1080/03091902.2019.1640306)."};

  In<"beats", Beat,
     InSpec{.doc = "Rated beats: connect quality.ppg between the detector and this node, or set "
                   "trust_source: true for an ECG strap.",
            .refuses = "unrated"}>
      beats;
  Out<"intervals", Interval,
      OutSpec{.doc = "Every interval, valid or not, at the time of its later beat.",
              .grade = Grade::beats,
              .per_item = 1,
              .per_call = 4}>
      intervals;
  Flag<"trust_source",
       FlagSpec{.doc = "Take beats that nothing has rated: true for an ECG strap, whose "
                       "beats need no pulse quality.",
                .lifts_refusals = true}>
      trust_source;
  Choice<"rule", ChoiceSpec{.labels = {"lipponen", "malik", "kamath", "karlsson", "acar", "none"},
                            .doc = "What is an artefact; none: range and quality alone decide."}>
      rule;
  Param<"shortest", NumberSpec{.min = 200,
                               .max = 600,
                               .def = 300,
                               .unit = "ms",
                               .doc = "Shorter intervals are out of range."}>
      shortest;
  Param<"longest", NumberSpec{.min = 1000,
                              .max = 5000,
                              .def = 2000,
                              .unit = "ms",
                              .doc = "Longer intervals are out of range."}>
      longest;
  Param<"quality_min", NumberSpec{.min = 0,
                                  .max = 1,
                                  .def = 0.5,
                                  .unit = "1",
                                  .doc = "Both beats of an interval need this sqi."}>
      quality_min;
  static constexpr auto fields = std::tuple{
      &CleanIntervals::beats,      &CleanIntervals::intervals, &CleanIntervals::trust_source,
      &CleanIntervals::rule,       &CleanIntervals::shortest,  &CleanIntervals::longest,
      &CleanIntervals::quality_min};

  Duration latency = dsp::IntervalCleaner::Params{}.settled;
  Log log;

  bool activate(Activation& a);
  void reset();
  void on(decltype(beats)&, Time t, const Beat& b);
  /// Flushes; whether the chain is broken, the next beat says itself (`contiguous`), because it may
  /// be the gap of another stream.
  void on_gap(decltype(beats)&, Time, Time) { flush(); }
  void advance(Time t) {
    if (cleaner_.overdue(t)) flush();
    closed_ = t;
  }
  /// Nothing waits any more, so that windows behind may end where the recording does.
  void on_end() {
    flush();
    intervals.settle(closed_);
  }

 private:
  /// What the cleaner doesn't carry for an interval on its way through it.
  struct Origin {
    double sqi{};
    bool rated{}, edited{};
    Reason reason{};
  };

  void flush();
  void emit_decided();
  void emit(const dsp::CleanInterval& c, const Origin& origin);
  bool looks_smoothed(const Interval& i);

  dsp::IntervalCleaner cleaner_;
  std::unique_ptr<dsp::SmoothedIntervals> smoothed_;  ///< null: our own detector found the beats
  bool warned_{};                                     ///< of intervals that are
  std::array<Origin, 4> origins_{};  ///< in the cleaner's order; it holds at most 3
  std::size_t pushed_{}, emitted_{};
  Maybe previous_sqi_;
  bool previous_interval_valid_{};
  bool previous_valid_{true};  ///< the beat before
  Reason previous_reason_{};
  Time closed_ = never;
};

}  // namespace ib
