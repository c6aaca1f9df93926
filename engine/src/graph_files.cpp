// Files that the sinks of a graph write: below the output folder, and each one its own.
#include "folded_voice.hpp"
#include "graph_checks.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ib {
namespace {

/// A file that a node writes, and where it was written down.
struct OutputFile {
  std::uint32_t node{}, param{};
  const Setting* setting{};    ///< null: the default
  std::filesystem::path path;  ///< normal form, to compare
};

class OutputFiles {
 public:
  OutputFiles(const Graph& graph, Diagnostics& out) : graph_(graph), voice_(graph, out) {}

  void check() {
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      const auto& desc = *graph_.nodes[i].type->desc;
      for (std::uint32_t k = 0; k < desc.n_params; ++k) {
        if ((desc.params[k].flags & IB_PARAM_OUTPUT_PATH) == 0) continue;
        const auto file = output_file(i, k);
        if (text_of(file).empty() || !is_a_file(file)) continue;
        compare(file);
      }
    }
  }

 private:
  OutputFile output_file(std::uint32_t node, std::uint32_t param) const {
    OutputFile file{node, param, nullptr, {}};
    for (const auto& setting : graph_.nodes[node].settings)
      if (setting.param == param) file.setting = &setting;
    file.path = std::filesystem::path(text_of(file)).lexically_normal();
    return file;
  }

  std::string text_of(const OutputFile& file) const {
    if (file.setting != nullptr) return file.setting->text;
    const auto* by_default = graph_.nodes[file.node].type->desc->params[file.param].def_text;
    return by_default == nullptr ? "" : by_default;
  }
  const std::string& path_of(std::uint32_t node) const { return graph_.nodes[node].path; }

  void say(const OutputFile& file, std::string what, std::string hint, const char* kind) {
    const auto& node = graph_.nodes[file.node];
    auto chain = node.origin->chain;
    if (file.setting != nullptr && !file.setting->via.empty())
      chain.insert(chain.begin(), file.setting->via.str());
    voice_.say(file.node,
               {Severity::error,
                file.setting != nullptr ? file.setting->mark : node.origin->mark,
                node.origin->yaml_path + "." + node.type->desc->params[file.param].name,
                std::move(what),
                {},
                std::move(hint),
                std::move(chain)},
               kind);
  }

  /// False, and said, when no file of the output folder can have this name.
  bool is_a_file(const OutputFile& file) {
    std::error_code ignored;
    const auto name = file.path.filename();
    const bool folder =
        name.empty() || name == "." || name == ".." ||
        (file.path.is_absolute() && std::filesystem::is_directory(file.path, ignored));
    if (!file.path.is_absolute() && *file.path.begin() == "..") {
      say(file, path_in_quotes(text_of(file)) + " leads out of the output folder",
          "choose another folder with --out, or write an absolute path", "out");
    } else if (folder) {
      say(file, path_in_quotes(text_of(file)) + " is a folder, not a file",
          "add the name of a file, such as " + (file.path / (path_of(file.node) + ".csv")).string(),
          "folder");
    } else if (*file.path.begin() == "run.json" || *file.path.begin() == "run.json.new") {
      say(file, in_quotes(file.path.begin()->string()) + " is where the run itself is recorded",
          "choose another name", "run");
    } else {
      return true;
    }
    return false;
  }

  /// With the files before it: no two are one, and none is a folder of another.
  void compare(const OutputFile& file) {
    const auto here = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(file.node);
    // The first file that this one collides with, in the order of the graph.
    auto other = here;
    const auto equal = files_.emplace(file.path.string(), here).first->second;
    other = std::min(other, equal);
    if (const auto below = folders_.find(file.path.string()); below != folders_.end())
      other = std::min(other, below->second);
    for (auto folder = file.path.parent_path(); has_name(folder); folder = folder.parent_path()) {
      if (const auto above = files_.find(folder.string()); above != files_.end())
        other = std::min(other, above->second);
      folders_.emplace(folder.string(), here);
    }
    if (other < here) say_both(file, nodes_[other], equal == other);
  }
  static bool has_name(const std::filesystem::path& folder) {
    return !folder.empty() && folder != folder.root_path();
  }

  void say_both(const OutputFile& file, std::uint32_t other, bool equal) {
    const auto both = path_of(file.node) + " and " + path_of(other);
    const auto name = path_in_quotes(file.path);
    const bool many =
        !graph_.groups.empty() && graph_.groups[graph_.nodes[file.node].group].count > 1;
    if (equal)
      say(file, both + " both write " + name,
          many ? "put ${each} into the name of the file"
          : graph_.nodes[file.node].origin->chain.empty()
              ? "give each sink a file of its own"
              : "make the file name a parameter of the module",
          "equal");
    else
      say(file,
          both + " can't write both " + name + " and " + in_quotes(normal_name(other)) +
              ": one name is a file and a folder",
          "give one of them another name", "below");
  }
  /// The first file of that node, as it was compared.
  std::string normal_name(std::uint32_t node) const {
    const auto& desc = *graph_.nodes[node].type->desc;
    for (std::uint32_t k = 0; k < desc.n_params; ++k)
      if ((desc.params[k].flags & IB_PARAM_OUTPUT_PATH) != 0)
        return output_file(node, k).path.string();
    return {};
  }

  const Graph& graph_;
  FoldedVoice voice_;
  std::vector<std::uint32_t> nodes_;                        ///< of the files so far
  std::unordered_map<std::string, std::uint32_t> files_;    ///< name -> the first one
  std::unordered_map<std::string, std::uint32_t> folders_;  ///< folder -> the first file below
};

}  // namespace

void check_output_files(const Graph& graph, Diagnostics& out) { OutputFiles(graph, out).check(); }

}  // namespace ib
