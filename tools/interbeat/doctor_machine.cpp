// The machine under a live run: kernel, clock, CPUs, who else takes time and memory.
#include "build_info.hpp"
#include "doctor.hpp"
#include "machine_limits.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

namespace ib::tool {
namespace {

using namespace std::chrono_literals;

constexpr const char* cpu_folder = "/sys/devices/system/cpu";

Finding kernel() {
  utsname host{};
  uname(&host);
  const std::string_view version = host.version;
  const auto has = [version](std::string_view word) {
    return version.find(word) != std::string_view::npos;
  };
  const char* model = "preemption unknown";
  if (first_line("/sys/kernel/realtime") == "1" || has("PREEMPT_RT"))
    model = "real-time (PREEMPT_RT)";
  else if (has("PREEMPT_DYNAMIC")) model = "PREEMPT_DYNAMIC";
  else if (has("PREEMPT")) model = "PREEMPT";
  return {Level::ok, "kernel", fmt::format("{} {}, {}", host.sysname, host.release, model)};
}

Finding clock_source() {
  const std::filesystem::path folder = "/sys/devices/system/clocksource/clocksource0";
  const auto name = first_line(folder / "current_clocksource");
  const auto there = first_line(folder / "available_clocksource");
  if (name.empty())
    return {Level::note, "clock", "unknown", "the kernel does not say which clock it reads"};
  if (name != "hpet" && name != "acpi_pm" && name != "refined-jiffies")
    return {Level::ok, "clock", name};
  return {Level::problem, "clock", fmt::format("{} (there is: {})", name, there),
          "reading it takes microseconds; boot with clocksource=tsc if the CPU can"};
}

Finding cores() {
  const auto cpus = allowed_cpus();
  const auto found =
      fmt::format("{} for this process: {} ({})", cpus.size(), cpu_list_text(cpus), cpu_text());
  if (cpus.size() > 1) return {Level::ok, "cores", found};
  return {Level::note, "cores", found,
          "interrupts, sinks and the graph share it: leave `policy: fifo` out of a graph that is "
          "near its limit"};
}

Finding isolated() {
  const auto list = first_line(std::filesystem::path(cpu_folder) / "isolated");
  if (!list.empty())
    return {Level::ok, "isolated CPUs", list + ": name one in `affinity:`, nobody else runs there"};
  return {Level::ok, "isolated CPUs", "none (for the last microseconds: boot with isolcpus=)"};
}

Finding governor() {
  const auto cpus = allowed_cpus();
  const auto first = cpus.empty() ? 0 : cpus.front();
  const auto name = first_line(fmt::format("{}/cpu{}/cpufreq/scaling_governor", cpu_folder, first));
  if (name.empty()) return {Level::ok, "governor", "none: the clock rate is fixed or not told"};
  if (name != "powersave") return {Level::ok, "governor", name};
  return {Level::note, "governor", name,
          "live runs jitter while the clock is slow: cpupower frequency-set -g performance"};
}

/// The first line of /proc/stat: all of the time of all CPUs, and what other guests took of it.
struct CpuTime {
  double all{}, stolen{};
};
CpuTime cpu_time() {
  std::istringstream line(first_line("/proc/stat"));
  std::string name;
  line >> name;
  CpuTime t;
  double n = 0;
  for (int column = 0; column < 8 && line >> n; ++column) {  // user nice system idle iowait irq …
    t.all += n;
    if (column == 7) t.stolen = n;
  }
  return t;
}

Finding steal() {
  const auto before = cpu_time();
  std::this_thread::sleep_for(300ms);
  const auto after = cpu_time();
  const auto share = [](double part, double all) { return all > 0 ? 100 * part / all : 0; };
  const double now = share(after.stolen - before.stolen, after.all - before.all);
  const double ever = share(after.stolen, after.all);
  Finding f{Level::ok, "stolen time",
            fmt::format("{:.1f} % now, {:.1f} % since the start", now, ever)};
  f.numbers = {{"now_percent", now}, {"ever_percent", ever}};
  if (now < 2 && ever < 2) return f;
  f.level = now >= 10 ? Level::problem : Level::note;
  f.advice =
      "the host gives these CPUs to other machines meanwhile; for live runs take a host of "
      "your own or one with CPUs set aside";
  return f;
}

Finding group() {
  const auto limits = group_limits();
  const auto memory = limits.memory_bytes
                          ? fmt::format("{} of {} in use", size_text(limits.memory_used),
                                        size_text(*limits.memory_bytes))
                          : "no limit";
  const auto found = fmt::format(
      "CPU {}, memory {}",
      limits.cpus ? fmt::format("{:.3g} of {}", *limits.cpus, allowed_cpus().size()) : "no limit",
      memory);
  Finding f{Level::ok, "cgroup", found};
  if (limits.cpus && *limits.cpus < static_cast<double>(allowed_cpus().size())) {
    f.level = *limits.cpus < 1 ? Level::problem : Level::note;
    f.advice =
        "the process is stopped for the rest of each period once its share is used, and "
        "blocks come late: raise cpu.max, or --cpus of the container";
  }
  if (limits.memory_bytes &&
      static_cast<double>(limits.memory_used) > 0.9 * static_cast<double>(*limits.memory_bytes)) {
    f.level = Level::problem;
    f.advice += f.advice.empty() ? "" : "; ";
    f.advice += "its memory is nearly used up: raise memory.max";
  }
  return f;
}

Finding huge_pages() {
  const auto modes = first_line("/sys/kernel/mm/transparent_hugepage/enabled");
  if (modes.empty()) return {Level::ok, "huge pages", "not told"};
  if (modes.find("[always]") == std::string::npos) return {Level::ok, "huge pages", modes};
  return {Level::note, "huge pages", modes,
          "the kernel may stop a thread while it makes huge pages of its memory: echo madvise > "
          "/sys/kernel/mm/transparent_hugepage/enabled"};
}

}  // namespace

Findings look_at_machine() {
  return {kernel(),   clock_source(), cores(), isolated(),
          governor(), steal(),        group(), huge_pages()};
}

}  // namespace ib::tool
