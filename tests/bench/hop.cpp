// A hop of the engine beside a hop of the oneTBB flow graph: same packets (8 floats), same bodies, one
// thread, one packet in flight. The bodies are noexcept: without it TBB's lightweight policy silently
// does nothing. Per hop = (longer chain - shorter chain) / 20 on both sides.
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>

#include <array>
#include <memory>

#include "bench/graph_work.hpp"
#include "bench/peers.hpp"
#include "bench/plain.hpp"

namespace ib::bench {
namespace {

constexpr int nodes = 20;
using Packet = std::array<float, 8>;

struct PassBody {
  Packet operator()(const Packet& p) const noexcept { return p; }
};
struct ScaleBody {
  double by = 0.999;
  Packet operator()(Packet p) const noexcept {
    for (auto& v : p) v = static_cast<float>(static_cast<double>(v) * by);
    return p;
  }
};

/// `packets` packets through `n` nodes, each waited for.
template <class Policy, class Body>
Cost flow_graph(int n, std::uint64_t packets) {
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  tbb::flow::graph graph;
  using Node = tbb::flow::function_node<Packet, Packet, Policy>;
  std::vector<std::unique_ptr<Node>> chain;
  for (int i = 0; i < n; ++i) {
    chain.push_back(std::make_unique<Node>(graph, tbb::flow::serial, Body{}));
    if (i > 0) tbb::flow::make_edge(*chain[chain.size() - 2], *chain.back());
  }
  Packet x{};
  x.fill(1);
  const auto send = [&](std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      chain.front()->try_put(x);
      graph.wait_for_all();
    }
  };
  send(packets / 10);
  return cost_of(static_cast<double>(packets), [&] { send(packets); });
}

enum Sides : std::size_t {
  none,
  pass,
  pass_c,
  scale,
  ring,
  loop,
  light_pass_1,
  light_pass_21,
  light_scale_1,
  light_scale_21,
  queueing_pass_1,
  queueing_pass_21,
  queueing_scale_1,
  queueing_scale_21
};

double hop(const Round& r, std::size_t longer, std::size_t shorter) {
  return (r.sides[longer].cpu() - r.sides[shorter].cpu()) / nodes;
}
double ours(const Round& r, std::size_t side) { return hop(r, side, none); }

Side engine(const std::string& name, int n, const char* type, std::uint64_t packets, bool queues) {
  return {name,
          [work = GraphWork{chain_yaml(n, type, 8, queues), packets}] { return run_graph(work); }};
}

template <class Policy, class Body>
void add_flow_graph(std::vector<Side>& sides, const std::string& name, std::uint64_t packets) {
  for (const int n : {1, nodes + 1}) {
    sides.push_back({name + ", " + std::to_string(n) + " nodes",
                     [n, packets] { return flow_graph<Policy, Body>(n, packets); }});
  }
}

}  // namespace

Experiment hop_beside_tbb(const Effort& effort) {
  using tbb::flow::queueing;
  using tbb::flow::queueing_lightweight;
  const auto n = effort.of(50'000), tbb_n = effort.of(10'000);
  Experiment e;
  e.title = "one node more in a chain of 20, packets of 8 floats, beside oneTBB's flow graph";
  e.sides = {
      engine("source and sink", 0, "", n, false),
      engine("20 pass-through nodes", nodes, "bench.pass", n, false),
      engine("20 pass-through nodes in C", nodes, "bench.pass_c", n, false),
      engine("20 scaling nodes", nodes, "bench.scale", n, false),
      engine("20 pass-through nodes, a ring on every edge", nodes, "bench.pass", n / 4, true),
      {"20 scalings in a loop", [n] { return plain_scalings(n, nodes); }}};
  add_flow_graph<queueing_lightweight, PassBody>(e.sides, "TBB lightweight, pass", tbb_n);
  add_flow_graph<queueing_lightweight, ScaleBody>(e.sides, "TBB lightweight, scale", tbb_n);
  add_flow_graph<queueing, PassBody>(e.sides, "TBB queueing, pass", tbb_n);
  add_flow_graph<queueing, ScaleBody>(e.sides, "TBB queueing, scale", tbb_n);
  e.figures = {
      {"pass-through node", "ns", Kind::time, [](auto& r) { return ours(r, pass); }, at_most(5)},
      {"scaling node", "ns", Kind::time, [](auto& r) { return ours(r, scale); }},
      {"scaling node / plain loop", "times", Kind::ratio,
       [](auto& r) { return ours(r, scale) * nodes / r.sides[loop].cpu(); }, at_most(2)},
      {"through a ring, one thread", "ns", Kind::time, [](auto& r) { return ours(r, ring); },
       at_most(10)},
      {"TBB lightweight, pass", "ns", Kind::time,
       [](auto& r) { return hop(r, light_pass_21, light_pass_1); }},
      {"TBB queueing, pass", "ns", Kind::time,
       [](auto& r) { return hop(r, queueing_pass_21, queueing_pass_1); }},
      {"TBB lightweight / ours, pass", "times", Kind::ratio,
       [](auto& r) { return hop(r, light_pass_21, light_pass_1) / ours(r, pass); }, at_least(10)},
      {"TBB lightweight / ours in C, pass", "times", Kind::ratio,
       [](auto& r) { return hop(r, light_pass_21, light_pass_1) / ours(r, pass_c); }, at_least(10)},
      {"TBB lightweight / ours, scale", "times", Kind::ratio,
       [](auto& r) { return hop(r, light_scale_21, light_scale_1) / ours(r, scale); },
       at_least(10)},
      {"TBB queueing / ours, pass", "times", Kind::ratio,
       [](auto& r) { return hop(r, queueing_pass_21, queueing_pass_1) / ours(r, pass); }},
      {"TBB queueing / ours, scale", "times", Kind::ratio,
       [](auto& r) { return hop(r, queueing_scale_21, queueing_scale_1) / ours(r, scale); }},
  };
  return e;
}

}  // namespace ib::bench
