// filter.bandstop: takes a band out of a waveform.
#pragma once

#include "signal/filter_family.hpp"
#include "signal/recursive_filter.hpp"

namespace ib {

struct BandStop : RecursiveFilter {
  static constexpr About about{
      "filter.bandstop", "1.0.0", "Band-stop, causal; takes a band out, by default that of breath.",
      "u = W (W_high - W_low) / (W^2 - W_low W_high), W = tan(pi f / rate). butterworth: |H|^2 = "
      "1 / (1 + u^(2 order)); chebyshev2: |H|^2 = 1 / (1 + (10^(stop_db / 10) - 1) / T(1 / "
      "u)^2), T the Chebyshev polynomial of that order. Start, short gaps, jumps and marks as in "
      "filter.bandpass. Output times are earlier than input times by the group delay at 1.2 Hz, "
      "or at 0 Hz where 1.2 Hz is taken out. Edges need 0 < low < high <= 0.45 of the rate. For "
      "one narrow line: filter.notch. Source: Butterworth or Chebyshev II prototype, bilinear "
      "transform (Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 7)."};

  In<"in", float, InSpec{.doc = "Regular samples of a waveform."}> in;
  Out<"out", float, OutSpec{.doc = "The same samples without the band; unit as the input."}> out;
  Param<"low", NumberSpec{.min = 0.01, .max = 400, .def = 0.15, .unit = "Hz", .doc = "Lower edge."}>
      low;
  Param<"high", NumberSpec{.min = 0.02, .max = 400, .def = 0.4, .unit = "Hz", .doc = "Upper edge."}>
      high;
  Param<"order", NumberSpec{.min = 1,
                            .max = 4,
                            .def = 2,
                            .unit = "1",
                            .doc = "Design order; the band-stop has twice as many poles.",
                            .integer = true}>
      order;
  FilterFamily family;
  StopBand stop_db;
  static constexpr auto fields =
      std::tuple{&BandStop::in,    &BandStop::out,    &BandStop::low,     &BandStop::high,
                 &BandStop::order, &BandStop::family, &BandStop::stop_db, &BandStop::dc_steps};

  bool activate(Activation& a);
};

}  // namespace ib
