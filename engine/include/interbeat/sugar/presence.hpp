// Presence: how often and how long the device of a live source was out of reach, so that the host can say so
// while the run is on and when it ends. A live source of a device may have this extension.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* presence_extension = "ib.presence/1";

/// Of the session, from its time 0 on.
struct DevicePresence {
  std::uint64_t breaks{};           ///< how often it went out of reach
  std::int64_t away_ns{};           ///< in those from which it came back
  std::int64_t since_ns{IB_NEVER};  ///< session time of the break that lasts; IB_NEVER: it is there
};

/// [any] May be asked while the source is active; the three figures are a moment's view.
struct PresenceTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
  DevicePresence (*presence)(ib_node*){};
};

}  // namespace ib
