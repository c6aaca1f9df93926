// The node types that this program knows: the built-in nodes and the drivers. Thread: [control].
#pragma once

#include <interbeat/registry.hpp>

#include "builtin.hpp"
#include "builtin_nodes.hpp"

namespace ib::tool {

inline Registry make_registry() {
  Registry registry;
  add_builtin_nodes(registry);
  add_builtin_drivers(registry);
  return registry;
}

}  // namespace ib::tool
