// The sources that come with the program, for the registry of an engine.
#pragma once

#include <interbeat/registry.hpp>

namespace ib {

/// [control] Adds every source node to `registry`.
void add_builtin_drivers(Registry& registry);

}  // namespace ib
