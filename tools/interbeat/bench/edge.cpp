// An edge between two threads, packets of 16 floats (64 bytes). Throughput: the bare ring with two
// threads that do nothing else, and source → edge → sink of a graph with two threads. Round trip: on
// the bare ring both sides spin; in the graph the second thread sleeps until it is woken, as it does
// in every run, so that figure holds a wake-up and has no bar here.
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"
#include "bench/two_threads.hpp"

namespace ib::bench {
namespace {

enum Sides : std::size_t { bare, through_edge, bare_trip, edge_trip };

}  // namespace

Experiment edge(const Effort& effort) {
  const auto many = effort.of(200'000), trips = effort.of(20'000), slow_trips = effort.of(500);
  Experiment e;
  e.title = "an edge between two threads, packets of 64 bytes";
  e.sides = {{"bare ring", [many] { return pass_across<BareRing>(many); }},
             {"edge of a graph", [many] { return across_an_edge(many); }},
             {"bare ring, there and back", [trips] { return round_trips<BareRing>(trips); }},
             {"edge of a graph, there and back",
              [slow_trips] { return round_trips_over_an_edge(slow_trips); }}};
  e.threads = 2;
  e.figures = {
      {"bare ring, a packet", "ns", Kind::time, [](auto& r) { return r.sides[bare].wall(); }},
      {"edge of a graph, a packet", "ns", Kind::time,
       [](auto& r) { return r.sides[through_edge].wall(); }},
      {"throughput, edge / bare ring", "times", Kind::ratio,
       [](auto& r) { return r.sides[bare].wall() / r.sides[through_edge].wall(); }, at_least(0.8)},
      {"bare ring, there and back", "ns", Kind::time,
       [](auto& r) { return r.sides[bare_trip].wall(); }},
      {"edge of a graph, there and back", "us", Kind::time,
       [](auto& r) { return 1e-3 * r.sides[edge_trip].wall(); }},
  };
  return e;
}

}  // namespace ib::bench
