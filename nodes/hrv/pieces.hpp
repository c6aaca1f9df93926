// hrv.pieces: heart rate variability of hours, by pieces of five minutes.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/interval.hpp>
#include <interbeat/types/pieces.hpp>
#include "dsp/hrv_pieces.hpp"

namespace ib {

/// A row every `step` of session time: what the recording so far holds, or why it holds too little.
struct HrvPieces {
  static constexpr About about{
      "hrv.pieces", "1.0.0", "Variability of hours: SDANN and SDNNI of five-minute pieces.",
      "Pieces of 300 s lie edge to edge from the start of the first interval; one counts when it is over and valid "
      "intervals cover 70 % of it. SDANN = standard deviation (n - 1) of the pieces' mean intervals, SDNNI = mean of their "
      "SDNN; both from three pieces on, over all since the start. Irregular intervals are not valid, so a piece full of "
      "them does not count. Sums are exact within a piece, and a day takes no more memory than a minute. For nights and "
      "days; of minutes `hrv.window` tells more. Source: Task Force 1996 (10.1161/01.CIR.93.5.1043)."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  Out<"pieces", PiecesRow,
      OutSpec{.doc = "One row per step.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      pieces;
  Param<"step", NumberSpec{.min = 1,
                           .max = 3600,
                           .def = 300,
                           .unit = "s",
                           .doc = "Time between rows, on the grid of session time."}>
      step;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields = std::tuple{&HrvPieces::intervals, &HrvPieces::pieces,
                                            &HrvPieces::step, &HrvPieces::trust_source};

  Duration every = 300s;

  bool activate(Activation& a);
  void reset();
  void on(decltype(intervals)&, Time t, const Interval& i);
  void tick(Time t);

 private:
  dsp::HrvPieces so_far_;
  Time begin_ = never;  ///< of the first interval
};

}  // namespace ib
