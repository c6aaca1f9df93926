// Ageing: how a sink that shows what is new learns that nothing comes any more. While a live run is on, the host
// calls it with the session time of this moment: whenever blocks have come, and when the time is there that it
// named. A sink in a thread of its own (IB_NODE_BLOCKING, not isolated) may have this extension; offline nobody
// calls it.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* ageing_extension = "ib.ageing/1";

/// [exec, on the thread of `process`, between two calls of it] The session time at which it wants to be called
/// although nothing has come; IB_FOREVER: not before the next `process`.
struct AgeingTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
  std::int64_t (*age)(ib_node*, std::int64_t now_ns){};
};

}  // namespace ib
