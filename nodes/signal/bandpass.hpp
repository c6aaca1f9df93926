// filter.bandpass: keeps the cardiac band of a pulse waveform.
#pragma once

#include "signal/filter_family.hpp"
#include "signal/recursive_filter.hpp"

namespace ib {

/// Causal, second-order sections. The output's time base lies the group delay at 1.2 Hz earlier, so
/// that a peak stands where the heart made it; the delay is declared as latency.
struct BandPass : RecursiveFilter {
  static constexpr About about{
      "filter.bandpass", "1.0.0", "Band-pass, causal; keeps the cardiac band.",
      "Starts in steady state with the first sample, so that a large constant part leaves no "
      "transient; outputs are marked as warming up until 99 % settled. Gaps up to 0.2 s are "
      "bridged by a line and flagged; longer ones restart the filter, and so does a jump of the "
      "input (a difference beyond 20 robust standard deviations of those of 2.5 s before, and "
      "beyond all that the wave moved in them: a finger seated anew, a gain changed). Output "
      "times are earlier than input times by the group delay at 1.2 Hz. Below 20 Hz the upper "
      "edge is at most 0.4 of the rate, and a log line says so; otherwise edges need 0 < low < "
      "high <= 0.45 of the rate. u = (W^2 - W_low W_high) / (W (W_high - W_low)), W = tan(pi f / "
      "rate). butterworth: |H|^2 = 1 / (1 + u^(2 order)); chebyshev2: |H|^2 = 1 / (1 + "
      "(10^(stop_db / 10) - 1) / T(1 / u)^2), T the Chebyshev polynomial of that order. Of an "
      "even order it lets 10^(-stop_db / 20) of the constant part through, and a log line says "
      "so: take an odd one, or put filter.dc in front. For a noisy wrist: filter.dc, then family "
      "chebyshev2, order 4. Source: Butterworth or Chebyshev II prototype, bilinear transform; "
      "band after Elgendi 2013 (10.1371/journal.pone.0076585)."};

  In<"in", float, InSpec{.doc = "Regular samples, for example a raw pulse waveform."}> in;
  Out<"out", float, OutSpec{.doc = "The same samples, band-limited; unit as the input."}> out;
  Param<"low", NumberSpec{.min = 0.01, .max = 20, .def = 0.5, .unit = "Hz", .doc = "Lower edge."}>
      low;
  Param<"high", NumberSpec{.min = 0.1,
                           .max = 100,
                           .def = 8,
                           .unit = "Hz",
                           .doc = "Upper edge; below 20 Hz at most 0.4 of the rate is used."}>
      high;
  Param<"order", NumberSpec{.min = 1,
                            .max = 4,
                            .def = 2,
                            .unit = "1",
                            .doc = "Design order; the band-pass has twice as many poles.",
                            .integer = true}>
      order;
  FilterFamily family;
  StopBand stop_db;
  Log log;
  static constexpr auto fields =
      std::tuple{&BandPass::in,    &BandPass::out,    &BandPass::low,     &BandPass::high,
                 &BandPass::order, &BandPass::family, &BandPass::stop_db, &BandPass::dc_steps};

  bool activate(Activation& a);
};

}  // namespace ib
