// Playing a recording: its entries in the order in which they stand there, each source's blocks with the turn
// that gave them.
#include <interbeat/replay.hpp>

#include "denormals.hpp"
#include "outage_log.hpp"
#include "outlets.hpp"
#include "playback_node.hpp"
#include "run.hpp"
#include "stopwatch.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace ib {
namespace detail {
namespace {

constexpr std::uint32_t nobody = PlanImpl::nobody;

/// Node indices of a recording as this graph has them.
std::vector<std::uint32_t> nodes_here(const RecordingHead& head, const Graph& graph) {
  std::map<std::string, std::uint32_t, std::less<>> by_path;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) by_path.emplace(graph.nodes[i].path, i);
  std::vector<std::uint32_t> here;
  for (const auto& path : head.nodes) {
    const auto found = by_path.find(path);
    here.push_back(found == by_path.end() ? nobody : found->second);
  }
  return here;
}

/// Entries of nodes, with this graph's indices; those of nodes that it does not have are left out.
AdmittedLog translated(const AdmittedLog& log, const std::vector<std::uint32_t>& here) {
  AdmittedLog own;
  for (auto e : log) {
    if (e.source >= here.size() || here[e.source] == nobody) continue;
    e.source = here[e.source];
    own.push_back(e);
  }
  return own;
}

/// Compares an outlet with its recorded checkpoints: the first of ours at or behind one of theirs holds what
/// had come up to there.
class Comparison final : public CheckpointUser {
 public:
  Comparison(const std::vector<Checkpoint>& recorded, OutletVerdict& verdict)
      : recorded_(recorded), verdict_(verdict) {}
  void take(const Checkpoint& own, bool) noexcept override {
    for (; next_ < recorded_.size() && recorded_[next_].settled <= own.settled; ++next_) {
      const auto& theirs = recorded_[next_];
      if (theirs.items == own.items && theirs.hash == own.hash) ++verdict_.equal;
      else if (!verdict_.expected) differ(theirs, own);
    }
  }
  /// What the replay never got to.
  void close() noexcept {
    if (next_ < recorded_.size() && !verdict_.expected) verdict_.expected = recorded_[next_];
  }

 private:
  void differ(const Checkpoint& theirs, const Checkpoint& own) noexcept {
    verdict_.expected = theirs;
    verdict_.found = own;
  }
  const std::vector<Checkpoint>& recorded_;
  OutletVerdict& verdict_;
  std::size_t next_{};
};

/// Session time on the wall clock, from the first turn on.
class Pacing {
 public:
  Pacing(double speed, int stop_fd) : speed_(speed), stop_fd_(stop_fd) {}
  void wait_for(Time t) {
    if (speed_ <= 0) return;
    if (!begun_) {
      begun_ = {Clock::now(), t};
      return;
    }
    for (;;) {
      const auto ns = static_cast<double>((t - begun_->second).count()) / speed_;
      const auto due = begun_->first + std::chrono::nanoseconds(static_cast<std::int64_t>(ns));
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
      if (left.count() <= 0) return;
      pollfd fd{stop_fd_, POLLIN, 0};  // -1: poll() passes it over
      if (poll(&fd, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000))) > 0) return;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  double speed_;
  int stop_fd_;
  std::optional<std::pair<Clock::time_point, Time>> begun_;
};

class Playing {
 public:
  Playing(PlanImpl& plan, Recording& recording, const RecordingSurvey& survey,
          const PlayOptions& options, PlayReport& report)
      : plan_(plan),
        recording_(recording),
        options_(options),
        report_(report),
        here_(nodes_here(recording.head(), plan.graph)),
        outlets_(plan),
        pacing_(options.speed, options.stop_fd) {
    find_sources();
    compare(survey);
    const auto refused = impose_outages(plan, translated(survey.outages, here_));
    report.run.failures.insert(report.run.failures.end(), refused.begin(), refused.end());
    plan.context.outlets = &outlets_;
    run_ = std::make_unique<Run>(plan, nullptr);
  }
  ~Playing() { plan_.context.outlets = nullptr; }
  Playing(const Playing&) = delete;
  Playing& operator=(const Playing&) = delete;

  void go() {
    Stopwatch watch;
    recording_.rewind();
    while (const Record* record = recording_.next()) {
      if (options_.stop != nullptr && options_.stop->load()) {
        report_.stopped = true;
        break;
      }
      if (!std::visit([this](const auto& r) { return take(r); }, *record)) break;
      if (options_.progress && watch.due()) options_.progress(report_.until);
    }
    end_turn();
    if (report_.ended) run_->close();
    else run_->abandon();
    for (auto& c : comparisons_) c->close();
  }

 private:
  /// False: the replay ends here.
  bool take(const LogEntry& e) {
    end_turn();
    switch (e.kind) {
      case LogEntry::Kind::until: begin_turn(e.source, e.time); break;
      case LogEntry::Kind::seen:
        if (source_here(e.source) != nobody) run_->seen(source_here(e.source), e.time);
        break;
      case LogEntry::Kind::finished:
        if (source_here(e.source) != nobody) run_->finish(source_here(e.source));
        break;
      case LogEntry::Kind::event: change(e); break;
      case LogEntry::Kind::outage: break;  // imposed before the first turn
    }
    return true;
  }
  /// A block of a turn that another thread's records interrupted goes on with that turn.
  bool take(const RecordedBlock& b) {
    if (source_here(b.source) == nobody) return true;
    if (turn_ != b.source) {
      end_turn();
      begin_turn(b.source, turned_[b.source]);
    }
    plan_.playback[b.source].node->give(b);
    return true;
  }
  bool take(const RecordsLost&) { return false; }
  bool take(const RecordingEnd&) {
    report_.ended = true;
    return false;
  }
  static bool take(const Checkpoint&) { return true; }
  static bool take(const RecordedNote&) { return true; }
  static bool take(const RecordedPacket&) { return true; }

  void begin_turn(std::uint32_t source, Time until) {
    turned_[source] = until;
    report_.until = std::max(report_.until, until);
    if (source_here(source) == nobody) return;
    pacing_.wait_for(until);
    turn_ = source;
  }
  void end_turn() {
    if (turn_ == nobody) return;
    const auto source = std::exchange(turn_, nobody);
    run_->advance(source_here(source), turned_[source]);
  }
  /// Its node took it in the recorded run; here it may have to work off others first.
  void change(const LogEntry& e) {
    const auto node = here_[e.source];
    if (node == nobody) {
      ++report_.changes_without_node;
      return;
    }
    if (!can_change(node, e)) {
      report_.run.failures.push_back("a recorded change of " + plan_.graph.nodes[node].path +
                                     " is of no param that can change, or to no value of it");
      return;
    }
    run_->prepare_changes(node);
    if (run_->change_at(node, e.param, e.number, e.time)) return;
    run_->wait_quiet();
    if (!run_->change_at(node, e.param, e.number, e.time))
      report_.run.failures.push_back("a recorded change of " + plan_.graph.nodes[node].path +
                                     " was not taken");
  }

  /// A recording may come from anybody, and a node trusts its host.
  bool can_change(std::uint32_t node, const LogEntry& e) const {
    const auto& d = *plan_.graph.nodes[node].type->desc;
    if (e.param >= d.n_params) return false;
    const auto* at = reinterpret_cast<const std::byte*>(d.params);  // NOLINT: see abi.h
    const auto& p = *reinterpret_cast<const ib_param*>(             // NOLINT
        at + std::size_t{e.param} * d.params->struct_size);
    return (p.flags & IB_PARAM_LIVE) != 0 && e.number >= p.min && e.number <= p.max;
  }

  std::uint32_t source_here(std::uint32_t source) const { return sources_[source]; }
  void find_sources() {
    const auto n = recording_.head().sources.size();
    sources_.assign(n, nobody);
    turned_.assign(n, never);
    for (std::size_t i = 0; i < plan_.playback.size(); ++i) {
      const auto& p = plan_.playback[i];
      if (p.node != nullptr) sources_[i] = plan_.source_of[p.graph_node];
    }
  }
  void compare(const RecordingSurvey& survey) {
    const auto& recorded = recording_.head().outlets;
    report_.outlets.resize(recorded.size());
    for (std::size_t k = 0; k < recorded.size(); ++k) {
      auto& verdict = report_.outlets[k];
      verdict.outlet = recorded[k];
      verdict.recorded = survey.checkpoints[k].size();
      const auto& own = outlets_.names();
      const auto found = std::find(own.begin(), own.end(), recorded[k]);
      if (found == own.end()) continue;
      verdict.in_graph = true;
      comparisons_.push_back(std::make_unique<Comparison>(survey.checkpoints[k], verdict));
      outlets_.send_to(static_cast<std::size_t>(found - own.begin()), *comparisons_.back());
    }
  }

  PlanImpl& plan_;
  Recording& recording_;
  const PlayOptions& options_;
  PlayReport& report_;
  std::vector<std::uint32_t> here_;     ///< recorded node → this graph's
  std::vector<std::uint32_t> sources_;  ///< recorded source → the plan's
  std::vector<Time> turned_;            ///< recorded source → its last turn
  Outlets outlets_;
  std::vector<std::unique_ptr<Comparison>> comparisons_;
  std::unique_ptr<Run> run_;
  Pacing pacing_;
  std::uint32_t turn_{nobody};  ///< recorded source whose blocks are being collected
};

}  // namespace
}  // namespace detail

RecordingSurvey survey_of(Recording& recording) {
  RecordingSurvey s;
  s.checkpoints.resize(recording.head().outlets.size());
  recording.rewind();
  while (const Record* record = recording.next()) {
    if (const auto* lost = std::get_if<RecordsLost>(record)) {
      s.problem = std::to_string(lost->records) +
                  " records are missing: there was no room for them, in memory or on the disk";
      break;
    }
    ++s.records;
    if (std::holds_alternative<RecordedBlock>(*record)) ++s.blocks;
    else if (const auto* c = std::get_if<Checkpoint>(record))
      s.checkpoints[c->outlet].push_back(*c);
    else if (std::holds_alternative<RecordingEnd>(*record)) s.ended = true;
    else if (const auto* e = std::get_if<LogEntry>(record)) {
      if (e->kind == LogEntry::Kind::outage) s.outages.push_back(*e);
      if (e->kind == LogEntry::Kind::until) s.until = std::max(s.until, e->time);
    }
  }
  if (s.problem.empty()) s.problem = recording.problem();
  recording.rewind();
  return s;
}

PlanOptions playback_options(const RecordingHead& head, const RecordingSurvey& survey,
                             const Graph& graph, PlanOptions options) {
  options.mode = Mode::replay;
  options.step = std::clamp<Duration>(Duration{head.step_ns}, 1ms, 60s);
  options.executors = 1;
  options.isolate = false;
  options.recorded = &head;
  options.interrupted =
      interrupted_nodes(detail::translated(survey.outages, detail::nodes_here(head, graph)));
  return options;
}

bool PlayReport::same() const {
  return std::all_of(outlets.begin(), outlets.end(),
                     [](const OutletVerdict& o) { return !o.in_graph || o.equal == o.recorded; });
}

PlayReport play(Plan& plan, Recording& recording, const RecordingSurvey& survey,
                const PlayOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  Stopwatch watch;
  PlayReport report;
  Playing(plan.impl(), recording, survey, options, report).go();
  auto failures = std::move(report.run.failures);
  report.run = make_report(plan.impl());
  report.run.failures.insert(report.run.failures.end(), failures.begin(), failures.end());
  report.run.interrupted = report.stopped;
  watch.fill(report.run);
  return report;
}

}  // namespace ib
