// interbeat nodes: the node types that a graph may name.
#include "catalogue.hpp"
#include "command.hpp"
#include "message.hpp"
#include "module_text.hpp"
#include "text_table.hpp"

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* nodes_examples = R"(
Examples:
  interbeat nodes
  interbeat nodes --markdown > nodes.md
  interbeat inspect beat.ppg)";

struct ListArguments {
  bool markdown{}, names{};
  PluginArguments plugins;
};

int list(const ListArguments& a) {
  const Catalogue catalogue(a.plugins);
  if (!catalogue.complete_or_complain()) return wrong;
  const auto& registry = catalogue.registry();
  if (a.names) {
    for (const auto& name : registry.names()) show(name + "\n");
    return done;
  }
  TextTable table({"type", "version", "what it does"});
  for (const auto& name : registry.names()) {
    const auto* node = registry.find(name);
    if (node != nullptr) table.row({name, node->desc->version, node->desc->summary});
    else table.row({name, "", description_of(*registry.find_module(name))});
  }
  show(a.markdown ? table.markdown() : table.text());
  return done;
}

}  // namespace

void add_nodes(CLI::App& app, Action& action) {
  auto a = std::make_shared<ListArguments>();
  auto* command = app.add_subcommand("nodes", "Lists the node types");
  auto* markdown = command->add_flag("--markdown", a->markdown, "As a Markdown table");
  command->add_flag("--names", a->names, "Names only, one a line")->excludes(markdown);
  add_plugin_path(*command, a->plugins);
  command->footer(nodes_examples);
  command->callback([a, &action] { action = [a] { return list(*a); }; });
}

}  // namespace ib::tool
