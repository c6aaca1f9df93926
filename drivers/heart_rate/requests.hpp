// What may be asked of a heart-rate sensor: it measures by itself, so it is next to nothing.
//
// Thread: any; no allocation, no throw.
#pragma once

#include "wire/packet.hpp"

namespace ib::heart_rate {

/// To the control point: the energy expended counts from 0 again.
inline wire::Packet reset_energy() noexcept { return {0x01}; }

}  // namespace ib::heart_rate
