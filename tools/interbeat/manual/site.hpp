// Site: the pages of a manual, and what they need to know of each other. Thread: [control].
#pragma once

#include <interbeat/registry.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manual/figure_run.hpp"
#include "manual/graph_uses.hpp"
#include "manual/prose.hpp"
#include "manual/recipe.hpp"

namespace ib::manual {

struct Family {
  std::string name, title, says;
};

/// In the order of a chain from sensor to file; of a node that belongs to none of ours, one of its own.
Family family_of(std::string_view type);
std::vector<std::string> in_order(std::vector<std::string> types);

class Site {
 public:
  /// Pages of `types`, in order. Recipes are the files of `recipes`; a type without one has no figure.
  Site(const Registry& registry, std::vector<std::string> types,
       const std::filesystem::path& recipes, const std::vector<std::filesystem::path>& graphs);

  const Registry& registry() const { return registry_; }
  const std::vector<std::string>& types() const { return types_; }
  const GraphUses& uses() const { return uses_; }
  /// Null: none. Throws std::runtime_error when its file can't be read.
  const Recipe* recipe_of(const std::string& type);
  /// "beat.ppg.html"; empty: it has no page here.
  std::string page_of(std::string_view type) const;
  PageOf links() const {
    return [this](std::string_view type) { return page_of(type); };
  }

 private:
  const Registry& registry_;
  std::vector<std::string> types_;
  std::filesystem::path recipes_;
  GraphUses uses_;
  std::map<std::string, Recipe> read_;
};

/// One sentence of a node or module.
std::string summary_of(const Registry& registry, const std::string& type);

/// The pages. `problem` of a figure that could not be made is filled, and the page says that there is none.
std::string node_page(Site& site, const std::string& type, std::string& problem);
std::string index_page(const Site& site);

}  // namespace ib::manual
