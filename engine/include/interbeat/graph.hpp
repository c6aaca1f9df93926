// Graph: what the YAML says, as plain data with marks; flat (modules and participants expanded),
// parameters filled in, every value converted to its param's unit. It knows types from descriptors,
// but has opened nothing and allocated nothing for running. Next step: plan.
//
// Thread: [control]. Immutable once read.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/diagnostic.hpp>
#include <interbeat/realtime.hpp>
#include <interbeat/registry.hpp>
#include <interbeat/shared.hpp>
#include <interbeat/time.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {

enum class OnError : std::uint8_t { stop, restart, bypass };
enum class Overflow : std::uint8_t { block, error, drop_newest, latest };

/// A param with a value, already in the unit of its descriptor.
struct Setting {
  std::uint32_t param{};  ///< index into desc->params
  double number{};
  std::string text;
  Mark mark;
  SharedText via{};  ///< "$source at person.yaml:9:29", when a parameter brought the value here
};

/// Settings of a node, read like a vector. Nodes that are set alike share them; one that is changed
/// gets its own.
class SettingList {
 public:
  const Setting* begin() const { return list_ ? list_->data() : nullptr; }
  const Setting* end() const { return begin() + size(); }
  std::size_t size() const { return list_ ? list_->size() : 0; }
  bool empty() const { return size() == 0; }
  const Setting& operator[](std::size_t i) const { return (*list_)[i]; }
  void push_back(Setting setting);

 private:
  std::shared_ptr<std::vector<Setting>> list_;
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

/// Where a node runs. It changes no result, no hash.
struct Isolation {
  bool process{};                 ///< in a process of its own, or of the module that says so
  std::uint32_t max_restarts{5};  ///< within a minute; then its branch stops
  std::uint32_t memory_mb{1024};  ///< as much as its process may have
  Duration hang_after = std::chrono::milliseconds(250);  ///< of one call, live
  std::uint32_t shared_parts{};  ///< so much of its path names the process; 0: all of it
  bool operator==(const Isolation&) const = default;
};

/// Where a node is written, for messages.
struct Origin {
  Mark mark;
  std::string yaml_path;           ///< "nodes.beats": its place in its own file
  std::vector<std::string> chain;  ///< modules that led here
};

struct GraphNode {
  /// "anna.beats"; participants and modules are prefixes; "p[7].beats" of a `for_each:`
  std::string path;
  SharedText owner;  ///< participant whose body this comes from, on sources; else empty
  const NodeType* type{};
  SettingList settings;
  std::vector<Edge> inputs;
  Shared<Origin> origin;
  std::uint32_t group{};      ///< index into Graph::groups, see Folding
  std::uint16_t isolation{};  ///< 0: in this process; else its place in Graph::isolations, from 1
  OnError on_error{OnError::stop};
  bool sound{true};  ///< false: one of its settings is missing or wrong, and said
};

/// Nodes that are one node of the YAML, unfolded by `for_each`: nodes first, first + stride, ...
struct NodeGroup {
  std::string name;  ///< "p[0000–9999].beats"; of a node that stands for itself, its path
  std::uint32_t first{}, count{1}, stride{1};
  std::uint32_t for_each{no_for_each};  ///< index into Graph::for_each
  static constexpr std::uint32_t no_for_each = UINT32_MAX;
};

/// One `for_each:` of a graph.
struct ForEach {
  std::string name;                           ///< "p" of p[0], p[1], ...
  Shared<std::vector<std::string>> elements;  ///< in the order written; equal lists are one
  std::string shown;                          ///< "0000–9999", "anna, ben"
};

struct Graph {
  std::string name;  ///< file name without extension, or `name:`
  std::filesystem::path file;
  std::uint64_t seed{1};
  std::vector<GraphNode> nodes;  ///< in the order written; not sorted
  std::vector<std::string> participants;
  std::map<std::string, std::string> parameters;  ///< as used, for run.json
  std::optional<RealtimeProfile> realtime;        ///< of live runs; changes no result, no hash
  std::optional<unsigned> executors;              ///< 0: `auto`; changes no result, no hash either
  std::vector<Isolation> isolations;              ///< that nodes have
  std::vector<ForEach> for_each;
  std::vector<NodeGroup> groups;       ///< of all nodes; none: every node stands for itself
  std::vector<std::uint32_t> by_path;  ///< nodes sorted by path; empty: nobody has sorted them
  /// Canonical YAML of the flat graph, for run.json and its hash: nodes sorted by path, every param
  /// with its unit, every edge with its port; what `for_each` unfolded stays folded. It reads back
  /// (`expanded: true`) to the same graph.
  std::string expanded;

  const GraphNode* find(std::string_view path) const;
  /// Of a node that runs in another process; else null.
  const Isolation* isolation_of(const GraphNode& node) const {
    return node.isolation == 0 ? nullptr : &isolations[node.isolation - 1U];
  }
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
  /// Hints offer only what sources have: recordings and simulations are opened for it, devices are not.
  bool ask_sources{};
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
