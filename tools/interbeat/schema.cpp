// interbeat schema: the JSON Schema of graphs, for editors.
#include "catalogue.hpp"
#include "command.hpp"
#include "message.hpp"
#include "registry.hpp"

#include <interbeat/schema.hpp>

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* schema_examples = R"(
Editors with a YAML server complete and check graphs that begin with the line
  # yaml-language-server: $schema=interbeat.schema.json

Example:
  interbeat schema > interbeat.schema.json)";

/// Of the built-in nodes, and of plugins that are named: what happens to be installed is nobody else's.
int schema(const PluginArguments& plugins) {
  if (plugins.paths.empty()) {
    show(graph_schema(make_registry()));
    return done;
  }
  const Catalogue catalogue(plugins);
  if (!catalogue.complete_or_complain()) return wrong;
  show(graph_schema(catalogue.registry()));
  return done;
}

}  // namespace

void add_schema(CLI::App& app, Action& action) {
  auto plugins = std::make_shared<PluginArguments>();
  auto* command = app.add_subcommand("schema", "Prints the JSON Schema of graph files");
  add_plugin_path(*command, *plugins);
  command->footer(schema_examples);
  command->callback([plugins, &action] { action = [plugins] { return schema(*plugins); }; });
}

}  // namespace ib::tool
