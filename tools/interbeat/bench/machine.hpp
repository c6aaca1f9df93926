// The machine that figures come from, in words and as JSON, and what it says of its own rest: load
// and time stolen by other guests of the same host. Thread: [control].
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace ib::bench {

struct Machine {
  std::string cpu, kernel, governor, compiler, build, baseline, commit, version;
  int cores{};         ///< that this process may use
  bool virtualised{};  ///< a hypervisor below the kernel
  std::string load;    ///< averages of 1, 5 and 15 minutes when this was asked
};

Machine this_machine();
/// Several lines for people.
std::string text_of(const Machine& m);
nlohmann::json json_of(const Machine& m);

/// "0.31 0.42 0.40"; empty where the kernel does not tell.
std::string load_average();

/// Ticks of all processors since boot.
struct CpuTicks {
  std::uint64_t all{}, stolen{};
};
CpuTicks cpu_ticks();
/// The first line of /proc/stat, read.
CpuTicks ticks_in(const std::string& line);
/// Share of the time between two readings that the host gave to others; 0 if no time has passed.
double steal_between(const CpuTicks& before, const CpuTicks& after);

}  // namespace ib::bench
