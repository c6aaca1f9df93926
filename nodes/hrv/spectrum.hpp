// hrv.spectrum: power of heart rate variability by frequency.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/interval.hpp>
#include <interbeat/types/spectrum.hpp>
#include "dsp/hrv_spectrum.hpp"
#include "hrv/interval_window.hpp"
#include "hrv/rate_contract.hpp"

#include <optional>

namespace ib {

/// A row every `step` of session time: the bands that the window carries, or why there is nothing.
struct HrvSpectrum {
  static constexpr About about{
      "hrv.spectrum", "1.0.0", "Frequency-domain heart rate variability over a sliding window.",
      "Window at t: valid intervals with t - window < end <= t. Bands VLF 0.0033-0.04, LF 0.04-0.15, HF "
      "0.15-0.40 Hz, power by the trapezoid rule. Total = VLF + LF + HF; LF share = LF / (LF + HF). HF from 60 s, LF from 120 s, LF/HF and the shares of LF + HF from "
      "300 s; VLF and the total from 300 s by a method whose segments are as long. At least 80 % coverage and no gap "
      "above 10 s; a window with irregular intervals is withheld, and so is one that began before the recording.\n"
      "`welch`: the intervals as a curve (natural cubic spline) at 4 Hz, less their line, Hann segments of 64 s that "
      "overlap by half, 1024 points. `whole`: one segment over all of the window. `lomb`: Lomb-Scargle at the beats "
      "themselves, which fills nothing in. `burg`: an autoregressive model of order 16; a very regular wave is narrower than its bins, and its power then wrong. `auto`: Welch where beats "
      "follow each other without a break and cover 95 %, else Lomb-Scargle; `whole` for windows above 600 s. `sliding`: one Hann segment over all of the window, as `whole`, "
      "but on samples that are final seven beats after they were, 4 Hz on the grid of session time, kept up to date sample by sample: for steps of a second. Its bins are 1 / window apart, "
      "and more than 3 s without a valid interval end its curve: absent until a window has passed since. VLF and the total only from `whole`, `lomb` and `sliding` themselves, so that a "
      "column is of one kind.\n"
      "Profile `kubios-2.2` repeats what that program prints, within 3 %: one segment over all of the window, less its "
      "mean alone, VLF from 0 Hz.\n"
      "Segments of 64 s can't tell VLF from LF: beside a VLF four times as large, LF is marked `vlf_leakage`. LF/HF "
      "is no balance of two nerves (Billman 2013, 10.3389/fphys.2013.00026). Sources: Task Force 1996 "
      "(10.1161/01.CIR.93.5.1043), Welch 1967, Lomb 1976, Clifford & Tarassenko 2005 (10.1109/TBME.2005.844028)."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  Out<"spectrum", SpectrumRow,
      OutSpec{.doc = "One row per step.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      spectrum;
  Param<"window", NumberSpec{.min = 60,
                             .max = 3600,
                             .def = 300,
                             .unit = "s",
                             .doc = "Length of the window that ends at each row."}>
      window;
  Param<"step", NumberSpec{.min = 1,
                           .max = 600,
                           .def = 10,
                           .unit = "s",
                           .doc = "Time between rows, on the grid of session time."}>
      step;
  Choice<"method", ChoiceSpec{.labels = {"auto", "welch", "whole", "lomb", "burg", "sliding"},
                              .doc = "How the spectrum is made."}>
      method;
  enum Profile : std::uint32_t { task_force, kubios };
  Choice<"profile", ChoiceSpec{.labels = {"task-force", "kubios-2.2"},
                               .doc = "Whose definitions; kubios-2.2 takes the place of `method`."}>
      profile;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields =
      std::tuple{&HrvSpectrum::intervals,   &HrvSpectrum::spectrum, &HrvSpectrum::window,
                 &HrvSpectrum::step,        &HrvSpectrum::method,   &HrvSpectrum::profile,
                 &HrvSpectrum::trust_source};

  Duration every = 10s;

  bool activate(Activation& a);
  void reset();
  void on(decltype(intervals)&, Time t, const Interval& i);
  void tick(Time t);

 private:
  IntervalWindow window_;
  RateContract contract_;
  std::optional<dsp::HrvSpectrum> of_window_;
};

/// The same reason in the vocabulary of streams.
Reason reason_of(dsp::SpectrumReason reason);

}  // namespace ib
