// How texts that differ from element to element are written as one: "virtual:seed=${each}". It depends
// on the texts and the elements alone, not on the words in which a graph was written.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/graph.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// One `for_each:` in canonical order, which is not the order written.
struct Order {
  std::vector<std::uint32_t> places;  ///< of the elements in ForEach::elements
  std::vector<std::string_view> elements, index;
  std::vector<std::string> numbers;  ///< what `index` looks at
};

Order order_of(const ForEach& each);

/// "0..9999", or "[anna, ben]".
std::string write_elements(const Order& order);

/// "virtual:seed=${each}" in quotes; empty when the texts follow no such pattern. Which words are
/// tried first is fixed, so that equal texts give equal patterns.
std::string pattern_of(const std::vector<std::string>& texts, const Order& order);

/// The words between the first and the last byte.
inline std::string without_quotes(const std::string& quoted) {
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace ib
