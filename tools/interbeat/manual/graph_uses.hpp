// GraphUses: where the shipped graphs, and modules, use a node type, with their real text: an example that is run by
// the tests can't rot. Thread: [control].
#pragma once

#include <interbeat/registry.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ib::manual {

struct GraphUse {
  std::string graph;               ///< "graphs/01-beats.yaml", or the name of a module
  std::vector<std::string> lines;  ///< without what is for editors
  std::vector<bool> names_it;      ///< by line
};

class GraphUses {
 public:
  GraphUses(const std::vector<std::filesystem::path>& folders, const Registry& registry);

  /// In the order of the names: the ladder 00, 01, … comes first.
  std::vector<GraphUse> of(std::string_view type) const;

 private:
  struct Text {
    std::string name;
    std::vector<std::string> lines;
  };
  std::vector<Text> texts_;
};

}  // namespace ib::manual
