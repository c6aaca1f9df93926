// Mode: which of its measurements a BCL ring is read by. It runs one at a time.
#pragma once

#include <cstdint>

namespace ib::bcl {

enum class Mode : std::uint8_t {
  rr,   ///< 31: green light, acceleration, and the ring's own intervals
  raw,  ///< 3C: three colours, acceleration, rotation, temperatures, each frame with the ring's time
};

}  // namespace ib::bcl
