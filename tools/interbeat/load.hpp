// A graph as the command line names it, read and checked; what is wrong is said on stderr.
// Thread: [control].
#pragma once

#include <CLI/CLI.hpp>
#include <interbeat/engine.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ib::tool {

/// GRAPH and --set, as every command has them that reads a graph.
struct GraphArguments {
  std::string file;
  std::vector<std::string> set;
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

/// Null after everything that is wrong was said, with the graph and with its sources.
std::optional<Graph> load_graph(const GraphArguments& arguments, const Registry& registry,
                                Sources sources = Sources::opened);

/// The plan, or null; all diagnostics are said, warnings too.
std::unique_ptr<Plan> build_plan(const Graph& graph, const PlanOptions& options);

/// "60s", "5 min": a duration that an option took. Null after saying what is wrong with it.
std::optional<Duration> read_duration(const std::string& option, const std::string& text);

}  // namespace ib::tool
