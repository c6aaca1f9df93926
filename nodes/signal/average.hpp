// filter.average: the moving average of a waveform.
#pragma once

#include "dsp/moving_average.hpp"
#include "signal/window_filter.hpp"

namespace ib {

struct AverageFilter : WindowFilter<dsp::MovingAverage> {
  static constexpr About about{
      "filter.average", "1.0.0", "Moving average over an odd number of samples.",
      "y = mean of the n samples around each, n = 2 floor(round(window * rate) / 2) + 1, from 3 "
      "to 65,535. The sum is exact: what has left the window leaves nothing behind. Output times "
      "are earlier than input times by (n - 1) / 2 samples, the delay of all frequencies; "
      "multiples of rate / n are taken out. Starts as if the first sample had always been there; "
      "the n - 1 samples behind a start are marked as warming up. Gaps up to 0.2 s are bridged "
      "by a line and flagged; longer ones start it anew. Keeps less of a peak's height than "
      "filter.smooth. Source: Smith, The Scientist and Engineer's Guide to DSP, ch. 15."};

  In<"in", float, InSpec{.doc = "Regular samples of a waveform."}> in;
  Out<"out", float, OutSpec{.doc = "Their moving average; unit as the input."}> out;
  Param<"window", NumberSpec{.min = 0.001,
                             .max = 60,
                             .def = 0.2,
                             .unit = "s",
                             .doc = "Length of the average: the odd number of samples in it."}>
      window;
  static constexpr auto fields =
      std::tuple{&AverageFilter::in, &AverageFilter::out, &AverageFilter::window};

  bool activate(Activation& a);
};

}  // namespace ib
