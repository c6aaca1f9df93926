// The process's memory in RAM: what locking needs, what the limits leave, and why it may be refused.
#include "machine_limits.hpp"
#include "realtime.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ib {
namespace {

constexpr const char* status = "/proc/self/status";
constexpr std::uint64_t growth = 64
                                 << 20;  // what a run may still ask for, beside twice what it has

/// What locking fills with pages: all that is mapped and can be read, in use or not.
std::uint64_t bytes_to_fill() {
  std::uint64_t sum = 0;
  for (const char* part : {"VmData", "VmStk", "VmExe", "VmLib"}) sum += kibibytes_of(part, status);
  const auto resident = kibibytes_of("VmRSS", status);
  return sum > resident ? sum - resident : 0;
}

/// Free for this process: of the machine, and of its control group.
std::uint64_t bytes_free() {
  const auto machine = kibibytes_of("MemAvailable", "/proc/meminfo");
  const auto group = group_limits();
  if (!group.memory_bytes) return machine;
  const auto max = *group.memory_bytes;
  return std::min(machine, max - std::min(max, group.memory_used));
}

std::string above_the_limit() {
  if (has_capability(14)) return {};
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  const auto needed = 2 * kibibytes_of("VmSize", status) + growth;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed) return {};
  return fmt::format(
      "the limit of {} (RLIMIT_MEMLOCK) is below the {} that this run may come to hold, and at the "
      "limit every allocation would fail",
      size_text(limit.rlim_cur), size_text(needed));
}

std::string above_what_is_free() {
  const auto wanted = bytes_to_fill(), free = bytes_free();
  if (wanted <= free / 2) return {};
  return fmt::format("it would fill {} at once, and {} are free for this process",
                     size_text(wanted), size_text(free));
}

}  // namespace

RealtimeStep lock_memory() {
  RealtimeStep step;
  step.wanted = "memory lock";
  step.why = above_the_limit();
  if (!step.why.empty()) {
    step.advice =
        "write `@realtime - memlock unlimited` into /etc/security/limits.d/realtime.conf, join that "
        "group and log in anew; in a systemd unit LimitMEMLOCK=infinity; in a container --ulimit "
        "memlock=-1";
    return step;
  }
  step.why = above_what_is_free();
  if (!step.why.empty()) {
    step.advice = "raise the group's memory.max, end other programs, or leave `lock_memory` out";
    return step;
  }
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    step.why = fmt::format("the kernel says \"{}\"", std::strerror(errno));
    return step;
  }
  step.granted = kibibytes_of("VmLck", status) > 0;
  if (step.granted)
    step.found = fmt::format("memory locked ({})", size_text(kibibytes_of("VmRSS", status)));
  else step.why = "the call did nothing: builds with sanitizers leave it out";
  return step;
}

}  // namespace ib
