#include "graph_bind.hpp"
#include "graph_checks.hpp"
#include "graph_executors.hpp"
#include "graph_expand.hpp"
#include "graph_missing.hpp"
#include "graph_names.hpp"
#include "graph_realtime.hpp"
#include "graph_resolve.hpp"
#include "graph_scalars.hpp"
#include "graph_stamp.hpp"
#include "graph_text.hpp"
#include "machine_limits.hpp"

#include <interbeat/graph.hpp>

#include <algorithm>
#include <charconv>
#include <new>
#include <numeric>
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
  const Layout layout(draft);
  std::vector<std::uint32_t> nodes;
  for (const auto& [name, wire] : draft.scopes.front().outputs) {
    const auto target = resolve(draft, 0, wire, 0, name, Voice(unheard));
    if (target.kind == Target::Kind::found) nodes.push_back(layout.at(target.node, target.element));
  }
  return nodes;
}

/// Modules that the graph itself uses, its participants above all.
std::vector<UsedModule> used_modules(const Draft& draft) {
  std::vector<UsedModule> modules;
  for (const auto& [name, member] : draft.scopes.front().members) {
    if (member.kind != Member::Kind::module) continue;
    const auto& scope = draft.scopes[member.index];
    std::vector<std::string> paths{scope.path};
    if (member.each != no_each) {
      const auto& elements = draft.for_each[member.each];
      paths.clear();
      for (std::size_t k = 0; k < elements.size(); ++k) paths.push_back(elements.instance(k));
    }
    modules.push_back({std::move(paths), scope.yaml_path, member.mark});
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

/// `plugins:` was followed before the graph was read (plugins_of_graph); here is what is wrong with the list.
void check_plugin_list(const Draft& draft, Diagnostics& out) {
  const Voice voice(out);
  std::set<const Sheet*> seen;
  for (const auto& scope : draft.scopes) {
    const auto* list = scope.sheet->section("plugins");
    if (list == nullptr || !seen.insert(&*scope.sheet).second) continue;
    if (scope.sheet != draft.scopes.front().sheet) {
      voice.error(*list, "plugins", "a module can't bring plugins along", {},
                  "write `plugins:` in the graph that is run");
      continue;
    }
    if (!list->is_sequence()) {
      voice.error(*list, "plugins", "this is " + describe(*list) + ", not a list",
                  "a list of files and folders, relative to the graph: [build/notch.so]");
      continue;
    }
    for (const auto& item : list->items) {
      if (item.is_scalar() && !item.text.empty()) continue;
      voice.error(item, "plugins", describe(item) + " is no file and no folder",
                  "a path, relative to the graph: build/notch.so");
    }
  }
}

void sort_by_path(Graph& graph) {
  graph.by_path.resize(graph.nodes.size());
  std::iota(graph.by_path.begin(), graph.by_path.end(), 0U);
  std::sort(graph.by_path.begin(), graph.by_path.end(), [&](std::uint32_t a, std::uint32_t b) {
    return graph.nodes[a].path < graph.nodes[b].path;
  });
}

/// The story: unfold, bind, check; each step says all it finds and goes on with what is sound.
std::optional<Graph> read_sheet(const SheetRef& top, Library& library, const Overrides& set,
                                const Registry& registry, Diagnostics& out,
                                const ReadOptions& options, std::size_t errors_before) {
  OverrideList overrides(set);
  const auto folder_of = [&library](const Mark& mark) { return library.folder_of(mark); };
  const auto draft = expand_graph(top, library, registry, overrides, options.placeholders, out);
  auto graph = bind_graph(draft, overrides, folder_of, out);
  report_missing_sources(draft, graph, registry, options.ask_sources, out);
  overrides.report(draft, Voice(out));
  read_title(graph, *top, draft.parameters, Voice(out));
  graph.realtime = read_realtime(draft, options.module_dirs, out);
  graph.executors = read_executors(draft, out);
  check_plugin_list(draft, out);
  check_shape(graph, out);
  check_streams(graph, registry, options.ask_sources, out);
  check_attributes(graph, registry, out);
  if (out.errors() > errors_before) {
    if (options.partial != nullptr) *options.partial = std::move(graph);
    return std::nullopt;
  }
  warn_unused(graph, offered_nodes(draft), used_modules(draft), out);
  warn_unused_parameters(draft, out);
  sort_by_path(graph);
  graph.expanded = write_expanded(graph);
  return graph;
}

/// A graph too large for the machine is the world's fault, not the program's.
template <class Read>
std::optional<Graph> within_memory(const std::string& file, Diagnostics& out, const Read& read) {
  try {
    return read();
  } catch (const std::bad_alloc& error) {
    auto met = shortage(error);
    out.error({file, 1, 1}, "", "while this graph was read, " + met.what, "", std::move(met.hint));
    return std::nullopt;
  }
}

}  // namespace

void SettingList::push_back(Setting setting) {
  if (!list_) list_ = std::make_shared<std::vector<Setting>>();
  else if (list_.use_count() > 1) list_ = std::make_shared<std::vector<Setting>>(*list_);
  list_->push_back(std::move(setting));
}

const GraphNode* Graph::find(std::string_view path) const {
  if (by_path.size() == nodes.size()) {
    const auto it = std::lower_bound(
        by_path.begin(), by_path.end(), path,
        [this](std::uint32_t i, std::string_view wanted) { return nodes[i].path < wanted; });
    return it != by_path.end() && nodes[*it].path == path ? &nodes[*it] : nullptr;
  }
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
  return within_memory(file.string(), out, [&]() -> std::optional<Graph> {
    const auto before = out.errors();
    Library library(options.module_dirs);
    const auto top = library.read_file(file.lexically_normal(), Voice(out));
    if (top == nullptr) return std::nullopt;
    auto graph = read_sheet(top, library, set, registry, out, options, before);
    if (graph) graph->file = file;
    return graph;
  });
}

std::optional<Graph> read_graph_text(std::string_view text, std::string_view name,
                                     const std::filesystem::path& base, const Overrides& set,
                                     const Registry& registry, Diagnostics& out,
                                     const ReadOptions& options) {
  return within_memory(std::string(name), out, [&]() -> std::optional<Graph> {
    const auto before = out.errors();
    Library library(options.module_dirs);
    const auto top = library.read_text(text, std::string(name), base, Voice(out));
    if (top == nullptr) return std::nullopt;
    auto graph = read_sheet(top, library, set, registry, out, options, before);
    if (graph) graph->file = std::filesystem::path(name);
    return graph;
  });
}

}  // namespace ib
