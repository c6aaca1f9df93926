// What the kernel lets this process have: its groups' shares of CPU and memory, the capabilities of
// the thread, lists of CPUs. Read from /proc and /sys, whose roots a test may replace.
//
// Thread: [control]: reads files.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// The first line of a small file; empty when it is not there.
std::string first_line(const std::filesystem::path& file);

/// The narrowest limits of the process's control group and all groups above it.
struct GroupLimits {
  std::optional<double> cpus;  ///< share of time, in CPUs: 0.5 is half of one
  std::optional<std::uint64_t> memory_bytes;
  std::uint64_t
      memory_used{};  ///< of the group whose limit that is; without files that it keeps cached
};
/// `groups` is /proc/self/cgroup, `root` the mount point; both generations of groups are understood.
GroupLimits group_limits(const std::filesystem::path& groups = "/proc/self/cgroup",
                         const std::filesystem::path& root = "/sys/fs/cgroup");

/// A number of /proc/self/status or /proc/meminfo, in bytes: "VmLck", "MemAvailable". 0: not there.
std::uint64_t kibibytes_of(std::string_view key, const std::filesystem::path& file);

/// What the process can still get, and which limit is the narrowest: "of this machine", "under
/// `ulimit -v`". The groups as above.
struct FreeMemory {
  std::uint64_t bytes{};
  std::string where;
};
FreeMemory free_memory();

/// What an exception of the system says of a limit that was met (open files, threads, memory): a
/// sentence, and what to do. Empty: it speaks of something else.
struct Shortage {
  std::string what, hint;
};
Shortage shortage(const std::exception& error);

/// Effective capability of the calling thread: CAP_SYS_NICE is 23, CAP_IPC_LOCK is 14.
bool has_capability(unsigned number);

/// CPUs that the calling thread may run on.
std::vector<int> allowed_cpus();
/// How many threads can run at once: those CPUs, or what the group's share of time is worth; at least 1.
unsigned usable_cpus();
/// "0-3,6" of a list in rising order.
std::string cpu_list_text(const std::vector<int>& cpus);

/// "83 MB", "512 kB".
std::string size_text(std::uint64_t bytes);

}  // namespace ib
