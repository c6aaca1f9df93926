// Inputs of figures that no virtual: source gives: an impulse, a step, beat-to-beat intervals that swing as told, an
// ECG. Each is a formula and a seed, so that every figure is the same everywhere. Thread: [control].
#pragma once

#include "manual/recipe.hpp"

namespace ib::manual {

/// Its text, by `make`:
///   impulse, step: {rate_hz, before_s, after_s}: 0, then 1 (for one sample, or from there on), a column ppg
///   intervals:     {parts: [{for_s, mean_ms, swing_ms, at_hz, scatter_ms, early_every}]}: a column rr_us; one
///                  beat in `early_every` is premature, with a pause behind it
///   notifications: {duration_s, mean_ms, swing_ms, at_hz, stall_at_s, stall_s, lose_at_s}: arrival_s, rr_1024
///   ecg, pulse:    {rate_hz, duration_s, mean_ms}: a column ecg_mv or ppg, waves as sums of Gaussians after McSharry et al.
///                  2003 (10.1109/TBME.2003.808805); `as: e4` and `as: embraceplus`
///                  write it as these wristbands do
///   text:          {text}
/// Throws std::runtime_error for another one.
std::string made_file(const FileToMake& file);

}  // namespace ib::manual
