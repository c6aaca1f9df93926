// The program interbeat-vring: virtual rings behind a virtual bluetoothd, on a bus of their own.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <interbeat/units.hpp>

#include "bluetooth/asio.hpp"
#include "build_info.hpp"
#include "vring/private_bus.hpp"
#include "vring/scenario.hpp"
#include "vring/scene.hpp"

namespace ib::vring {
namespace {

constexpr const char* description =
    "virtual rings behind a virtual bluetoothd: what reads a ring reads these, over the real D-Bus";

constexpr const char* closing = R"text(
It takes no Bluetooth, no root and no system bus: it starts a dbus-daemon of its own and prints where that
is. Programs that find this in their environment take it for the system's; after `--` one is run with it, and
finds the rings as ble:ring1, ble:ring2 or by their names in the scenario.

Examples:
  interbeat-vring --rings 2 -- interbeat devices scan
  interbeat-vring --rings 2 -- interbeat run couple --set a=ble:ring1 --set b=ble:ring2 --for 4min
  interbeat-vring bad-day.yaml --ledger ledger.json -- interbeat run my_graph.yaml
  interbeat-vring --rings 1 >bus &
  export "$(cat bus)"                       the rings stay; this shell's programs find them)text";

enum Exit : int { done = 0, failed = 1, wrong = 2, not_executable = 126, not_found = 127 };

void complain(const std::string& what, const std::string& hint = {}) {
  fmt::print(stderr, "interbeat-vring: {}\n{}", what,
             hint.empty() ? std::string() : "  hint: " + hint + "\n");
}

struct Arguments {
  std::string scenario, length, ledger, bus;
  std::optional<std::size_t> rings;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> command;
  std::optional<Duration> limit;
};

// -- what is waited for -------------------------------------------------------------------------------------

/// SIGINT, SIGTERM and SIGHUP as something to read, but for those that were ignored from the start (nohup).
class Signals {
 public:
  explicit Signals(boost::asio::io_context& io) : descriptor_(io) {
    sigemptyset(&mask_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      struct sigaction now {};
      sigaction(signal, nullptr, &now);
      if (now.sa_handler != SIG_IGN) sigaddset(&mask_, signal);
    }
    sigprocmask(SIG_BLOCK, &mask_, nullptr);
    descriptor_.assign(signalfd(-1, &mask_, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  template <class Then>
  void wait(Then then) {
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [this, then](const boost::system::error_code& error) {
                             if (error) return;
                             signalfd_siginfo told{};
                             if (read(descriptor_.native_handle(), &told, sizeof told) ==
                                 static_cast<ssize_t>(sizeof told))
                               then(static_cast<int>(told.ssi_signo), told.ssi_code == SI_KERNEL);
                             wait(then);
                           });
  }
  void stop() { descriptor_.close(); }

 private:
  sigset_t mask_{};
  boost::asio::posix::stream_descriptor descriptor_;
};

/// A process whose end can be waited for.
class Child {
 public:
  explicit Child(boost::asio::io_context& io) : descriptor_(io) {}

  /// False: the kernel can't (before Linux 5.3), or there is no such process.
  template <class Then>
  bool watch(pid_t pid, Then then) {
    const auto fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) return false;
    descriptor_.assign(fd);
    descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [then](const boost::system::error_code& error) {
                             if (!error) then();
                           });
    return true;
  }
  void stop() {
    if (descriptor_.is_open()) descriptor_.close();
  }

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

/// Its process; -1 with errno where none could be made.
pid_t run_command(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const auto& word : words)
    argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: exec's way
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  execvp(argv[0], argv.data());
  const int why = errno;
  complain(fmt::format("{} can't be run: {}", words[0], std::strerror(why)));
  _exit(why == ENOENT ? not_found : not_executable);
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

bool write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return true;
  complain(fmt::format("{} can't be written: {}", file, std::strerror(errno)));
  return false;
}

/// So that the command finds the rings by their names in the scenario.
bool name_devices(const PrivateBus& bus, const Scenario& scenario) {
  const auto file = (bus.folder() / "devices.yaml").string();
  setenv("INTERBEAT_DEVICES", file.c_str(), 1);
  return write_file(file, devices_text(scenario));
}

// -- the program ----------------------------------------------------------------------------------------------

/// The rings, until the command, the time or a signal ends them.
class Show {
 public:
  Show(const Arguments& arguments, Scenario scenario)
      : arguments_(arguments),
        signals_(io_),
        scene_(io_, std::move(scenario)),
        limit_(io_),
        bus_end_(io_),
        command_end_(io_) {}

  int run(const PrivateBus& bus) {
    if (const auto why = scene_.open(); !why.empty()) {
      complain(why);
      return failed;
    }
    signals_.wait([this](int signal, bool from_terminal) { on_signal(signal, from_terminal); });
    if (bus.pid() > 0) bus_end_.watch(bus.pid(), [this] { end(failed, "the bus ended"); });
    if (arguments_.limit) {
      limit_.expires_after(*arguments_.limit);
      limit_.async_wait([this](const boost::system::error_code& error) {
        if (!error) time_is_up();
      });
    }
    if (!arguments_.command.empty()) start_command();
    else announce();
    if (!over_) io_.run();
    fmt::print(stderr, "{}", scene_.ledger().text());
    if (!arguments_.ledger.empty() && !write_file(arguments_.ledger, scene_.ledger().json()))
      return code_ == done ? static_cast<int>(failed) : code_;
    return code_;
  }

 private:
  static void announce() {
    fmt::print("DBUS_SYSTEM_BUS_ADDRESS={}\n", std::getenv("DBUS_SYSTEM_BUS_ADDRESS"));
    std::fflush(stdout);
  }
  void start_command() {
    command_ = run_command(arguments_.command);
    const bool watched = command_ > 0 && command_end_.watch(command_, [this] {
      int status = 0;
      waitpid(command_, &status, 0);
      command_ = -1;
      end(code_of(status), {});
    });
    if (!watched)
      end(failed, fmt::format("{} can't be run: {}", arguments_.command[0], std::strerror(errno)));
  }
  /// A Ctrl-C has reached the command already; all else is passed on, and its end is waited for.
  void on_signal(int signal, bool from_terminal) {
    if (command_ <= 0) return end(done, {});
    if (!from_terminal) kill(command_, signal);
  }
  void time_is_up() {
    if (command_ <= 0) return end(done, {});
    kill(command_, SIGTERM);
  }
  void end(int code, const std::string& why) {
    if (!why.empty()) complain(why);
    code_ = code;
    over_ = true;
    signals_.stop();
    io_.stop();
  }

  const Arguments& arguments_;
  boost::asio::io_context io_;
  Signals signals_;
  Scene scene_;
  boost::asio::steady_timer limit_;
  Child bus_end_, command_end_;
  pid_t command_{-1};
  int code_{done};
  bool over_{};
};

std::optional<Scenario> scenario_of(const Arguments& a) {
  if (a.scenario.empty()) return scenario_of_rings(a.rings.value_or(2), a.seed.value_or(1));
  if (a.rings) {
    complain("--rings is for rings without a scenario; this one names its own");
    return std::nullopt;
  }
  Diagnostics problems;
  auto scenario = read_scenario(a.scenario, problems, a.seed);
  fmt::print(stderr, "{}", problems.text());
  return scenario;
}

/// Takes what stands behind `--` out of the words.
std::vector<std::string> split_command(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  std::vector<std::string> command;
  if (dashes != words.end()) command.assign(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return command;
}

int answer(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    std::ostringstream out, err;
    app.exit(error, out, err);
    fmt::print("{}", out.str());
    return done;
  }
  complain(error.what(), "--help says what there is");
  return wrong;
}

int run_program(int argc, char** argv) {
  Arguments a;
  CLI::App app(description, "interbeat-vring");
  app.footer(closing);
  app.set_version_flag("--version", "interbeat-vring " + tool::version_text());
  app.add_option("SCENARIO", a.scenario, "Rings and what happens to them: docs/virtual-rings.md");
  app.add_option("--rings", a.rings, "Without a scenario: so many BCL rings; 2 without this")
      ->check(CLI::Range(std::size_t{1}, Scenario::most_rings));
  app.add_option("--seed", a.seed, "Of the faults, and of the people who wear the rings");
  app.add_option("--for", a.length, "Ends after so long, such as 60s");
  app.add_option("--ledger", a.ledger, "Writes at the end what happened to whom, as JSON")
      ->type_name("FILE.json");
  app.add_option("--bus", a.bus, "Uses this bus instead of one of its own")->type_name("ADDRESS");
  std::vector<std::string> words(argv + 1, argv + std::max(argc, 1));
  const bool runs = std::find(words.begin(), words.end(), "--") != words.end();
  a.command = split_command(words);
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return answer(app, error);
  }
  if (runs && a.command.empty()) {
    complain("there is no command behind `--`");
    return wrong;
  }
  if (!a.length.empty()) {
    const auto q = parse_quantity(a.length, "s");
    if (!q || q.value <= 0 || q.value > 1e9) {
      complain(fmt::format("--for {}: {}", a.length, !q ? q.problem : "expected 0 to 1e9 s"),
               "write a duration such as 60s or \"5 min\"");
      return wrong;
    }
    a.limit = from_seconds(q.value);
  }
  auto scenario = scenario_of(a);
  if (!scenario) return wrong;
  PrivateBus bus;
  if (a.bus.empty()) {
    if (const auto why = bus.start(); !why.empty()) {
      complain(why);
      return failed;
    }
    a.bus = bus.address();
  }
  setenv("DBUS_SYSTEM_BUS_ADDRESS", a.bus.c_str(), 1);
  if (!a.command.empty() && !bus.folder().empty() && !name_devices(bus, *scenario)) return failed;
  return Show(a, std::move(*scenario)).run(bus);
}

}  // namespace
}  // namespace ib::vring

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return ib::vring::run_program(argc, argv);
  } catch (const std::exception& error) {
    ib::vring::complain(error.what(), "this is a mistake of the program itself; please report it");
    return ib::vring::failed;
  }
}
