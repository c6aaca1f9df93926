// dyad.coregulation: two persons' intervals in, one row about the two of them out.
// A module: dyad.align, dyad.slope and dyad.linkage in a row, so that each can also be used alone.
#pragma once

#include <interbeat/registry.hpp>

namespace ib {

/// [control] The module's name and text, for a registry.
ModuleType coregulation_module();

}  // namespace ib
