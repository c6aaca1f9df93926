// HistoryShelf: where a ring's history meets the one who asked for it: the protocol fills it on the I/O thread,
// log by log, and the one who opens the source waits for the last of them, or takes what is there.
//
// Thread: any.
#pragma once

#include <interbeat/time.hpp>

#include <condition_variable>
#include <mutex>
#include <utility>

#include "colmi/history.hpp"

namespace ib::colmi {

class HistoryShelf {
 public:
  /// All that has come so far.
  void put(const History& history, bool all) {
    const std::lock_guard lock(mutex_);
    history_ = history;
    all_ = all;
    if (all) changed_.notify_all();
  }
  /// True: all is there; false: not within that time.
  bool wait(Duration most) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, most, [this] { return all_; });
  }
  History take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(history_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  History history_;
  bool all_{};
};

}  // namespace ib::colmi
