// The values of random items: numbers as a body makes them, or as nobody should.
// Thread: pure functions.
#pragma once

#include "validator/random_input.hpp"

#include <cstddef>
#include <random>
#include <string_view>

namespace ib::validator {

using Random = std::mt19937;

inline double uniform(Random& g, double low, double high) {
  return low + (high - low) * (static_cast<double>(g() & 0xFFFFFFU) / 16777216.0);
}
inline Duration some(Random& g, double low_s, double high_s) {
  return from_seconds(uniform(g, low_s, high_s));
}

/// A number of this unit; k counts items.
double number(Random& g, std::string_view unit, Values values, std::size_t k);
float sample(Random& g, double wave, Values values, std::size_t k);
void write_field(Random& g, const ib_field& f, Values values, std::size_t k, std::byte* item);

/// Beats and intervals agree with themselves: valid ones have no reason and the length of their time.
bool is_of_a_heart(const ib_type& type);
void agree(Random& g, const ib_type& type, std::byte* item, Duration length, bool after_gap,
           Values values);
/// The type has a field `valid`.
bool says_validity(const ib_type& type);
/// Such an item is not valid, with the reason low_quality if it knows that one.
void invalidate(const ib_type& type, std::byte* item);

}  // namespace ib::validator
