// From YAML to a finished run, as a user would: read, plan, run, look at the files.
#pragma once

#include <boost/test/unit_test.hpp>
#include "support/places.hpp"

#include <interbeat/engine.hpp>

#include "builtin.hpp"
#include "builtin_nodes.hpp"

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace ib::test {

inline Registry all_nodes() {
  Registry r;
  add_builtin_nodes(r);
  add_builtin_drivers(r);
  return r;
}

/// A folder that is gone when the test ends.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "interbeat-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Scratch() {
    std::error_code gone;
    std::filesystem::remove_all(path_, gone);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path graphs() { return std::filesystem::path(source_folder) / "graphs"; }

inline Graph read(const Registry& registry, const std::filesystem::path& file,
                  const Overrides& set) {
  Diagnostics problems;
  auto graph = read_graph(file, set, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  return *graph;
}

/// In virtual time unless the test says otherwise, also with a simulated device.
inline std::unique_ptr<Plan> plan(const Graph& graph, PlanOptions options) {
  Diagnostics problems;
  if (!options.mode) options.mode = Mode::replay;
  auto built = Plan::build(graph, options, problems);
  BOOST_REQUIRE_MESSAGE(built != nullptr, problems.text());
  return built;
}

/// Every file below a folder, by its name: what two runs must agree on, byte for byte.
inline std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& e : std::filesystem::recursive_directory_iterator(folder)) {
    if (!e.is_regular_file()) continue;
    std::ifstream in(e.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    all[std::filesystem::relative(e.path(), folder).string()] = text.str();
  }
  return all;
}

/// The first file and line in which two runs differ; empty: the same bytes.
inline std::string difference(const std::map<std::string, std::string>& a,
                              const std::map<std::string, std::string>& b) {
  if (a.size() != b.size()) return "different sets of files";
  for (const auto& [name, text] : a) {
    const auto other = b.find(name);
    if (other == b.end()) return name + " is missing";
    if (other->second == text) continue;
    std::istringstream x(text), y(other->second);
    std::string l, r;
    for (int n = 1;; ++n) {
      const bool more_x = bool(std::getline(x, l)), more_y = bool(std::getline(y, r));
      if (more_x != more_y || l != r || !more_x) {
        return name + ":" + std::to_string(n) + "\n  " + (more_x ? l : "(end)") + "\n  " +
               (more_y ? r : "(end)");
      }
    }
  }
  return {};
}

}  // namespace ib::test
