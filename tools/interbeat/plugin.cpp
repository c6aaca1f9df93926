// interbeat plugin: what authors and users of plugins need; a file per word behind it.
#include "plugin_words.hpp"

#include "command.hpp"

namespace ib::tool {
namespace {

constexpr const char* plugin_examples = R"(
A plugin is a shared library with nodes in it; the manual is docs/plugins.md.

Examples:
  interbeat plugin new breath               a project that builds and passes its tests
  interbeat plugin check breath/build/breath.so
  interbeat plugin list --plugin-path breath/build)";

}  // namespace

void add_plugin(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("plugin", "Makes, checks and lists node plugins");
  command->require_subcommand(1);
  command->footer(plugin_examples);
  for (const auto add : plugin_commands) add(*command, action);
}

}  // namespace ib::tool
