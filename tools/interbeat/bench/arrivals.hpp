// Arrivals: what bench.arrive, a sink, tells of the packets that reach it: how long ago each was handed
// over, and what they cost its thread from the first to the last.
// Thread: as said at each field.
#pragma once

#include <interbeat/registry.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/cost.hpp"

namespace ib::bench {

struct Arrivals {
  explicit Arrivals(std::size_t n);
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  std::atomic<std::int64_t> pushed{};  ///< steady clock, ns: of the packet under way
  std::atomic<std::size_t> heard{};
  void (*opened)(){};  ///< with the first packet, on the sink's thread
  void (*closed)(){};  ///< with the last
  // [the sink's thread]
  std::vector<float> latencies_us;
  Cost cost;
  Meter meter;
};

NodeType arrive_node();

}  // namespace ib::bench
