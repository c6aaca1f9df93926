#include "bench/wakeups.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace ib::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0) throw std::runtime_error("the kernel gives no more file descriptors");
  }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// The bell, and when it was rung last.
struct Bell {
  Descriptor event{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  Descriptor poll{epoll_create1(EPOLL_CLOEXEC)};
  std::atomic<Clock::rep> rung{};
  std::atomic<std::size_t> heard{};

  Bell() {
    epoll_event readable{};
    readable.events = EPOLLIN;
    epoll_ctl(poll.get(), EPOLL_CTL_ADD, event.get(), &readable);
  }
  void ring() {
    rung.store(Clock::now().time_since_epoch().count(), std::memory_order_release);
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(event.get(), &one, sizeof one);
  }
  /// Sleeps until it rings; how long ago that was.
  Clock::duration listen() {
    epoll_event what{};
    std::uint64_t count = 0;
    do epoll_wait(poll.get(), &what, 1, -1);
    while (read(event.get(), &count, sizeof count) != sizeof count);
    const auto now = Clock::now().time_since_epoch();
    const Clock::duration since{rung.load(std::memory_order_acquire)};
    heard.fetch_add(1, std::memory_order_release);
    return now - since;
  }
};

}  // namespace

Cost bare_wakeups(std::size_t n, std::chrono::nanoseconds pause) {
  Bell bell;
  Cost cost;
  std::vector<float> latencies(n);
  std::thread sleeper([&] {
    Meter meter;
    meter.start();
    for (auto& latency : latencies) {
      latency = std::chrono::duration<float, std::micro>(bell.listen()).count();
    }
    cost = meter.stop(static_cast<double>(n));
  });
  for (std::size_t i = 0; i < n; ++i) {
    do std::this_thread::sleep_for(pause);
    while (bell.heard.load(std::memory_order_acquire) < i);
    bell.ring();
  }
  sleeper.join();
  cost.latencies_us = std::move(latencies);
  return cost;
}

}  // namespace ib::bench
