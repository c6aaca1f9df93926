// hrv.coherence: how much of the heart's variability is one slow, regular wave.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/coherence.hpp>
#include <interbeat/types/interval.hpp>
#include "dsp/hrv_spectrum.hpp"
#include "hrv/interval_window.hpp"

#include <optional>

namespace ib {

/// A row every `step` of session time: the score, or why there is none.
struct HrvCoherence {
  static constexpr About about{
      "hrv.coherence", "1.0.0", "How much of the heart's variability is one slow, regular wave.",
      "The intervals as a curve (natural cubic spline) at 4 Hz, less their line, one Hann window. Peak: the highest "
      "wave in 0.04-0.26 Hz; score = 100 x power within 0.015 Hz of it / power in 0.0033-0.40 Hz; ratio = that power / "
      "the rest. Levels 35 and 60 are bounds of our own. It mostly measures slow regular breathing, and says nothing of "
      "good or bad. Open definition: scores of products with this name are not published and differ.\n"
      "At least 80 % coverage and no gap above 10 s; irregular windows are withheld. Source: McCraty & Childre 2010 for "
      "the idea; the definition is this one."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  Out<"coherence", CoherenceRow,
      OutSpec{.doc = "One row per step.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      coherence;
  Param<"window", NumberSpec{.min = 64,
                             .max = 300,
                             .def = 64,
                             .unit = "s",
                             .doc = "Length of the window that ends at each row."}>
      window;
  Param<"step", NumberSpec{.min = 1,
                           .max = 60,
                           .def = 5,
                           .unit = "s",
                           .doc = "Time between rows, on the grid of session time."}>
      step;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields =
      std::tuple{&HrvCoherence::intervals, &HrvCoherence::coherence, &HrvCoherence::window,
                 &HrvCoherence::step, &HrvCoherence::trust_source};

  Duration every = 5s;

  bool activate(Activation& a);
  void reset() { window_.clear(); }
  void on(decltype(intervals)&, Time t, const Interval& i) { window_.push(t, i); }
  void tick(Time t);

 private:
  IntervalWindow window_;
  RateContract contract_;
  std::optional<dsp::HrvSpectrum> spectrum_;
};

}  // namespace ib
