#include "bench/graph_work.hpp"

#include <interbeat/plugins.hpp>

#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <utility>

#include "bench/nodes.hpp"

namespace ib::bench {
namespace {

constexpr const char* two_islands = R"(interbeat: 1
nodes:
  source: {type: bench.source, packet: 16}
  sink:   {type: bench.sink, in: {from: source, queue: 60 s}}
)";

/// With the node types of a plugin, or without. Plans lean on it, so it stays.
const Registry& registry(const std::filesystem::path& plugin) {
  static std::map<std::filesystem::path, Registry> all;
  const auto [at, is_new] = all.try_emplace(plugin);
  if (!is_new) return at->second;
  at->second = bench_registry();
  if (plugin.empty()) return at->second;
  PluginSearch search;
  search.places.push_back({plugin, "the bench", true, {}});
  const auto files = load_plugins(at->second, search);
  if (!files.at(0).problem.empty())
    throw std::runtime_error(plugin.string() + ": " + files[0].problem);
  return at->second;
}

}  // namespace

std::unique_ptr<Plan> build(const std::string& yaml, const PlanOptions& options,
                            const std::filesystem::path& plugin) {
  Diagnostics problems;
  auto graph = read_graph_text(yaml, "bench", ".", {}, registry(plugin), problems);
  if (!graph) throw std::runtime_error(problems.text());
  auto plan = Plan::build(std::move(*graph), options, problems);
  if (plan == nullptr) throw std::runtime_error(problems.text());
  return plan;
}

Cost run_graph(const GraphWork& work, Window& window) {
  window.warm_up = work.warm_up;
  window.packets = work.packets;
  window.await_answer = work.await_answer;
  window.piece = work.piece;
  PlanOptions options;
  options.mode = Mode::replay;
  options.threads = work.threads;
  std::unique_ptr<Plan> plan;
  {
    const WindowInForce in_force(window);
    plan = build(work.yaml, options, work.plugin);
  }
  if (work.prepare) work.prepare(*plan);
  const auto report = run_replay(*plan, {});
  if (!report.failures.empty()) throw std::runtime_error(report.failures.front());
  if (!window.complete) throw std::runtime_error("the graph ended before all packets were through");
  return window.cost;
}

Cost run_graph(const GraphWork& work) {
  Window window;
  return run_graph(work, window);
}

Cost across_an_edge(std::uint64_t packets) {
  return run_graph(
      {.yaml = two_islands, .packets = packets, .warm_up = 5000, .threads = 2, .piece = 4096});
}

Cost round_trips_over_an_edge(std::uint64_t trips) {
  return run_graph(
      {.yaml = two_islands, .packets = trips, .warm_up = 100, .threads = 2, .await_answer = true});
}

std::string chain_yaml(int n, const std::string& type, int packet, bool queues) {
  std::string y =
      fmt::format("interbeat: 1\nnodes:\n  n0: {{type: bench.source, packet: {}}}\n", packet);
  for (int i = 1; i <= n; ++i) {
    y += queues
             ? fmt::format("  n{}: {{type: {}, in: {{from: n{}, queue: 1 s}}}}\n", i, type, i - 1)
             : fmt::format("  n{}: {{type: {}, in: n{}}}\n", i, type, i - 1);
  }
  return y + fmt::format("  sink: {{type: bench.sink, in: n{}}}\n", n);
}

std::string solo_yaml(int packet) {
  return fmt::format(R"(interbeat: 1
nodes:
  ring:       {{type: bench.source, packet: {}}}
  filtered:   {{type: filter.bandpass, in: ring, low: 0.5 Hz, high: 8 Hz}}
  detected:   {{type: beat.ppg, in: filtered}}
  quality:    {{type: quality.ppg, raw: ring, filtered: filtered, beats: detected}}
  clean:      {{type: interval.clean, beats: quality.beats}}
  hrv:        {{type: hrv.window, intervals: clean, window: 60 s, step: 1 s}}
  activation: {{type: stress.classifier, intervals: clean}}
  a: {{type: bench.any, in: hrv}}
  b: {{type: bench.any, in: activation}}
)",
                     packet);
}

}  // namespace ib::bench
