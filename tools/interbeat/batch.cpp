// interbeat batch: one graph over many recordings, side by side, each with an engine of its own.
#include "closing.hpp"
#include "command.hpp"
#include "load.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "parallel_replay.hpp"
#include "places.hpp"
#include "plan_impl.hpp"
#include "registry.hpp"
#include "run_record.hpp"
#include "session.hpp"
#include "stop_signals.hpp"
#include "text_table.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

constexpr const char* examples = R"(
Each file's results and run.json lie in OUT/<name of the file>/. One that fails does not
stop the others; then the exit code is 1.

Examples:
  interbeat batch solo.yaml study/*.csv.gz --out results --jobs 4
  interbeat batch beats.yaml a.csv b.csv --set channel=green)";

struct BatchArguments {
  GraphArguments graph;
  std::vector<std::string> files;
  std::string param = "recording", out = "out", limit, backend = "tbb";
  unsigned jobs{};
};

/// What became of one file.
struct Outcome {
  int code = wrong;
  RunReport report;
  std::string problem;
};

std::string plain_stem(const fs::path& file) {
  auto name = file.filename().empty() ? file.parent_path().filename() : file.filename();
  while (name.has_extension() && name.stem() != name) name = name.stem();
  return name.string();
}

/// A folder name per file: its name without extensions, numbered where two files share it.
std::vector<std::string> folder_names(const std::vector<std::string>& files) {
  std::map<std::string, int> used;
  std::vector<std::string> names;
  for (const auto& file : files) {
    const auto stem = plain_stem(file);
    const int n = ++used[stem];
    names.push_back(n == 1 ? stem : fmt::format("{}-{}", stem, n));
  }
  return names;
}

class Batch {
 public:
  Batch(BatchArguments arguments, Registry registry)
      : a_(std::move(arguments)), registry_(std::move(registry)), outcomes_(a_.files.size()) {}

  int go() {
    if (!a_.limit.empty() && !(limit_ = read_duration("--for", a_.limit))) return wrong;
    const auto overrides = read_overrides(a_.graph.set);
    const auto file = find_graph(a_.graph.file);
    if (!overrides) return wrong;
    if (file.empty()) {
      complain("there is no graph " + in_quotes(a_.graph.file));
      return wrong;
    }
    folders_ = folder_names(a_.files);
    const StopSignals signals;
    for_each_parallel(
        a_.files.size(), a_.jobs,
        [&](std::size_t i) {
          if (!signals.flag()) run_one(i, file, *overrides, signals);
        },
        a_.backend == "tbb" ? Backend::tbb : Backend::threads);
    return summarise();
  }

 private:
  void run_one(std::size_t i, const fs::path& file, Overrides overrides,
               const StopSignals& signals) {
    auto& outcome = outcomes_[i];
    overrides.emplace_back(a_.param, a_.files[i]);
    Diagnostics problems;
    Graph partial;
    ReadOptions reading;
    reading.partial = &partial;
    const auto graph = read_graph(file, overrides, registry_, problems, reading);
    if (!graph) probe_sources(partial, problems);
    PlanOptions options;
    options.out_dir = fs::path(a_.out) / folders_[i];
    options.mode = Mode::replay;
    auto plan = graph ? Plan::build(*graph, options, problems) : nullptr;
    if (plan != nullptr && !limit_ && !endless_source(*plan).empty()) {
      problems.error({}, "", endless_source(*plan) + " never ends", "", "give --for 60s");
      plan.reset();
    }
    outcome.problem = problems.text();
    if (plan != nullptr) replay(*plan, outcome, signals);
    tell(i);
  }

  void replay(Plan& plan, Outcome& outcome, const StopSignals& signals) const {
    const auto started = Moment::now();
    ReplayOptions options;
    options.limit = with_lead_in(plan, limit_);
    options.stop = &signals.flag();
    outcome.report = run_replay(plan, options);
    outcome.code = exit_of(outcome.report);
    RunOptions said{"max", nullptr, 1};
    if (limit_) said.limit_s = seconds(*limit_);
    const auto why = write_run_record(
        plan.impl().options.out_dir, run_record(plan, outcome.report, started, said, outcome.code));
    if (why.empty()) return;
    outcome.problem += "error: " + why + "\n";
    outcome.code = failed;
  }

  /// A line as each file ends, with its problems, never mixed with another file's.
  void tell(std::size_t i) {
    const std::lock_guard lock(telling_);
    ++ended_;
    const auto& o = outcomes_[i];
    say("[{}/{}] {}: {}", ended_, a_.files.size(), a_.files[i], o.code == done ? "done" : "FAILED");
    fmt::print(stderr, "{}{}", o.problem, loud_lines(o.report));
  }

  int summarise() const {
    TextTable table({"file", "session", "in", "times real time", "lost", "result"});
    std::size_t bad = 0;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const auto& o = outcomes_[i];
      if (o.code != done) ++bad;
      const bool ran = o.report.wall_s > 0;
      table.row({a_.files[i], ran ? fmt::format("{:.1f} s", o.report.session_s) : "-",
                 ran ? time_text(o.report.wall_s) : "-",
                 ran ? fmt::format("{:.0f}", o.report.session_s / o.report.wall_s) : "-",
                 fmt::format("{}", o.report.lost),
                 o.code == done ? (fs::path(a_.out) / folders_[i]).string() : "FAILED"});
    }
    fmt::print(stderr, "\n{}{} of {} done\n", table.text(), outcomes_.size() - bad,
               outcomes_.size());
    return bad == 0 ? done : failed;
  }

  BatchArguments a_;
  Registry registry_;
  std::vector<Outcome> outcomes_;  ///< each written by the one call that runs its file
  std::vector<std::string> folders_;
  std::optional<Duration> limit_;
  std::mutex telling_;
  std::size_t ended_{};
};

}  // namespace

void add_batch(CLI::App& app, Action& action) {
  auto a = std::make_shared<BatchArguments>();
  auto* command = app.add_subcommand("batch", "Runs a graph over many recordings, side by side");
  add_graph_arguments(*command, a->graph);
  command->add_option("FILES", a->files, "The recordings")->required();
  command->add_option("--param", a->param, "The parameter of the graph that takes the recording")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--out", a->out, "Folder for a folder per file")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--for", a->limit, "Ends each after this much session time")
      ->type_name("TIME");
  command->add_option("--jobs", a->jobs, "Files at a time; default: one per CPU")
      ->type_name("N")
      ->check(CLI::Range(1U, 1024U));
  command->add_option("--backend", a->backend, "Runs them with oneTBB or with plain threads")
      ->check(CLI::IsMember({"tbb", "threads"}))
      ->capture_default_str();
  command->footer(examples);
  command->callback([a, &action] { action = [a] { return Batch(*a, make_registry()).go(); }; });
}

}  // namespace ib::tool
