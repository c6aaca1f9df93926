// filter.lowpass: smooths a waveform, for detection or for the eye.
#pragma once

#include "signal/filter_family.hpp"
#include "signal/recursive_filter.hpp"

namespace ib {

struct LowPass : RecursiveFilter {
  static constexpr About about{
      "filter.lowpass", "1.0.0", "Low-pass, causal; for display, family bessel keeps the shape.",
      "u = W / W_edge, W = tan(pi f / rate). butterworth: |H|^2 = 1 / (1 + u^(2 order)); "
      "chebyshev2: |H|^2 = 1 / (1 + (10^(stop_db / 10) - 1) / T(1 / u)^2), T the Chebyshev "
      "polynomial of that order. Start, short gaps, jumps and marks as in filter.bandpass. "
      "Output times are earlier than input times by the group delay at 1.2 Hz, or at 0 Hz where "
      "1.2 Hz is taken out. The edge needs 0 < edge <= 0.45 of the rate. bessel: one delay for "
      "all that passes while the edge lies below a tenth of the rate, so a pulse keeps its "
      "shape; without high-pass it has no undershoot either. Source: Butterworth, Chebyshev II "
      "or Bessel prototype, bilinear transform (Oppenheim & Schafer, Discrete-Time Signal "
      "Processing, ch. 7; Thomson 1949)."};
  enum Family : std::uint32_t { of_butterworth, of_chebyshev2, of_bessel };

  In<"in", float, InSpec{.doc = "Regular samples of a waveform."}> in;
  Out<"out", float, OutSpec{.doc = "The same samples, smoothed; unit as the input."}> out;
  Param<"edge", NumberSpec{.min = 0.05, .max = 400, .def = 8, .unit = "Hz", .doc = "The edge."}>
      edge;
  Param<"order", NumberSpec{.min = 1,
                            .max = 8,
                            .def = 4,
                            .unit = "1",
                            .doc = "Design order: number of poles.",
                            .integer = true}>
      order;
  Choice<"family",
         ChoiceSpec{.labels = {"butterworth", "chebyshev2", "bessel"},
                    .doc =
                        "butterworth, bessel: 3 dB are lost at the edge; bessel delays all alike. "
                        "chebyshev2: the stop band begins at the edge, `stop_db` down; flat in "
                        "the band, more delay."}>
      family;
  StopBand stop_db;
  static constexpr auto fields =
      std::tuple{&LowPass::in,     &LowPass::out,     &LowPass::edge,    &LowPass::order,
                 &LowPass::family, &LowPass::stop_db, &LowPass::dc_steps};

  bool activate(Activation& a);

 private:
  dsp::Sos design(double rate_hz) const;
};

}  // namespace ib
