// interbeat doctor: what of this machine matters to a live run, and what to do about it. It changes
// nothing and never fails: a graph runs on any machine, only less evenly on some.
#include "build_info.hpp"
#include "command.hpp"
#include "message.hpp"
#include "places.hpp"
#include "terminal.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <interbeat/graph.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

constexpr const char* examples = R"(
Example:
  interbeat doctor)";

/// The first line of a small system file; empty when it is not there.
std::string line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string limit_text(rlim_t n, std::string_view unit) {
  return n == RLIM_INFINITY ? "unlimited" : fmt::format("{}{}", n, unit);
}

rlim_t limit_of(__rlimit_resource what) {
  rlimit limit{};
  getrlimit(what, &limit);
  return limit.rlim_cur;
}

class Visit {
 public:
  void go() {
    program();
    kernel();
    clock_source();
    cores();
    timer_slack();
    real_time_rights();
    memory_lock();
    cgroup();
    graphviz();
    locale();
    folders();
  }

 private:
  void good(std::string_view what, const std::string& found) {
    tell(paint_.green("ok  "), what, found);
  }
  void note(std::string_view what, const std::string& found, std::string_view advice) {
    tell(paint_.yellow("look"), what, found);
    show(fmt::format("{:21}{}\n", "", advice));
  }
  static void tell(const std::string& mark, std::string_view what, const std::string& found) {
    show(fmt::format("{} {:<15} {}\n", mark, what, found));
  }

  void program() {
    good("interbeat", version_text() + ", " + commit_text() + ", " + baseline_text());
  }

  void kernel() {
    utsname host{};
    uname(&host);
    const bool real_time =
        std::string_view(host.version).find("PREEMPT_RT") != std::string_view::npos;
    good("kernel",
         fmt::format("{} {}{}", host.sysname, host.release, real_time ? ", real-time" : ""));
  }

  void clock_source() {
    const auto name = line_of("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    if (name.empty())
      return note("clock", "unknown", "the kernel does not say which clock it reads");
    if (name == "hpet" || name == "acpi_pm" || name == "refined-jiffies") {
      return note("clock", name,
                  "reading it takes microseconds; boot with clocksource=tsc if the CPU can");
    }
    good("clock", name);
  }

  void cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    const auto governor = line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    const auto found = fmt::format("{} for this process ({}){}", CPU_COUNT(&set), cpu_text(),
                                   governor.empty() ? "" : ", governor " + governor);
    if (governor != "powersave") return good("cores", found);
    note("cores", found,
         "live runs jitter while the clock is slow: cpupower frequency-set -g performance");
  }

  void timer_slack() {
    const int ns = prctl(PR_GET_TIMERSLACK);
    const auto found = fmt::format("{} us", ns / 1000);
    if (ns <= 100'000) return good("timer slack", found);
    note("timer slack", found,
         "timers may fire that much later; a desktop session or a service sets it");
  }

  void real_time_rights() {
    const auto priority = limit_of(RLIMIT_RTPRIO);
    if (priority > 0 || geteuid() == 0) {
      return good("real time",
                  geteuid() == 0 ? "root may" : "priority up to " + limit_text(priority, ""));
    }
    note("real time", "not allowed",
         "not needed; for less jitter add `@audio - rtprio 20` to /etc/security/limits.d and the "
         "group audio");
  }

  void memory_lock() {
    const auto n = limit_of(RLIMIT_MEMLOCK);
    if (n == RLIM_INFINITY || n >= 64U * 1024 * 1024)
      return good("memory lock", limit_text(n / 1024, " KiB"));
    note("memory lock", limit_text(n / 1024, " KiB"),
         "not needed; where the machine swaps, raise memlock in /etc/security/limits.d");
  }

  void cgroup() {
    const auto own = line_of("/proc/self/cgroup");
    const auto at = own.find("::/");
    const auto folder =
        at == std::string::npos ? fs::path() : fs::path("/sys/fs/cgroup") / own.substr(at + 3);
    const auto cpu = line_of(folder / "cpu.max"), memory = line_of(folder / "memory.max");
    if (cpu.empty() && memory.empty()) return good("cgroup", "no limits found");
    const bool limited = !cpu.empty() && !cpu.starts_with("max");
    const auto found = fmt::format("cpu {}, memory {}", cpu.empty() ? "max" : cpu,
                                   memory.empty() ? "max" : memory);
    if (!limited) return good("cgroup", found);
    note("cgroup", found,
         "the process is stopped for the rest of each period once its share is used: late blocks");
  }

  void graphviz() {
    if (const auto dot = find_program("dot")) return good("Graphviz", dot->string());
    note("Graphviz", "not installed",
         "only `interbeat graph --format svg` needs it: apt install graphviz");
  }

  void locale() {
    std::string name = "C";
    for (const char* variable : {"LC_ALL", "LC_NUMERIC", "LANG"}) {
      const char* value = std::getenv(variable);
      if (value == nullptr || *value == '\0') continue;
      name = value;
      break;
    }
    good("locale", name + " (numbers are read and written the same in all)");
  }

  void folders() {
    const auto why = make_socket_folder();
    if (why.empty()) good("sockets", socket_folder().string());
    else
      note("sockets", why,
           "`top` and `set` won't reach live runs; set XDG_RUNTIME_DIR to a private folder");
    for (const auto& folder : default_module_dirs()) {
      std::error_code error;
      if (fs::is_directory(folder, error)) return good("graphs", folder.string());
    }
    note("graphs", "none beside the program",
         "name graphs by their path, or install with cmake --install");
  }

  Paint paint_{STDOUT_FILENO};
};

}  // namespace

void add_doctor(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("doctor", "Looks at this machine: what matters to live runs");
  command->footer(examples);
  command->callback([&action] {
    action = [] {
      Visit().go();
      return done;
    };
  });
}

}  // namespace ib::tool
