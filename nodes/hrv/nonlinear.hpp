// hrv.nonlinear: order and shape of the intervals of the last minutes.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/interval.hpp>
#include <interbeat/types/nonlinear.hpp>
#include "dsp/dfa.hpp"
#include "dsp/hrv_time.hpp"
#include "dsp/interval_entropy.hpp"
#include "hrv/rate_contract.hpp"
#include "hrv/window_bar.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ib {

/// A row every `step` of session time: what the window holds, or why it holds too little.
struct HrvNonlinear {
  static constexpr About about{
      "hrv.nonlinear", "1.0.0",
      "Entropy, fluctuation, asymmetry and fragmentation of heartbeat intervals.",
      "Window at t: valid intervals with t - window < end <= t, from 70 % coverage; nothing is read across a gap or an "
      "artefact. Irregular windows are withheld. Class low below 200 intervals.\n"
      "Sample and approximate entropy (m = 2, r = 0.2 SDNN) from 100 intervals; DFA, boxes that do not overlap: alpha1 "
      "4 to 16 from 64 intervals, alpha2 16 to 64 from 192; Poincare plot: SD1/SD2, area, CSI, CVI; its asymmetry and "
      "fragmentation (PIP, IALS, PSS, PAS) from 100 contiguous pairs; deceleration and acceleration capacity from 30 "
      "anchors, steps of at most 5 %; Baevsky's index SI, bins of 50 ms, from 42 s: a narrow "
      "histogram, not felt stress.\n"
      "SampEn = -ln(A / B), B pairs of 2 intervals in a row alike within r, A of them also with the next; ApEn = "
      "phi(2) - phi(3), phi(m) the mean ln share of stretches of m alike; alpha = slope of ln F(n) on ln n, F(n) the root "
      "mean square of the profile less its lines in boxes of n; area = pi SD1 SD2; CSI = SD2 / SD1; CVI = log10(16 SD1 "
      "SD2); capacity = mean of (x[0] + x[1] - x[-1] - x[-2]) / 4 over its anchors; SI = AMo / (2 Mo MxDMn), AMo the "
      "percent of intervals in the fullest bin, Mo their median in s, MxDMn longest minus shortest in s.\n"
      "Sources: Richman & Moorman 2000 (10.1152/ajpheart.2000.278.6.H2039), Pincus 1991 (10.1073/pnas.88.6.2297), Peng "
      "1995 (10.1063/1.166141), Brennan 2001 (10.1109/10.959330), Guzik 2006, Porta 2008, Costa 2017 "
      "(10.3389/fphys.2017.00255), Bauer 2006 (10.1016/S0140-6736(06)68735-7)."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  Out<"nonlinear", NonlinearRow,
      OutSpec{.doc = "One row per step.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      nonlinear;
  Param<"window", NumberSpec{.min = 60,
                             .max = 3600,
                             .def = 300,
                             .unit = "s",
                             .doc = "Length of the window that ends at each row."}>
      window;
  Param<"step", NumberSpec{.min = 1,
                           .max = 600,
                           .def = 30,
                           .unit = "s",
                           .doc = "Time between rows, on the grid of session time."}>
      step;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields =
      std::tuple{&HrvNonlinear::intervals, &HrvNonlinear::nonlinear, &HrvNonlinear::window,
                 &HrvNonlinear::step, &HrvNonlinear::trust_source};

  Duration every = 30s;

  bool activate(Activation& a);
  void reset();
  void on(decltype(intervals)&, Time t, const Interval& i);
  void tick(Time t);

 private:
  void describe(NonlinearRow& row);

  std::optional<dsp::HrvTimeWindow> window_;
  std::optional<dsp::IntervalEntropy> entropy_;
  std::optional<dsp::Dfa> dfa_;
  std::vector<dsp::NnInterval> in_order_;
  std::vector<std::uint16_t> by_length_;
  RateContract contract_;
  WindowBar bar_;
};

}  // namespace ib
