// interbeat/engine.hpp: from a Graph to a run. A Plan is the compiled graph: islands, rings and
// buffers, all allocated, immutable while it runs. An executor drives it: replay in virtual time as
// fast as it can, live at the pace of the devices.
//
//   Diagnostics problems;
//   auto graph = read_graph("solo.yaml", {{"recording", "a.csv"}}, registry, problems);
//   auto plan  = Plan::build(*graph, {}, problems);
//   RunReport report = run_replay(*plan, {});
//
// Thread: [control], unless said.
#pragma once

#include <interbeat/graph.hpp>
#include <interbeat/time.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ib {

enum class Mode { replay, live };

struct RecordingHead;

struct PlanOptions {
  std::optional<Mode> mode;  ///< none: live if a device paces a source, else replay
  /// Greatest advance of settled time in one turn of a source; 0: 10 s in replay, 0.25 s live.
  Duration step{};
  /// Threads for islands behind the first one; 1: everything runs where the data came in.
  unsigned threads{1};
  /// Threads that run sources: each takes whole parts of the graph, so that a participant, or two who
  /// meet somewhere, stay on one. At most as many as there are parts; 0: as the graph says, else 1.
  unsigned executors{};
  std::filesystem::path out_dir{"out"};
  bool dry{};  ///< check only: sinks open nothing
  /// In replay too: steps should then be short, because what a block holds behind an item counts as waiting.
  bool time_decisions{};
  /// Nodes with `isolation: process` get one; false: they run here, as a replay may have it.
  bool isolate{true};
  /// The program that isolated nodes run in, as `HOST node-host ...`; empty: this one.
  std::filesystem::path node_host{};
  /// Nodes that a log to be played tells outages of.
  std::vector<std::uint32_t> interrupted{};
  /// Sources are played from a recording with this head, which outlives the plan: see playback_options().
  const RecordingHead* recorded{};
};

/// Opens and closes every source whose own settings are sound, and says which ones can't be opened:
/// for a graph with errors elsewhere (ReadOptions::partial), so that all is said in one go.
void probe_sources(const Graph& graph, Diagnostics& out);

/// What one node did, or equal ones of a `for_each:` together; counts since the start.
struct NodeReport {
  std::string path, type;  ///< "anna.beats", "p[0000–9999].beats"
  std::uint64_t nodes{1};
  std::uint64_t blocks{}, items_in{}, items_out{}, errors{}, restarts{};
  std::vector<std::pair<std::string, std::uint64_t>> counters;  ///< late, lost, the node's own
  std::string state;      ///< "running", "stopped: <why>", "bypassed"
  double busy_ns{};       ///< estimated from one pass in 16, at the end at most the run's CPU time
  std::uint64_t timed{};  ///< calls that were timed
  double p50_ns{}, p99_ns{};  ///< of a timed call
  double timed_ns{};          ///< all of them together
  std::vector<std::uint64_t>
      timed_within;             ///< timed calls, by report_bounds_ns(); only if asked for
  std::optional<double> lag_s;  ///< behind the newest source of its part of the graph; the slowest
  std::string waits_for;        ///< of several inputs the one that holds it; empty: none does
  double waits_s{};             ///< how far that one lies behind the furthest
};

struct EdgeReport {
  std::string from, to;
  std::uint64_t edges{1};
  std::uint64_t blocks{}, lost_items{}, depth{}, deepest{}, capacity{};  ///< depths: the greatest
  std::string why;                                                       ///< why a ring stands here
};

struct SourceReport {
  std::string path, uri;
  std::uint64_t sources{1};  ///< equal ones together: settled as far as the slowest
  double settled_s{}, start_s{};
  double
      lag_s{};  ///< live: behind session time; else behind the newest source of its part of the graph
  std::optional<std::int64_t> start_utc_ns;
  bool finished{}, live{};
  std::uint64_t turns{}, seen_marks{};
  std::uint64_t breaks{};  ///< how often its device went out of reach
  double away_s{};         ///< in all of them together
  bool away{};             ///< it is out of reach now, or was when the run ended
};

struct ThreadReport {
  std::string what;  ///< "executor 0", "sink thread 3"
  std::uint64_t wake_ups{};
};

/// A node in a process of its own that had to be started again: what it missed, as an edit of its inputs
/// that a replay can repeat.
struct Outage {
  std::uint32_t node{};  ///< in the graph
  struct Lost {          ///< of each input: items in (from, until]
    Time from = never, until = never;
  };
  std::vector<Lost> inputs;
  bool state{};  ///< it went on with what it knew; else as fresh
  bool last{};  ///< it was given up: it has failed for good once all inputs were given up to `from`
  std::string why;   ///< "it crashed (SIGSEGV)"
  std::string path;  ///< of the node; in reports
};

struct LatencyReport {
  std::string sink;
  std::uint64_t n{};
  double p50_us{}, p99_us{}, max_us{};  ///< arrival at the host to the sink
  double sum_us{};                      ///< within 1/32
  std::vector<std::uint64_t> within;    ///< by report_bounds_ns(); only if asked for
};

/// How old the items of a node were when it gave them: its settled input time less their own time. What a beat
/// detector needs to be sure, for instance.
struct DecisionReport {
  std::string node;
  std::uint64_t n{};  ///< items
  double p50_s{}, p95_s{}, max_s{};
  double sum_s{};                     ///< within 1/32
  double declared_s{};                ///< the node's own bound, of the slowest of equal ones
  std::vector<std::uint64_t> within;  ///< by decision_bounds_s(); only if asked for
};

/// Upper bounds of the buckets in which a report tells of decisions.
std::vector<double> decision_bounds_s();

/// Upper bounds of the buckets in which a report tells of durations: powers of two from 64 ns to 1.07 s.
std::vector<double> report_bounds_ns();

/// What became of a run's recording.
struct RecordingReport {
  std::uint64_t records{}, lost{};  ///< lost: found no room, in memory or on the disk
  std::string problem;              ///< the first thing that went wrong, a sentence
};

/// The whole run, for run.json, the closing table and `interbeat top`.
struct RunReport {
  std::string graph, hash;
  double session_s{}, wall_s{}, cpu_s{};
  std::vector<NodeReport> nodes;
  std::vector<EdgeReport> edges;
  std::vector<SourceReport> sources;
  std::vector<LatencyReport> latencies;
  std::vector<DecisionReport>
      decisions;  ///< live, or where PlanOptions::time_decisions asks for it
  std::vector<ThreadReport> threads;
  std::vector<RealtimeReport> realtime;  ///< live, with a profile: what was granted
  std::uint64_t lost{};
  std::vector<Outage> outages;
  std::optional<RecordingReport> recording;
  std::vector<std::string> failures;  ///< one sentence per failed branch
  bool interrupted{};
};

/// One entry of the admitted log: what entered through the sources, in order. A run's result depends
/// on its log alone.
struct LogEntry {
  enum class Kind : std::uint8_t { until, seen, finished, event, outage };
  Kind kind{};
  std::uint32_t source{};  ///< index in Plan order; for events and outages: the node
  Time time{};             ///< until / seen / event time; outage: Outage::Lost::from
  std::uint32_t param{};   ///< of an outage: the input; an entry for each, from 0 on
  double number{};         ///< of an outage: 1: Outage::state, 2: Outage::last
  Time lost_until{};       ///< of an outage: Outage::Lost::until
};
using AdmittedLog = std::vector<LogEntry>;

/// What a run leaves behind: recording.hpp.
class Recorder;
struct RecordOptions {
  Recorder* recorder{};  ///< null: nothing
  std::string program;   ///< for its head: "interbeat 0.1.0, commit ..."
  std::string build, cpu;
  std::int64_t session_start_utc_ns{IB_NEVER};  ///< of session time 0
  bool packets{true};  ///< also what devices sent, as it came; false: only what was made of it
};

namespace detail {
class PlanImpl;
}

class Plan {
 public:
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  /// Opens the sources, activates every node, allocates everything. Null with problems in `out`.
  static std::unique_ptr<Plan> build(Graph graph, const PlanOptions& options, Diagnostics& out);

  /// Islands, each cut and its reason, worst-case latency per path, memory; for people.
  std::string explain() const;
  Mode mode() const;
  /// At least one source is paced by a device (or pretends to be).
  bool has_live_source() const;
  /// Where session time 0 lies and why, one sentence per source.
  std::vector<std::string> start_notes() const;
  /// Why there are fewer executors than were asked for, or too many for this machine; a sentence each.
  std::vector<std::string> executor_notes() const;
  std::size_t memory_bytes() const;
  /// [any] While it runs: latencies count from now on.
  void forget_latencies();
  const Graph& graph() const;

  detail::PlanImpl& impl() { return *impl_; }

 private:
  Plan();
  std::unique_ptr<detail::PlanImpl> impl_;
};

struct ReplayOptions {
  std::optional<Duration> limit;               ///< `--for`: session time at which sources end
  const std::atomic<bool>* stop{};             ///< set by a signal: drain and end
  std::function<void(Time settled)> progress;  ///< called at most every 100 ms of wall time
  AdmittedLog* log{};                          ///< records what was admitted
  AdmittedLog changes;                         ///< events with a time of their own, admitted first
  RecordOptions record;
};

RunReport run_replay(Plan& plan, const ReplayOptions& options);

/// The nodes with outages in a log: PlanOptions::interrupted of a plan that shall play it.
std::vector<std::uint32_t> interrupted_nodes(const AdmittedLog& log);

/// Plays an admitted log: per source in its order, sources interleaved as `pick` says (it gets the
/// indices of sources that still have entries; default: as recorded).
RunReport run_log(Plan& plan, const AdmittedLog& log,
                  const std::function<std::size_t(const std::vector<std::uint32_t>&)>& pick = {});

/// Live admission in virtual time: sources deliver when their packets arrive, partners that fall
/// behind get seen marks, nobody sleeps. For tests and rehearsals; the plan is built for replay.
struct RehearsalOptions {
  std::optional<Duration> limit;
  /// Called before each turn with its time; may return a later one (a busy host).
  std::function<Time(Time)> delay;
  AdmittedLog* log{};
  RecordOptions record;
};

RunReport run_rehearsal(Plan& plan, const RehearsalOptions& options);

/// What became of a mark.
struct MarkAnswer {
  std::string problem;  ///< why it was refused, a sentence; empty: it was set
  Time at = never;      ///< its time
};

/// Sets a mark at the source that takes them (ib.mark/1); the answer comes later, on the same thread.
using SetMark =
    std::function<void(const std::string& text, std::function<void(const MarkAnswer&)>)>;

/// Who marks while a live run lasts: keys, lines. Thread: that of the first executor, while it runs;
/// must not block.
class LiveInput {
 public:
  virtual ~LiveInput() = default;
  /// The descriptor to wait for; -1: nothing comes any more. Asked when the run begins, and after `ready`.
  virtual int fd() const = 0;
  /// It can be read, or has ended.
  virtual void ready(const SetMark& set) = 0;
};

struct LiveOptions {
  std::optional<Duration> limit;  ///< of session time after the lead-in
  double speed{1};
  const std::atomic<bool>* stop{};
  int stop_fd{-1};               ///< readable when `stop` was set
  std::filesystem::path socket;  ///< control socket; empty: none
  bool read_stdin{};             ///< `set NODE.PARAM=VALUE`, `mark TEXT` and `stop` lines
  LiveInput* input{};            ///< null: nobody
  AdmittedLog* log{};
  RecordOptions record;
  /// How a field of an item stands in the lines that `interbeat tap` reads, as a JSON value; null:
  /// this program gives no taps.
  void (*write_field)(std::string& out, const ib_field& field, const std::byte* item){};
};

RunReport run_live(Plan& plan, const LiveOptions& options);

std::uint64_t graph_hash(const Graph& graph);

}  // namespace ib
