#include "graph_checks.hpp"
#include "graph_order.hpp"
#include "graph_voice.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace ib {
namespace {

bool is_sink(const GraphNode& node) {
  return (node.type->desc->flags & IB_NODE_SINK) != 0 || count_outputs(*node.type->desc) == 0;
}

void check_cycles(const Graph& graph, Diagnostics& out) {
  for (const auto& cycle : find_cycles(graph)) {
    std::string circle;
    for (const auto i : cycle) circle += graph.nodes[i].path + " -> ";
    circle += graph.nodes[cycle.front()].path;
    const auto& node = graph.nodes[cycle.front()];
    const auto closing = std::find_if(node.inputs.begin(), node.inputs.end(),
                                      [&](const Edge& e) { return e.from_node == cycle.back(); });
    Voice(out, node.chain)
        .error(closing->mark, node.yaml_path,
               "these nodes wait for each other in a circle: " + circle, {},
               "data flows one way: take one of these edges out");
  }
}

/// A file that a node writes, where it was written down, and spelled one way.
struct OutputFile {
  const GraphNode* node{};
  const char* param{};
  std::string text;            ///< as written
  std::filesystem::path path;  ///< normal form, to compare
  Mark mark;
  std::vector<std::string> chain;
};

OutputFile output_file(const GraphNode& node, std::uint32_t index) {
  const auto& param = node.type->desc->params[index];
  OutputFile file{&node, param.name, param.def_text == nullptr ? "" : param.def_text,
                  {},    node.mark,  node.chain};
  for (const auto& setting : node.settings) {
    if (setting.param != index) continue;
    file.text = setting.text;
    file.mark = setting.mark;
    if (!setting.via.empty()) file.chain.insert(file.chain.begin(), setting.via);
  }
  file.path = std::filesystem::path(file.text).lexically_normal();
  return file;
}

std::vector<OutputFile> output_files(const Graph& graph) {
  std::vector<OutputFile> files;
  for (const auto& node : graph.nodes)
    for (std::uint32_t i = 0; i < node.type->desc->n_params; ++i) {
      if ((node.type->desc->params[i].flags & IB_PARAM_OUTPUT_PATH) == 0) continue;
      if (auto file = output_file(node, i); !file.text.empty()) files.push_back(std::move(file));
    }
  return files;
}

void say(const OutputFile& file, std::string what, std::string hint, Diagnostics& out) {
  Voice(out, file.chain)
      .error(file.mark, file.node->yaml_path + "." + file.param, std::move(what), {},
             std::move(hint));
}

/// False, and said, when no file of the output folder can have this name.
bool check_output_file(const OutputFile& file, Diagnostics& out) {
  std::error_code ignored;
  const auto name = file.path.filename();
  const bool folder =
      name.empty() || name == "." || name == ".." ||
      (file.path.is_absolute() && std::filesystem::is_directory(file.path, ignored));
  if (!file.path.is_absolute() && *file.path.begin() == "..") {
    say(file, in_quotes(file.text) + " leads out of the output folder",
        "choose another folder with --out, or write an absolute path", out);
  } else if (folder) {
    say(file, in_quotes(file.text) + " is a folder, not a file",
        "add the name of a file, such as " + (file.path / (file.node->path + ".csv")).string(),
        out);
  } else if (*file.path.begin() == "run.json" || *file.path.begin() == "run.json.new") {
    say(file, in_quotes(file.path.begin()->string()) + " is where the run itself is recorded",
        "choose another name", out);
  } else {
    return true;
  }
  return false;
}

/// Whether a file of the second name would need a folder where the first one is a file.
bool stands_in_the_way(const std::filesystem::path& file, const std::filesystem::path& other) {
  const auto [end, behind] = std::mismatch(file.begin(), file.end(), other.begin(), other.end());
  return end == file.end() && behind != other.end();
}

void check_output_files(const Graph& graph, Diagnostics& out) {
  std::vector<OutputFile> sound;
  for (auto& file : output_files(graph)) {
    if (!check_output_file(file, out)) continue;
    for (const auto& other : sound) {
      const auto both = file.node->path + " and " + other.node->path;
      if (file.path == other.path) {
        say(file, both + " both write " + in_quotes(file.path.string()),
            file.node->chain.empty() ? "give each sink a file of its own"
                                     : "make the file name a parameter of the module",
            out);
        break;
      }
      const bool below = stands_in_the_way(other.path, file.path);
      if (!below && !stands_in_the_way(file.path, other.path)) continue;
      say(file,
          both + " can't write both " + in_quotes(file.path.string()) + " and " +
              in_quotes(other.path.string()) + ": one name is a file and a folder",
          "give one of them another name", out);
      break;
    }
    sound.push_back(std::move(file));
  }
}

/// Marks every node whose data reach a sink, or an output of the graph.
std::vector<bool> find_used(const Graph& graph, const std::vector<std::uint32_t>& offered) {
  std::vector<bool> used(graph.nodes.size());
  std::vector<std::uint32_t> next = offered;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
    if (is_sink(graph.nodes[i])) next.push_back(i);
  while (!next.empty()) {
    const auto i = next.back();
    next.pop_back();
    if (used[i]) continue;
    used[i] = true;
    for (const auto& edge : graph.nodes[i].inputs) next.push_back(edge.from_node);
  }
  return used;
}

/// Nodes inside of modules are left in peace: a module offers more than each user needs.
bool is_inside(const GraphNode& node) { return node.path.find('.') != std::string::npos; }

std::string nothing_reaches_a_sink(const std::string& name) {
  return "nothing that " + in_quotes(name) + " gives reaches a sink";
}
constexpr const char* read_or_leave = "read it in a sink, or take it out";

/// Whether data of any node of that module reach a sink. A module without nodes asks for nothing.
bool is_used(const UsedModule& module, const Graph& graph, const std::vector<bool>& used) {
  bool any = false;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const bool inside = graph.nodes[i].path.starts_with(module.path + ".");
    if (inside && used[i]) return true;
    any = any || inside;
  }
  return !any;
}

}  // namespace

void warn_unused(const Graph& graph, const std::vector<std::uint32_t>& offered,
                 const std::vector<UsedModule>& modules, Diagnostics& out) {
  const auto used = find_used(graph, offered);
  if (std::find(used.begin(), used.end(), true) == used.end()) {
    if (!graph.nodes.empty())
      out.warning(graph.nodes.front().mark, "nodes",
                  "this graph has no sink: its results go nowhere",
                  "add one, such as `log: {type: sink.csv, in: NODE, path: log.csv}`");
    return;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto& node = graph.nodes[i];
    if (used[i] || is_inside(node)) continue;
    out.warning(node.mark, node.yaml_path, nothing_reaches_a_sink(node.path), read_or_leave);
  }
  for (const auto& module : modules)
    if (!is_used(module, graph, used))
      out.warning(module.mark, module.yaml_path, nothing_reaches_a_sink(module.path),
                  read_or_leave);
}

void check_shape(const Graph& graph, Diagnostics& out) {
  check_cycles(graph, out);
  check_output_files(graph, out);
}

}  // namespace ib
