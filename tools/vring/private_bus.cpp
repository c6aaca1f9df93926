#include "vring/private_bus.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace ib::vring {
namespace {

constexpr int not_found = 127;  // as a shell says it

/// The first line that comes; empty if none does.
std::string first_line(int fd) {
  std::string line;
  char letter{};
  for (;;) {
    const auto n = read(fd, &letter, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n != 1 || letter == '\n') return line;
    line += letter;
  }
}

/// In the child.
[[noreturn]] void become_bus(const char* program, const char* option, int told) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);  // a Ctrl-C is for the program: the bus goes last
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(told, STDOUT_FILENO);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere >= 0) {
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDERR_FILENO);
  }
  execlp(program, program, "--session", "--nofork", "--nopidfile", option, "--print-address=1",
         nullptr);
  _exit(errno == ENOENT ? not_found : not_found - 1);
}

}  // namespace

PrivateBus::~PrivateBus() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::string PrivateBus::start(const std::string& program) {
  std::error_code error;
  auto pattern = (std::filesystem::temp_directory_path(error) / "interbeat-vring-XXXXXX").string();
  if (error || mkdtemp(pattern.data()) == nullptr)
    return std::string("there is no folder for the bus: ") + std::strerror(errno);
  folder_ = pattern;
  address_ = "unix:path=" + (folder_ / "bus").string();
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return std::string("the bus can't be started: ") + std::strerror(errno);
  const auto option = "--address=" + address_;
  pid_ = fork();
  if (pid_ == 0) become_bus(program.c_str(), option.c_str(), ends[1]);
  close(ends[1]);
  const auto line = pid_ > 0 ? first_line(ends[0]) : std::string();
  close(ends[0]);
  if (!line.empty()) return {};
  int status = 0;
  if (pid_ > 0) waitpid(pid_, &status, 0);
  pid_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_found)
    return program + " is not installed; install it: apt-get install dbus-daemon";
  return program + " ended before it was ready";
}

}  // namespace ib::vring
