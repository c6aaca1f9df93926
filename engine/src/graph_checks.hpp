// What must hold between the nodes of a bound graph. Each check says everything that it finds.
//
// Thread: [control].
#pragma once

#include <interbeat/graph.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ib {

/// No circles of edges; sinks write files below the output folder, each one its own.
void check_shape(const Graph& graph, Diagnostics& out);
void check_output_files(const Graph& graph, Diagnostics& out);

/// A module that the graph itself uses; its nodes have its path in front. With `for_each:` it has
/// one for each element.
struct UsedModule {
  std::vector<std::string> paths;
  std::string yaml_path;
  Mark mark;
};

/// A node, or a whole module, whose data reach no sink is a warning. `offered`: nodes behind the
/// outputs of the graph itself, which count as used. Of use only for a graph without errors: a
/// wrong edge is no edge.
void warn_unused(const Graph& graph, const std::vector<std::uint32_t>& offered,
                 const std::vector<UsedModule>& modules, Diagnostics& out);

/// Every input gets a stream that it can read: item type, regular or irregular, channels, unit.
/// `ask_sources`: as ReadOptions has it.
void check_streams(const Graph& graph, const Registry& registry, bool ask_sources,
                   Diagnostics& out);

/// No input refuses what its stream carries: "unrated" samples at hrv.window, for instance.
void check_attributes(const Graph& graph, const Registry& registry, Diagnostics& out);

}  // namespace ib
