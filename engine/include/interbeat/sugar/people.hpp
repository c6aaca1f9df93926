// People: which inputs of a node tell of different people. The host refuses a graph that brings two of them from
// one source, and warns where two of them are played from the same recording, or one is simulated and one is not.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* people_extension = "ib.people/1";

/// [any] Numbers of the inputs, each of another person.
struct PeopleTable {
  std::uint32_t struct_size{};
  std::uint32_t n{};
  const std::uint32_t* inputs{};
};

}  // namespace ib
