// The node types that a graph may name. One registry per engine instance, filled by a readable list
// (nodes/builtin.cpp, drivers/builtin.cpp, then plugins); nothing registers itself.
//
// Thread: [control].
#pragma once

#include <interbeat/abi.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

class Plugin;

/// A node type: its descriptor, and how to make one: built in, or from a plugin.
struct NodeType {
  const ib_node_desc* desc{};
  ib_node* (*create)(const ib_host*){};
  std::shared_ptr<Plugin> plugin{};
};

/// A node type that is a graph: expanded before anything is checked ("dyad.coregulation").
struct ModuleType {
  std::string type;
  std::string yaml;  ///< text of the module, with its own `parameters:` and `inputs:`/`outputs:`
};

class Registry {
 public:
  void add(NodeType type);
  void add(ModuleType module);

  const NodeType* find(std::string_view type) const;
  const ModuleType* find_module(std::string_view type) const;
  /// Every name that `type:` may hold, sorted.
  std::vector<std::string> names() const;
  std::vector<const NodeType*> nodes() const;
  std::vector<const ModuleType*> modules() const;
  /// What could not be had and may hold a type that is missing; for messages.
  const std::string& absent() const { return absent_; }
  void say_absent(std::string what) { absent_ = std::move(what); }

 private:
  std::map<std::string, NodeType, std::less<>> nodes_;
  std::map<std::string, ModuleType, std::less<>> modules_;
  std::string absent_;
};

/// The port of that name and direction, with its index within its direction; null if none.
struct PortRef {
  const ib_port* port{};
  std::uint32_t index{};
};
PortRef find_input(const ib_node_desc& desc, std::string_view name);
PortRef find_output(const ib_node_desc& desc, std::string_view name);
std::uint32_t count_inputs(const ib_node_desc& desc);
std::uint32_t count_outputs(const ib_node_desc& desc);

}  // namespace ib
