// Nodes that break nearly every test that plays them, or take long over it: judged by some tests only.
#include "lives.hpp"
#include "rooms.hpp"
#include "table.hpp"

namespace ib::test {

const std::vector<NodeDef>& all_nodes() {
  static const std::vector<NodeDef> list{node_def<WritesBehind>(), node_def<Toils>(),
                                         node_def<PausesOnce>(), node_def<SharesItsDesk>()};
  return list;
}

}  // namespace ib::test
