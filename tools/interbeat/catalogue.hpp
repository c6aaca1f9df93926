// The node types that this call of the program knows: the built-in nodes, the drivers, and those of plugins.
// Thread: [control].
#pragma once

#include <CLI/CLI.hpp>
#include <interbeat/plugins.hpp>
#include <interbeat/registry.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ib::tool {

/// `--plugin-path`, as every command has it that knows node types.
struct PluginArguments {
  std::vector<std::string> paths;
  bool anew{};  ///< read every file again
};

void add_plugin_path(CLI::App& command, PluginArguments& arguments);

class Catalogue {
 public:
  /// Plugins of the command line, then those that the graph lists, then those of the usual places.
  explicit Catalogue(const PluginArguments& arguments, const std::filesystem::path& graph = {});

  const Registry& registry() const { return registry_; }
  const std::vector<PluginFile>& plugins() const { return plugins_; }
  /// What was asked for by name and can't be had.
  void report(Diagnostics& out) const;
  /// The same on stderr, for commands without a graph. False: there was something.
  bool complete_or_complain() const;

 private:
  Registry registry_;
  std::vector<PluginFile> plugins_;
};

}  // namespace ib::tool
