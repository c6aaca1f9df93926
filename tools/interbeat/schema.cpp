// interbeat schema: the JSON Schema of graphs, for editors.
#include "command.hpp"
#include "message.hpp"
#include "registry.hpp"

#include <interbeat/schema.hpp>

namespace ib::tool {
namespace {

constexpr const char* examples = R"(
Editors with a YAML server complete and check graphs that begin with the line
  # yaml-language-server: $schema=interbeat.schema.json

Example:
  interbeat schema > interbeat.schema.json)";

}  // namespace

void add_schema(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("schema", "Prints the JSON Schema of graph files");
  command->footer(examples);
  command->callback([&action] {
    action = [] {
      show(graph_schema(make_registry()));
      return done;
    };
  });
}

}  // namespace ib::tool
