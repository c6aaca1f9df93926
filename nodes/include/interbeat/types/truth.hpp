// truth: a yes or no that may be unknown, as a field of an item: 1, 0, or absent. A bool says "no"
// where nobody looked; absent prints as an empty cell, null in JSON, and never as 0.
#pragma once

#include <interbeat/sugar/item.hpp>

#include <optional>

namespace ib {

constexpr Maybe truth(bool known) { return known ? 1.0 : 0.0; }
constexpr Maybe truth(std::optional<bool> known) { return known ? truth(*known) : Maybe{}; }

}  // namespace ib
