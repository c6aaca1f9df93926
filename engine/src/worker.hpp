// Worker: a thread's list of islands that have something to do, and how the thread is woken.
//
// The list is intrusive and lock-free: any thread pushes, the owner takes all. An island is on it at
// most once (its state word sees to that), so taking everything at once has no ABA. The eventfd is
// written only when another thread queues an island: one wake-up per idle → queued.
#pragma once

#include "stage.hpp"

#include <atomic>
#include <thread>

namespace ib::detail {

class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// [any] From schedule() alone.
  void submit(Island& island);
  /// [owner] Runs everything queued, until the list is empty.
  void drain(const PassContext& context);
  /// Readable when another thread has queued something.
  int wake_fd() const { return fd_; }
  /// [owner] Empties the eventfd.
  void clear_wake() const;
  /// Marks the calling thread as this worker's.
  void adopt_thread();

  /// [control] A thread of its own: sleeps in read(2) until woken.
  void start_thread(const PassContext& context);
  void stop_thread();

  std::uint64_t wake_ups() const { return wake_ups_.load(std::memory_order_relaxed); }

 private:
  void loop();

  std::atomic<Island*> head_{nullptr};
  int fd_{-1};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> wake_ups_{0};
  PassContext context_;
  std::thread thread_;
};

/// [any] Something arrived for the island: queue it if nobody has.
void schedule(Island& island);

/// Islands queued or running, over the whole plan: 0 means that nothing is left to do.
/// Waiting is on a version that every change raises: waiting on the count itself would sleep through
/// "one up, one down" and miss an island queued for the waiter.
class Busy {
 public:
  void up() { change(1); }
  void down() { change(UINT32_MAX); }
  bool quiet() const { return count_.load(std::memory_order_acquire) == 0; }
  std::uint32_t version() const { return version_.load(std::memory_order_acquire); }
  /// [control] Waits until something changed after `seen` was read.
  void wait_change(std::uint32_t seen) const { version_.wait(seen, std::memory_order_acquire); }

 private:
  void change(std::uint32_t by) {
    count_.fetch_add(by, std::memory_order_acq_rel);
    version_.fetch_add(1, std::memory_order_acq_rel);
    version_.notify_all();
  }
  std::atomic<std::uint32_t> count_{0}, version_{0};
};

}  // namespace ib::detail
