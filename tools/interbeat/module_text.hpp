// What a module says of itself. Thread: [control].
#pragma once

#include "graph_sheet.hpp"

#include <interbeat/registry.hpp>

#include <string>

namespace ib::tool {

/// Its `description:`; a sentence that fits all modules where it has none.
inline std::string description_of(const ModuleType& module) {
  const auto sheet = read_interface(module.yaml, module.type);
  const auto* said = sheet.section("description");
  const bool there = said != nullptr && said->is_scalar() && !said->text.empty();
  return there ? said->text : "A graph in itself: several nodes under one name.";
}

}  // namespace ib::tool
