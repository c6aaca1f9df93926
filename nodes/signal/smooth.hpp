// filter.smooth: a waveform, or its slope, by a polynomial around each sample.
#pragma once

#include "dsp/savitzky_golay.hpp"
#include "signal/window_filter.hpp"

namespace ib {

struct SmoothFilter : WindowFilter<dsp::SavitzkyGolay> {
  static constexpr About about{
      "filter.smooth", "1.0.0",
      "Savitzky-Golay: smooths and keeps the height of peaks, or gives the slope.",
      "The least-squares polynomial through the n samples around each, taken in their middle: "
      "its value, or its slope per second; n = 2 floor(round(window * rate) / 2) + 1, from 3 to "
      "255 and above the order. At 25 Hz the default is 7 samples. Output times are earlier than "
      "input times by (n - 1) / 2 samples, the delay of all frequencies. Starts as if the first "
      "sample had always been there; the n - 1 samples behind a start are marked as warming up. "
      "Gaps up to 0.2 s are bridged by a line and flagged; longer ones start it anew. Source: "
      "Savitzky & Golay 1964 (10.1021/ac60214a047)."};
  enum Of : std::uint32_t { value, slope };

  In<"in", float, InSpec{.doc = "Regular samples of a waveform."}> in;
  Out<"out", float,
      OutSpec{.doc = "The same samples, smoothed, unit as the input; as slope: that per second."}>
      out;
  Param<"window", NumberSpec{.min = 0.001,
                             .max = 60,
                             .def = 0.28,
                             .unit = "s",
                             .doc = "Length of the window: the odd number of samples in it."}>
      window;
  Param<"order", NumberSpec{.min = 0,
                            .max = 8,
                            .def = 2,
                            .unit = "1",
                            .doc = "Order of the polynomial: the higher, the less is smoothed.",
                            .integer = true}>
      order;
  Choice<"of", ChoiceSpec{.labels = {"value", "slope"},
                          .doc = "value: the smoothed wave; slope: its change per second."}>
      of;
  static constexpr auto fields =
      std::tuple{&SmoothFilter::in, &SmoothFilter::out, &SmoothFilter::window, &SmoothFilter::order,
                 &SmoothFilter::of};

  bool activate(Activation& a);
  double operator()(double x) { return per_ * WindowFilter::operator()(x); }

 private:
  double per_ = 1;  ///< samples per unit of the result: 1, or those of a second
};

}  // namespace ib
