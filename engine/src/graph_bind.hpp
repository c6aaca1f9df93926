// From a draft to a graph: keys of a node become edges and settings of its descriptor.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <interbeat/graph.hpp>

namespace ib {

/// `nodes` of the result are those of the draft, one to one; what is wrong is said and left out.
Graph bind_graph(const Draft& draft, OverrideList& overrides, const FolderOf& folder_of,
                 Diagnostics& out);

}  // namespace ib
