// Node types from shared libraries. Every file is read in a child process and its manifest kept, so that a
// plugin that crashes or hangs is named and nothing else suffers; the code itself enters this process only
// when a graph makes one of its nodes.
//
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>
#include <interbeat/registry.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ib {

/// Where to look: a file, or a folder whose `*.so` are all meant.
struct PluginPlace {
  std::filesystem::path path;
  std::string from;  ///< who named it: "--plugin-path", "plugins:", "INTERBEAT_PLUGIN_PATH"
  bool asked{};      ///< by name, for this run: what is wrong with it is an error
  Mark mark{};       ///< where, if in a graph
};

/// One file, or a place where none is.
struct PluginFile {
  std::filesystem::path file;
  PluginPlace place;
  std::string problem;  ///< why it offers nothing; empty: it does
  bool quarantined{};   ///< it crashed or hung, and is not tried again until it changes
  bool kept{};          ///< known from the cache
  double took_ms{};     ///< when it was read
  ib_version abi{};
  std::vector<std::string> types;    ///< what it offers
  std::vector<std::string> refused;  ///< node types of it that can't be had, a sentence each
};

struct PluginSearch {
  std::vector<PluginPlace> places;  ///< the first to offer a type wins
  std::filesystem::path cache;      ///< empty: nothing is kept
  bool anew{};                      ///< read all of them, whatever the cache says
};

/// $INTERBEAT_PLUGIN_PATH, ~/.local/lib/interbeat/plugins, <prefix>/lib/interbeat/plugins, in this order.
std::vector<PluginPlace> usual_plugin_places();
/// What the list `plugins:` of a graph names, relative to the graph. Problems with the list itself are
/// read_graph's to say.
std::vector<PluginPlace> plugins_of_graph(const std::filesystem::path& graph);
/// $XDG_CACHE_HOME/interbeat/plugins; empty: this user has no such place.
std::filesystem::path usual_plugin_cache();

/// Adds the types of all plugins to the registry, and tells of every file.
std::vector<PluginFile> load_plugins(Registry& registry, const PluginSearch& search);

}  // namespace ib
