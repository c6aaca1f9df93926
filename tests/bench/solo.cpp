// Samples per second of the whole solo chain (filter, beats, quality, intervals, HRV every 5 s,
// activation every second), one core, no files: what a day of one 64-Hz ring costs.
#include "bench/toy_chain.hpp"

#include "builtin_nodes.hpp"

#include <benchmark/benchmark.h>

#include <cmath>

namespace {

using namespace ib;
using namespace ib::bench;

/// A steady pulse at 64 Hz, 0.83 s apart with a slow sway, from a table.
struct PulseSource {
  static constexpr About about{"toy.pulse", "1.0.0", "A pulse from a table."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE | IB_NODE_DETERMINISTIC;
  Out<"ppg", Ppg, OutSpec{.doc = "Samples."}> ppg;
  static constexpr auto fields = std::tuple{&PulseSource::ppg};
  static constexpr double rate = 64;
  static constexpr std::uint32_t packet = 256;

  std::vector<float> table;
  std::uint64_t index{};
  bool activate(Activation& a) {
    a.out().rate_hz = rate;
    a.out().max_items = packet;
    table.resize(1 << 16);
    double beat = 0, next = 0.83;
    for (std::size_t i = 0; i < table.size(); ++i) {
      const double t = static_cast<double>(i) / rate;
      if (t > beat + next) {
        beat += next;
        next = 0.83 + 0.05 * std::sin(0.6 * t);
      }
      const double p = t - beat - 0.3;
      table[i] = static_cast<float>(50000 + 500 * std::exp(-p * p / 0.01));
    }
    return true;
  }
  ib_status process(ib_process& p) {
    ib_block* b = p.out[0];
    const auto anchor = Anchor::of_rate(rate);
    b->anchor = {anchor.index, anchor.t_ns, anchor.dt_q32};
    b->first_index = index;
    b->n = packet;
    float* x = writable_samples(*b);
    for (std::uint32_t i = 0; i < packet; ++i) x[i] = table[(index + i) & (table.size() - 1)];
    b->sample_flags = nullptr;
    index += packet;
    b->settled_ns = anchor.at(index - 1).ns;
    p.wake_ns = anchor.at(index).ns;
    return IB_SLEEP;
  }
};

struct AnySwallow {
  static constexpr About about{"toy.any", "1.0.0", "Takes every stream."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", void, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&AnySwallow::in};
  std::uint64_t items{};
  ib_status process(ib_process& p) {
    if (p.in[0] != nullptr) items += p.in[0]->n;
    return IB_OK;
  }
};

void solo_graph_64_hz(benchmark::State& state) {
  Registry registry;
  add_builtin_nodes(registry);
  for (const auto& d : {node_def<PulseSource>(), node_def<AnySwallow>()}) {
    registry.add(NodeType{d.desc, d.create});
  }
  Turner turner(R"(interbeat: 1
nodes:
  ring:     {type: toy.pulse}
  filtered: {type: filter.bandpass, in: ring}
  detected: {type: beat.ppg, in: filtered}
  quality:  {type: quality.ppg, raw: ring, filtered: filtered, beats: detected}
  clean:    {type: interval.clean, beats: quality.beats}
  hrv:      {type: hrv.window, intervals: clean}
  level:    {type: stress.classifier, intervals: clean}
  a: {type: toy.any, in: hrv}
  b: {type: toy.any, in: level}
)",
                registry);
  for (auto _ : state) turner.turn();
  state.SetItemsProcessed(state.iterations() * PulseSource::packet);
}
BENCHMARK(solo_graph_64_hz);

}  // namespace
