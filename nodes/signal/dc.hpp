// filter.dc: takes the constant part out of a waveform, by the cheapest of high-passes.
#pragma once

#include "signal/recursive_filter.hpp"

namespace ib {

struct DcFilter : RecursiveFilter {
  static constexpr About about{
      "filter.dc", "1.0.0", "DC blocker: takes the constant part out, 20 dB per decade.",
      "y[n] = x[n] - x[n-1] + R y[n-1], R = exp(-2 pi cutoff / rate); 3 dB down near the cutoff "
      "while that lies far below the rate. Start, short gaps, jumps and marks as in "
      "filter.bandpass; output times are earlier than input times by the group delay at 1.2 Hz, "
      "or at twice the cutoff where 1.2 Hz is taken out. The cutoff needs 0 < cutoff <= 0.45 of "
      "the rate. Steeper: filter.highpass. Source: J. O. Smith, Introduction to Digital Filters, "
      "DC blocker."};

  In<"in", float, InSpec{.doc = "Regular samples of a waveform."}> in;
  Out<"out", float, OutSpec{.doc = "The same samples around 0; unit as the input."}> out;
  Param<"cutoff",
        NumberSpec{
            .min = 0.01, .max = 20, .def = 0.3, .unit = "Hz", .doc = "Below this less passes."}>
      cutoff;
  static constexpr auto fields =
      std::tuple{&DcFilter::in, &DcFilter::out, &DcFilter::cutoff, &DcFilter::dc_steps};

  bool activate(Activation& a);
};

}  // namespace ib
