// The engine's ring and its edges between threads beside boost::lockfree::spsc_queue, packets of 64
// bytes. The bars of the edge are against Boost's bare queue. The round trip is of the ring: both
// queues spin; a graph's edge also wakes its thread, and stands beside them without a bar.
#include <boost/lockfree/spsc_queue.hpp>

#include "bench/graph_work.hpp"
#include "bench/peers.hpp"
#include "bench/two_threads.hpp"

namespace ib::bench {
namespace {

class BoostQueue {
 public:
  explicit BoostQueue(std::size_t capacity) : queue_(capacity) {}
  bool push(const Packet64& p) { return queue_.push(p); }
  bool pop(Packet64& p) { return queue_.pop(p); }

 private:
  boost::lockfree::spsc_queue<Packet64> queue_;
};

enum Sides : std::size_t {
  ring_same,
  boost_same,
  ring_across,
  boost_across,
  edge_across,
  ring_trip,
  boost_trip,
  edge_trip
};

Figure figure(const char* name, std::size_t side) {
  return {name, "ns", Kind::time, [side](const Round& r) { return r.sides[side].wall(); }};
}
Figure speed(const char* name, std::size_t side, std::size_t peer, Bar bar) {
  return {name, "times", Kind::ratio,
          [=](const Round& r) { return r.sides[peer].wall() / r.sides[side].wall(); }, bar};
}

}  // namespace

Experiment queue_beside_boost(const Effort& effort) {
  const auto many = effort.of(200'000), trips = effort.of(20'000), slow_trips = effort.of(500);
  Experiment e;
  e.title = "packets of 64 bytes between two threads, beside boost::lockfree::spsc_queue";
  e.threads = 2;
  e.sides = {{"ring, one thread", [many] { return same_thread<BareRing>(many); }},
             {"Boost, one thread", [many] { return same_thread<BoostQueue>(many); }},
             {"ring", [many] { return pass_across<BareRing>(many); }},
             {"Boost", [many] { return pass_across<BoostQueue>(many); }},
             {"edge of a graph", [many] { return across_an_edge(many); }},
             {"ring, there and back", [trips] { return round_trips<BareRing>(trips); }},
             {"Boost, there and back", [trips] { return round_trips<BoostQueue>(trips); }},
             {"edge of a graph, there and back",
              [slow_trips] { return round_trips_over_an_edge(slow_trips); }}};
  e.figures = {
      figure("push and pop by one thread, ring", ring_same),
      figure("push and pop by one thread, Boost", boost_same),
      figure("a packet across, ring", ring_across),
      figure("a packet across, Boost", boost_across),
      figure("a packet across, edge of a graph", edge_across),
      speed("throughput, ring / Boost", ring_across, boost_across, at_least(0.8)),
      speed("throughput, edge / Boost", edge_across, boost_across, at_least(0.8)),
      figure("there and back, ring", ring_trip),
      figure("there and back, Boost", boost_trip),
      figure("there and back, edge of a graph", edge_trip),
      {"there and back, ring / Boost", "times", Kind::ratio,
       [](auto& r) { return r.sides[ring_trip].wall() / r.sides[boost_trip].wall(); },
       at_most(1.25)},
  };
  return e;
}

}  // namespace ib::bench
