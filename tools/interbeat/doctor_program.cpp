// The program itself, and what it uses of its surroundings.
#include "build_info.hpp"
#include "doctor.hpp"
#include "places.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <interbeat/graph.hpp>

#include <cstdlib>
#include <filesystem>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;

Finding program() {
  return {Level::ok, "interbeat", version_text() + ", " + commit_text() + ", " + baseline_text()};
}

Finding graphviz() {
  if (const auto dot = find_program("dot")) return {Level::ok, "Graphviz", dot->string()};
  return {Level::note, "Graphviz", "not installed",
          "only `interbeat graph --format svg` needs it: apt install graphviz"};
}

Finding locale() {
  std::string name = "C";
  for (const char* variable : {"LC_ALL", "LC_NUMERIC", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    name = value;
    break;
  }
  return {Level::ok, "locale", name + " (numbers are read and written the same in all)"};
}

Finding sockets() {
  const auto why = make_socket_folder();
  if (why.empty()) return {Level::ok, "sockets", socket_folder().string()};
  return {Level::note, "sockets", why,
          "`top` and `set` won't reach live runs; set XDG_RUNTIME_DIR to a private folder"};
}

Finding graphs() {
  std::error_code error;
  for (const auto& folder : default_module_dirs())
    if (fs::is_directory(folder, error)) return {Level::ok, "graphs", folder.string()};
  return {Level::note, "graphs", "none beside the program",
          "name graphs by their path, or install with cmake --install"};
}

/// A device takes one descriptor, a sink that is a file two: its own and its thread's wake-up.
Finding files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto n = limit.rlim_cur;
  const auto found = limit.rlim_max == RLIM_INFINITY || limit.rlim_max == n
                         ? fmt::format("{}", n)
                         : fmt::format("{}, at most {}", n, limit.rlim_max);
  if (n >= 1024) return {Level::ok, "open files", found};
  return {n < 256 ? Level::problem : Level::note, "open files", found,
          "a device takes one, a live sink two: raise it with ulimit -n"};
}

}  // namespace

Findings look_at_program() {
  return {program(), graphs(), sockets(), files(), locale(), graphviz()};
}

}  // namespace ib::tool
