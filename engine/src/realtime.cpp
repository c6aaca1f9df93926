#include "realtime.hpp"

#include "machine_limits.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstring>

namespace ib {
namespace {

std::string policy_text(SchedulingPolicy policy, int priority) {
  return fmt::format("{} {}", policy == SchedulingPolicy::fifo ? "SCHED_FIFO" : "SCHED_RR",
                     priority);
}

int ask_for(SchedulingPolicy policy, int priority) {
  const int number = policy == SchedulingPolicy::fifo ? SCHED_FIFO : SCHED_RR;
  sched_param param{};
  param.sched_priority = priority;
  return sched_setscheduler(0, number | SCHED_RESET_ON_FORK, &param) == 0 ? 0 : errno;
}

int priority_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_RTPRIO, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 99));
}

std::string why_no_priority(int priority, int limit, int error) {
  if (error != EPERM) return fmt::format("the kernel says \"{}\"", std::strerror(error));
  if (limit >= priority || has_capability(23)) {
    return "the kernel refuses it although the limits allow it: the control group has no "
           "real-time budget, or a container's filter forbids the call";
  }
  if (limit == 0) return "this user may not have real-time threads (RLIMIT_RTPRIO is 0)";
  return fmt::format("this user may have priorities up to {} (RLIMIT_RTPRIO)", limit);
}

std::string priority_advice(int priority, int limit) {
  if (limit >= priority || has_capability(23)) {
    return "start the container with --cap-add SYS_NICE, or give the group a cpu.rt_runtime_us";
  }
  return fmt::format(
      "write `@realtime - rtprio {0}` into /etc/security/limits.d/realtime.conf, join that group "
      "and log in anew; in a systemd unit LimitRTPRIO={0}; in a container --cap-add SYS_NICE; or "
      "`setcap cap_sys_nice+ep` on the program",
      priority);
}

/// Where the limit allows a lower priority than was asked for, that is still better than none.
RealtimeStep take_policy(const RealtimeProfile& profile) {
  RealtimeStep step;
  step.wanted = policy_text(profile.policy, profile.priority);
  const int error = ask_for(profile.policy, profile.priority);
  step.granted = error == 0;
  if (step.granted) {
    step.found = step.wanted;
    return step;
  }
  const int limit = priority_limit();
  step.why = why_no_priority(profile.priority, limit, error);
  step.advice = priority_advice(profile.priority, limit);
  const bool lower = limit > 0 && limit < profile.priority;
  if (lower && ask_for(profile.policy, limit) == 0) step.found = policy_text(profile.policy, limit);
  return step;
}

std::string why_not_on(int cpu, const std::vector<int>& allowed) {
  const auto there = sysconf(_SC_NPROCESSORS_CONF);
  if (cpu >= there) return fmt::format("this machine has CPUs 0 to {}", there - 1);
  return fmt::format("this process may run on CPU {} only (taskset, a cpuset, or it is offline)",
                     cpu_list_text(allowed));
}

/// A mask that somebody set from outside (taskset, a cpuset) is never widened.
RealtimeStep take_cpu(int cpu) {
  RealtimeStep step;
  step.wanted = fmt::format("CPU {}", cpu);
  const auto allowed = allowed_cpus();
  if (std::find(allowed.begin(), allowed.end(), cpu) == allowed.end()) {
    step.why = why_not_on(cpu, allowed);
    step.advice = fmt::format("write `affinity:` with CPUs out of {}", cpu_list_text(allowed));
    return step;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  step.granted = sched_setaffinity(0, sizeof set, &set) == 0;
  if (step.granted) step.found = step.wanted;
  else step.why = fmt::format("the kernel says \"{}\"", std::strerror(errno));
  return step;
}

/// Real-time threads have none, whatever they ask for; so this comes before the policy, for the case
/// that the policy is refused.
RealtimeStep take_timer_slack(std::int64_t ns) {
  RealtimeStep step;
  step.wanted = fmt::format("timer slack {} ns", ns);
  const bool set = prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(ns)) == 0;
  const int error = errno;
  const int now = prctl(PR_GET_TIMERSLACK);
  step.granted = set && now >= 0 && now <= ns;
  if (step.granted) step.found = fmt::format("timer slack {} ns", now);
  else
    step.why = set ? fmt::format("the kernel keeps {} ns", now)
                   : fmt::format("the kernel says \"{}\"", std::strerror(error));
  return step;
}

std::size_t stack_left() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* lowest = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  const std::byte here{};
  const auto top = reinterpret_cast<std::uintptr_t>(&here);
  const auto bottom = reinterpret_cast<std::uintptr_t>(lowest);
  return top > bottom ? std::min(top - bottom, size) : 0;
}

/// Not inlined, so that the stack is given back at once; the caller has made sure that it is there.
[[gnu::noinline]] void touch_stack(std::size_t bytes) {
  constexpr std::size_t page = 4096;
  auto* const lowest = static_cast<volatile unsigned char*>(__builtin_alloca(bytes));
  for (std::size_t i = 0; i < bytes; i += page) lowest[i] = 0;
}

RealtimeStep take_stack(std::uint64_t bytes) {
  constexpr std::uint64_t reserve = 64 << 10;  // for the frames around it
  RealtimeStep step;
  step.wanted = fmt::format("{} KiB of stack prefaulted", (bytes + 1023) / 1024);
  const auto left = stack_left();
  step.granted = bytes + reserve <= left;
  if (step.granted) {
    touch_stack(bytes);
    step.found = step.wanted;
    return step;
  }
  step.why = fmt::format("this thread's stack has {} KiB left", left / 1024);
  step.advice = "ask for less, or raise `ulimit -s`";
  return step;
}

std::string refused_text(const RealtimeStep& step) {
  auto text = step.wanted + " was not granted: " + step.why;
  if (!step.found.empty()) text += "; it has " + step.found;
  if (!step.advice.empty()) text += ". To change it: " + step.advice;
  return text;
}

}  // namespace

std::string RealtimeReport::granted_line() const {
  std::string line;
  for (const auto& step : steps)
    if (step.granted) line += (line.empty() ? thread + ": " : ", ") + step.found;
  return line;
}

std::vector<std::string> RealtimeReport::refused_lines() const {
  std::vector<std::string> lines;
  for (const auto& step : steps)
    if (!step.granted) lines.push_back(thread + ": " + refused_text(step));
  return lines;
}

RealtimeReport apply_to_this_thread(const RealtimeProfile& profile, unsigned executor) {
  RealtimeReport report{fmt::format("executor {}", executor), {}};
  auto& steps = report.steps;
  const auto& cpus = profile.affinity;
  if (profile.timer_slack_ns > 0) steps.push_back(take_timer_slack(profile.timer_slack_ns));
  if (profile.policy != SchedulingPolicy::other) steps.push_back(take_policy(profile));
  if (!cpus.empty()) steps.push_back(take_cpu(cpus[executor % cpus.size()]));
  if (profile.prefault_bytes > 0) steps.push_back(take_stack(profile.prefault_bytes));
  return report;
}

KeptScheduling::KeptScheduling()
    : policy_(sched_getscheduler(0)), slack_ns_(prctl(PR_GET_TIMERSLACK)) {
  sched_getparam(0, &param_);
  CPU_ZERO(&cpus_);
  sched_getaffinity(0, sizeof cpus_, &cpus_);
}

/// Without rights a thread can't take SCHED_RESET_ON_FORK back: then it stays, and does no harm.
KeptScheduling::~KeptScheduling() {
  if (sched_setscheduler(0, policy_, &param_) != 0)
    sched_setscheduler(0, policy_ | SCHED_RESET_ON_FORK, &param_);
  sched_setaffinity(0, sizeof cpus_, &cpus_);
  if (slack_ns_ > 0) prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack_ns_));
}

}  // namespace ib
