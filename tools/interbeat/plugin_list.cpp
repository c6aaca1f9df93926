// interbeat plugin list: every plugin file that is found, and what became of it.
#include "catalogue.hpp"
#include "command.hpp"
#include "message.hpp"
#include "plugin_words.hpp"
#include "terminal.hpp"
#include "text_table.hpp"
#include "wrap.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace ib::tool {
namespace {

constexpr const char* list_examples = R"(
Plugins are looked for at --plugin-path, at INTERBEAT_PLUGIN_PATH, in ~/.local/lib/interbeat/plugins and in
lib/interbeat/plugins beside the program; a graph may list its own under `plugins:`. One that crashed or hung
while it was read is not tried again until its file changes, or until --again.

Examples:
  interbeat plugin list
  interbeat plugin list --plugin-path build --again)";

struct PluginListArguments {
  PluginArguments plugins;
  bool json{};
};

std::string state_of(const PluginFile& p) {
  if (p.quarantined) return "quarantined";
  const bool offers_nothing = !p.problem.empty() || (p.types.empty() && !p.refused.empty());
  return offers_nothing ? "refused" : "good";
}

std::string notes_of(const PluginFile& p) {
  if (!p.problem.empty()) return p.problem;
  auto text = fmt::format("{}", fmt::join(p.types, ", "));
  for (const auto& why : p.refused) text += (text.empty() ? "" : "; ") + why;
  return text;
}

nlohmann::json as_json(const PluginFile& p) {
  nlohmann::json j{{"file", p.file.string()}, {"from", p.place.from}, {"state", state_of(p)},
                   {"took_ms", p.took_ms},    {"cached", p.kept},     {"nodes", p.types},
                   {"refused", p.refused}};
  if (p.problem.empty()) j["abi"] = fmt::format("{}.{}.{}", p.abi.major, p.abi.minor, p.abi.patch);
  else j["problem"] = p.problem;
  return j;
}

int list_plugins(const PluginListArguments& a) {
  const Catalogue catalogue(a.plugins);
  if (a.json) {
    auto all = nlohmann::json::array();
    for (const auto& p : catalogue.plugins()) all.push_back(as_json(p));
    show(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return done;
  }
  TextTable table({"plugin", "state", "found through", "nodes, or why not"});
  for (const auto& p : catalogue.plugins()) {
    table.row({p.file.string(), state_of(p), p.place.from, notes_of(p)});
  }
  if (!table.empty()) {
    show(table.text(0, terminal_width(STDOUT_FILENO)));
    return done;
  }
  show("There are no plugins. Looked for in:\n");
  for (const auto& place : usual_plugin_places())
    show(fmt::format("  {} ({})\n", place.path.string(), place.from));
  return done;
}

}  // namespace

void add_plugin_list(CLI::App& plugin, Action& action) {
  auto a = std::make_shared<PluginListArguments>();
  auto* command =
      plugin.add_subcommand("list", "Lists the plugins that are found, and what became of each");
  add_plugin_path(*command, a->plugins);
  command->add_flag("--again", a->plugins.anew, "Read every file anew, quarantined ones too");
  command->add_flag("--json", a->json, "As JSON");
  command->footer(list_examples);
  command->callback([a, &action] { action = [a] { return list_plugins(*a); }; });
}

}  // namespace ib::tool
