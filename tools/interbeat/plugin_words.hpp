// The words behind `interbeat plugin`. Thread: [control], the main thread.
#pragma once

#include "command.hpp"

namespace ib::tool {

void add_plugin_list(CLI::App& plugin, Action& action);
void add_plugin_check(CLI::App& plugin, Action& action);
void add_plugin_new(CLI::App& plugin, Action& action);

inline constexpr void (*plugin_commands[])(CLI::App&, Action&){add_plugin_new, add_plugin_check,
                                                               add_plugin_list};

}  // namespace ib::tool
