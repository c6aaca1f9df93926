// ThreadTeam: threads that are all made before one of them begins. A system that gives no further thread
// is found out while nothing runs yet: those already made go home, and the exception goes on.
//
// Thread: [control].
#pragma once

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace ib::detail {

class ThreadTeam {
 public:
  ThreadTeam() = default;
  /// Waits for all; those that were never told to begin do nothing.
  ~ThreadTeam() {
    tell(go_home);
    join();
  }
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  /// Throws std::system_error when there is no thread to be had.
  template <class Work>
  void add(Work work) {
    threads_.emplace_back([this, work = std::move(work)]() mutable {
      word_.wait(not_yet, std::memory_order_acquire);
      if (word_.load(std::memory_order_acquire) == begin_now) work();
    });
  }
  void begin() { tell(begin_now); }
  void join() {
    for (auto& t : threads_) {
      if (t.joinable()) t.join();
    }
  }

 private:
  enum : int { not_yet, begin_now, go_home };
  void tell(int word) {
    int before = not_yet;
    word_.compare_exchange_strong(before, word, std::memory_order_release,
                                  std::memory_order_relaxed);
    word_.notify_all();
  }
  std::atomic<int> word_{not_yet};
  std::vector<std::thread> threads_;
};

}  // namespace ib::detail
