// Four filter sections, each a node of its own in YAML, against one hand-written loop over the same
// four sections.
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"
#include "bench/plain.hpp"

#include <fmt/format.h>

namespace ib::bench {
namespace {

enum Sides : std::size_t { loop, none_8, nodes_8, one_8, none_256, nodes_256, filters_8 };

/// source → four nodes → sink; `settings(k)` says what the k-th one is.
template <class Settings>
std::string four(int packet, Settings settings) {
  std::string y =
      fmt::format("interbeat: 1\nnodes:\n  n0: {{type: bench.source, packet: {}}}\n", packet);
  for (int k = 1; k <= 4; ++k)
    y += fmt::format("  n{}: {{{}, in: n{}}}\n", k, settings(k - 1), k - 1);
  return y + "  sink: {type: bench.sink, in: n4}\n";
}

std::string biquad(int k) { return fmt::format("type: bench.biquad, section: {}", k); }
std::string filter(int) { return "type: filter.bandpass, low: 0.5 Hz, high: 8 Hz, order: 1"; }

Side graph(const std::string& name, std::string yaml, std::uint64_t packets) {
  return {name, [work = GraphWork{std::move(yaml), packets}] { return run_graph(work); }};
}

/// CPU time of a sample in the nodes alone.
double sample(const Round& r, std::size_t with, std::size_t without, int packet) {
  return (r.sides[with].cpu() - r.sides[without].cpu()) / packet;
}

}  // namespace

Experiment chain(const Effort& effort) {
  const auto samples = effort.of(1'024'000);
  Experiment e;
  e.title = "four filter sections, a node each";
  e.sides = {{"four sections in a loop", [samples] { return plain_sos(samples); }},
             graph("source and sink, packets of 8", chain_yaml(0, "", 8), samples / 8),
             graph("four biquad nodes, packets of 8", four(8, biquad), samples / 8),
             graph("one node with the four, packets of 8",
                   chain_yaml(1, "bench.biquad, many: 4", 8), samples / 8),
             graph("source and sink, packets of 256", chain_yaml(0, "", 256), samples / 256),
             graph("four biquad nodes, packets of 256", four(256, biquad), samples / 256),
             graph("four filter.bandpass of order 1, packets of 8", four(8, filter), samples / 8)};
  e.figures = {
      {"a sample in the plain loop", "ns", Kind::time, [](auto& r) { return r.sides[loop].cpu(); }},
      {"a sample in four biquad nodes, packets of 8", "ns", Kind::time,
       [](auto& r) { return sample(r, nodes_8, none_8, 8); }},
      {"four biquad nodes / plain loop, packets of 8", "times", Kind::ratio,
       [](auto& r) { return sample(r, nodes_8, none_8, 8) / r.sides[loop].cpu(); }, at_most(1.3)},
      {"one node with the four / plain loop, packets of 8", "times", Kind::ratio,
       [](auto& r) { return sample(r, one_8, none_8, 8) / r.sides[loop].cpu(); }},
      {"four biquad nodes / plain loop, packets of 256", "times", Kind::ratio,
       [](auto& r) { return sample(r, nodes_256, none_256, 256) / r.sides[loop].cpu(); },
       at_most(1.3)},
      {"four filter.bandpass / plain loop, packets of 8", "times", Kind::ratio,
       [](auto& r) { return sample(r, filters_8, none_8, 8) / r.sides[loop].cpu(); }},
  };
  return e;
}

}  // namespace ib::bench
