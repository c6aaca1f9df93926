// Graph: what the YAML says, as plain data with marks; flat (modules and participants expanded),
// parameters filled in, every value converted to its param's unit. It knows types from descriptors,
// but has opened nothing and allocated nothing for running. Next step: plan.
//
// Thread: [control]. Immutable once read.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/diagnostic.hpp>
#include <interbeat/registry.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {

enum class OnError { stop, restart, bypass };
enum class Overflow { block, error, drop_newest, latest };

/// A param with a value, already in the unit of its descriptor.
struct Setting {
  std::uint32_t param{};  ///< index into desc->params
  double number{};
  std::string text;
  Mark mark;
  std::string via{};  ///< "$source at person.yaml:9:29", when a parameter brought the value here
};

/// An edge, named at the input: `in: filtered.out`.
struct Edge {
  std::uint32_t to_port{};           ///< input index within the node's inputs
  std::uint32_t from_node{};         ///< index into Graph::nodes
  std::uint32_t from_port{};         ///< output index within that node's outputs
  std::optional<Overflow> overflow;  ///< none: the plan chooses
  bool cut{};                        ///< `queue:` was written: a ring stands here
  double queue_s{};                  ///< its length in seconds, 0: computed
  Mark mark;
};

struct GraphNode {
  std::string path;   ///< "anna.beats"; participants and modules are prefixes
  std::string owner;  ///< participant whose body this comes from, on sources; else empty
  const NodeType* type{};
  std::vector<Setting> settings;
  std::vector<Edge> inputs;
  OnError on_error{OnError::stop};
  Mark mark;
  std::string yaml_path;           ///< "nodes.beats": its place in its own file, for messages
  std::vector<std::string> chain;  ///< modules that led here, for messages
  bool sound{true};                ///< false: one of its settings is missing or wrong, and said
};

struct Graph {
  std::string name;  ///< file name without extension, or `name:`
  std::filesystem::path file;
  std::uint64_t seed{1};
  std::vector<GraphNode> nodes;  ///< in the order written; not sorted
  std::vector<std::string> participants;
  std::map<std::string, std::string> parameters;  ///< as used, for run.json
  /// Canonical YAML of the flat graph, for run.json and its hash: nodes sorted by path, every param
  /// with its unit, every edge with its port. It reads back (`expanded: true`) to the same graph.
  std::string expanded;

  const GraphNode* find(std::string_view path) const;
};

/// `--set NAME=VALUE` of the command line.
using Overrides = std::vector<std::pair<std::string, std::string>>;

/// Folders of shipped graphs: <prefix>/share/interbeat/graphs of the running program and, for one in
/// its build tree, graphs/ of the sources. Empty when that cannot be known.
std::vector<std::filesystem::path> default_module_dirs();

struct ReadOptions {
  /// Where `use:` looks when the module does not lie beside the file that uses it.
  std::vector<std::filesystem::path> module_dirs = default_module_dirs();
  /// A graph that is only looked at: a recording that nobody named becomes "<name>" and is no error.
  bool placeholders{};
  /// Receives what could be read of a graph with errors, for probe_sources. It can't be run.
  Graph* partial{};
};

/// Reads, expands and checks names, units, ranges, types of edges, cycles, duplicates, unused
/// nodes. All problems of all files land in `out`; a graph is returned only when there is no error.
std::optional<Graph> read_graph(const std::filesystem::path& file, const Overrides& set,
                                const Registry& registry, Diagnostics& out,
                                const ReadOptions& options = {});
/// The same from text; relative module paths are looked up in `base`.
std::optional<Graph> read_graph_text(std::string_view text, std::string_view name,
                                     const std::filesystem::path& base, const Overrides& set,
                                     const Registry& registry, Diagnostics& out,
                                     const ReadOptions& options = {});

/// FNV-1a, 64 bits, of `expanded`: equal for graphs that run the same, wherever they are written.
std::uint64_t graph_hash(const Graph& graph);

}  // namespace ib
