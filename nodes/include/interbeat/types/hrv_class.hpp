// HrvClass: how far the values of one HRV window can be trusted. Coverage decides; nodes/dsp/hrv_time
// says how.
#pragma once

#include <array>
#include <cstdint>

namespace ib {

enum class HrvClass : std::uint8_t { absent, low, ok };
inline constexpr std::array<const char*, 3> labels(HrvClass) { return {"absent", "low", "ok"}; }

}  // namespace ib
