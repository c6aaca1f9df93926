// Unfolds a graph: fills in parameters and puts in place of every `use:`, and of every node type
// that is a module, the nodes inside, with the path of the user in front ("anna.beats").
//
// Bounds: 16 levels of modules, 1000 uses, 10 000 nodes as written and 200 000 with all that
// `for_each:` makes of them; a module that uses itself is an error.
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <interbeat/registry.hpp>

namespace ib {

/// `placeholders`: a source of the graph itself that nobody named becomes "<name>".
/// Every problem is said at `out`; what is broken is marked so that it is said once.
Draft expand_graph(const SheetRef& top, Library& library, const Registry& registry,
                   OverrideList& overrides, bool placeholders, Diagnostics& out);

}  // namespace ib
