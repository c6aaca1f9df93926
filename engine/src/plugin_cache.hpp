// PluginCache: what files said of themselves, kept in a folder of the user's, a JSON file each, so that a
// program start reads no plugin twice. An entry holds for one program version and one state of the file.
// What lies there is read as anything from outside: what can't be understood is not there.
//
// Thread: [control]; several programs may use one folder: entries are replaced whole.
#pragma once

#include "file_stamp.hpp"
#include "plugin_scan.hpp"

#include <filesystem>
#include <optional>

namespace ib {

class PluginCache {
 public:
  /// Empty: nothing is kept.
  explicit PluginCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  struct Entry {
    FileStamp stamp;
    PluginScan scan;
  };
  /// The entry of that file, if it is still the same file. Touched but not changed is the same.
  std::optional<Entry> find(const std::filesystem::path& file) const;
  /// What can't be written is not kept; the next start reads the file again.
  void keep(const std::filesystem::path& file, const Entry& entry) const;

 private:
  std::filesystem::path place_of(const std::filesystem::path& file) const;
  std::filesystem::path folder_;
};

}  // namespace ib
