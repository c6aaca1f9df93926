// The child's side of isolation: makes the nodes that the parent names and answers its calls, a thread for
// each node, until the parent is gone.
//
// Thread: [control], the main thread of a process that does nothing else.
#pragma once

#include <interbeat/registry.hpp>

#include <cstdint>

namespace ib {

/// The parent gave it descriptor 3, the lifeline, and from 4 on the memory of each node. `memory_bytes`: as
/// much as this process may have; `number`: which one it is (CallPage::process). Does not return while the
/// parent lives.
int serve_nodes(const Registry& builtin, unsigned nodes, std::uint64_t memory_bytes,
                std::uint32_t number);

}  // namespace ib
