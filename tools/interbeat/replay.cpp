// interbeat replay: a recorded session again, as fast as it goes, and whether the same came out.
#include "build_info.hpp"
#include "closing.hpp"
#include "command.hpp"
#include "export/safe_name.hpp"
#include "load.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "progress.hpp"
#include "record_option.hpp"
#include "results_folder.hpp"
#include "run_record.hpp"
#include "silent_stdout.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"
#include "text_table.hpp"

#include <interbeat/recording_file.hpp>
#include <interbeat/replay.hpp>

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

constexpr const char* replay_examples = R"(
What was admitted when the session was recorded is admitted again, so the results are the same bytes, at
any speed and with any number of threads. With another graph the same signals run through that one; its
sources are those of the recording that have their names, or belong to the same participant.
A recording that broke off is played to where it does, and nothing is flushed behind it.

--verify compares every input of every sink with what it got in the recorded run: a running hash at each
second of settled time. Exit 0: the same, to the end or to where its run was killed; 1: not, or it is damaged or
has a hole. Without --out it leaves no files behind; what a sink would
show on stdout goes nowhere.

Examples:
  interbeat replay session.ibr --out again
  interbeat replay session.ibr --verify --threads 2
  interbeat replay session.ibr --graph my_couple.yaml --out other)";

struct ReplayArguments {
  ResultsArguments results;
  std::string file, graph, speed = "max";
  std::vector<std::string> set;
  PluginArguments plugins;
  unsigned threads = 1;
  bool verify{}, plain{}, quiet{};
};

/// A folder for results that nobody wants.
class PassingFolder {
 public:
  PassingFolder() {
    auto name = (fs::temp_directory_path() / "interbeat-verify-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~PassingFolder() {
    std::error_code gone;
    if (!path_.empty()) fs::remove_all(path_, gone);
  }
  PassingFolder(const PassingFolder&) = delete;
  PassingFolder& operator=(const PassingFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string seconds_text(Time t) { return fmt::format("{:g} s", seconds(t)); }

class ReplayCommand {
 public:
  explicit ReplayCommand(ReplayArguments arguments) : a_(std::move(arguments)) {}

  int go() {
    if (!read_speed()) return wrong;
    Diagnostics problems;
    recording_ = open_recording(a_.file, problems);
    tell(problems.text());
    if (recording_ == nullptr) return wrong;
    if (recording_->part() != 1) {
      complain(fmt::format("{} is part {} of its session, and a replay needs the first: nodes "
                           "remember what came before",
                           a_.file, recording_->part()),
               "give the first part; it goes on with the others by itself");
      return wrong;
    }
    const auto graph = a_.graph.empty() ? recorded_graph() : other_graph();
    if (!graph) return wrong;
    survey_ = survey_of(*recording_);
    if (a_.results.out.empty() && a_.verify) a_.results.out = passing_.emplace().path();
    if (!folder_.take(a_.results)) return wrong;
    PlanOptions options;
    options.out_dir = folder_.path();
    options.threads = a_.threads;
    // Sinks look at stdout when the plan is built, and the last words of some come when it ends.
    std::optional<SilentStdout> silence;
    if (a_.verify) silence.emplace();
    const auto plan =
        build_plan(*graph, playback_options(recording_->head(), survey_, *graph, options));
    if (plan == nullptr) return wrong;
    announce();
    if (!folder_.make()) return failed;
    const auto started = Moment::now();
    const auto played = play_it(*plan);
    return close(*plan, played, started);
  }

 private:
  bool read_speed() {
    if (a_.speed == "max") return true;
    const auto* end = a_.speed.data() + a_.speed.size();
    const auto [at, error] = std::from_chars(a_.speed.data(), end, speed_);
    if (error == std::errc() && at == end && speed_ >= 0.001 && speed_ <= 1000) return true;
    complain("--speed " + in_quotes(a_.speed) + " is neither max nor a number from 0.001 to 1000",
             "1 is the pace of the clock, 10 ten times that");
    return false;
  }

  LoadedGraph recorded_graph() {
    if (!a_.set.empty()) {
      complain("--set changes a graph, and the recorded one has its values already",
               "name the graph with --graph");
      return {};
    }
    auto catalogue = std::make_shared<const Catalogue>(a_.plugins);
    Diagnostics problems;
    catalogue->report(problems);
    const auto& head = recording_->head();
    auto graph = read_graph_text(head.graph, shown_text(head.graph_name), ".", {},
                                 catalogue->registry(), problems);
    tell(problems.text());
    if (!graph) {
      say("the graph is the recorded one of {}; a node that is missing may come from a plugin: {}",
          a_.file, plugin_names());
      return {};
    }
    keep_below_out(*graph);
    return {std::move(catalogue), std::move(graph)};
  }
  /// A recording may come from anybody: what its graph writes lies below --out, wherever it says.
  static void keep_below_out(Graph& graph) {
    for (auto& node : graph.nodes) {
      SettingList kept;
      for (auto setting : node.settings) {
        const auto flags = node.type->desc->params[setting.param].flags;
        if ((flags & IB_PARAM_OUTPUT_PATH) != 0) {
          const auto inside = below(setting.text);
          if (inside != setting.text)
            say("{} wrote {}; here it writes {} below --out", shown_text(node.path),
                shown_text(setting.text), shown_text(inside));
          setting.text = inside;
        }
        kept.push_back(std::move(setting));
      }
      node.settings = std::move(kept);
    }
  }
  /// "/tmp/x.csv", "../x.csv": "x.csv"; a path that stays below stays as it is.
  static std::string below(const std::string& path) {
    const auto p = fs::path(path).lexically_normal();
    const bool leaves = p.is_absolute() || (!p.empty() && *p.begin() == "..");
    return leaves ? p.filename().string() : path;
  }
  std::string plugin_names() const {
    std::string names;
    for (const auto& p : recording_->head().plugins)
      names += fmt::format("{}{} {}", names.empty() ? "" : ", ", shown_text(p.id),
                           shown_text(p.version));
    return names.empty() ? "it had none" : "it had " + names;
  }

  LoadedGraph other_graph() const {
    GraphArguments arguments;
    arguments.file = a_.graph;
    arguments.set = a_.set;
    arguments.plugins = a_.plugins;
    return load_graph(arguments, Sources::unopened);
  }

  void announce() const {
    const auto& head = recording_->head();
    std::string when = "at an unknown time";
    if (head.session_start_utc_ns > IB_NEVER)
      when = utc_text(head.session_start_utc_ns + head.lead_in_ns);
    if (!a_.quiet)
      say("{}: {}, recorded {} by {}; {} source{}, {} of session{}", a_.file,
          shown_text(head.graph_name), when, shown_text(head.program), head.sources.size(),
          head.sources.size() == 1 ? "" : "s", seconds_text(survey_.until),
          survey_.ended ? "" : ", then it breaks off");
    if (is_hurt()) say("{}: {}; it is played up to there", a_.file, problem());
  }
  /// Damaged, or with a hole: more than a program that was killed leaves behind.
  bool is_hurt() const { return !survey_.problem.empty(); }
  std::string problem() const { return shown_text(survey_.problem, 1000); }

  PlayReport play_it(Plan& plan) {
    const StopSignals signals;
    PlayOptions options;
    options.speed = speed_;
    options.stop = &signals.flag();
    options.stop_fd = signals.fd();
    auto style =
        is_terminal(STDERR_FILENO) && !a_.plain ? ProgressStyle::bar : ProgressStyle::lines;
    Progress progress(a_.quiet ? ProgressStyle::none : style, survey_.until - Time{});
    options.progress = [&](Time settled) { progress(settled); };
    return play(plan, *recording_, survey_, options);
  }

  int close(Plan& plan, const PlayReport& played, const Moment& started) const {
    int code = played.run.failures.empty() ? done : failed;
    if (!a_.quiet && !a_.verify) tell("\n" + closing_table(played.run));
    tell(loud_lines(played.run));
    if (played.changes_without_node > 0)
      say("{} recorded changes were of nodes that this graph does not have",
          played.changes_without_node);
    if (a_.verify && !played.stopped) code = std::max(code, judge(played));
    if (a_.verify && is_hurt()) code = std::max<int>(code, failed);
    if (played.stopped) say("stopped at {}", seconds_text(played.until));
    if (passing_) return code;
    RunOptions options{a_.speed, nullptr, a_.threads, {}, nullptr, {}, {}};
    auto record = run_record(plan, played.run, started, options, code);
    record["replay"] = replay_json(played);
    const auto why = write_run_record(folder_.path(), record);
    if (!why.empty()) {
      complain(why);
      return failed;
    }
    if (!a_.quiet) say("results and run.json lie in {}", folder_.path());
    return code;
  }

  nlohmann::ordered_json replay_json(const PlayReport& played) const {
    const auto& head = recording_->head();
    nlohmann::ordered_json j{{"file", a_.file},
                             {"session", recording_->session()},
                             {"recorded_by", head.program},
                             {"ended", played.ended},
                             {"until_s", seconds(played.until)}};
    if (is_hurt()) j["problem"] = survey_.problem;
    if (!a_.verify) return j;
    j["same"] = played.same();
    j["outlets"] = nlohmann::ordered_json::array();
    for (const auto& o : played.outlets)
      j["outlets"].push_back({{"sink", o.outlet.sink},
                              {"input", o.outlet.input},
                              {"checkpoints", o.recorded},
                              {"same", o.equal}});
    return j;
  }

  /// What --verify found, said; the exit code.
  int judge(const PlayReport& played) const {
    TextTable table({"output", "checkpoints", "the same", "first difference"});
    std::uint64_t recorded = 0, equal = 0, outlets = 0;
    for (const auto& o : played.outlets) {
      if (!o.in_graph) continue;
      ++outlets;
      recorded += o.recorded;
      equal += o.equal;
      table.row({shown_text(o.outlet.sink + "." + o.outlet.input), fmt::format("{}", o.recorded),
                 fmt::format("{}", o.equal), difference(o)});
    }
    if (!a_.quiet) tell("\n" + table.text(1));
    const auto length =
        played.ended ? "to its end"
                     : "up to " + seconds_text(played.until) +
                           (is_hurt() ? ", where it can't be read on" : ", where it breaks off");
    if (recorded == 0) {
      complain(
          "there was nothing to compare: the recording has no checkpoint of an output that "
          "this graph has");
      return failed;
    }
    if (played.same()) {
      say("the replay is the recorded run, {}: {} of {} checkpoints of {} output{} are the same",
          length, equal, recorded, outlets, outlets == 1 ? "" : "s");
      return done;
    }
    RecordOptions here;
    describe_program(here);
    const auto& head = recording_->head();
    if (here.build != head.build || here.cpu != head.cpu) {
      say("the replay differs ({} of {} checkpoints are the same), and so does the machine: it was "
          "recorded by a build of {} on {}, and this is {} on {}. The same bytes are promised for "
          "one build on one family of CPUs.",
          equal, recorded, shown_text(head.build), shown_text(head.cpu), here.build, here.cpu);
      return done;
    }
    complain(
        fmt::format("the replay is not the recorded run: {} of {} checkpoints are the same", equal,
                    recorded),
        head.program == here.program
            ? "this is a fault of the engine or of a node that is not deterministic; please "
              "report it with the recording's first minute"
            : "it was recorded by " + shown_text(head.program) + ", and this is " + here.program);
    return failed;
  }
  static std::string difference(const OutletVerdict& o) {
    if (!o.expected) return o.equal == o.recorded ? "-" : "unknown";
    const auto at = seconds_text(o.expected->settled);
    if (!o.found) return fmt::format("never got to {}", at);
    if (o.found->items != o.expected->items)
      return fmt::format("at {}: {} items, not {}", at, o.found->items, o.expected->items);
    return fmt::format("at {}: {} items, but other values", at, o.found->items);
  }

  ReplayArguments a_;
  double speed_{};
  std::unique_ptr<FileRecording> recording_;
  RecordingSurvey survey_;
  std::optional<PassingFolder> passing_;
  ResultsFolder folder_;
};

}  // namespace

void add_replay(CLI::App& app, Action& action) {
  auto a = std::make_shared<ReplayArguments>();
  auto* replay = app.add_subcommand("replay", "Runs a recorded session again, to the byte");
  replay->add_option("FILE", a->file, "A recording, as `interbeat run --record` writes it")
      ->required();
  replay->add_flag("--verify", a->verify, "Compares what comes out with the recorded run");
  replay->add_option("--graph", a->graph, "Another graph in place of the recorded one")
      ->type_name("GRAPH");
  replay->add_option("--set", a->set, "With --graph: gives one of its parameters a value")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_results_arguments(*replay, a->results);
  replay
      ->add_option("--speed", a->speed,
                   "max: as fast as it can; 1: the clock's pace; N: N times that")
      ->type_name("max|N");
  replay->add_option("--threads", a->threads, "Threads for what follows the sources")
      ->type_name("N")
      ->check(CLI::Range(1U, 64U))
      ->capture_default_str();
  add_plugin_path(*replay, a->plugins);
  replay->add_flag("--plain", a->plain, "Plain lines instead of a progress bar");
  replay->add_flag("--quiet", a->quiet, "Says only what went wrong, and the verdict");
  replay->footer(replay_examples);
  replay->callback([a, &action] { action = [a] { return ReplayCommand(*a).go(); }; });
}

}  // namespace ib::tool
