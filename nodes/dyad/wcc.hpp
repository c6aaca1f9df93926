// dyad.wcc: how the heart-rate slopes of two persons correlate right now, lag by lag.
#pragma once

#include <interbeat/node.hpp>

#include "dyad/newest_window.hpp"

#include <optional>

namespace ib {

struct DyadWcc {
  static constexpr About about{
      "dyad.wcc", "1.0.0", "Windowed lagged cross-correlation of two persons' heart-rate slopes.",
      "Pearson r of the newest window at every lag to 5 s, each over its own pairs, as Fisher z: "
      "at "
      "lag 0, in the mean, where it is largest, and whose lead it shows. r(k) = cov(a[i - k], b[i]) / "
      "(SD a * SD b) over the pairs of lag k; z = atanh(r), r held within +-0.999; lead index = mean z of k > 0 "
      "minus mean z of k < 0. Values are there when "
      "every "
      "lag has 80 % of its pairs. It describes and tests nothing: two unrelated hearts have a "
      "largest r too; dyad.linkage is the test. Sources: Boker 2002 (Psychological Methods 7:338), "
      "R package rMEA."};

  In<"in", PairSlope, InSpec{.doc = "Slopes of both on the common grid, from dyad.slope."}> in;
  Out<"out", WccRow, OutSpec{.doc = "One row per step.", .grade = Grade::metrics, .per_call = 1}>
      out;  // at most one per item: points between steps may be missing
  Param<
      "window",
      NumberSpec{
          .min = 10, .max = 60, .def = 30, .unit = "s", .doc = "Length of the correlation window."}>
      window;
  Param<"step", NumberSpec{.min = 1,
                           .max = 60,
                           .def = 1,
                           .unit = "s",
                           .doc = "Time between rows; they lie on its multiples."}>
      step;
  static constexpr auto fields =
      std::tuple{&DyadWcc::in, &DyadWcc::out, &DyadWcc::window, &DyadWcc::step};

  bool activate(Activation& plan);
  void reset();
  void on(decltype(in)&, Time t, const PairSlope& v);

 private:
  void push_missing_until(Time t);

  Duration period_{};
  Time last_ = never;
  std::optional<NewestWindow> newest_;
};

}  // namespace ib
