// LinkageState: whether two persons' heart-rate slopes move together more than chance makes them.
// It has a memory by rule (see dyad.linkage).
#pragma once

#include <array>
#include <cstdint>

namespace ib {

enum class LinkageState : std::uint8_t { collecting, not_distinguishable, linked };
inline constexpr std::array<const char*, 3> labels(LinkageState) {
  return {"collecting", "not_distinguishable", "linked"};
}

}  // namespace ib
