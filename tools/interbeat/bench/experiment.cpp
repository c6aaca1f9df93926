#include "bench/experiment.hpp"

namespace ib::bench {

const std::vector<Offer>& experiments() {
  static const std::vector<Offer> all{
      {"hop", "one node more in a chain, fused and through a ring", hop},
      {"chain", "four filter sections in a row against one loop", chain},
      {"edge", "an edge between two threads against the bare ring", edge},
      {"wake", "waking a thread that sleeps: what no live run can beat here", wake},
      {"isolation", "a call of a node in a process of its own, and what its death costs",
       isolation},
      {"solo", "the whole chain of one person", solo},
      {"metrics", "the same with every metric every second", metrics},
      {"hrv", "variability kept up to date against recomputed by FFT", hrv},
      {"couple", "two persons and what is between them", couple},
      {"rings", "live: 1,000 and 10,000 rings in one process", rings},
      {"instruments", "what sampled times and a tap cost the solo graph", instruments},
      {"start", "from starting the program to the first packet", start},
      {"day", "24 hours of a ring: CSV in, CSV out", day},
  };
  return all;
}

}  // namespace ib::bench
