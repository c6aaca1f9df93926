// The replay executors: virtual time, as fast as they can. The component with the least settled time goes
// next, there the source with the least, by at most one step; nobody gives up, so the result depends
// on the recordings alone.
#include "denormals.hpp"
#include "due_heap.hpp"
#include "outage_log.hpp"
#include "run.hpp"
#include "session_recorder.hpp"
#include "stopwatch.hpp"
#include "thread_team.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ib {
namespace detail {
namespace {

/// The unfinished source of a component with the least settled time; nobody: all have ended, or only
/// sources are left that will never speak again. Not the least wake: until a source is turned again its
/// marks stand still, and its partners' items pile up.
std::uint32_t next_source(Run& run, std::uint32_t component) {
  auto best = PlanImpl::nobody;
  for (const auto i : run.sources_of(component)) {
    const auto& s = run.source(i);
    if (s.finished || s.dormant) continue;
    if (best == PlanImpl::nobody || s.settled() < run.source(best).settled()) best = i;
  }
  return best;
}

/// A step, also through a silence that the source knows of: settled to the end of it at once, it would stand so far
/// ahead of its partners that a merge owes all of it in one call when one of them ends. Beyond a step only where the
/// source has already been asked for it and settled nothing.
Time next_until(const Source& s, Duration step) {
  const Time next = std::max(s.settled(), Time{0} - step) + step;
  if (s.turned < next) return next;
  return std::max(next, s.wake < forever ? s.wake : never);
}

/// One executor's part of a replay: the component that is furthest behind goes next, by one step.
class Replay {
 public:
  Replay(Run& run, const ReplayOptions& options)
      : run_(run),
        options_(options),
        limit_(options.limit ? Time{} + *options.limit : forever),
        behind_(run.components().size()) {
    for (std::uint32_t k = 0; k < run.components().size(); ++k) behind_.set(k, never);
  }

  /// True: it was stopped before its end.
  bool go(const std::function<void(Time)>& progress) {
    Stopwatch watch;
    while (behind_.first_due() < forever) {
      if (options_.stop != nullptr && options_.stop->load()) return true;
      const auto k = behind_.first();
      const auto i = next_source(run_, run_.components()[k]);
      if (i == PlanImpl::nobody) {
        behind_.set(k, forever);
        continue;
      }
      const Source& s = run_.source(i);
      turn(i, s);
      const auto next = next_source(run_, run_.components()[k]);
      behind_.set(k, next == PlanImpl::nobody ? forever : run_.source(next).settled());
      if (progress && watch.due()) progress(s.settled());
    }
    return false;
  }

 private:
  void turn(std::uint32_t i, const Source& s) {
    if (s.settled() >= limit_ || (s.wake > limit_ && s.wake < forever)) return run_.finish(i);
    run_.advance(i, std::min(next_until(s, run_.plan().step()), limit_));
    if (s.dormant) run_.finish(i);  // in virtual time, to sleep for ever is to end
  }

  Run& run_;
  const ReplayOptions& options_;
  Time limit_;
  DueHeap behind_;  // by place in the run's components: how far it is settled
};

/// The changes of the nodes that this run's executor has.
AdmittedLog changes_for(const PlanImpl& plan, const AdmittedLog& all, unsigned executor) {
  AdmittedLog own;
  for (const auto& c : all) {
    if (plan.components[plan.component_of[c.source]].executor == executor) own.push_back(c);
  }
  return own;
}

/// The runs of all executors; the first, with what the plan has once, is closed last.
class FirstIsLast {
 public:
  FirstIsLast() = default;
  ~FirstIsLast() {
    while (!runs_.empty()) runs_.pop_back();
  }
  FirstIsLast(const FirstIsLast&) = delete;
  FirstIsLast& operator=(const FirstIsLast&) = delete;
  void add(std::unique_ptr<Run> run) { runs_.push_back(std::move(run)); }
  std::unique_ptr<Run>& operator[](std::size_t e) { return runs_[e]; }
  const std::vector<std::unique_ptr<Run>>& all() const { return runs_; }

 private:
  std::vector<std::unique_ptr<Run>> runs_;
};

void tell_refused(std::uint64_t refused, RunReport& report) {
  if (refused == 0) return;
  report.failures.push_back(std::to_string(refused) +
                            " param changes were not taken: their node had stopped, or " +
                            std::to_string(Stage::max_events) + " already waited at it");
}

}  // namespace
}  // namespace detail

RunReport run_replay(Plan& plan, const ReplayOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  Stopwatch watch;
  PlanImpl& impl = plan.impl();
  std::vector<AdmittedLog> logs(impl.executors);
  std::optional<SessionRecorder> recorder;
  if (options.record.recorder != nullptr) recorder.emplace(impl, options.record, 0);
  FirstIsLast runs;
  for (unsigned e = 0; e < impl.executors; ++e) {
    runs.add(std::make_unique<Run>(impl, options.log != nullptr ? &logs[e] : nullptr, e));
    runs[e]->plan_changes(changes_for(impl, options.changes, e));
  }
  ThreadTeam others;
  for (unsigned e = 1; e < impl.executors; ++e) {
    others.add([&run = *runs[e], &options] {
      const FlushDenormals flush;
      run.worker().adopt_thread();
      Replay(run, options).go({});
      run.close();
    });
  }
  others.begin();
  const bool interrupted = Replay(*runs[0], options).go(options.progress);
  others.join();
  std::uint64_t refused = 0;
  for (const auto& run : runs.all()) refused += run->refused_changes();
  runs[0]->close();
  for (const auto& log : logs) {
    if (options.log != nullptr) options.log->insert(options.log->end(), log.begin(), log.end());
  }
  if (options.log != nullptr) log_outages(impl, *options.log);
  if (recorder) recorder->finish(true);
  auto report = make_report(impl);
  report.interrupted = interrupted;
  if (recorder) report.recording = recorder->report();
  tell_refused(refused, report);
  watch.fill(report);
  return report;
}

RunReport run_rehearsal(Plan& plan, const RehearsalOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  Stopwatch watch;
  std::optional<SessionRecorder> recorder;
  if (options.record.recorder != nullptr) recorder.emplace(plan.impl(), options.record, 0);
  Run run(plan.impl(), options.log);
  const Time limit = options.limit ? Time{} + plan.impl().lead_in + *options.limit : forever;
  Time now{};
  for (;;) {
    std::uint32_t next = static_cast<std::uint32_t>(run.sources());
    Time due = forever;
    for (std::uint32_t i = 0; i < run.sources(); ++i) {
      const auto& s = run.source(i);
      if (s.finished || s.dormant || s.wake >= due) continue;
      due = s.wake;
      next = i;
    }
    if (next == run.sources() || due > limit) break;
    now = std::max(now, due);
    if (options.delay) now = std::max(now, options.delay(now));
    run.arrive(next, std::min(now, limit));
  }
  run.close();
  if (options.log != nullptr) log_outages(plan.impl(), *options.log);
  if (recorder) recorder->finish(true);
  auto report = make_report(plan.impl());
  if (recorder) report.recording = recorder->report();
  watch.fill(report);
  return report;
}

RunReport run_log(Plan& plan, const AdmittedLog& log,
                  const std::function<std::size_t(const std::vector<std::uint32_t>&)>& pick) {
  using namespace detail;
  const FlushDenormals guard;
  Stopwatch watch;
  Run run(plan.impl(), nullptr);
  std::vector<std::vector<LogEntry>> of(run.sources());
  AdmittedLog changes;
  const auto refused = impose_outages(plan.impl(), log);
  const auto of_a_source = [](const LogEntry& e) {
    return e.kind != LogEntry::Kind::event && e.kind != LogEntry::Kind::outage;
  };
  for (const auto& e : log) {
    if (of_a_source(e)) of[e.source].push_back(e);
    else if (e.kind == LogEntry::Kind::event) changes.push_back(e);
  }
  run.plan_changes(std::move(changes));
  std::vector<std::size_t> at(run.sources());
  std::vector<std::uint32_t> order;
  for (const auto& e : log) {
    if (of_a_source(e)) order.push_back(e.source);
  }
  for (std::size_t k = 0;; ++k) {
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < of.size(); ++i) {
      if (at[i] < of[i].size()) open.push_back(i);
    }
    if (open.empty()) break;
    const std::uint32_t i = pick ? open[pick(open)] : order[k];
    const auto& e = of[i][at[i]++];
    switch (e.kind) {
      case LogEntry::Kind::until: run.advance(i, e.time); break;
      case LogEntry::Kind::seen: run.seen(i, e.time); break;
      default: run.finish(i); break;
    }
  }
  run.close();
  auto report = make_report(plan.impl());
  tell_refused(run.refused_changes(), report);
  report.failures.insert(report.failures.end(), refused.begin(), refused.end());
  watch.fill(report);
  return report;
}

}  // namespace ib
