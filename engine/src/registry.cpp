#include <interbeat/registry.hpp>

#include <algorithm>
#include <utility>

namespace ib {
namespace {

bool is_output(const ib_port& port) { return (port.flags & IB_PORT_OUT) != 0; }

/// The port of that name among those of one direction; its index counts that direction only.
PortRef find_port(const ib_node_desc& desc, std::string_view name, bool output) {
  std::uint32_t index = 0;
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if (is_output(port) != output) continue;
    if (name == port.name) return {&port, index};
    ++index;
  }
  return {};
}

std::uint32_t count_ports(const ib_node_desc& desc, bool output) {
  return static_cast<std::uint32_t>(
      std::count_if(desc.ports, desc.ports + desc.n_ports,
                    [output](const ib_port& port) { return is_output(port) == output; }));
}

}  // namespace

void Registry::add(NodeType type) { nodes_.insert_or_assign(type.desc->type, type); }

void Registry::add(ModuleType module) {
  auto name = module.type;
  modules_.insert_or_assign(std::move(name), std::move(module));
}

const NodeType* Registry::find(std::string_view type) const {
  const auto it = nodes_.find(type);
  return it == nodes_.end() ? nullptr : &it->second;
}

const ModuleType* Registry::find_module(std::string_view type) const {
  const auto it = modules_.find(type);
  return it == modules_.end() ? nullptr : &it->second;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const auto& [name, type] : nodes_) names.push_back(name);
  for (const auto& [name, module] : modules_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<const NodeType*> Registry::nodes() const {
  std::vector<const NodeType*> nodes;
  for (const auto& [name, type] : nodes_) nodes.push_back(&type);
  return nodes;
}

std::vector<const ModuleType*> Registry::modules() const {
  std::vector<const ModuleType*> modules;
  for (const auto& [name, module] : modules_) modules.push_back(&module);
  return modules;
}

PortRef find_input(const ib_node_desc& desc, std::string_view name) {
  return find_port(desc, name, false);
}
PortRef find_output(const ib_node_desc& desc, std::string_view name) {
  return find_port(desc, name, true);
}
std::uint32_t count_inputs(const ib_node_desc& desc) { return count_ports(desc, false); }
std::uint32_t count_outputs(const ib_node_desc& desc) { return count_ports(desc, true); }

}  // namespace ib
