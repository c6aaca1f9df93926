// dyad.linkage: do the heart-rate slopes of two persons move together more than chance?
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/coregulation.hpp>
#include <interbeat/types/pair.hpp>
#include "dsp/linkage.hpp"
#include "dyad/newest_window.hpp"
#include "dyad/widest_error.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ib {

/// One row per step of session time, from the first step on, each a new test of the trailing
/// horizon. A row costs some ms at the defaults, and grows with the square of horizon * rate.
struct DyadLinkage {
  static constexpr About about{
      "dyad.linkage", "1.0.0", "Linkage of two persons' heart-rate slopes, tested against chance.",
      "Windowed lagged cross-correlation (lags to 5 s, windows 5 s apart) over the horizon, "
      "against 99 circular shifts of b inside it. T = mean over windows of the largest z; p = (1 + shifts "
      "whose T is at least as large) / 100. State: collecting (less than 180 s, or less than "
      "70 % valid for both), not_distinguishable from chance, linked. Linked is entered when "
      "p <= 0.01 in every row of 2 min, at least 12 of them, and left when p > 0.05 in every row of "
      "1 min, at least 6; measured with a row every 10 s it shows linked at some time in 0.9 % of "
      "228 unrelated 30-min pairs. Each row is a fresh test of its own horizon. Linkage is "
      "co-variation, neither good nor bad, and lag is not causation. Sources: Boker 2002 "
      "(Psychological Methods 7:338), R package rMEA."};
  static constexpr double window_step_s = 5, min_horizon_s = 180;
  // The rule is about time and about evidence: rows far apart do not shorten it.
  static constexpr double enter_s = 120, leave_s = 60;
  static constexpr int enter_rows = 12, leave_rows = 6;

  In<"in", PairSlope, InSpec{.doc = "Slopes of both on the common grid, from dyad.slope."}> in;
  Out<"out", Coregulation,
      OutSpec{.doc = "One row per step.", .grade = Grade::metrics, .per_call = 1}>
      out;  // at most one per item: points between steps may be missing
  Param<"window",
        NumberSpec{
            .min = 10, .max = 60, .def = 30, .unit = "s", .doc = "Length of a correlation window."}>
      window;
  Param<"step", NumberSpec{.min = 1,
                           .max = 60,
                           .def = 5,
                           .unit = "s",
                           .doc = "Time between rows; they lie on its multiples."}>
      step;
  Param<"horizon", NumberSpec{.min = min_horizon_s,
                              .max = 600,
                              .def = 300,
                              .unit = "s",
                              .doc = "Trailing stretch that is tested."}>
      horizon;
  static constexpr auto fields =
      std::tuple{&DyadLinkage::in, &DyadLinkage::out, &DyadLinkage::window, &DyadLinkage::step,
                 &DyadLinkage::horizon};

  bool activate(Activation& plan);
  void reset();
  void on(decltype(in)&, Time t, const PairSlope& v);

 private:
  int samples(double s) const;
  void push(const PairSlope& v);
  void push_missing_until(Time t);
  Coregulation row(const PairSlope& newest);

  double rate_{};
  Duration period_{};
  Time last_ = never;
  std::optional<dsp::Linkage> linkage_;
  std::optional<NewestWindow> newest_window_;
  std::optional<WidestError> error_;
  std::vector<std::uint8_t> has_a_, has_b_;  ///< per grid point of the horizon, as rings
  std::int64_t pushed_{}, n_a_{}, n_b_{};
};

}  // namespace ib
