// A graph as the command line names it, read and checked; what is wrong is said on stderr.
// Thread: [control].
#pragma once

#include <CLI/CLI.hpp>
#include <interbeat/engine.hpp>

#include "catalogue.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ib::tool {

/// GRAPH, --set and --devices, as every command has them that reads a graph.
struct GraphArguments {
  std::string file;
  std::string devices;  ///< empty: the usual file
  std::vector<std::string> set;
  PluginArguments plugins;
};

/// Adds them to a command.
void add_graph_arguments(CLI::App& command, GraphArguments& arguments);

/// `--set NAME=VALUE`, split; null after saying which one is wrong.
std::optional<Overrides> read_overrides(const std::vector<std::string>& set);

/// The file of the graph that the user names; empty after saying that there is none.
std::filesystem::path find_graph_or_complain(const std::string& name);

/// Names of the graphs that come with the program: "couple.yaml".
std::vector<std::string> shipped_graphs();

/// Whether the graph's sources will be opened. If not, none needs to be named.
enum class Sources { opened, unopened };

/// A graph, with the node types that it was read with.
struct LoadedGraph {
  std::shared_ptr<const Catalogue> catalogue;
  std::optional<Graph> graph;

  explicit operator bool() const { return graph.has_value(); }
  Graph& operator*() { return *graph; }
  const Graph& operator*() const { return *graph; }
  const Graph* operator->() const { return &*graph; }
};

/// False after everything that is wrong was said, with the graph, its sources and its plugins.
LoadedGraph load_graph(const GraphArguments& arguments, Sources sources = Sources::opened);

/// The plan, or null; all diagnostics are said, warnings too.
std::unique_ptr<Plan> build_plan(const Graph& graph, const PlanOptions& options);

/// `--executors N|auto` as PlanOptions have it; empty: 0, as the graph says. None: wrong, and said.
std::optional<unsigned> read_executor_count(const std::string& text);

/// "60s", "5 min": a duration that an option took. Null after saying what is wrong with it.
std::optional<Duration> read_duration(const std::string& option, const std::string& text);

}  // namespace ib::tool
