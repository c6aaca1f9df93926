#include "child_end.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace ib {

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

std::string how_it_ended(int status) {
  if (WIFEXITED(status)) {
    return fmt::format("it ended the process (exit code {})", WEXITSTATUS(status));
  }
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGKILL) return "it was killed (SIGKILL: out of memory, or by somebody)";
  if (signal == SIGXFSZ) return "it wrote more than it may (SIGXFSZ)";
  return fmt::format("it crashed ({})", signal_name(signal));
}

}  // namespace ib
