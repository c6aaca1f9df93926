// Ownership: whose body a source's signals come from, where what it opened says so: a recorded session names its
// people. A graph that gives the source a participant has the last word.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* ownership_extension = "ib.ownership/1";

/// [control & !active] After ib_source::open. A participant's name as in a graph, or null or empty: it does not
/// say. Valid until the next call.
struct OwnershipTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
  const char* (*owner)(ib_node*){};
};

}  // namespace ib
