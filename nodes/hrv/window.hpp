// hrv.window: time-domain heart rate variability of the last seconds.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/hrv.hpp>
#include <interbeat/types/interval.hpp>
#include "dsp/hrv_time.hpp"
#include "hrv/rate_contract.hpp"
#include "hrv/window_bar.hpp"

#include <optional>

namespace ib {

/// A row every `step` of session time: what the window holds, or why it holds too little.
struct HrvWindow {
  static constexpr About about{
      "hrv.window", "1.0.0", "Time-domain heart rate variability over a sliding window.",
      "Window at t: valid intervals with t - window < end <= t. Successive differences only "
      "between contiguous valid intervals: a gap or an artefact is never differenced across.\n"
      "SDNN = sqrt(sum (x - mean)^2 / (n - 1)); RMSSD = sqrt(sum d^2 / n_d); pNN50 = share of |d| "
      "> 50 ms among the differences; heart rate = 60000 / mean interval "
      "(heart_rate_beats_bpm: mean of 60000 / interval, a little higher); SD1 = SDSD / sqrt 2.\n"
      "Class ok from 70 % coverage (valid intervals / window), low from 50 % (heart rate, mean, "
      "RMSSD and pNN only), absent below; always at least max(8, window / 3 s) differences. A "
      "window with irregular intervals is withheld but for heart rate, which takes them too (from "
      "50 % coverage). A window in which five of eight intervals pass over pulses (`aliasing`, "
      "quality.ppg) says nothing: its heart is faster than the other intervals tell. Beats found in less than 20 samples a second: never more than low (reason "
      "`below_rate`); in less than 12.5: heart rate alone. HTI and TINN from 300 s on, with a class of their own (`hti_class`: low "
      "below 20 min). Nothing is carried over: after a gap coverage falls, and the row says why.\n"
      "Profiles repeat on purpose what other programs print: `kubios-2.2` calls the standard deviation of the differences "
      "(n) RMSSD; `neurokit-0.2` divides pNN by the intervals instead of the differences. All else is the same.\n"
      "Which window: heart rate 10 s, RMSSD 60 s (30 s is fast and noisy), reports and baselines "
      "300 s (Munoz 2015, 10.1371/journal.pone.0138921). From a pulse waveform this is pulse rate "
      "variability. Sources: Task Force 1996 (10.1161/01.CIR.93.5.1043), Shaffer & Ginsberg 2017 "
      "(10.3389/fpubh.2017.00258)."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  Out<"hrv", HrvRow,
      OutSpec{.doc = "One row per step.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 2,
              .per_call = 2}>
      hrv;
  Param<"window", NumberSpec{.min = 10,
                             .max = 1800,
                             .def = 60,
                             .unit = "s",
                             .doc = "Length of the window that ends at each row."}>
      window;
  Param<"step", NumberSpec{.min = 0.5,
                           .max = 300,
                           .def = 5,
                           .unit = "s",
                           .doc = "Time between rows, on the grid of session time."}>
      step;
  enum Profile : std::uint32_t { task_force, kubios, neurokit };
  Choice<"profile", ChoiceSpec{.labels = {"task-force", "kubios-2.2", "neurokit-0.2"},
                               .doc = "Whose definitions, where programs differ."}>
      profile;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields =
      std::tuple{&HrvWindow::intervals, &HrvWindow::hrv,     &HrvWindow::window,
                 &HrvWindow::step,      &HrvWindow::profile, &HrvWindow::trust_source};

  Duration every = 5s;
  ScratchMemory scratch;

  bool activate(Activation& a);
  void reset();
  void on(decltype(intervals)&, Time t, const Interval& i);
  void tick(Time t);

 private:
  void describe(HrvRow& row, const dsp::HrvTime& m) const;
  void apply_profile(HrvRow& row) const;
  void add_confidence(HrvRow& row) const;
  void keep_robust(HrvRow& row) const;
  bool may_be_aliased(const HrvRow& row) const;
  void withhold(HrvRow& row, Reason why) const;

  std::optional<dsp::HrvTimeWindow> window_;
  RateContract contract_;
  WindowBar bar_;
};

/// The same reason in the vocabulary of streams.
Reason reason_of(dsp::HrvReason reason);

}  // namespace ib
