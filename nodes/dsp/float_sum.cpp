#include "dsp/float_sum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace ib::dsp {
namespace {

using Floats = std::span<const float>;
constexpr float unbounded = std::numeric_limits<float>::infinity();

struct Magnitudes {
  float smallest, largest;  // the smallest that is not 0
};

Magnitudes magnitudes_of(Floats values) {
  constexpr std::size_t lanes = 4;  // as many as one register holds
  std::array<float, lanes> smallest, largest{};
  smallest.fill(unbounded);
  const auto take = [&](std::size_t k, float x) {
    const float size = std::abs(x);
    largest[k] = std::max(largest[k], size);
    smallest[k] = std::min(smallest[k], size > 0 ? size : unbounded);
  };
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) take(k, values[i + k]);
  for (; i < values.size(); ++i) take(0, values[i]);
  return {*std::min_element(smallest.begin(), smallest.end()),
          *std::max_element(largest.begin(), largest.end())};
}

// The last digit of a float is more than 2^-24 of it.
bool adds_exactly(const Magnitudes& m, std::size_t n) {
  return static_cast<double>(n) * double{m.largest} < 0x1p29 * double{m.smallest} &&
         m.largest < unbounded;
}

double in_any_order(Floats values) {
  std::array<double, 4> sums{};
  std::size_t i = 0;
  for (; i + 4 <= values.size(); i += 4)
    for (std::size_t k = 0; k < 4; ++k) sums[k] += double{values[i + k]};
  for (; i < values.size(); ++i) sums[0] += double{values[i]};
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

FloatSum float_sum(Floats values) noexcept {
  const auto magnitudes = magnitudes_of(values);
  if (adds_exactly(magnitudes, values.size())) return {in_any_order(values), magnitudes.largest};
  double sum = 0.0;
  for (const float x : values) sum += double{x};
  return {sum, magnitudes.largest};
}

}  // namespace ib::dsp
