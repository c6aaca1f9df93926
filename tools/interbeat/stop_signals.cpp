#include "stop_signals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace ib::tool {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

std::atomic<bool> stop{false};
int stop_fd = -1;
std::array<struct sigaction, signals.size()> before;

static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

void on_signal(int signal) {
  const int saved = errno;
  if (stop.exchange(true)) _exit(128 + signal);
  const std::uint64_t one = 1;
  const auto written = write(stop_fd, &one, sizeof one);
  static_cast<void>(written);  // fails only where it already is readable
  errno = saved;
}

}  // namespace

StopSignals::StopSignals() {
  stop = false;
  stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction answer {};
  answer.sa_handler = on_signal;
  answer.sa_flags = SA_RESTART;
  sigemptyset(&answer.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) sigaction(signals[i], &answer, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before[i], nullptr);
  close(stop_fd);
  stop_fd = -1;
}

const std::atomic<bool>& StopSignals::flag() const { return stop; }
int StopSignals::fd() const { return stop_fd; }

}  // namespace ib::tool
