// What one node more costs: a chain of twenty, built from YAML, less a chain of none, by twenty.
// Packets of 8 floats; source and sink are in both. All counters on, as always.
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"
#include "bench/plain.hpp"

namespace ib::bench {
namespace {

constexpr int nodes = 20, packet = 8;
enum Sides : std::size_t { none, pass, pass_c, scale, loop, ring };

Side through(const std::string& name, int n, const std::string& type, std::uint64_t packets,
             bool queues = false) {
  return {name, [work = GraphWork{chain_yaml(n, type, packet, queues), packets}] {
            return run_graph(work);
          }};
}

double per_hop(const Round& r, std::size_t side) {
  return (r.sides[side].cpu() - r.sides[none].cpu()) / nodes;
}

}  // namespace

Experiment hop(const Effort& effort) {
  const auto n = effort.of(50'000);
  Experiment e;
  e.title = "one node more in a chain of 20, packets of 8 floats";
  e.sides = {
      through("source and sink", 0, "bench.pass", n),
      through("20 pass-through nodes", nodes, "bench.pass", n),
      through("20 pass-through nodes in C", nodes, "bench.pass_c", n),
      through("20 scaling nodes", nodes, "bench.scale", n),
      {"20 scalings in a loop", [n] { return plain_scalings(n, nodes); }},
      through("20 pass-through nodes, a ring on every edge", nodes, "bench.pass", n / 4, true)};
  e.figures = {
      {"pass-through node", "ns", Kind::time, [](auto& r) { return per_hop(r, pass); }, at_most(5)},
      {"pass-through node written in C", "ns", Kind::time,
       [](auto& r) { return per_hop(r, pass_c); }, at_most(5)},
      {"scaling node", "ns", Kind::time, [](auto& r) { return per_hop(r, scale); }},
      {"scaling in a plain loop", "ns", Kind::time,
       [](auto& r) { return r.sides[loop].cpu() / nodes; }},
      {"scaling node / plain loop", "times", Kind::ratio,
       [](auto& r) { return per_hop(r, scale) * nodes / r.sides[loop].cpu(); }, at_most(2)},
      {"through a ring, one thread", "ns", Kind::time, [](auto& r) { return per_hop(r, ring); },
       at_most(10)},
      {"source, sink and turn", "ns", Kind::time, [](auto& r) { return r.sides[none].cpu(); }},
      {"minor faults a packet", "", Kind::count,
       [](auto& r) { return r.sides[pass].faults_each(); }, at_most(0)},
  };
  return e;
}

}  // namespace ib::bench
