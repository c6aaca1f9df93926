// filter.notch: takes one frequency out of a waveform, such as the mains out of an ECG.
#pragma once

#include "signal/recursive_filter.hpp"

namespace ib {

struct Notch : RecursiveFilter {
  static constexpr About about{
      "filter.notch", "1.0.0", "Takes one frequency out, such as the mains out of an ECG.",
      "Two poles, two zeros: w = 2 pi at / rate, t = tan(w / (2 q)), g = 1 / (1 + t); b = g (1, "
      "-2 cos w, 1), a = (1, -2 g cos w, 2 g - 1). The rate must be at least 2.5 times the "
      "frequency: in a pulse wave of 25 to 64 Hz mains is aliased, and a notch there would take "
      "away what isn't mains. Start, short gaps, jumps and marks as in filter.bandpass; output "
      "times are earlier than input times by the group delay at 1.2 Hz, or at 0 Hz where 1.2 Hz "
      "is taken out. Source: Orfanidis, Introduction to Signal Processing, ch. 11."};

  In<"in", float,
     InSpec{.doc =
                "Regular samples of an ECG. Mains needs 2.5 times its frequency: 125 Hz for one of "
                "50 Hz, 150 Hz for 60 Hz.",
            .rate_min_hz = 125}>
      in;
  Out<"out", float, OutSpec{.doc = "The same samples without it; unit as the input."}> out;
  Param<"at", NumberSpec{.min = 1,
                         .max = 400,
                         .def = 50,
                         .unit = "Hz",
                         .doc = "The frequency: that of the mains is 50 Hz or 60 Hz."}>
      at;
  Param<"q", NumberSpec{.min = 1,
                        .max = 200,
                        .def = 30,
                        .doc = "Quality: at / q lies between the two -3 dB frequencies."}>
      q;
  static constexpr auto fields =
      std::tuple{&Notch::in, &Notch::out, &Notch::at, &Notch::q, &Notch::dc_steps};

  bool activate(Activation& a);
};

}  // namespace ib
