// Inbox: notifications on their way from the I/O thread to the executor that runs the source.
//
// One writer, one reader, a fixed number of places. 256 hold two seconds of the busiest ring. The last 16 are for
// marks (connected, disconnected, asked anew), without which a decoder would go on with a device that began
// anew; a value that finds the others full is dropped, and what comes next bears how many were (`dropped`).
// Marks that find all places full are joined: the newest state of the link, and whether it was asked anew, go in
// front of the next that is put. Until then the reader does not know of them.
// Thread: `put` [io], `front` and `pop` [exec].
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include <boost/lockfree/spsc_queue.hpp>

#include "device/notification.hpp"

namespace ib::device {

class Inbox {
 public:
  static constexpr std::size_t places = 256;
  static constexpr std::size_t for_marks = 16;  ///< of these

  /// [control] Before anything is put: called on the I/O thread after each.
  void on_arrival(std::function<void()> wake) { wake_ = std::move(wake); }

  /// [io]
  void put(const Notification& got) {
    give_owed();
    if (got.kind == Notification::Kind::value) value(got);
    else if (n_owed() > 0 || !push(got)) owe(got);
    if (wake_) wake_();
  }
  /// [exec] The oldest; null: none.
  const Notification* front() { return queue_.read_available() > 0 ? &queue_.front() : nullptr; }
  void pop() { queue_.pop(); }
  /// [any] How many values found no place, ever.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  using Kind = Notification::Kind;

  void value(const Notification& got) {
    if (n_owed() == 0 && queue_.write_available() > for_marks) {
      push(got);
      return;
    }
    ++missing_;
    dropped_.fetch_add(1, std::memory_order_relaxed);
  }
  /// False: there is no place.
  bool push(const Notification& got) {
    if (missing_ == 0) return queue_.push(got);
    auto behind = got;
    behind.dropped = missing_;
    if (!queue_.push(behind)) return false;
    missing_ = 0;
    return true;
  }
  std::size_t n_owed() const {
    return std::size_t{lost_.has_value()} + std::size_t{back_.has_value()} +
           std::size_t{anew_.has_value()};
  }
  /// What an older mark said is void where a newer one says more.
  void owe(const Notification& mark) {
    if (mark.kind == Kind::asked_anew) {
      anew_ = mark.arrival;
      return;
    }
    anew_.reset();
    if (mark.kind == Kind::connected) {
      back_ = mark.arrival;
      return;
    }
    back_.reset();
    lost_ = mark.arrival;
  }
  /// Oldest first: the link was lost, is back, and was asked anew over the new one.
  void give_owed() {
    give(lost_, Kind::disconnected) && give(back_, Kind::connected) &&
        give(anew_, Kind::asked_anew);
  }
  /// Whether nothing of this kind is owed any more.
  bool give(std::optional<Arrival>& owed, Kind kind) {
    if (owed && push(Notification::of(kind, *owed))) owed.reset();
    return !owed;
  }

  boost::lockfree::spsc_queue<Notification, boost::lockfree::capacity<places>> queue_;
  std::atomic<std::uint64_t> dropped_{0};
  std::function<void()> wake_;
  // [io]
  std::uint32_t missing_{};                    ///< dropped in front of what is put next
  std::optional<Arrival> lost_, back_, anew_;  ///< marks that found no place
};

}  // namespace ib::device
