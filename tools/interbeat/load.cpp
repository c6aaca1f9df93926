#include "load.hpp"

#include "devices_file.hpp"
#include "graph_executors.hpp"
#include "machine_limits.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "places.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <filesystem>
#include <new>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

void print(const Diagnostics& problems) { tell(problems.text()); }

}  // namespace

std::vector<std::string> shipped_graphs() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& folder : default_module_dirs()) {
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".yaml") names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path find_graph_or_complain(const std::string& name) {
  const auto file = find_graph(name);
  if (!file.empty()) return file;
  auto names = shipped_graphs();  // with their ending or without, as find_graph takes them
  for (std::size_t i = 0, n = names.size(); i < n; ++i)
    names.push_back(fs::path(names[i]).stem().string());
  auto hint = did_you_mean(fs::path(name).filename().string(), names);
  if (hint.empty())
    hint = "graphs/ holds some to start from; `interbeat nodes` lists what they name";
  complain("there is no graph " + in_quotes(name), hint);
  return {};
}

void add_graph_arguments(CLI::App& command, GraphArguments& arguments) {
  command.add_option("GRAPH", arguments.file, "A graph: a YAML file, or the name of a shipped one")
      ->required();
  command
      .add_option("--set", arguments.set,
                  "Gives a parameter of the graph its value; may be given several times")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--devices", arguments.devices,
                  "Names of Bluetooth devices; else ~/.config/interbeat/devices.yaml")
      ->type_name("FILE");
  add_plugin_path(command, arguments.plugins);
}

std::optional<Overrides> read_overrides(const std::vector<std::string>& set) {
  Overrides overrides;
  for (const auto& text : set) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      complain("--set " + in_quotes(text) + " is not of the form NAME=VALUE",
               "write --set recording=my_pulse.csv");
      return std::nullopt;
    }
    overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return overrides;
}

LoadedGraph load_graph(const GraphArguments& arguments, Sources sources) {
  const auto overrides = read_overrides(arguments.set);
  if (!overrides) return {};
  const auto file = find_graph_or_complain(arguments.file);
  if (file.empty()) return {};
  if (!arguments.devices.empty() && !use_devices_file(arguments.devices)) return {};
  auto catalogue = std::make_shared<const Catalogue>(arguments.plugins, file);
  Diagnostics problems;
  catalogue->report(problems);
  Graph partial;
  ReadOptions options;
  options.placeholders = sources == Sources::unopened;
  options.partial = &partial;
  options.ask_sources = sources == Sources::opened;
  auto graph = read_graph(file, *overrides, catalogue->registry(), problems, options);
  if (!graph && sources == Sources::opened) probe_sources(partial, problems);
  print(problems);
  if (problems.has_errors()) graph.reset();
  return {std::move(catalogue), std::move(graph)};
}

// The plan has a graph of its own: with thousands of people the copy alone may be too much.
std::unique_ptr<Plan> build_plan(const Graph& graph, const PlanOptions& options) try {
  Diagnostics problems;
  auto plan = Plan::build(graph, options, problems);
  print(problems);
  return plan;
} catch (const std::bad_alloc& error) {
  const auto met = shortage(error);
  complain("while this graph was planned, " + met.what, met.hint);
  return nullptr;
}

std::optional<unsigned> read_executor_count(const std::string& text) {
  if (text.empty()) return 0;
  const auto n = parse_executors(text);
  if (n) return *n != 0 ? *n : std::min(usable_cpus(), max_executors);
  complain("--executors " + in_quotes(text) + " is neither auto nor a whole number from 1 to 64",
           "auto: as many as there are CPUs for them");
  return std::nullopt;
}

std::optional<Duration> read_duration(const std::string& option, const std::string& text) {
  constexpr double longest_s = 1e9;  // 31 years
  const auto q = parse_quantity(text, "s");
  if (q && q.value > 0 && q.value <= longest_s) return from_seconds(q.value);
  const auto why = !q             ? q.problem
                   : q.value <= 0 ? "expected more than 0 s"
                                  : "expected at most 1000000000 s";
  complain(fmt::format("{} {}: {}", option, in_quotes(text), why),
           "write a duration such as 60s or \"5 min\"");
  return std::nullopt;
}

}  // namespace ib::tool
