// Subharmonic: beats told at half of the pulse's rate, or at a third. A beat detector keeps its beats 0.3 s apart, so
// of a heart above 200 a minute it takes every second pulse, and what it tells is even, plausible and wrong.
//
// The wave itself knows better, and does not need the detector for it. A heart that is followed has power at its own
// rate, whatever the shape of its pulses: a dicrotic wave as high as the systolic one raises the second harmonic, and
// the first stays. A heart that is passed over has its power at a rate above the detector's, and nothing at one beat
// in two or three of its pulses, nor at the rate of the beats told; an alternans of 10 % leaves it so. The measure is
// the ratio of subharmonic to harmonic, by which an octave error of pitch is told (Sun 2000,
// 10.21437/ICSLP.2000-902); listeners are divided from 0.2 to 0.4 in amplitude, and 0.1 in power lies between.
//
// Thread: any; pure. No allocation. Cost: a few hundred instructions where the wave is slow, as it nearly always is;
// else some thousand.
#pragma once

#include <span>

namespace ib::dsp {

/// Seconds of wave that are looked at, at most and at least.
inline constexpr double subharmonic_window_s = 3, subharmonic_least_s = 1.5;

/// Whether beats that lie `interval_s` apart pass over pulses of the wave, the newest sample last: of its last 3 s half
/// of the power lies at a rate that detectors can't follow, above one in 0.3 s and a sample, and below 8 Hz, at least
/// 1.5 times the beats' own; and neither theirs nor its half or third has a tenth of that.
/// False of less than 1.5 s. `rate_hz` from 10 Hz on; `band_passed` has no constant part.
bool is_subharmonic(std::span<const double> band_passed, double rate_hz,
                    double interval_s) noexcept;

}  // namespace ib::dsp
