// A node that was loaded from a plugin beside the same node built in: the C interface is the same, so the hop
// should be too.
#include <filesystem>

#include "bench/graph_work.hpp"
#include "bench/peers.hpp"

namespace ib::bench {
namespace {

constexpr int nodes = 20, packet = 8;
enum Sides : std::size_t { none, pass, plugged_pass, scale, plugged_scale };

std::filesystem::path plugged() {
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  return program.parent_path().parent_path() / "tests/plugins/plugged.so";
}

Side through(const std::string& name, int n, const std::string& type, std::uint64_t packets) {
  return {name, [work = GraphWork{.yaml = chain_yaml(n, type, packet),
                                  .packets = packets,
                                  .plugin = plugged()}] { return run_graph(work); }};
}

double per_hop(const Round& r, std::size_t side) {
  return (r.sides[side].cpu() - r.sides[none].cpu()) / nodes;
}

}  // namespace

Experiment plugin_beside_built_in(const Effort& effort) {
  const auto n = effort.of(50'000);
  Experiment e;
  e.title =
      "one node more in a chain of 20, packets of 8 floats: loaded from a plugin and built in";
  e.sides = {through("source and sink", 0, "bench.pass", n),
             through("20 pass-through nodes", nodes, "bench.pass", n),
             through("20 of a plugin", nodes, "plugged.pass", n),
             through("20 scaling nodes", nodes, "bench.scale", n),
             through("20 of a plugin, scaling", nodes, "plugged.scale", n)};
  e.figures = {
      {"pass-through, plugin / built in", "x", Kind::ratio,
       [](auto& r) { return per_hop(r, plugged_pass) / per_hop(r, pass); }, at_most(1.1)},
      {"scaling, plugin / built in", "x", Kind::ratio,
       [](auto& r) { return per_hop(r, plugged_scale) / per_hop(r, scale); }, at_most(1.1)},
      {"pass-through, built in", "ns", Kind::time, [](auto& r) { return per_hop(r, pass); }},
      {"pass-through, plugin", "ns", Kind::time, [](auto& r) { return per_hop(r, plugged_pass); }},
      {"scaling, built in", "ns", Kind::time, [](auto& r) { return per_hop(r, scale); }},
      {"scaling, plugin", "ns", Kind::time, [](auto& r) { return per_hop(r, plugged_scale); }},
  };
  return e;
}

}  // namespace ib::bench
