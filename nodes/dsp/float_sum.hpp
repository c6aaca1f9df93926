// The sum of floats, added as doubles in their order: bit for bit, and mostly not one by one.
//
// A float is a whole number of its last digit. While all that can come together has less than 2^53 of
// the last digit of the smallest one, no addition rounds, and every order gives the same sum: then four
// sums go side by side, since a single one waits for each of its additions. Of 5 s of a band-passed
// pulse only those don't qualify that hold a sample a million times smaller than the largest.
// Thread: any; no state, no allocation.
#pragma once

#include <span>

namespace ib::dsp {

struct FloatSum {
  double sum{};
  float largest{};  ///< magnitude
};
FloatSum float_sum(std::span<const float> values) noexcept;

}  // namespace ib::dsp
