// Confidence: what an estimate may claim of itself. A rule of thumb never earns more than medium.
#pragma once

#include <array>
#include <cstdint>

namespace ib {

enum class Confidence : std::uint8_t { low, medium };
inline constexpr std::array<const char*, 2> labels(Confidence) { return {"low", "medium"}; }

}  // namespace ib
