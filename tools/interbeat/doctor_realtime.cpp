// What of a `realtime:` profile this machine would grant, found by asking on a thread that ends.
#include "doctor.hpp"
#include "machine_limits.hpp"
#include "realtime.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

namespace ib::tool {
namespace {

constexpr unsigned sys_nice = 23, ipc_lock = 14;

rlim_t limit_of(__rlimit_resource what) {
  rlimit limit{};
  getrlimit(what, &limit);
  return limit.rlim_cur;
}

/// The highest priority that the limits allow; the default where they allow none, to hear why.
int priority_to_try() {
  if (has_capability(sys_nice)) return 99;
  const auto limit = std::min<rlim_t>(limit_of(RLIMIT_RTPRIO), 99);
  return limit > 0 ? static_cast<int>(limit) : RealtimeProfile::default_priority;
}

Finding priority() {
  RealtimeProfile profile;
  profile.policy = SchedulingPolicy::fifo;
  profile.priority = priority_to_try();
  RealtimeReport report;
  std::thread([&] { report = apply_to_this_thread(profile); }).join();
  const auto& step = report.steps.front();
  if (step.granted)
    return {Level::ok, "real time", fmt::format("SCHED_FIFO up to {}", profile.priority)};
  return {Level::note, "real time", "not granted: " + step.why, "for less jitter: " + step.advice};
}

Finding throttle() {
  const auto text = first_line("/proc/sys/kernel/sched_rt_runtime_us");
  const auto period = first_line("/proc/sys/kernel/sched_rt_period_us");
  if (text.empty()) return {Level::ok, "real-time share", "not told"};
  if (text == "-1")
    return {Level::note, "real-time share", "without limit",
            "an overloaded graph under `policy: fifo` could take the machine: sysctl "
            "kernel.sched_rt_runtime_us=950000"};
  if (text == "0")
    return {Level::problem, "real-time share", "none",
            "real-time threads never run: sysctl kernel.sched_rt_runtime_us=950000"};
  return {Level::ok, "real-time share", fmt::format("{} of each {} us", text, period)};
}

Finding memory_lock() {
  const auto limit = limit_of(RLIMIT_MEMLOCK);
  if (has_capability(ipc_lock)) return {Level::ok, "memory lock", "without limit (CAP_IPC_LOCK)"};
  if (limit == RLIM_INFINITY) return {Level::ok, "memory lock", "without limit"};
  return {Level::note, "memory lock", size_text(limit),
          "where the machine swaps, for `lock_memory`: `@realtime - memlock unlimited` in "
          "/etc/security/limits.d/realtime.conf, LimitMEMLOCK=infinity in a systemd unit, or "
          "--ulimit memlock=-1 for a container"};
}

Finding timer_slack() {
  const int ns = prctl(PR_GET_TIMERSLACK);
  const auto found = fmt::format("{} us", ns / 1000);
  if (ns <= 100'000) return {Level::ok, "timer slack", found};
  return {Level::note, "timer slack", found,
          "timers may fire that much later; a desktop session or a service sets it: write "
          "`timer_slack: 50 us` into `realtime:`"};
}

}  // namespace

Findings look_at_realtime() { return {priority(), throttle(), memory_lock(), timer_slack()}; }

}  // namespace ib::tool
