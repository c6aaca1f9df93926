#include "manual/site.hpp"

#include "module_text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace ib::manual {
namespace {

namespace fs = std::filesystem;

const std::array families{
    Family{"source", "Sources", "Where signals come from: recordings and simulated rings."},
    Family{"filter", "Filters",
           "Regular samples in, regular samples out, each at the time that it belongs to."},
    Family{"quality", "Quality", "How far each beat of a pulse waveform can be trusted."},
    Family{"beat", "Beats", "From a waveform to the moments of heart beats."},
    Family{"interval", "Intervals", "The times between beats, with artefacts named and left out."},
    Family{
        "hrv", "Heart rate variability",
        "What intervals of the last seconds or minutes tell, each value with the window it rests on."},
    Family{"stress", "Activation", "The body beside its own rest."},
    Family{"dyad", "Two persons", "Whether two hearts move together more than chance lets them."},
    Family{"sink", "Sinks", "Where results go."},
};

std::size_t rank_of(std::string_view type) {
  const auto name = family_of(type).name;
  const auto at = std::find_if(families.begin(), families.end(),
                               [&](const Family& f) { return f.name == name; });
  return static_cast<std::size_t>(at - families.begin());
}

}  // namespace

Family family_of(std::string_view type) {
  const std::string name(type.substr(0, type.find('.')));
  const auto at = std::find_if(families.begin(), families.end(),
                               [&](const Family& f) { return f.name == name; });
  return at != families.end() ? *at : Family{name, name, "From a plugin."};
}

std::vector<std::string> in_order(std::vector<std::string> types) {
  std::sort(types.begin(), types.end(), [](const std::string& a, const std::string& b) {
    const auto rank_a = rank_of(a), rank_b = rank_of(b);
    return rank_a != rank_b ? rank_a < rank_b : a < b;
  });
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

Site::Site(const Registry& registry, std::vector<std::string> types, const fs::path& recipes,
           const std::vector<fs::path>& graphs)
    : registry_(registry),
      types_(in_order(std::move(types))),
      recipes_(recipes),
      uses_(graphs, registry) {}

const Recipe* Site::recipe_of(const std::string& type) {
  if (const auto known = read_.find(type); known != read_.end()) return &known->second;
  if (type.find('/') != std::string::npos) return nullptr;
  std::error_code unknown;
  const auto file = recipes_ / (type + ".yaml");
  if (recipes_.empty() || !fs::is_regular_file(file, unknown)) return nullptr;
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return &read_.emplace(type, read_recipe(text, file.filename().string())).first->second;
}

std::string Site::page_of(std::string_view type) const {
  if (std::find(types_.begin(), types_.end(), type) == types_.end()) return {};
  std::string file;
  for (const char c : type) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    file += plain ? c : '_';
  }
  return (file == "index" || file.starts_with('.') ? "node-" + file : file) + ".html";
}

std::string summary_of(const Registry& registry, const std::string& type) {
  if (const auto* node = registry.find(type)) return node->desc->summary;
  const auto* module = registry.find_module(type);
  return module == nullptr ? std::string() : tool::description_of(*module);
}

}  // namespace ib::manual
