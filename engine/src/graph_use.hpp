// The entry that uses a module: `{use: person.yaml, with: {source: $anna}, a: ring}`, or
// `{type: dyad.coregulation, a: anna, b: ben, window: 30 s}` for a module that is a node type.
//
// Thread: [control].
#pragma once

#include "graph_edges.hpp"
#include "graph_sheet.hpp"

#include <interbeat/graph.hpp>

#include <map>
#include <optional>
#include <string>

namespace ib {

struct Use {
  std::map<std::string, Yaml> values;               ///< for parameters of the module
  std::map<std::string, Wire, std::less<>> inputs;  ///< for its inputs, in the user's words
  std::optional<Isolation> isolation;               ///< of its nodes
};

/// What fits is returned, the rest is said; an input that is missing is said and becomes broken.
Use read_use(const Yaml::Entry& entry, const Sheet& module, const std::string& path,
             const Voice& voice);

}  // namespace ib
