// JSON Schema (draft-07) of graph files, made from the descriptors of a registry, for editors:
//
//   # yaml-language-server: $schema=interbeat.schema.json
//
// It knows node types with their inputs, params, units, defaults and documentation. It is a little
// more generous than the reader: what needs the whole graph (types of edges, circles) it leaves
// out.
//
// Thread: [control].
#pragma once

#include <interbeat/registry.hpp>

#include <string>

namespace ib {

/// The schema as JSON text, two spaces deep, keys in a fixed order.
std::string graph_schema(const Registry& registry);

}  // namespace ib
