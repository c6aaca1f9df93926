#include "graph_bind.hpp"
#include "graph_checks.hpp"
#include "graph_expand.hpp"
#include "graph_names.hpp"
#include "graph_resolve.hpp"
#include "graph_scalars.hpp"
#include "graph_text.hpp"

#include <interbeat/graph.hpp>

#include <charconv>
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
  if (const auto description = filled("description"))
    read_text(*description, "description", voice);
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

/// The story: unfold, bind, check; each step says all it finds and goes on with what is sound.
std::optional<Graph> read_sheet(const SheetRef& top, Library& library, const Overrides& set,
                                const Registry& registry, Diagnostics& out,
                                std::size_t errors_before) {
  OverrideList overrides(set);
  const auto draft = expand_graph(top, library, registry, overrides, out);
  auto graph = bind_graph(draft, overrides, out);
  overrides.report_unused(Voice(out));
  read_title(graph, *top, draft.parameters, Voice(out));
  check_shape(graph, out);
  check_streams(graph, registry, out);
  check_attributes(graph, registry, out);
  if (out.errors() > errors_before) return std::nullopt;
  warn_unused(graph, offered_nodes(draft), out);
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
  return {program.parent_path().parent_path() / "share" / "interbeat" / "graphs"};
}

std::optional<Graph> read_graph(const std::filesystem::path& file, const Overrides& set,
                                const Registry& registry, Diagnostics& out,
                                const ReadOptions& options) {
  const auto before = out.errors();
  Library library(options.module_dirs);
  const auto top = library.read_file(file.lexically_normal(), Voice(out));
  if (top == nullptr) return std::nullopt;
  auto graph = read_sheet(top, library, set, registry, out, before);
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
  auto graph = read_sheet(top, library, set, registry, out, before);
  if (graph) graph->file = std::filesystem::path(name);
  return graph;
}

}  // namespace ib
