// hrv.respiration: rate of breathing, from the heart.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/interval.hpp>
#include <interbeat/types/respiration.hpp>
#include "dsp/hrv_spectrum.hpp"
#include "hrv/interval_window.hpp"

#include <optional>

namespace ib {

/// A row every `step` of session time: the rate where it is clear, or what speaks against it.
struct HrvRespiration {
  static constexpr About about{
      "hrv.respiration", "1.0.0", "Rate of breathing, from the heart.",
      "The heart goes faster when breathing in. The intervals as a curve at 4 Hz, less their line, Hann segments of 64 s, "
      "2048 points; the highest local maximum in 0.12-0.50 Hz is the breath only if the 0.03 Hz to each side of it hold "
      "40 % of the power there, it stands 3 dB above its neighbours (0.03-0.09 Hz away) and not below 0.15 Hz, where the "
      "rhythm of blood pressure lives. Share = power within 0.03 Hz of the wave / power in 0.12-0.50 Hz; breaths per minute = "
      "60 * its frequency. With `paced`, for who breathes with a pacer, also below. Talking breaks it, and breaths faster than half the heart rate appear slower than they are. The "
      "guard is needed: on a resting subject the highest wave stood at 0.135 Hz while a belt counted 0.281 Hz.\n"
      "At least 80 % coverage and no gap above 10 s; irregular windows are withheld. Sources: Hirsch & Bishop 1981 "
      "(10.1152/ajpheart.1981.241.4.H620); the guard is our own."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  Out<"respiration", RespirationRow,
      OutSpec{.doc = "One row per step.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      respiration;
  Param<"window", NumberSpec{.min = 60,
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
  Flag<"paced", FlagSpec{.doc = "Breathing follows a pacer: it may be slower than 0.15 Hz."}> paced;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields = std::tuple{
      &HrvRespiration::intervals, &HrvRespiration::respiration, &HrvRespiration::window,
      &HrvRespiration::step,      &HrvRespiration::paced,       &HrvRespiration::trust_source};

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
