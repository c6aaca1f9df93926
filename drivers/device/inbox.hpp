// Inbox: notifications on their way from the I/O thread to the executor that runs the source.
//
// One writer, one reader, a fixed number of places; full: the notification is dropped and counted, and
// the reader meets the count in front of what came next. 256 places hold two seconds of the busiest ring.
// Thread: `put` [io], `front` and `pop` [exec].
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include <boost/lockfree/spsc_queue.hpp>

#include "device/notification.hpp"

namespace ib::device {

class Inbox {
 public:
  static constexpr std::size_t places = 256;

  /// [control] Before anything is put: called on the I/O thread after each.
  void on_arrival(std::function<void()> wake) { wake_ = std::move(wake); }

  /// [io]
  void put(const Notification& got) {
    if (!queue_.push(got)) dropped_.fetch_add(1, std::memory_order_relaxed);
    if (wake_) wake_();
  }
  /// [exec] The oldest; null: none.
  const Notification* front() { return queue_.read_available() > 0 ? &queue_.front() : nullptr; }
  void pop() { queue_.pop(); }
  /// [any] How many found no place, ever.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  boost::lockfree::spsc_queue<Notification, boost::lockfree::capacity<places>> queue_;
  std::atomic<std::uint64_t> dropped_{0};
  std::function<void()> wake_;
};

}  // namespace ib::device
