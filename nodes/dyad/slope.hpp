// dyad.slope: heart-rate slopes of two persons on the common grid.
#pragma once

#include <interbeat/node.hpp>

#include <interbeat/types/pair.hpp>
#include "dsp/hr_slope.hpp"

namespace ib {

/// Least-squares slope over the last seconds of each person's heart rate. It removes the slow
/// trends that two unrelated hearts share by chance, which makes the test of dyad.linkage honest.
struct DyadSlope {
  static constexpr About about{
      "dyad.slope", "1.0.0", "Heart-rate slopes of two persons over the last 5 s.",
      "Ordinary least squares over a trailing window of the grid. Slope = sum (t - mean t) (x - mean x) / "
      "sum (t - mean t)^2, x in bpm, t in s. Missing when more than 30 % of the window is missing. A hole in the grid starts both windows anew."};

  In<"in", PairHr, InSpec{.doc = "Heart rate of both on the common grid, from dyad.align."}> in;
  Out<"out", PairSlope, OutSpec{.doc = "Slopes of both, one item per grid point."}> out;
  Param<"window",
        NumberSpec{.min = 2, .max = 15, .def = 5, .unit = "s", .doc = "Length of the window."}>
      window;
  static constexpr auto fields = std::tuple{&DyadSlope::in, &DyadSlope::out, &DyadSlope::window};

  bool activate(Activation& plan);
  void reset();
  void on(decltype(in)&, Time t, const PairHr& v);

 private:
  dsp::HrSlope a_{{}}, b_{{}};
  Duration period_{};
  Time last_ = never;
};

}  // namespace ib
