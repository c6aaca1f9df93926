// NodeStreams: what the plan knows of one node's edges. StreamTable: those of all nodes, where equal
// nodes of a `for_each:` share one: ten thousand people differ in their names and sources alone.
//
// While a part of the graph is activated each of its nodes has streams of its own; fold() then lets go
// of those that say what the first of their group says. Names and owners in shared streams are the
// first's: names of others come from output_name(), sources from sources().
// Thread: [control]; [any] once the plan stands.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/graph.hpp>
#include <interbeat/time.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace ib::detail {

struct NodeStreams {
  std::vector<ib_stream> in, out;
  std::vector<std::string> out_names;
  std::vector<std::string> owners;     ///< by output, as in ib_stream
  Duration path_latency{};             ///< worst case, source to this node's outputs
  std::size_t scratch_bytes{};         ///< working memory that the node wants in every call
  std::vector<std::uint32_t> sources;  ///< indices of all sources upstream
};

class StreamTable {
 public:
  void resize(std::size_t nodes) {
    entries_.clear();
    entries_.resize(nodes);
  }
  /// Empty ones of its own, to be filled.
  NodeStreams& make(std::uint32_t node);
  NodeStreams& operator[](std::uint32_t node) { return *entries_[node].streams; }
  const NodeStreams& operator[](std::uint32_t node) const { return *entries_[node].streams; }
  /// Of this very node, also where the rest is shared.
  std::span<const std::uint32_t> sources(std::uint32_t node) const;

  /// Shares what these nodes, all active, have in common with the first of their groups.
  void fold(std::span<const std::uint32_t> nodes, const Graph& graph);

 private:
  static constexpr std::uint32_t own = UINT32_MAX;
  struct Entry {
    NodeStreams* streams{};
    std::uint32_t source{own};  ///< of one that shares
  };
  std::deque<NodeStreams> all_;
  std::vector<NodeStreams*> spare_;  ///< of those that share now
  std::vector<Entry> entries_;       ///< by graph node
  std::vector<NodeStreams*> first_;  ///< by group of the graph
};

/// "anna.beats.beats"
std::string output_name(const GraphNode& node, std::uint32_t port);

}  // namespace ib::detail
