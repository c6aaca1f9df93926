#include "message.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace ib::tool {
namespace {

int lost_stdout = 0;

/// errno, or 0 when all was written. A descriptor that another program made non-blocking is waited
/// for, as a blocking one would be.
int write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto n = write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd room{fd, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void tell(std::string_view text) noexcept {
  const int before = errno;  // callers may still want to say it
  write_all(STDERR_FILENO, text);
  errno = before;
}

void show(std::string_view text) noexcept {
  if (lost_stdout == 0) lost_stdout = write_all(STDOUT_FILENO, text);
}

int stdout_error() noexcept { return lost_stdout; }

void open_closed_descriptors() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    const int opened = open("/dev/null", O_RDONLY);  // the lowest that is free: fd
    static_cast<void>(opened);
  }
}

}  // namespace ib::tool
