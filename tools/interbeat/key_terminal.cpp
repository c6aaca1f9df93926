#include "key_terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace ib::tool {
namespace {

/// Deaths of a program that no destructor sees.
constexpr std::array crashes{SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

std::atomic<int> taken{-1};  ///< descriptor of the terminal that is not as it was
termios before{};            ///< written before `taken` is

static_assert(std::atomic<int>::is_always_lock_free, "read by a signal handler");

bool in_foreground(int fd) { return tcgetpgrp(fd) == getpgrp(); }

void on_crash(int signal) {
  restore_terminal();
  raise(signal);  // its action is the default again: this time it ends the program
}

void restore_at_crashes() {
  struct sigaction answer {};
  answer.sa_handler = on_crash;
  answer.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&answer.sa_mask);
  for (const int signal : crashes) {
    struct sigaction now {};
    // Whoever answers it already (a sanitizer) goes on doing so.
    if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
      sigaction(signal, &answer, nullptr);
  }
}

}  // namespace

KeyTerminal::KeyTerminal(int fd) {
  if (isatty(fd) != 1) return;
  fd_ = open(fd == STDIN_FILENO ? "/proc/self/fd/0" : "/dev/tty",
             O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd_ < 0) fd_ = fcntl(fd, F_DUPFD_CLOEXEC, 3);  // a terminal of another user (su)
}

KeyTerminal::~KeyTerminal() {
  restore_terminal();
  if (fd_ >= 0) close(fd_);
}

bool KeyTerminal::take() {
  if (fd_ < 0 || !in_foreground(fd_)) return false;
  termios mode{};
  if (tcgetattr(fd_, &mode) != 0) return false;
  if (taken.load() < 0) {
    before = mode;
    taken = fd_;
    restore_at_crashes();
  }
  if ((mode.c_lflag & (ICANON | ECHO)) == 0) return true;
  mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  return tcsetattr(fd_, TCSANOW, &mode) == 0;
}

void restore_terminal() noexcept {
  const int saved = errno;
  const int fd = taken.exchange(-1);
  if (fd >= 0 && in_foreground(fd)) tcsetattr(fd, TCSANOW, &before);
  errno = saved;
}

}  // namespace ib::tool
