#include "graph_bind.hpp"
#include "graph_checks.hpp"
#include "graph_expand.hpp"
#include "graph_names.hpp"
#include "graph_resolve.hpp"
#include "graph_scalars.hpp"
#include "graph_text.hpp"

#include <interbeat/graph.hpp>

#include <charconv>
#include <set>
#include <system_error>
#include <utility>

namespace ib {
namespace {

std::uint64_t read_seed(const Yaml& value, const Voice& voice) {
  const auto* text = read_scalar(value, "seed", voice, "a whole number");
  if (text == nullptr) return 1;
  std::uint64_t seed = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), seed);
  if (problem == std::errc{} && end == text->data() + text->size()) return seed;
  voice.error(value, "seed", in_quotes(*text) + " is not a seed",
              "a whole number from 0 to 18446744073709551615");
  return 1;
}

/// name, seed and description of the graph itself.
void read_title(Graph& graph, const Sheet& sheet, const ParameterValues& values,
                const Voice& voice) {
  graph.name = std::filesystem::path(sheet.name).stem().string();
  const auto filled = [&](const char* key) -> std::optional<Yaml> {
    const auto* value = sheet.section(key);
    if (value == nullptr) return std::nullopt;
    return substitute(*value, values, key, voice);
  };
  if (const auto name = filled("name"))
    if (auto text = read_text(*name, "name", voice)) graph.name = std::move(*text);
  if (const auto seed = filled("seed")) graph.seed = read_seed(*seed, voice);
  if (const auto description = filled("description")) read_text(*description, "description", voice);
}

/// Nodes behind the outputs of the graph itself. What is wrong with them is said elsewhere.
std::vector<std::uint32_t> offered_nodes(const Draft& draft) {
  Diagnostics unheard;
  std::vector<std::uint32_t> nodes;
  for (const auto& [name, wire] : draft.scopes.front().outputs) {
    const auto target = resolve(draft, 0, wire, name, Voice(unheard));
    if (target.kind == Target::Kind::found)
      nodes.push_back(static_cast<std::uint32_t>(target.node));
  }
  return nodes;
}

/// Modules that the graph itself uses, its participants above all.
std::vector<UsedModule> used_modules(const Draft& draft) {
  std::vector<UsedModule> modules;
  for (const auto& [name, member] : draft.scopes.front().members) {
    if (member.kind != Member::Kind::module) continue;
    const auto& scope = draft.scopes[member.index];
    modules.push_back({scope.path, scope.yaml_path, member.mark});
  }
  return modules;
}

/// Parameters that no text of their own file names: a change of them would change nothing.
void warn_unused_parameters(const Draft& draft, Diagnostics& out) {
  std::set<const Sheet*> seen;
  for (const auto& scope : draft.scopes) {
    const auto& sheet = *scope.sheet;
    if (!seen.insert(&sheet).second) continue;
    const auto used = names_used(sheet.root);
    for (const auto& parameter : sheet.parameters) {
      if (used.count(parameter.name) != 0) continue;
      out.warning(parameter.mark, "parameters." + parameter.name,
                  "nothing uses the parameter " + in_quotes(parameter.name),
                  "write $" + parameter.name + " where its value belongs, or take it out");
    }
  }
}

/// The story: unfold, bind, check; each step says all it finds and goes on with what is sound.
std::optional<Graph> read_sheet(const SheetRef& top, Library& library, const Overrides& set,
                                const Registry& registry, Diagnostics& out,
                                const ReadOptions& options, std::size_t errors_before) {
  OverrideList overrides(set);
  const auto folder_of = [&library](const Mark& mark) { return library.folder_of(mark); };
  const auto draft = expand_graph(top, library, registry, overrides, options.placeholders, out);
  auto graph = bind_graph(draft, overrides, folder_of, out);
  overrides.report(Voice(out));
  read_title(graph, *top, draft.parameters, Voice(out));
  check_shape(graph, out);
  check_streams(graph, registry, out);
  check_attributes(graph, registry, out);
  if (out.errors() > errors_before) {
    if (options.partial != nullptr) *options.partial = std::move(graph);
    return std::nullopt;
  }
  warn_unused(graph, offered_nodes(draft), used_modules(draft), out);
  warn_unused_parameters(draft, out);
  graph.expanded = write_expanded(graph);
  return graph;
}

}  // namespace

const GraphNode* Graph::find(std::string_view path) const {
  for (const auto& node : nodes)
    if (node.path == path) return &node;
  return nullptr;
}

std::vector<std::filesystem::path> default_module_dirs() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown) return {};
  const auto above = program.parent_path().parent_path();  // <prefix>, or <sources>/build/<preset>
  std::vector<std::filesystem::path> folders{above / "share" / "interbeat" / "graphs"};
  if (std::filesystem::exists(above / "CMakeCache.txt", unknown))
    folders.push_back(above.parent_path().parent_path() / "graphs");
  return folders;
}

std::optional<Graph> read_graph(const std::filesystem::path& file, const Overrides& set,
                                const Registry& registry, Diagnostics& out,
                                const ReadOptions& options) {
  const auto before = out.errors();
  Library library(options.module_dirs);
  const auto top = library.read_file(file.lexically_normal(), Voice(out));
  if (top == nullptr) return std::nullopt;
  auto graph = read_sheet(top, library, set, registry, out, options, before);
  if (graph) graph->file = file;
  return graph;
}

std::optional<Graph> read_graph_text(std::string_view text, std::string_view name,
                                     const std::filesystem::path& base, const Overrides& set,
                                     const Registry& registry, Diagnostics& out,
                                     const ReadOptions& options) {
  const auto before = out.errors();
  Library library(options.module_dirs);
  const auto top = library.read_text(text, std::string(name), base, Voice(out));
  if (top == nullptr) return std::nullopt;
  auto graph = read_sheet(top, library, set, registry, out, options, before);
  if (graph) graph->file = std::filesystem::path(name);
  return graph;
}

}  // namespace ib
