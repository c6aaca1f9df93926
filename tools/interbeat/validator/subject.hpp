// What is judged: one node type with the way to make it, and where it comes from a file, what that file
// says when it is asked as a whole.
//
// Thread: [control].
#pragma once

#include <interbeat/abi.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ib {
class Descriptor;
class PluginLibrary;
}  // namespace ib

namespace ib::validator {

struct NodeUnderTest {
  const ib_node_desc* desc{};
  std::function<ib_node*(const ib_host*)> create;

  bool is(std::uint32_t flag) const { return (desc->flags & flag) != 0; }
};

/// A plugin, opened in this process: its code has run. For child processes.
class Subject {
 public:
  /// Null with a sentence in `problem`: it is no plugin, or none for this program.
  static std::unique_ptr<Subject> open(const std::filesystem::path& file, std::string& problem);
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  const PluginLibrary& library() const { return *library_; }
  std::uint32_t nodes() const;
  /// What it calls its node; a name in its place where it says none.
  std::string name(std::uint32_t i) const;
  /// Null with a sentence in `problem`: its descriptor can't be read.
  const NodeUnderTest* node(std::uint32_t i, std::string& problem);

 private:
  Subject() = default;
  std::shared_ptr<PluginLibrary> library_;
  struct Read {
    std::unique_ptr<Descriptor> descriptor;
    NodeUnderTest node;
  };
  std::vector<std::unique_ptr<Read>> read_;
};

inline bool is_output(const ib_port& port) { return (port.flags & IB_PORT_OUT) != 0; }

}  // namespace ib::validator
