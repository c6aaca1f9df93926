#include "catalogue.hpp"

#include "message.hpp"
#include "nearest.hpp"
#include "registry.hpp"

#include <iterator>

namespace ib::tool {

namespace {

constexpr const char* list_hint =
    "`interbeat plugin list` shows every plugin and what became of it";

std::string reason(const PluginFile& plugin) {
  return fmt::format("the plugin {} can't be used: {}", path_in_quotes(plugin.file),
                     plugin.problem);
}

}  // namespace

void add_plugin_path(CLI::App& command, PluginArguments& arguments) {
  command
      .add_option("--plugin-path", arguments.paths,
                  "A plugin, or a folder of plugins; may be given several times")
      ->type_name("PATH")
      ->allow_extra_args(false);
}

Catalogue::Catalogue(const PluginArguments& arguments, const std::filesystem::path& graph)
    : registry_(make_registry()) {
  PluginSearch search;
  for (const auto& path : arguments.paths) {
    search.places.push_back({path, "--plugin-path", true, {}});
  }
  if (!graph.empty()) {
    auto listed = plugins_of_graph(graph);
    std::move(listed.begin(), listed.end(), std::back_inserter(search.places));
  }
  auto usual = usual_plugin_places();
  std::move(usual.begin(), usual.end(), std::back_inserter(search.places));
  search.cache = usual_plugin_cache();
  search.anew = arguments.anew;
  plugins_ = load_plugins(registry_, search);
}

void Catalogue::report(Diagnostics& out) const {
  for (const auto& plugin : plugins_) {
    if (!plugin.place.asked) continue;
    const auto path = plugin.place.mark.line > 0 ? "plugins" : plugin.place.from;
    if (!plugin.problem.empty()) out.error(plugin.place.mark, path, reason(plugin), {}, list_hint);
    for (const auto& why : plugin.refused) {
      out.warning(plugin.place.mark, path,
                  fmt::format("of the plugin {}, {}", path_in_quotes(plugin.file), why));
    }
  }
}

bool Catalogue::complete_or_complain() const {
  Diagnostics problems;
  report(problems);
  tell(problems.text());
  return !problems.has_errors();
}

}  // namespace ib::tool
