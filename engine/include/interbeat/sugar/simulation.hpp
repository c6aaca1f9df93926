// Simulation: whose hearts above a node are simulated, for sinks that show them. A node may have this extension.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* simulation_extension = "ib.simulation/1";

/// [control & !active] Once, when the sources are open: "anna, ben"; "": none of them. Borrowed for the call.
struct SimulationTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
  void (*tell)(ib_node*, const char* owners){};
};

}  // namespace ib
