// interbeat batch: one graph over many recordings, side by side, each with an engine of its own.
#include "closing.hpp"
#include "command.hpp"
#include "load.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "parallel_replay.hpp"
#include "places.hpp"
#include "plan_impl.hpp"
#include "progress.hpp"
#include "run_record.hpp"
#include "session.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"
#include "text_table.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

constexpr const char* batch_examples = R"(
Each file's results and run.json lie in OUT/<name of the file>/. One that fails does not
stop the others; then the exit code is 1. Ctrl-C ends those that run, starts no more, and says
which are whole.

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
  enum class Result { not_started, done, interrupted, failed };
  Result result{Result::not_started};
  RunReport report;
  std::string problem;
};

const char* text_of(Outcome::Result result) {
  switch (result) {
    case Outcome::Result::not_started: return "not started";
    case Outcome::Result::done: return "done";
    case Outcome::Result::interrupted: return "interrupted";
    case Outcome::Result::failed: return "FAILED";
  }
  return "";
}

/// What recordings and their packings are called; any other dot belongs to the name: S05.2024-01.
bool is_file_ending(std::string ending) {
  static const std::set<std::string> known{".csv", ".tsv", ".txt", ".gz",  ".zip",
                                           ".rr",  ".ibi", ".dat", ".json"};
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return known.count(ending) == 1;
}

/// The file's name without what says its kind, and without a URI's options.
std::string plain_stem(const std::string& file) {
  std::error_code error;
  auto path = fs::absolute(file.substr(0, file.find('?')), error).lexically_normal();
  auto name = path.filename().empty() ? path.parent_path().filename() : path.filename();
  while (is_file_ending(name.extension().string())) name = name.stem();
  return name.empty() ? "recording" : name.string();
}

/// A folder name per file; one that is taken gets the first free number. No two share a folder.
std::vector<std::string> folder_names(const std::vector<std::string>& files) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const auto& file : files) {
    const auto stem = plain_stem(file);
    auto name = stem;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}-{}", stem, n);
    names.push_back(name);
  }
  return names;
}

/// How far all of them are together: a bar over the sum of their session times. A recording that is
/// not open yet counts as long as the others are on average.
class Together {
 public:
  explicit Together(std::size_t files)
      : length_(files), settled_(files), bar_(style(), std::nullopt) {}

  void opened(std::size_t i, std::optional<Duration> length) {
    const std::lock_guard lock(mutex_);
    length_[i] = length;
    bar_.expect(sum());
  }
  void settled(std::size_t i, Time at) {
    const std::lock_guard lock(mutex_);
    settled_[i] = std::max(settled_[i], at - Time{});
    bar_(Time{} + std::accumulate(settled_.begin(), settled_.end(), Duration{}));
  }
  /// Lines for people, in place of the bar until it is drawn again; never mixed with another's.
  void say_lines(const std::string& lines) {
    const std::lock_guard lock(mutex_);
    bar_.clear();
    tell(lines);
  }
  void end() { bar_.clear(); }

 private:
  static ProgressStyle style() {
    return is_terminal(STDERR_FILENO) ? ProgressStyle::bar : ProgressStyle::none;
  }
  std::optional<Duration> sum() const {
    Duration known{};
    std::int64_t n = 0;
    for (const auto& length : length_) {
      if (!length) continue;
      known += *length;
      ++n;
    }
    if (n == 0) return std::nullopt;
    return Duration{known.count() / n * static_cast<std::int64_t>(length_.size())};
  }

  std::mutex mutex_;
  std::vector<std::optional<Duration>> length_;
  std::vector<Duration> settled_;
  Progress bar_;
};

class Batch {
 public:
  explicit Batch(BatchArguments arguments)
      : a_(std::move(arguments)), outcomes_(a_.files.size()), together_(a_.files.size()) {}

  int go() {
    if (!a_.limit.empty() && !(limit_ = read_duration("--for", a_.limit))) return wrong;
    const auto overrides = read_overrides(a_.graph.set);
    const auto file = overrides ? find_graph_or_complain(a_.graph.file) : fs::path();
    if (file.empty()) return wrong;
    catalogue_.emplace(a_.graph.plugins, file);
    if (!catalogue_->complete_or_complain() || !graph_is_good(file, *overrides)) return wrong;
    folders_ = folder_names(a_.files);
    const StopSignals signals;
    for_each_parallel(
        a_.files.size(), a_.jobs,
        [&](std::size_t i) {
          if (!signals.flag()) run_one(i, file, *overrides, signals);
        },
        a_.backend == "tbb" ? Backend::tbb : Backend::threads);
    together_.end();
    return summarise();
  }

 private:
  std::optional<Graph> read(const fs::path& file, Overrides overrides, const std::string& recording,
                            Diagnostics& problems) const {
    overrides.emplace_back(a_.param, recording);
    Graph partial;
    ReadOptions reading;
    reading.partial = &partial;
    auto graph = read_graph(file, overrides, catalogue_->registry(), problems, reading);
    if (!graph) probe_sources(partial, problems);
    return graph;
  }

  /// What is wrong with the graph itself is said once, and nothing is started. A first file that
  /// the graph refuses may be that file's fault: then a virtual ring in its place tells.
  bool graph_is_good(const fs::path& file, const Overrides& overrides) const {
    Diagnostics problems, ignored;
    if (read(file, overrides, a_.files.front(), problems)) return true;
    if (read(file, overrides, "virtual:seed=1", ignored)) return true;
    tell(problems.text());
    return false;
  }

  void run_one(std::size_t i, const fs::path& file, const Overrides& overrides,
               const StopSignals& signals) {
    auto& outcome = outcomes_[i];
    outcome.result = Outcome::Result::failed;
    Diagnostics problems;
    const auto graph = read(file, overrides, a_.files[i], problems);
    PlanOptions options;
    options.out_dir = fs::path(a_.out) / folders_[i];
    options.mode = Mode::replay;
    options.executors = 1;  // files side by side, each on one thread
    auto plan = graph ? Plan::build(*graph, options, problems) : nullptr;
    if (plan != nullptr && !limit_ && !endless_source(*plan).empty()) {
      problems.error({}, "", endless_source(*plan) + " never ends", "", "give --for 60s");
      plan.reset();
    }
    outcome.problem = problems.text();
    if (plan != nullptr) replay(*plan, i, signals);
    announce(i);
  }

  void replay(Plan& plan, std::size_t i, const StopSignals& signals) {
    auto& outcome = outcomes_[i];
    const auto started = Moment::now();
    RunOptions said{"max", nullptr, 1, {}, nullptr};
    if (limit_) said.limit_s = seconds(*limit_);
    const auto& dir = plan.impl().options.out_dir;
    if (!is_written(write_run_record(dir, begun_record(plan, started, said)), outcome)) return;
    ReplayOptions options;
    options.limit = with_lead_in(plan, limit_);
    options.stop = &signals.flag();
    options.progress = [&](Time settled) { together_.settled(i, settled); };
    together_.opened(i, session_end(plan, options.limit));
    outcome.report = run_replay(plan, options);
    together_.settled(i, Time{} + from_seconds(outcome.report.session_s));
    const int code = exit_of(outcome.report);
    if (!is_written(write_run_record(dir, run_record(plan, outcome.report, started, said, code)),
                    outcome)) {
      return;
    }
    outcome.result = code != done                 ? Outcome::Result::failed
                     : outcome.report.interrupted ? Outcome::Result::interrupted
                                                  : Outcome::Result::done;
  }

  static bool is_written(const std::string& why, Outcome& outcome) {
    if (!why.empty()) outcome.problem += "error: " + why + "\n";
    return why.empty();
  }

  /// A line as each file ends, with its problems.
  void announce(std::size_t i) {
    const auto& o = outcomes_[i];
    together_.say_lines(fmt::format("[{}/{}] {}: {}\n{}{}", ++ended_, a_.files.size(), a_.files[i],
                                    text_of(o.result), o.problem, loud_lines(o.report)));
  }

  std::size_t count(Outcome::Result result) const {
    return static_cast<std::size_t>(std::count_if(
        outcomes_.begin(), outcomes_.end(), [&](const auto& o) { return o.result == result; }));
  }

  int summarise() const {
    TextTable table({"file", "session", "in", "times real time", "lost", "result"});
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const auto& o = outcomes_[i];
      const bool ran = o.report.wall_s > 0;
      const bool whole = o.result == Outcome::Result::done;
      table.row({a_.files[i], ran ? fmt::format("{:.1f} s", o.report.session_s) : "-",
                 ran ? time_text(o.report.wall_s) : "-",
                 ran ? fmt::format("{:.0f}", o.report.session_s / o.report.wall_s) : "-",
                 fmt::format("{}", o.report.lost),
                 whole ? (fs::path(a_.out) / folders_[i]).string() : text_of(o.result)});
    }
    auto last = fmt::format("{} of {} done", count(Outcome::Result::done), outcomes_.size());
    for (const auto r : {Outcome::Result::interrupted, Outcome::Result::not_started}) {
      if (count(r) > 0) last += fmt::format(", {} {}", count(r), text_of(r));
    }
    tell("\n" + table.text() + last + "\n");
    return count(Outcome::Result::failed) == 0 ? done : failed;
  }

  BatchArguments a_;
  std::optional<Catalogue> catalogue_;
  std::vector<Outcome> outcomes_;  ///< each written by the one call that runs its file
  std::vector<std::string> folders_;
  std::optional<Duration> limit_;
  Together together_;
  std::atomic<std::size_t> ended_{0};
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
  command->footer(batch_examples);
  command->callback([a, &action] { action = [a] { return Batch(*a).go(); }; });
}

}  // namespace ib::tool
