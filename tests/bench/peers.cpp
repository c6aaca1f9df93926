// The peers that are always there: oneTBB and Boost are the engine's own dependencies.
#include "bench/peers.hpp"

namespace ib::bench {

Experiment hop_beside_tbb(const Effort& effort);          // hop.cpp
Experiment queue_beside_boost(const Effort& effort);      // queue.cpp
Experiment plugin_beside_built_in(const Effort& effort);  // plugin.cpp

const std::vector<Offer>& peers() {
  static const std::vector<Offer> all{
      {"hop", "one node more in a chain, beside the oneTBB flow graph", hop_beside_tbb},
      {"plugin", "a loaded node beside the same one built in", plugin_beside_built_in},
      {"queue", "rings and edges beside boost::lockfree::spsc_queue", queue_beside_boost},
  };
  return all;
}

}  // namespace ib::bench
