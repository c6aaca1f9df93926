// filter.highpass: takes the baseline out of a waveform.
#pragma once

#include "signal/filter_family.hpp"
#include "signal/recursive_filter.hpp"

namespace ib {

struct HighPass : RecursiveFilter {
  static constexpr About about{
      "filter.highpass", "1.0.0", "High-pass, causal; takes out constant part and drift.",
      "u = W_edge / W, W = tan(pi f / rate). butterworth: |H|^2 = 1 / (1 + u^(2 order)); "
      "chebyshev2: |H|^2 = 1 / (1 + (10^(stop_db / 10) - 1) / T(1 / u)^2), T the Chebyshev "
      "polynomial of that order. Of an even order it lets 10^(-stop_db / 20) of the constant "
      "part through, and a log line says so: take an odd one, or put filter.dc in front. Start, "
      "short gaps, jumps and marks as in filter.bandpass. Output times are earlier than input "
      "times by the group delay at 1.2 Hz, or at twice the edge where 1.2 Hz is taken out. The "
      "edge needs 0 < edge <= 0.45 of the rate. Cheaper and less steep: filter.dc. Source: "
      "Butterworth or Chebyshev II prototype, bilinear transform (Oppenheim & Schafer, "
      "Discrete-Time Signal Processing, ch. 7)."};

  In<"in", float, InSpec{.doc = "Regular samples of a waveform."}> in;
  Out<"out", float, OutSpec{.doc = "The same samples without baseline; unit as the input."}> out;
  Param<"edge", NumberSpec{.min = 0.01, .max = 400, .def = 0.5, .unit = "Hz", .doc = "The edge."}>
      edge;
  Param<"order", NumberSpec{.min = 1,
                            .max = 8,
                            .def = 2,
                            .unit = "1",
                            .doc = "Design order: number of poles.",
                            .integer = true}>
      order;
  FilterFamily family;
  StopBand stop_db;
  Log log;
  static constexpr auto fields =
      std::tuple{&HighPass::in,     &HighPass::out,     &HighPass::edge,    &HighPass::order,
                 &HighPass::family, &HighPass::stop_db, &HighPass::dc_steps};

  bool activate(Activation& a);
};

}  // namespace ib
