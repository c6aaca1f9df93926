#include "record_bell.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ib::detail {

RecordBell::RecordBell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}
RecordBell::~RecordBell() { close(fd_); }

void RecordBell::ring(bool urgent) noexcept {
  const auto rest = rest_.fetch_or(0, std::memory_order_acq_rel);
  if (rest == asleep || (rest == dozing && urgent)) ring_always();
}

void RecordBell::ring_always() noexcept {
  rest_.store(awake, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
}

void RecordBell::wait(int ms) {
  pollfd p{fd_, POLLIN, 0};
  poll(&p, 1, ms);
  rest_.store(awake, std::memory_order_release);
  std::uint64_t n = 0;
  [[maybe_unused]] const auto got = ::read(fd_, &n, sizeof n);
}

}  // namespace ib::detail
