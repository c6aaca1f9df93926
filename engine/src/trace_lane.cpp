#include "trace_lane.hpp"

#include "ticks.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ib::detail {

TraceBell::TraceBell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}
TraceBell::~TraceBell() { close(fd_); }

void TraceBell::ring() {
  if (!asleep_.exchange(false, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
}

void TraceBell::wait(int ms) {
  asleep_.exchange(true, std::memory_order_acq_rel);
  pollfd p{fd_, POLLIN, 0};
  poll(&p, 1, ms);
  std::uint64_t n = 0;
  [[maybe_unused]] const auto got = ::read(fd_, &n, sizeof n);
}

void TraceLane::moment(TraceRecord::Kind kind, std::uint32_t node, std::uint32_t n) {
  const auto now = ticks();
  write({kind, node, now, now, n, 0});
}

}  // namespace ib::detail
