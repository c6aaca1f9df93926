#include "manual/graph_uses.hpp"

#include <algorithm>
#include <fstream>
#include <istream>
#include <sstream>
#include <system_error>

namespace ib::manual {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(std::istream& in) {
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("# yaml-language-server")) out.push_back(line);
  }
  return out;
}

/// "{type: beat.ppg, in: x}" names beat.ppg, and neither beat.pp nor ppg.
bool line_names(std::string_view line, std::string_view type) {
  constexpr std::string_view key = "type: ";
  for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    const auto rest = line.substr(at + key.size());
    const auto end = rest.find_first_of(",} \t");
    if (rest.substr(0, end) == type) return true;
  }
  return false;
}

}  // namespace

GraphUses::GraphUses(const std::vector<fs::path>& folders, const Registry& registry) {
  std::error_code unreadable;
  for (const auto& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream in(entry.path());
      texts_.push_back({"graphs/" + entry.path().filename().string(), lines_of(in)});
    }
  }
  for (const auto* module : registry.modules()) {
    std::istringstream in(module->yaml);
    texts_.push_back({module->type, lines_of(in)});
  }
  std::sort(texts_.begin(), texts_.end(),
            [](const Text& a, const Text& b) { return a.name < b.name; });
  const auto same = [](const Text& a, const Text& b) { return a.name == b.name; };
  texts_.erase(std::unique(texts_.begin(), texts_.end(), same),
               texts_.end());  // installed and in the sources
}

std::vector<GraphUse> GraphUses::of(std::string_view type) const {
  std::vector<GraphUse> out;
  for (const auto& text : texts_) {
    GraphUse use{text.name, text.lines, {}};
    for (const auto& line : text.lines) use.names_it.push_back(line_names(line, type));
    const bool used =
        std::find(use.names_it.begin(), use.names_it.end(), true) != use.names_it.end();
    if (used) out.push_back(std::move(use));
  }
  return out;
}

}  // namespace ib::manual
