// dyad.coregulation: two persons' intervals in, one row about the two of them out.
// A module of dyad.align, dyad.slope, dyad.wcc and dyad.linkage; each can also be used alone. The
// last two stand side by side: the test correlates every window of its horizon with 99 shifted
// copies of b, so it needs each grid point, and a row of dyad.wcc would tell it nothing new. The
// module sends those rows as its second output, `wcc`.
#pragma once

#include <interbeat/registry.hpp>

namespace ib {

/// [control] The module's name and text, for a registry.
ModuleType coregulation_module();

}  // namespace ib
