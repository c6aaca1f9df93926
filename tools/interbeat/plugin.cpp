// interbeat plugin: what authors and users of plugins need; a file per word behind it.
#include "plugin_words.hpp"

#include "command.hpp"

namespace ib::tool {

void add_plugin(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("plugin", "Makes, checks and lists node plugins");
  command->require_subcommand(1);
  for (const auto add : plugin_commands) add(*command, action);
}

}  // namespace ib::tool
