// The built-in nodes.
#pragma once

#include <interbeat/registry.hpp>

namespace ib {

/// Adds every built-in node and module. [control]
void add_builtin_nodes(Registry& registry);

}  // namespace ib
