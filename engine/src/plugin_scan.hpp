// Reads a plugin file in a child process: whatever its code does there, it is this file that is refused and
// nothing else that suffers.
//
// Thread: [control].
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace ib {

/// What a file says of itself, or why it doesn't.
struct PluginScan {
  std::string manifest;  ///< JSON: {"abi": [major, minor, patch], "nodes": [describe(...), ...]}
  std::string problem;   ///< a sentence; empty: the manifest is good
  /// It crashed, hung or ended the process: not tried again until the file changes.
  bool quarantined{};
  double took_ms{};
};

inline constexpr std::chrono::milliseconds plugin_scan_limit{5000};

PluginScan scan_plugin(const std::filesystem::path& file,
                       std::chrono::milliseconds limit = plugin_scan_limit);

/// Opens the file here, in this process, and reads its tables: JSON, or a sentence in `problem`.
std::string read_manifest(const std::filesystem::path& file, std::string& problem);

}  // namespace ib
