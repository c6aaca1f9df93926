// RealtimeTeam: who asks when, and what is said of it.
#include "machine_limits.hpp"
#include "realtime.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace ib {

RealtimeTeam::RealtimeTeam(const std::optional<RealtimeProfile>& profile, unsigned executors)
    : profile_(profile), executors_(executors) {
  if (profile_) kept_.emplace();
}

void RealtimeTeam::lead() {
  if (!profile_) return;
  auto shared = share();  // before this thread has a CPU of its own
  join(0);
  if (shared.steps.empty()) return;
  say(shared);
  const std::lock_guard lock(mutex_);
  reports_.push_back(std::move(shared));
}

void RealtimeTeam::join(unsigned executor) {
  if (!profile_) return;
  auto report = apply_to_this_thread(*profile_, executor);
  if (report.steps.empty()) return;
  say(report);
  const std::lock_guard lock(mutex_);
  reports_.push_back(std::move(report));
}

/// What concerns all threads: memory, and whether there are CPUs enough.
RealtimeReport RealtimeTeam::share() const {
  RealtimeReport report{"process", {}};
  const bool pinned = !profile_->affinity.empty();
  const auto cpus = pinned ? profile_->affinity.size() : allowed_cpus().size();
  if (executors_ > cpus && (pinned || profile_->policy != SchedulingPolicy::other)) {
    RealtimeStep step;
    step.wanted = fmt::format("a CPU for each of {} executors", executors_);
    step.why =
        fmt::format("{} {} CPU{}: some share one and wait for each other",
                    pinned ? "`affinity:` names" : "this process has", cpus, cpus == 1 ? "" : "s");
    step.advice = fmt::format("--threads {}{}", cpus, pinned ? ", or more CPUs there" : "");
    report.steps.push_back(std::move(step));
  }
  if (profile_->lock_memory) report.steps.push_back(lock_memory());
  return report;
}

void RealtimeTeam::say(const RealtimeReport& report) {
  if (const auto line = report.granted_line(); !line.empty()) spdlog::info("{}", line);
  for (const auto& line : report.refused_lines()) {
    auto what = line.substr(report.thread.size());
    {
      const std::lock_guard lock(mutex_);
      if (std::find(said_.begin(), said_.end(), what) != said_.end()) continue;
      said_.push_back(std::move(what));
    }
    spdlog::warn("{}", line);
  }
}

std::vector<RealtimeReport> RealtimeTeam::reports() const {
  const std::lock_guard lock(mutex_);
  auto sorted = reports_;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    // "executor 2" before "executor 10" before "process"
    return a.thread.size() != b.thread.size() && a.thread[0] == b.thread[0]
               ? a.thread.size() < b.thread.size()
               : a.thread < b.thread;
  });
  return sorted;
}

}  // namespace ib
