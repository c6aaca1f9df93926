#include "stop_signals.hpp"

#include "key_terminal.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace ib::tool {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

constexpr std::int64_t together_ns = 300'000'000;  // signals that mean one wish

std::atomic<bool> stop{false};
std::atomic<std::int64_t> first_ns{0};  ///< when the first one came; 0: none yet
int stop_fd = -1;
std::array<struct sigaction, signals.size()> before;

static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "set from a signal handler");

std::int64_t monotonic_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);  // on POSIX's list of what a handler may call
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

void on_signal(int signal) {
  const int saved = errno;
  const auto now = monotonic_ns();
  std::int64_t first = 0;
  if (!first_ns.compare_exchange_strong(first, now)) {
    if (signal != SIGHUP && now - first > together_ns) {
      restore_terminal();
      _exit(128 + signal);
    }
    return;
  }
  stop = true;
  const std::uint64_t one = 1;
  const auto written = write(stop_fd, &one, sizeof one);
  static_cast<void>(written);  // fails only where it already is readable
  errno = saved;
}

}  // namespace

StopSignals::StopSignals() {
  stop = false;
  first_ns = 0;
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
