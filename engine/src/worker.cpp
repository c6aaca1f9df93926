#include "worker.hpp"

#include "denormals.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace ib::detail {
namespace {
thread_local Worker* current_worker = nullptr;
}

Worker::Worker() : fd_(eventfd(0, EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Worker::~Worker() {
  stop_thread();
  if (current_worker == this) current_worker = nullptr;
  close(fd_);
}

void Worker::adopt_thread() { current_worker = this; }

void Worker::submit(Island& island) {
  Island* head = head_.load(std::memory_order_relaxed);
  do {
    island.next_queued = head;
  } while (!head_.compare_exchange_weak(head, &island, std::memory_order_release,
                                        std::memory_order_relaxed));
  if (current_worker == this) return;  // its own drain() finds it
  const std::uint64_t one = 1;
  wake_ups_.fetch_add(1, std::memory_order_relaxed);
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
}

void Worker::drain(const PassContext& context) {
  while (Island* list = head_.exchange(nullptr, std::memory_order_acquire)) {
    Island* in_order = nullptr;  // pushed last is first: turn it round
    while (list != nullptr) {
      Island* next = list->next_queued;
      list->next_queued = in_order;
      in_order = list;
      list = next;
    }
    while (in_order != nullptr) {
      Island& island = *in_order;
      in_order = island.next_queued;
      island.state.take();
      do {
        run_island(island, context);
      } while (!island.state.finish());
      island.busy->down();
    }
  }
}

void Worker::clear_wake() const {
  std::uint64_t n = 0;
  [[maybe_unused]] const auto got = ::read(fd_, &n, sizeof n);
}

void Worker::start_thread(const PassContext& context) {
  context_ = context;
  stop_.store(false);
  thread_ = std::thread([this] { loop(); });
}

void Worker::loop() {
  adopt_thread();
  const FlushDenormals guard;
  while (!stop_.load(std::memory_order_acquire)) {
    clear_wake();
    drain(context_);
  }
  drain(context_);
}

void Worker::stop_thread() {
  if (!thread_.joinable()) return;
  stop_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
  thread_.join();
}

void schedule(Island& island) {
  if (!island.state.notify()) return;
  island.busy->up();
  island.home->submit(island);
}

}  // namespace ib::detail
