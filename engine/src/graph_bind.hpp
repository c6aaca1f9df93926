// From a draft to a graph: keys of a node become edges and settings of its descriptor. What
// `for_each:` unfolds is read once and stamped out: instances share all that is equal.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <interbeat/graph.hpp>

namespace ib {

/// `nodes` of the result lie as in the layout; what is wrong is said and left out.
Graph bind_graph(const Draft& draft, OverrideList& overrides, const FolderOf& folder_of,
                 Diagnostics& out);

}  // namespace ib
