// Plugin: a file that was read and found good. It is opened in this process when the first of its nodes is
// made here, and only if it is still the file that was read; an isolated node never opens it here.
//
// Thread: [control]; any thread may make nodes, one at a time opens.
#pragma once

#include <interbeat/registry.hpp>

#include "descriptor.hpp"
#include "file_stamp.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ib {

class PluginLibrary;

class Plugin {
 public:
  /// `manifest` as scan_plugin() made it. Throws BadDescriptor.
  Plugin(std::filesystem::path file, FileStamp stamp, std::string manifest);
  ~Plugin();

  const std::filesystem::path& file() const { return file_; }
  const FileStamp& stamp() const { return stamp_; }
  const ib_version& abi() const { return abi_; }
  const std::vector<std::unique_ptr<Descriptor>>& nodes() const { return nodes_; }
  /// Null with a sentence in `problem`.
  ib_node* make(const ib_host* host, const char* type, std::string& problem);

 private:
  std::shared_ptr<PluginLibrary> opened(std::string& problem);

  std::filesystem::path file_;
  FileStamp stamp_;
  std::string manifest_;
  ib_version abi_{};
  std::vector<std::unique_ptr<Descriptor>> nodes_;
  std::mutex opening_;
  std::shared_ptr<PluginLibrary> library_;
};

/// [control] A node of that type, built in or of a plugin; null with a sentence in `problem`.
ib_node* make_node(const NodeType& type, const ib_host* host, std::string& problem);

}  // namespace ib
