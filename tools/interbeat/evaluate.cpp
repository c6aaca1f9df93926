// interbeat evaluate: how well a graph does on recordings of which the beats are known.
#include "evaluate/evaluation.hpp"
#include "evaluate/report.hpp"

#include "command.hpp"
#include "load.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "places.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"

#include <interbeat/units.hpp>

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* evaluate_examples = R"(
A data set is a YAML file: which recordings, what is known of them, how good is good enough
(docs/evaluate.md). Beats are matched within its tolerance at one lag per recording.
Exit 0: all was scored and every bar is met; 1: not so; 2: a file can't be used.

Examples:
  interbeat evaluate bidmc.yaml --data data/ --html bidmc.html
  interbeat evaluate mine.yaml --algorithms mspt,elgendi,ssf --rates 64,25 --json mine.json
  interbeat evaluate mine.yaml --graph my_graph.yaml --set low=0.7Hz)";

struct EvaluateArguments {
  std::string set_file, data = ".", json, html;
  GraphArguments graph;
  std::string param = "recording";
  std::vector<std::string> rates, algorithms;
  unsigned jobs{};
  bool quiet{};
};

/// The data set the user means: as given, else among those that come with the program.
fs::path find_data_set(const std::string& name) {
  std::error_code error;
  if (fs::exists(name, error)) return name;
  for (const auto& graphs : default_module_dirs())
    for (const auto& end : {"", ".yaml"}) {
      const auto file = (graphs / ".." / "configs" / "evaluate" / (name + end)).lexically_normal();
      if (!fs::path(name).is_absolute() && fs::is_regular_file(file, error)) return file;
    }
  return {};
}

/// `--rates 125,64` or `--rates "62.5 Hz"`; null after saying what is wrong.
std::optional<std::vector<double>> read_rates(const std::vector<std::string>& texts) {
  std::vector<double> rates;
  for (const auto& text : texts) {
    auto q = parse_quantity(text, "Hz");
    if (!q) q = parse_quantity(text, "1");
    if (q && q.value >= 1 && q.value <= 10'000) {
      rates.push_back(q.value);
      continue;
    }
    complain("--rates " + in_quotes(text) + " is no rate from 1 to 10000 Hz",
             "write --rates 125,64,25");
    return std::nullopt;
  }
  return rates;
}

bool write_file(const std::string& file, const std::string& text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (out) return true;
  complain(file + " can't be written: " + (errno != 0 ? std::strerror(errno) : "unknown reason"));
  return false;
}

/// Before hours of scoring, not behind them.
bool has_folder_or_complain(const std::string& file) {
  const auto folder = fs::path(file).parent_path();
  std::error_code error;
  if (file.empty() || folder.empty() || fs::is_directory(folder, error)) return true;
  complain(file + " can't be written: there is no folder " + folder.string(),
           "make it, or name another file");
  return false;
}

/// One line that is drawn anew, on a terminal.
class Counted {
 public:
  void operator()(std::size_t n, std::size_t of) {
    if (!is_terminal(STDERR_FILENO)) return;
    tell(fmt::format("\r{} of {} runs", n, of));
    drawn_ = true;
  }
  void clear() const {
    if (drawn_) tell("\r\x1b[K");
  }

 private:
  bool drawn_{};
};

/// A graph that has no sound reading with any recording is told once, not once for each record.
bool graph_is_good(const evaluate::ScoredGraph& graph) {
  Diagnostics problems;
  auto set = graph.set;
  set.emplace_back(graph.param, "virtual:seed=1,duration=60s");
  const auto read = read_graph(graph.file, set, *graph.registry, problems);
  tell(problems.text());
  return read.has_value();
}

int evaluate_set(const EvaluateArguments& a) {
  const auto overrides = read_overrides(a.graph.set);
  const auto rates = read_rates(a.rates);
  if (!overrides || !rates || !has_folder_or_complain(a.json) || !has_folder_or_complain(a.html))
    return wrong;
  const auto set_file = find_data_set(a.set_file);
  if (set_file.empty()) {
    complain("there is no data set " + in_quotes(a.set_file),
             "bidmc.yaml, welltory.yaml and smart_ring.yaml come with the program");
    return wrong;
  }
  Diagnostics problems;
  auto set = evaluate::read_data_set(set_file, problems);
  tell(problems.text());
  const auto graph_file = find_graph_or_complain(a.graph.file);
  if (!set || graph_file.empty()) return wrong;
  const Catalogue catalogue(a.graph.plugins, graph_file);
  if (!catalogue.complete_or_complain()) return wrong;
  const evaluate::ScoredGraph graph{graph_file, *overrides, a.param, &catalogue.registry()};
  for (const auto& algorithm : a.algorithms.empty() ? std::vector<std::string>{""} : a.algorithms) {
    auto this_way = graph;
    if (!algorithm.empty()) this_way.set.emplace_back("algorithm", algorithm);
    if (!graph_is_good(this_way)) return wrong;
  }
  // What a node says of its settings it would say once for each record.
  const auto log = spdlog::default_logger();
  if (log->level() == spdlog::level::info) log->set_level(spdlog::level::warn);
  const StopSignals signals;
  Counted counted;
  evaluate::EvaluationOptions options;
  options.data = a.data;
  options.algorithms = a.algorithms;
  options.rates_hz = *rates;
  options.jobs = a.jobs;
  options.stop = &signals.flag();
  options.progress = [&](std::size_t n, std::size_t of) { counted(n, of); };
  Diagnostics unread;
  const auto evaluation = evaluate::evaluate(std::move(*set), graph, options, unread);
  counted.clear();
  tell(unread.text());
  if (!evaluation) return wrong;
  const std::size_t room = is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 1'000'000;
  show(evaluate::text_of(*evaluation, a.quiet, room));
  bool written = a.json.empty() || write_file(a.json, evaluate::json_of(*evaluation));
  if (!a.html.empty()) written = write_file(a.html, evaluate::html_of(*evaluation)) && written;
  return evaluation->good() && written ? done : failed;
}

}  // namespace

void add_evaluate(CLI::App& app, Action& action) {
  auto a = std::make_shared<EvaluateArguments>();
  a->graph.file = "evaluate.yaml";
  auto* command = app.add_subcommand("evaluate", "Scores a graph on recordings of known beats");
  command
      ->add_option("DATASET", a->set_file, "A data set: a YAML file, or the name of a shipped one")
      ->required();
  command->add_option("--data", a->data, "The folder that the data set's paths are relative to")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--graph", a->graph.file, "What is scored: a graph that writes beats.csv")
      ->type_name("GRAPH")
      ->capture_default_str();
  command
      ->add_option("--set", a->graph.set,
                   "Gives a parameter of the graph its value; may be given several times")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command->add_option("--param", a->param, "The parameter of the graph that takes the recording")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--rates", a->rates, "Rates to score at, in place of the data set's")
      ->type_name("HZ,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--algorithms", a->algorithms,
                   "Values of the graph's parameter `algorithm`; bars bind the first")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--json", a->json, "Writes everything for programs")->type_name("FILE");
  command->add_option("--html", a->html, "Writes a page with plots")->type_name("FILE");
  command->add_option("--jobs", a->jobs, "Runs at a time; default: one per CPU")
      ->type_name("N")
      ->check(CLI::Range(1U, 1024U));
  command->add_flag("--quiet", a->quiet, "Summaries only, no table of records");
  add_plugin_path(*command, a->graph.plugins);
  command->footer(evaluate_examples);
  command->callback([a, &action] { action = [a] { return evaluate_set(*a); }; });
}

}  // namespace ib::tool
