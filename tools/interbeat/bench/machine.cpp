#include "bench/machine.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <fstream>
#include <sstream>

#include "build_info.hpp"

namespace ib::bench {
namespace {

std::string line_of(const char* file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

bool has_hypervisor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("flags")) return line.find(" hypervisor") != std::string::npos;
  }
  return false;
}

int cores_of_this_process() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  return CPU_COUNT(&set);
}

std::string kernel_text() {
  utsname host{};
  uname(&host);
  return fmt::format("{} {} {}", host.sysname, host.release, host.machine);
}

}  // namespace

Machine this_machine() {
  Machine m;
  m.cpu = tool::cpu_text();
  m.kernel = kernel_text();
  m.governor = line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  m.compiler = tool::compiler_text();
  m.build = INTERBEAT_BUILD;
  m.baseline = tool::baseline_text();
  m.commit = tool::commit_text();
  m.version = tool::version_text();
  m.cores = cores_of_this_process();
  m.virtualised = has_hypervisor();
  m.load = load_average();
  return m;
}

std::string text_of(const Machine& m) {
  return fmt::format(
      "machine  {}, {} core{}{}, {}\n"
      "governor {}\n"
      "program  interbeat {}, commit {}, {}, {}, {}\n"
      "load     {}\n",
      m.cpu, m.cores, m.cores == 1 ? "" : "s", m.virtualised ? ", virtual machine" : "", m.kernel,
      m.governor.empty() ? "the kernel names none" : m.governor, m.version, m.commit, m.compiler,
      m.build, m.baseline, m.load);
}

nlohmann::json json_of(const Machine& m) {
  return {{"cpu", m.cpu},         {"cores", m.cores},       {"virtualised", m.virtualised},
          {"kernel", m.kernel},   {"governor", m.governor}, {"compiler", m.compiler},
          {"build", m.build},     {"baseline", m.baseline}, {"commit", m.commit},
          {"version", m.version}, {"load", m.load}};
}

std::string load_average() {
  std::istringstream in(line_of("/proc/loadavg"));
  std::string one, five, fifteen;
  in >> one >> five >> fifteen;
  return fifteen.empty() ? "" : one + " " + five + " " + fifteen;
}

CpuTicks cpu_ticks() { return ticks_in(line_of("/proc/stat")); }

CpuTicks ticks_in(const std::string& line) {
  std::istringstream in(line);
  std::string name;
  in >> name;
  CpuTicks t;
  std::uint64_t n = 0;
  for (int column = 0; column < 8 && in >> n; ++column) {  // guest time stands in user time already
    t.all += n;
    if (column == 7) t.stolen = n;
  }
  return t;
}

double steal_between(const CpuTicks& before, const CpuTicks& after) {
  if (after.all <= before.all) return 0;
  return static_cast<double>(after.stolen - before.stolen) /
         static_cast<double>(after.all - before.all);
}

}  // namespace ib::bench
