#include <interbeat/plugins.hpp>

#include "plugin.hpp"
#include "plugin_cache.hpp"
#include "plugin_scan.hpp"
#include "yaml_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

namespace ib {
namespace {

namespace fs = std::filesystem;

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// "28 bytes: ibi_us at 0, ..."; equal for types whose items can be read by each other.
std::string layout(const ib_type& t) {
  auto text = fmt::format("{} bytes:", t.item_size);
  for (std::uint32_t i = 0; i < t.n_fields; ++i) {
    const auto& f = t.fields[i];
    text += fmt::format(" {} (kind {}, {} at {})", f.name, f.kind, f.count, f.offset);
  }
  return text;
}

class Loading {
 public:
  Loading(Registry& registry, const PluginSearch& search)
      : registry_(registry), search_(search), cache_(search.cache) {
    for (const auto* node : registry.nodes()) learn(*node->desc);
  }

  std::vector<PluginFile> load() {
    for (const auto& place : search_.places) look_into(place);
    say_absent();
    return std::move(files_);
  }

 private:
  void look_into(const PluginPlace& place) {
    std::error_code error;
    if (!fs::is_directory(place.path, error)) {
      if (place.asked || fs::exists(place.path, error)) load(place.path, place);
      return;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(place.path, error)) {
      if (entry.path().extension() == ".so") found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    for (const auto& file : found) load(file, place);
  }

  void load(const fs::path& named, const PluginPlace& place) {
    std::error_code error;
    auto file = fs::canonical(named, error);
    if (error) file = fs::absolute(named, error);
    if (!seen_.insert(file).second) return;
    PluginFile told;
    told.file = file;
    told.place = place;
    take(file, told);
    files_.push_back(std::move(told));
  }

  void take(const fs::path& file, PluginFile& told) {
    const auto entry = read(file, told);
    told.problem = entry.scan.problem;
    told.quarantined = entry.scan.quarantined;
    told.took_ms = entry.scan.took_ms;
    if (!told.problem.empty()) return;
    try {
      const auto plugin = std::make_shared<Plugin>(file, entry.stamp, entry.scan.manifest);
      told.abi = plugin->abi();
      for (const auto& node : plugin->nodes()) offer(node->desc(), plugin, told);
    } catch (const BadDescriptor& error) {
      told.problem = error.what();
    }
  }

  PluginCache::Entry read(const fs::path& file, PluginFile& told) const {
    if (!search_.anew) {
      if (auto entry = cache_.find(file)) {
        told.kept = true;
        return *entry;
      }
    }
    // Read again if it was written to while it was read.
    for (int tries = 0;; ++tries) {
      const auto before = stamp_of(file);
      if (!before) return {{}, {{}, "there is no such file, or it can't be read", false, 0}};
      PluginCache::Entry entry{*before, scan_plugin(file)};
      const auto after = stamp_of(file);
      if (after && after->same_bytes(*before)) {
        // A missing symbol may be there next time; what crashed is left alone until it changes.
        if (entry.scan.problem.empty() || entry.scan.quarantined) cache_.keep(file, entry);
        return entry;
      }
      if (tries == 2) return {*before, {{}, "it changes while it is read", false, 0}};
    }
  }

  void offer(const ib_node_desc& desc, const std::shared_ptr<Plugin>& plugin, PluginFile& told) {
    if (const auto* there = registry_.find(desc.type)) {
      told.refused.push_back(fmt::format(
          "`{}` is there already, {}", desc.type,
          there->plugin != nullptr ? "from " + there->plugin->file().string() : "built in"));
      return;
    }
    if (registry_.find_module(desc.type) != nullptr) {
      told.refused.push_back(fmt::format("`{}` is there already, as a module", desc.type));
      return;
    }
    if (auto problem = disagreement(desc); !problem.empty()) {
      told.refused.push_back(std::move(problem));
      return;
    }
    learn(desc);
    registry_.add(NodeType{&desc, nullptr, plugin});
    told.types.emplace_back(desc.type);
  }

  void say_absent() {
    std::string first;
    std::size_t n = 0;
    for (const auto& file : files_) {
      if (file.problem.empty() || n++ > 0) continue;
      first = fmt::format("the plugin {} could not be read: {}", file.file.string(), file.problem);
    }
    if (n > 1) first += fmt::format(", and {} more", n - 1);
    if (n > 0) registry_.say_absent(first + " (`interbeat plugin list`)");
  }

  /// One urn is one layout: what one node writes another one reads.
  std::string disagreement(const ib_node_desc& desc) const {
    for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
      const auto* type = desc.ports[i].type;
      if (type == nullptr) continue;
      const auto known = layouts_.find(type->urn);
      if (known == layouts_.end() || known->second == layout(*type)) continue;
      return fmt::format("`{}` has another idea of {}: {}; here it is {}", desc.type, type->urn,
                         layout(*type), known->second);
    }
    return {};
  }
  void learn(const ib_node_desc& desc) {
    for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
      if (const auto* type = desc.ports[i].type) layouts_.emplace(type->urn, layout(*type));
    }
  }

  Registry& registry_;
  const PluginSearch& search_;
  PluginCache cache_;
  std::map<std::string, std::string, std::less<>> layouts_;  ///< by urn
  std::set<fs::path> seen_;
  std::vector<PluginFile> files_;
};

}  // namespace

std::vector<PluginPlace> usual_plugin_places() {
  std::vector<PluginPlace> places;
  const auto listed = from_environment("INTERBEAT_PLUGIN_PATH");
  std::istringstream in(listed);
  for (std::string one; std::getline(in, one, ':');) {
    if (!one.empty()) places.push_back({one, "INTERBEAT_PLUGIN_PATH", false, {}});
  }
  if (const auto home = from_environment("HOME"); !home.empty()) {
    places.push_back(
        {fs::path(home) / ".local/lib/interbeat/plugins", "the user's folder", false, {}});
  }
  std::error_code unknown;
  const auto program = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) {
    places.push_back({program.parent_path().parent_path() / "lib/interbeat/plugins",
                      "the program's folder",
                      false,
                      {}});
  }
  return places;
}

fs::path usual_plugin_cache() {
  if (const auto cache = from_environment("XDG_CACHE_HOME"); fs::path(cache).is_absolute())
    return fs::path(cache) / "interbeat/plugins";
  const auto home = from_environment("HOME");
  return home.empty() ? fs::path() : fs::path(home) / ".cache/interbeat/plugins";
}

std::vector<PluginPlace> plugins_of_graph(const fs::path& graph) {
  std::vector<PluginPlace> places;
  std::ifstream in(graph);
  std::ostringstream text;
  text << in.rdbuf();
  Diagnostics unheard;
  const auto root = parse_yaml(text.str(), graph.lexically_normal().string(), unheard);
  if (!root) return places;
  const auto* entry = root->find("plugins");
  if (entry == nullptr || !entry->value.is_sequence()) return places;
  for (const auto& item : entry->value.items) {
    if (!item.is_scalar() || item.text.empty()) continue;
    places.push_back({graph.parent_path() / item.text, "plugins:", true, item.mark});
  }
  return places;
}

std::vector<PluginFile> load_plugins(Registry& registry, const PluginSearch& search) {
  return Loading(registry, search).load();
}

}  // namespace ib
