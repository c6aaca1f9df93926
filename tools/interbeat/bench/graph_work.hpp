// Graphs as measured work: YAML as a user would write it, through the public door (read, plan, run).
// Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "bench/cost.hpp"
#include "bench/window.hpp"

namespace ib::bench {

/// `packets` packets through the graph, after `warm_up` of them.
struct GraphWork {
  std::string yaml;
  std::uint64_t packets{};
  std::uint64_t warm_up{2000};
  unsigned threads{1};
  bool await_answer{};
  std::uint64_t piece{};                 ///< see Window
  std::function<void(Plan&)> prepare{};  ///< before it runs
  std::filesystem::path plugin{};        ///< whose node types the graph names too
};

/// What the packets cost, read on the executor's thread. Units: packets. Throws std::runtime_error
/// with the engine's own diagnostics, if the graph is wrong or ends early.
Cost run_graph(const GraphWork& work);
/// The same, with the window given.
Cost run_graph(const GraphWork& work, Window& window);

/// Packets of 16 floats through an edge between two threads, and one at a time with the sink's answer
/// awaited before the next. Units: packets.
Cost across_an_edge(std::uint64_t packets);
Cost round_trips_over_an_edge(std::uint64_t trips);

/// A plan for replay; throws like run_graph.
std::unique_ptr<Plan> build(const std::string& yaml, const PlanOptions& options,
                            const std::filesystem::path& plugin = {});

/// source → n × type → sink. `queues`: a ring on every edge.
std::string chain_yaml(int n, const std::string& type, int packet, bool queues = false);

/// The whole chain of one person without files, HRV every second: what solo.yaml does to a packet.
std::string solo_yaml(int packet);

}  // namespace ib::bench
