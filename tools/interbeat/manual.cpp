// interbeat manual: the reference manual as pages, made from the descriptors that also check the graphs.
#include "catalogue.hpp"
#include "command.hpp"
#include "manual/site.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "page/page.hpp"
#include "places.hpp"

#include <interbeat/graph.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* manual_examples = R"(
Writes index.html, a page per node and manual.css into DIR; pages that lie there are written anew. They need no
network and no script. Figures are runs of small graphs: all pages take some seconds.

Examples:
  interbeat manual
  interbeat manual beat.ppg hrv.window --out pages
  interbeat manual --plugin-path build          with the nodes of a plugin)";

struct ManualArguments {
  std::string out = "manual";
  std::vector<std::string> types;
  PluginArguments plugins;
};

/// Why the file could not be written; empty: it was.
std::string write_file(const fs::path& file, const std::string& text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  return out ? "" : std::strerror(errno != 0 ? errno : EIO);
}

bool written(const fs::path& file, const std::string& text) {
  const auto why = write_file(file, text);
  if (why.empty()) return true;
  complain(fmt::format("the page {} can't be written: {}", file.string(), why),
           "name another folder with --out");
  return false;
}

/// What was asked for, or all that there is; empty after saying what is unknown.
std::vector<std::string> types_asked(const ManualArguments& a, const Registry& registry) {
  const auto names = registry.names();
  for (const auto& type : a.types) {
    if (std::find(names.begin(), names.end(), type) != names.end()) continue;
    const auto near = did_you_mean(type, names);
    complain("there is no node type " + in_quotes(type),
             near.empty() ? "`interbeat nodes` lists them all" : near);
    return {};
  }
  return a.types.empty() ? names : a.types;
}

int write_manual(const ManualArguments& a) {
  const Catalogue catalogue(a.plugins);
  if (!catalogue.complete_or_complain()) return wrong;
  const auto types = types_asked(a, catalogue.registry());
  if (types.empty()) return wrong;
  std::error_code error;
  fs::create_directories(a.out, error);
  if (error) {
    complain(fmt::format("the folder {} can't be made: {}", a.out, error.message()),
             "name another folder with --out");
    return failed;
  }
  const fs::path folder = a.out;
  manual::Site site(catalogue.registry(), types, figure_recipes(), default_module_dirs());
  int code = done;
  for (const auto& type : site.types()) {
    std::string problem;
    const auto page = manual::node_page(site, type, problem);
    if (!written(folder / site.page_of(type), page)) return failed;
    if (problem.empty()) continue;
    complain("the figure of " + type + " could not be made: " + problem,
             "its page was written without");
    code = failed;
  }
  if (!written(folder / "manual.css", page::style()) ||
      !written(folder / "index.html", manual::index_page(site)))
    return failed;
  say("{} pages: {}", site.types().size() + 1, (folder / "index.html").string());
  return code;
}

}  // namespace

void add_manual(CLI::App& app, Action& action) {
  auto a = std::make_shared<ManualArguments>();
  auto* command = app.add_subcommand(
      "manual", "Writes the reference manual: a page per node, with formulas and a figure");
  command->add_option("NODE", a->types, "Node types; none: all");
  command->add_option("--out", a->out, "The folder for the pages")
      ->type_name("DIR")
      ->capture_default_str();
  add_plugin_path(*command, a->plugins);
  command->footer(manual_examples);
  command->callback([a, &action] { action = [a] { return write_manual(*a); }; });
}

}  // namespace ib::tool
