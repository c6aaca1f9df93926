// PluginLibrary: one plugin file, opened in this process, behind its entry symbol.
//
// Opening runs the library's own code, which may crash or never return: whoever opens a file that nobody
// has vetted does it in a child process (plugin_scan.hpp).
//
// Thread: [control].
#pragma once

#include <interbeat/abi.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace ib {

class PluginLibrary {
 public:
  /// Null with a sentence in `problem`: not a shared library, another machine's, another major version
  /// of the ABI, a missing symbol, an init that said no.
  static std::shared_ptr<PluginLibrary> open(const std::filesystem::path& file,
                                             std::string& problem);
  /// [control] Calls deinit. The code stays mapped: texts of it may still be in somebody's hands.
  ~PluginLibrary();
  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

  const ib_version& abi() const { return abi_; }
  std::uint32_t nodes() const { return n_; }
  /// As the plugin has it: hostile until read by describe() (descriptor.hpp). May be null.
  const ib_node_desc* raw_descriptor(std::uint32_t i) const { return descriptor_(i); }
  /// A node with a complete v-table, or null with a sentence in `problem`.
  ib_node* create(const ib_host* host, const char* type, std::string& problem) const;

 private:
  PluginLibrary() = default;

  ib_version abi_{};
  void (*deinit_)(){};
  std::uint32_t n_{};
  const ib_node_desc* (*descriptor_)(std::uint32_t){};
  ib_node* (*create_)(const ib_host*, const char*){};
};

}  // namespace ib
