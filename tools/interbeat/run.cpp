// interbeat run: a graph, live or over recordings, to its end.
#include "closing.hpp"
#include "command.hpp"
#include "export/safe_name.hpp"
#include "load.hpp"
#include "log_above_table.hpp"
#include "mark_input.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "param_change.hpp"
#include "places.hpp"
#include "plan_impl.hpp"
#include "progress.hpp"
#include "record_option.hpp"
#include "results_folder.hpp"
#include "run_record.hpp"
#include "session.hpp"
#include "stop_signals.hpp"
#include "tapped_field.hpp"
#include "terminal.hpp"
#include "trace.hpp"

#include <interbeat/units.hpp>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

constexpr const char* run_examples = R"(
Without --speed, a graph with a live source (virtual:) runs at the pace of the clock, and one over
recordings as fast as it can. Ctrl-C drains, writes what came, and exits with 0.

Examples:
  interbeat run solo.yaml --set recording=pulse.csv.gz --out results
  interbeat run couple.yaml --for 60s
  interbeat run couple.yaml --set a=anna.csv --set b=ben.csv --speed 10
  interbeat run solo.yaml --set recording=virtual:seed=7 --speed max --for 8h
  interbeat run couple.yaml --record evening.ibr)";

struct RunArguments {
  GraphArguments graph;
  ResultsArguments results;
  std::string speed, limit, name, realtime, executors, trace;
  std::vector<std::string> changes;
  RecordArguments record;
  MarkArguments marks;
  unsigned threads = 1;
  bool plain{}, quiet{}, from_stdin{};
};

/// `--speed`: as fast as it can, or so many times the clock.
struct Speed {
  bool max{};
  double times{1};
};

std::optional<Speed> read_speed(const std::string& text) {
  if (text == "max") return Speed{true, 0};
  double times = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), times);
  const bool number = error == std::errc{} && end == text.data() + text.size();
  if (number && std::isfinite(times) && times >= 0.001 && times <= 1000) return Speed{false, times};
  complain("--speed " + in_quotes(text) + " is neither max nor a number from 0.001 to 1000",
           "1 is the pace of the clock, 10 ten times that");
  return std::nullopt;
}

bool is_name(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 40 && text[0] != '.' &&
         std::all_of(text.begin(), text.end(), fits);
}

class RunCommand {
 public:
  explicit RunCommand(RunArguments arguments) : a_(std::move(arguments)), marks_(a_.marks) {}

  int go() {
    if (a_.quiet) log_losses_only();
    if (!understand()) return wrong;
    auto graph = load_graph(a_.graph);
    if (!graph || !name_is_good(*graph) || !read_realtime(*graph)) return wrong;
    if (!read_changes(*graph) || !folder_.take(a_.results) || !out_can_be_made()) return wrong;
    const StopSignals signals;
    const auto plan = compile(*graph);
    if (plan == nullptr || !fits_the_mode()) return wrong;
    if (!marks_.fits(*plan, live_, a_.from_stdin)) return wrong;
    // Up to here nothing was written; from here on the run has begun.
    const auto started = Moment::now();
    if (!recording_.open(a_.record)) return wrong;
    if (!folder_.make()) return failed;
    if (!begin_record(*plan, started) || !begin_trace(*plan)) return failed;
    record_ = recording_.options(*plan, started);
    announce(*plan);
    if (draws_table(*plan) && is_terminal(STDERR_FILENO)) log_above_table();
    const auto report = live_ ? go_live(*plan, signals) : go_offline(*plan, signals);
    return close(*plan, report, started);
  }

 private:
  /// What happens to a device is told by lines that warn of nothing. A level that somebody chose stays.
  static void log_losses_only() {
    if (const auto log = spdlog::default_logger(); log->level() == spdlog::level::info)
      log->set_level(spdlog::level::warn);
  }

  /// Everything that can be wrong with the words of the command line alone.
  bool understand() {
    if (!a_.speed.empty() && !(speed_ = read_speed(a_.speed))) return false;
    if (!a_.limit.empty() && !(limit_ = read_duration("--for", a_.limit))) return false;
    if (!(executors_ = read_executor_count(a_.executors))) return false;
    if (a_.name.empty() || is_name(a_.name)) return true;
    complain("--name " + in_quotes(a_.name) + " is not a name",
             "at most 40 letters, digits, dots, dashes and underscores");
    return false;
  }

  bool name_is_good(const Graph& graph) {
    if (a_.name.empty()) a_.name = is_name(graph.name) ? graph.name : "interbeat";
    return true;
  }

  /// `--realtime`: the machine's own profile in place of the graph's.
  bool read_realtime(Graph& graph) const {
    if (a_.realtime.empty()) return true;
    graph.realtime.reset();
    if (a_.realtime == "off") return true;
    Diagnostics problems;
    graph.realtime = read_realtime_file(a_.realtime, problems);
    tell(problems.text());
    return graph.realtime.has_value();
  }

  /// `--change`: what offline runs have instead of somebody typing; all that is wrong is said at
  /// once.
  bool read_changes(const Graph& graph) {
    bool good = true;
    const auto example = example_change(graph);
    for (const auto& text : a_.changes) {
      std::string why;
      const auto change = parse_change(graph, text, why);
      if (!change || !change->at) {
        complain("--change " + in_quotes(text) + ": " + (change ? "it needs a time" : why),
                 example.empty() ? "" : "such as \"" + example + " at 120 s\"");
        good = false;
        continue;
      }
      changes_.push_back(
          {LogEntry::Kind::event, change->node, *change->at, change->param, change->number});
    }
    return good;
  }

  /// Looks at the nearest folder that is there: one that refuses is the user's mistake, told before
  /// anything is started.
  bool out_can_be_made() const {
    std::error_code error;
    auto there = fs::absolute(folder_.path(), error);
    while (there.has_relative_path() && !fs::exists(there, error)) there = there.parent_path();
    const bool folder = fs::is_directory(there, error);
    if (folder && access(there.c_str(), W_OK | X_OK) == 0) return true;
    complain(fmt::format("the folder {} can't be written: {}", folder_.path(),
                         std::strerror(folder ? errno : ENOTDIR)),
             "choose another with --out");
    return false;
  }

  /// What only one of the two kinds of run can do must not be ignored by the other.
  bool fits_the_mode() const {
    if (live_ && !changes_.empty()) {
      complain("--change is for offline runs, and this one is live",
               "add --speed max, or change it while it runs: interbeat set");
      return false;
    }
    if (!live_ && a_.from_stdin) {
      complain("--stdin is for live runs, and this one is offline",
               "say what changes with --change, or run at the clock's pace with --speed 1");
      return false;
    }
    if (!live_ && !a_.realtime.empty()) {
      complain("--realtime is for live runs, and this one is offline",
               "leave it out, or run at the clock's pace with --speed 1");
      return false;
    }
    return true;
  }

  /// Without --speed the sources decide, once they are open.
  std::unique_ptr<Plan> compile(const Graph& graph) {
    PlanOptions options;
    options.out_dir = folder_.path();
    options.threads = a_.threads;
    options.executors = *executors_;
    if (speed_) options.mode = speed_->max ? Mode::replay : Mode::live;
    auto plan = build_plan(graph, options);
    if (plan == nullptr) return nullptr;
    live_ = plan->mode() == Mode::live;
    if (!live_ && !limit_ && ends_never(*plan)) return nullptr;
    return plan;
  }

  bool ends_never(Plan& plan) const {
    const auto source = endless_source(plan);
    if (source.empty()) return false;
    complain(source + " never ends, and --speed max does not wait for it",
             "say how much of it with --for 60s, or give the source a duration");
    return true;
  }

  void announce(const Plan& plan) const {
    if (a_.quiet) return;
    for (const auto& note : plan.start_notes()) say("{}", note);
    for (const auto& note : plan.executor_notes()) say("{}", note);
    if (live_) say("running as \"{}\"; Ctrl-C ends it", a_.name);
  }

  static bool draws_table(const Plan& plan) {
    const auto& nodes = plan.graph().nodes;
    return is_terminal(STDOUT_FILENO) &&
           std::any_of(nodes.begin(), nodes.end(), [](const GraphNode& node) {
             return std::string_view(node.type->desc->type) == "sink.console";
           });
  }

  ProgressStyle progress_style(const Plan& plan) const {
    if (a_.quiet || draws_table(plan)) return ProgressStyle::none;  // one table at a time
    return is_terminal(STDERR_FILENO) && !a_.plain ? ProgressStyle::bar : ProgressStyle::lines;
  }

  RunReport go_offline(Plan& plan, const StopSignals& signals) {
    ReplayOptions options;
    options.limit = with_lead_in(plan, limit_);
    options.stop = &signals.flag();
    options.changes = changes_;
    options.record = record_;
    Progress progress(progress_style(plan), session_end(plan, options.limit));
    options.progress = [&](Time settled) { progress(settled); };
    return run_replay(plan, options);
  }

  RunReport go_live(Plan& plan, const StopSignals& signals) {
    LiveOptions options;
    options.limit = limit_;
    options.speed = speed_ ? speed_->times : 1;
    options.stop = &signals.flag();
    options.stop_fd = signals.fd();
    options.read_stdin = a_.from_stdin;
    options.write_field = &write_tapped_field;
    options.record = record_;
    const auto input = marks_.open(a_.quiet, draws_table(plan));
    options.input = input.get();
    const auto why = make_socket_folder();
    if (why.empty()) options.socket = socket_of(a_.name);
    else say("no control socket: {}", why);
    return run_live(plan, options);
  }

  RunOptions options() const {
    RunOptions o{live_ ? fmt::format("{}", speed_ ? speed_->times : 1.0) : "max",
                 nullptr,
                 a_.threads,
                 a_.changes,
                 nullptr,
                 {},
                 {}};
    if (limit_) o.limit_s = seconds(*limit_);
    return o;
  }

  /// The record of a run that has not ended takes the place of an older one's: whoever finds these
  /// files after a power cut can tell.
  bool begin_record(Plan& plan, const Moment& started) const {
    const auto why = write_run_record(folder_.path(), begun_record(plan, started, options()));
    if (!why.empty()) complain(why);
    return why.empty();
  }

  bool begin_trace(Plan& plan) {
    if (a_.trace.empty()) return true;
    trace_ = std::make_unique<Trace>(plan);
    const auto why = trace_->open(a_.trace);
    if (!why.empty()) complain("--trace " + in_quotes(a_.trace) + ": " + why);
    return why.empty();
  }

  /// What the record says of the trace; null: there is none. False: it could not be written.
  bool end_trace(nlohmann::ordered_json& told) const {
    if (trace_ == nullptr) return true;
    const auto t = trace_->close();
    told = {{"file", a_.trace},
            {"records", t.records},
            {"dropped", t.dropped},
            {"beyond_end", t.beyond_end}};
    if (t.dropped + t.beyond_end > 0) {
      say("the trace holds {} of {} calls: the others came faster than they could be written",
          t.records, t.records + t.dropped + t.beyond_end);
    }
    if (!t.why.empty()) complain("the trace " + a_.trace + " can't be written: " + t.why);
    return t.why.empty();
  }

  /// Changes for a time that the session never came to, as they were written.
  std::vector<std::string> changes_behind(const RunReport& report) const {
    std::vector<std::string> behind;
    const auto end = Time{} + from_seconds(report.session_s);
    for (std::size_t k = 0; k < changes_.size(); ++k)
      if (changes_[k].time > end) behind.push_back(a_.changes[k]);
    return behind;
  }

  /// What else lies in the folder and was not made by this run, on one line.
  void tell_left_over(const Plan& plan) const {
    constexpr std::size_t shown = 12;
    const auto left = folder_.left_over(result_files(plan.graph()));
    if (left.empty()) return;
    std::string names;
    for (std::size_t k = 0; k < std::min(shown, left.size()); ++k)
      names += (k > 0 ? ", " : "") + shown_text(left[k]);
    if (left.size() > shown) names += fmt::format(" and {} more", left.size() - shown);
    say("{} also holds what a former run wrote and this one did not: {}", folder_.path(), names);
  }

  int close(Plan& plan, const RunReport& report, const Moment& started) {
    int code = exit_of(report);
    auto o = options();
    if (!end_trace(o.trace)) code = failed;
    o.recording = recording_.close(report);
    o.changes_behind_end = changes_behind(report);
    if (!a_.quiet) tell("\n" + closing_table(report));
    tell(loud_lines(report));
    for (const auto& change : o.changes_behind_end)
      say("--change {} never acted: the session ended at {:g} s", in_quotes(change),
          report.session_s);
    const auto why = write_run_record(folder_.path(), run_record(plan, report, started, o, code));
    if (why.empty()) {
      if (!a_.quiet) tell_left_over(plan);
      if (!a_.quiet) say("results and run.json lie in {}", folder_.path());
      if (!a_.quiet && !recording_.summary().empty()) say("{}", recording_.summary());
    } else {
      complain(why);
      code = failed;
    }
    return code;
  }

  RunArguments a_;
  std::optional<Speed> speed_;
  std::optional<Duration> limit_;
  std::optional<unsigned> executors_;
  AdmittedLog changes_;
  MarkInput marks_;
  std::unique_ptr<Trace> trace_;
  ResultsFolder folder_;
  RunRecording recording_;
  RecordOptions record_;
  bool live_{};
};

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto a = std::make_shared<RunArguments>();
  auto* run = app.add_subcommand("run", "Runs a graph, live or over recordings");
  add_graph_arguments(*run, a->graph);
  add_results_arguments(*run, a->results);
  run->add_option("--for", a->limit, "Ends after this much session time")->type_name("TIME");
  run->add_option("--speed", a->speed,
                  "max: as fast as it can; 1: the clock's pace; N: N times that")
      ->type_name("max|N");
  run->add_option("--threads", a->threads, "Threads for what follows the sources")
      ->type_name("N")
      ->check(CLI::Range(1U, 64U))
      ->capture_default_str();
  run->add_option("--executors", a->executors,
                  "Threads that share out what no edge connects; default: as the graph says")
      ->type_name("N|auto");
  run->add_option("--realtime", a->realtime,
                  "Live: real-time profile in place of the graph's; off: none")
      ->type_name("FILE|off");
  run->add_option("--change", a->changes,
                  "Offline: a param changes at a session time; may be repeated")
      ->type_name("NODE.PARAM=VALUE at TIME");
  run->add_option("--name", a->name, "Name for `top`, `tap`, `set`, `mark`; default: the graph's")
      ->type_name("NAME");
  run->add_option("--trace", a->trace,
                  "Writes what every thread did, call by call; open it in ui.perfetto.dev")
      ->type_name("FILE");
  add_record_arguments(*run, a->record);
  run->add_flag("--stdin", a->from_stdin,
                "Live: reads `set NODE.PARAM=VALUE`, `mark TEXT` and `stop` lines from stdin");
  run->add_option("--marks", a->marks.from, "Live: every line of stdin is a mark")
      ->type_name("-")
      ->check(CLI::IsMember({"-"}));
  run->add_option("--key", a->marks.keys, "Live, on a terminal: what a key marks; may be repeated")
      ->type_name("1..9|space=TEXT");
  run->add_flag("--plain", a->plain, "Plain lines instead of a progress bar");
  run->add_flag("--quiet", a->quiet, "Says only what went wrong or was lost");
  run->footer(run_examples);
  run->callback([a, &action] { action = [a] { return RunCommand(*a).go(); }; });
}

}  // namespace ib::tool
