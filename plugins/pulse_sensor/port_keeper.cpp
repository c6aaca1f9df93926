#include "port_keeper.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include "serial_port.hpp"

namespace pulse_sensor {

void PortKeeper::start(const std::string& device, ib::Wake wake) {
  stop();
  device_ = device;
  wake_ = wake;
  stop_ = open_ = false;
  asked_ = eventfd(0, EFD_CLOEXEC);
  if (asked_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  // The program's signals are its own threads'.
  sigset_t all{}, before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(asked_);
    asked_ = -1;
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void PortKeeper::stop() noexcept {
  if (asked_ < 0) return;
  stop_.store(true, std::memory_order_release);
  ask();
  thread_.join();
  ::close(asked_);
  asked_ = -1;
  for (auto* port : {&close_, &opened_})
    if (const int fd = port->exchange(-1); fd >= 0) ::close(fd);
}

void PortKeeper::close(int port) noexcept {
  close_.store(port, std::memory_order_release);
  ask();
}

void PortKeeper::open() noexcept {
  open_.store(true, std::memory_order_release);
  ask();
}

void PortKeeper::ask() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(asked_, &one, sizeof one);
}

void PortKeeper::run() noexcept {
  for (std::uint64_t times = 0; ::read(asked_, &times, sizeof times) > 0 || errno == EINTR;) {
    if (const int port = close_.exchange(-1, std::memory_order_acq_rel); port >= 0) ::close(port);
    if (stop_.load(std::memory_order_acquire)) return;
    if (!open_.exchange(false, std::memory_order_acq_rel)) continue;
    const int port = open_serial(device_.c_str());
    if (port < 0) continue;
    forget_input(port);
    if (const int other = opened_.exchange(port, std::memory_order_acq_rel); other >= 0)
      ::close(other);
    wake_();
  }
}

}  // namespace pulse_sensor
