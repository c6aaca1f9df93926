#include "machine_limits.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <new>
#include <system_error>

namespace ib {
namespace {

namespace fs = std::filesystem;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc{}) return std::nullopt;
  return n;
}

std::string_view word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

void narrow_cpus(GroupLimits& limits, std::optional<std::int64_t> quota,
                 std::optional<std::int64_t> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0) return;  // "max", or -1
  const double cpus = static_cast<double>(*quota) / static_cast<double>(*period);
  limits.cpus = limits.cpus ? std::min(*limits.cpus, cpus) : cpus;
}

/// Files that a group keeps in memory and would give back.
std::uint64_t cached_files(const fs::path& group) {
  std::ifstream in(group / "memory.stat");
  std::int64_t bytes = 0;
  for (std::string line; std::getline(in, line);) {
    std::string_view rest = line;
    const auto key = word(rest);
    if (key == "inactive_file" || key == "active_file") bytes += number_in(rest).value_or(0);
  }
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes));
}

void narrow_memory(GroupLimits& limits, const fs::path& group, const std::string& max,
                   const std::string& used) {
  const auto n = number_in(max);
  constexpr std::int64_t endless = std::int64_t{1} << 60;  // what the first generation calls none
  if (!n || *n >= endless) return;
  const auto bytes = static_cast<std::uint64_t>(*n);
  if (limits.memory_bytes && *limits.memory_bytes <= bytes) return;
  limits.memory_bytes = bytes;
  const auto all = static_cast<std::uint64_t>(number_in(used).value_or(0));
  limits.memory_used = all - std::min(all, cached_files(group));
}

/// One group; files of the other generation, or of another controller, are simply not there.
void look_at_group(GroupLimits& limits, const fs::path& group) {
  const auto share = first_line(group / "cpu.max");
  std::string_view rest = share;
  const auto quota = word(rest);
  narrow_cpus(limits, number_in(quota), number_in(rest));
  narrow_cpus(limits, number_in(first_line(group / "cpu.cfs_quota_us")),
              number_in(first_line(group / "cpu.cfs_period_us")));
  narrow_memory(limits, group, first_line(group / "memory.max"),
                first_line(group / "memory.current"));
  narrow_memory(limits, group, first_line(group / "memory.limit_in_bytes"),
                first_line(group / "memory.usage_in_bytes"));
}

}  // namespace

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

GroupLimits group_limits(const fs::path& groups, const fs::path& root) {
  GroupLimits limits;
  std::ifstream in(groups);
  for (std::string line; std::getline(in, line);) {  // "4:cpu,cpuacct:/path", "0::/path"
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const fs::path path = fs::path(line.substr(second + 1)).relative_path();
    for (auto group = path;; group = group.parent_path()) {
      look_at_group(limits, root / controllers / group);
      if (group.empty()) break;
    }
  }
  return limits;
}

std::uint64_t kibibytes_of(std::string_view key, const fs::path& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::string_view rest = line;
    if (!rest.starts_with(key) || rest.size() <= key.size() || rest[key.size()] != ':') continue;
    rest.remove_prefix(key.size() + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    return static_cast<std::uint64_t>(number_in(rest).value_or(0)) * 1024;
  }
  return 0;
}

FreeMemory free_memory() {
  FreeMemory least{kibibytes_of("MemAvailable", "/proc/meminfo"), "of this machine"};
  if (least.bytes == 0) least.bytes = UINT64_MAX;  // no /proc: nothing is known, nothing refused
  const auto narrow = [&](std::uint64_t limit, std::uint64_t used, const char* where) {
    const auto left = limit - std::min(limit, used);
    if (left < least.bytes) least = {left, where};
  };
  const auto group = group_limits();
  if (group.memory_bytes)
    narrow(*group.memory_bytes, group.memory_used, "in this process's control group (memory.max)");
  const auto own = [&](__rlimit_resource which, const char* used, const char* where) {
    rlimit limit{};
    if (getrlimit(which, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
    narrow(limit.rlim_cur, kibibytes_of(used, "/proc/self/status"), where);
  };
  own(RLIMIT_AS, "VmSize", "under this process's limit of address space (ulimit -v)");
  own(RLIMIT_DATA, "VmData", "under this process's limit of data (ulimit -d)");
  return least;
}

Shortage shortage(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    const auto left = free_memory();
    return {fmt::format("memory ran out: {} are free {}", size_text(left.bytes), left.where),
            "a smaller graph, or more memory for it"};
  }
  const auto* system = dynamic_cast<const std::system_error*>(&error);
  if (system == nullptr) return {};
  switch (system->code().value()) {
    case EMFILE: {
      rlimit limit{};
      getrlimit(RLIMIT_NOFILE, &limit);
      return {
          fmt::format("this process has all {} files open that it may have, and needs more: some "
                      "for each thread, one for each sink that writes",
                      limit.rlim_cur),
          "raise the limit, as in `ulimit -n 4096`, or run with fewer executors and sinks"};
    }
    case ENFILE:
      return {"the whole system has as many files open as it may", "end some other program"};
    case EAGAIN:
      return {"the system gives this process no further thread",
              "raise the limit (`ulimit -u`, or pids.max of the control group), or run with fewer "
              "executors and threads"};
    case ENOMEM:
      return {"the system has no memory for a further thread or file", "end some other program"};
    default: return {};
  }
}

bool has_capability(unsigned number) {
  std::ifstream in("/proc/thread-self/status");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("CapEff:\t")) continue;
    std::uint64_t set = 0;
    std::from_chars(line.data() + 8, line.data() + line.size(), set, 16);
    return (set >> number & 1U) != 0;
  }
  return false;
}

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(static_cast<unsigned>(i), &set)) cpus.push_back(i);
  return cpus;
}

unsigned usable_cpus() {
  const auto allowed = std::max<std::size_t>(1, allowed_cpus().size());
  const auto share = group_limits().cpus;
  const auto granted = share ? static_cast<std::size_t>(std::ceil(*share)) : allowed;
  return static_cast<unsigned>(std::min(allowed, std::max<std::size_t>(1, granted)));
}

std::string cpu_list_text(const std::vector<int>& cpus) {
  std::string text;
  for (std::size_t i = 0; i < cpus.size();) {
    auto last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    text += text.empty() ? "" : ",";
    text += last == i ? fmt::format("{}", cpus[i]) : fmt::format("{}-{}", cpus[i], cpus[last]);
    i = last + 1;
  }
  return text;
}

std::string size_text(std::uint64_t bytes) {
  const auto n = static_cast<double>(bytes);
  if (bytes < 10'000'000) return fmt::format("{:.0f} kB", n / 1e3);
  if (bytes < 10'000'000'000) return fmt::format("{:.0f} MB", n / 1e6);
  return fmt::format("{:.0f} GB", n / 1e9);
}

}  // namespace ib
