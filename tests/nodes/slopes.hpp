// Slopes: grids of two persons' heart-rate slopes whose answer is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include <interbeat/types/pair.hpp>
#include "support/node_runner.hpp"

namespace ib::test {

using Slopes = std::vector<Timed<PairSlope>>;

inline PairSlope pair(Maybe a, Maybe b) {
  PairSlope both;
  both.slope_a = a;
  both.slope_b = b;
  both.side_a = both.side_b = Side::settled;
  return both;
}

/// a wanders; b is a, `lag` grid points later, plus `noise` of its own.
inline Slopes followed(std::uint32_t seed, int n, std::size_t lag, double noise) {
  std::mt19937 random(seed);
  const auto draw = [&] { return 1e-3 * (static_cast<double>(random() % 2001) - 1000); };
  std::deque<double> past(lag + 1, 0.0);
  double x = 0;
  Slopes grid;
  for (int k = 0; k < n; ++k) {
    x = 0.8 * x + draw();
    past.push_back(x);
    past.pop_front();
    grid.push_back({Time{} + 500ms * k, pair(x, past.front() + noise * draw())});
  }
  return grid;
}

inline Slopes swapped(Slopes grid) {
  for (auto& [t, v] : grid) std::swap(v.slope_a, v.slope_b), std::swap(v.side_a, v.side_b);
  return grid;
}

}  // namespace ib::test
