// The rate of the common grid, as its readers learn it: a grid stream is irregular to the engine (a
// time per item), and its greatest rate is its rate.
#pragma once

namespace ib {

constexpr bool is_grid_rate(double hz) { return hz == 2 || hz == 4; }
inline constexpr const char* no_grid =
    "this input is no grid of 2 Hz or 4 Hz; connect it to dyad.align or dyad.slope";
inline constexpr const char* no_grid_step =
    "`step` must be whole steps of the grid, a multiple of 0.5 s";

}  // namespace ib
