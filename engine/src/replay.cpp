// The replay executor: virtual time, as fast as it can. The source with the least settled time goes
// next, by at most one step; nobody gives up, so the result depends on the recordings alone.
#include "denormals.hpp"
#include "run.hpp"
#include "stopwatch.hpp"

#include <algorithm>

namespace ib {
namespace detail {
namespace {

/// Index of the unfinished source with the least settled time; `sources()` when all have ended or
/// only sources are left that will never speak again.
std::uint32_t next_source(Run& run) {
  std::uint32_t best = static_cast<std::uint32_t>(run.sources());
  Time least = forever;
  for (std::uint32_t i = 0; i < run.sources(); ++i) {
    const auto& s = run.source(i);
    if (s.finished || s.dormant) continue;
    // Not its wake: until it is turned again its marks stand still, and its partners' items pile up.
    const Time at = s.settled();
    if (at < least) {
      least = at;
      best = i;
    }
  }
  return best;
}

Time next_until(const Source& s, Duration step) {
  const Time from = std::max(s.settled(), Time{0} - step);
  return std::max(from + step, s.wake < forever ? s.wake : never);
}

void tell_refused(const Run& run, RunReport& report) {
  if (run.refused_changes() == 0) return;
  report.failures.push_back(
      std::to_string(run.refused_changes()) +
      " param changes were not taken: their node had stopped, or 1024 already "
      "waited at it");
}

}  // namespace
}  // namespace detail

RunReport run_replay(Plan& plan, const ReplayOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  Stopwatch watch;
  Run run(plan.impl(), options.log);
  const auto stopped = [&] { return options.stop != nullptr && options.stop->load(); };
  const Time limit = options.limit ? Time{} + *options.limit : forever;
  run.plan_changes(options.changes);
  bool interrupted = false;
  for (;;) {
    const auto i = next_source(run);
    if (i == run.sources()) break;
    if ((interrupted = stopped())) break;
    Source& s = run.source(i);
    if (s.settled() >= limit || (s.wake > limit && s.wake < forever)) {
      run.finish(i);
      continue;
    }
    run.advance(i, std::min(next_until(s, plan.impl().step()), limit));
    if (s.dormant) run.finish(i);  // in virtual time, to sleep for ever is to end
    if (options.progress && watch.due()) options.progress(s.settled());
  }
  run.close();
  auto report = make_report(plan.impl());
  report.interrupted = interrupted;
  tell_refused(run, report);
  watch.fill(report);
  return report;
}

RunReport run_rehearsal(Plan& plan, const RehearsalOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  Stopwatch watch;
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
  auto report = make_report(plan.impl());
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
  for (const auto& e : log) {
    (e.kind == LogEntry::Kind::event ? changes : of[e.source]).push_back(e);
  }
  run.plan_changes(std::move(changes));
  std::vector<std::size_t> at(run.sources());
  std::vector<std::uint32_t> order;
  for (const auto& e : log) {
    if (e.kind != LogEntry::Kind::event) order.push_back(e.source);
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
  tell_refused(run, report);
  watch.fill(report);
  return report;
}

}  // namespace ib
