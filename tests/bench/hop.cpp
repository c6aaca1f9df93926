// What one hop costs: fused inside an island, through a ring, and a oneTBB flow-graph hop with the same
// body in the same program. Per hop = (chain of 20 - chain of 0) / 20; ratios within one run count.
#include "bench/toy_chain.hpp"

#include <benchmark/benchmark.h>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>

#include <array>

namespace {

using namespace ib;
using namespace ib::bench;
constexpr int hops = 20, packet = 8;

void turn_chain(benchmark::State& state, int n, const char* type, bool queues) {
  const auto registry = toys();
  Turner turner(chain_yaml(n, type, packet, queues), registry);
  for (auto _ : state) turner.turn();
  state.SetItemsProcessed(state.iterations() * n);
  state.counters["ns_per_hop_with_source"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * std::max(n, 1) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void source_and_sink(benchmark::State& s) { turn_chain(s, 0, "toy.pass", false); }
void fused_pass_20(benchmark::State& s) { turn_chain(s, hops, "toy.pass", false); }
void fused_scale_20(benchmark::State& s) { turn_chain(s, hops, "toy.scale", false); }
void ring_pass_20(benchmark::State& s) { turn_chain(s, hops, "toy.pass", true); }

using Packet = std::array<float, packet>;

void plain_scale_loop_20(benchmark::State& state) {
  Packet x{};
  x.fill(1);
  for (auto _ : state) {
    for (int h = 0; h < hops; ++h) {
      for (auto& v : x) v = static_cast<float>(static_cast<double>(v) * 0.999);
      benchmark::DoNotOptimize(x);
    }
  }
  state.SetItemsProcessed(state.iterations() * hops);
}

/// Bodies are noexcept: without it the lightweight policy silently does nothing.
template <class Policy>
void tbb_chain(benchmark::State& state) {
  tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  tbb::flow::graph g;
  using Node = tbb::flow::function_node<Packet, Packet, Policy>;
  std::vector<std::unique_ptr<Node>> nodes;
  for (int i = 0; i < hops; ++i) {
    nodes.push_back(std::make_unique<Node>(g, tbb::flow::serial, [](Packet p) noexcept {
      for (auto& v : p) v = static_cast<float>(static_cast<double>(v) * 0.999);
      return p;
    }));
    if (i > 0) tbb::flow::make_edge(*nodes[static_cast<std::size_t>(i - 1)], *nodes.back());
  }
  Packet x{};
  x.fill(1);
  for (auto _ : state) {
    nodes.front()->try_put(x);
    g.wait_for_all();
  }
  state.SetItemsProcessed(state.iterations() * hops);
}

BENCHMARK(source_and_sink);
BENCHMARK(fused_pass_20);
BENCHMARK(fused_scale_20);
BENCHMARK(plain_scale_loop_20);
BENCHMARK(ring_pass_20);
BENCHMARK(tbb_chain<tbb::flow::queueing>)->Name("tbb_queueing_20");
BENCHMARK(tbb_chain<tbb::flow::queueing_lightweight>)->Name("tbb_lightweight_20");

}  // namespace
