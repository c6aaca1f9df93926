// Order and circles of a graph.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/graph.hpp>

#include <cstdint>
#include <vector>

namespace ib {

/// Indices of nodes, every node behind the ones that it reads; ties in the order written. Nodes in
/// a circle, or behind one, are missing.
std::vector<std::uint32_t> topological_order(const Graph& graph);

/// Circles of edges, each once, as node indices in the direction of the data.
std::vector<std::vector<std::uint32_t>> find_cycles(const Graph& graph);

/// The edge that ends at that input; null if none.
const Edge* edge_into(const GraphNode& node, std::uint32_t input);

/// The port of that index among the inputs, or among the outputs, of a node type.
const ib_port& input_port(const ib_node_desc& desc, std::uint32_t index);
const ib_port& output_port(const ib_node_desc& desc, std::uint32_t index);

}  // namespace ib
