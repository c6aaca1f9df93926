// Worker: a thread's list of islands that have something to do, and how the thread is woken.
//
// The list is intrusive and lock-free: any thread pushes, the owner takes all. An island is on it at
// most once (its state word sees to that), so taking everything at once has no ABA. The thread is woken
// only by another one that found the list empty, and not again before it has looked: one wake-up per burst.
// A thread of its own sleeps on an eventfd; an executor in its loop, which says how to wake it.
// Islands that only the owner hands blocks to (`local`) are on a plain list of its own, run before the
// owner says of anything that it is done.
#pragma once

#include "stage.hpp"

#include <interbeat/sugar/ageing.hpp>

#include <array>
#include <atomic>
#include <thread>

namespace ib::detail {

struct Source;
class TraceLane;

class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// [any] From schedule() alone.
  void submit(Island& island);
  /// [owner] From schedule() alone.
  void submit_local(Island& island);
  /// [owner] Runs everything queued, until the list is empty.
  void drain(const PassContext& context);
  /// [any] A source has something, it says.
  void tell(Source& source);
  /// [owner] All that were told since, in their order, linked by `next_told`.
  Source* take_told();
  /// How to wake the thread that owns this worker; null: through the eventfd.
  struct Waker {
    virtual void wake() = 0;  ///< [any], at most once until `looked`
   protected:
    ~Waker() = default;
  };
  /// [owner] While its loop runs.
  void wake_through(Waker* waker) { waker_.store(waker, std::memory_order_release); }
  /// [owner] Awake, and about to look at the lists.
  void looked() { woken_.exchange(false, std::memory_order_acq_rel); }
  /// [owner] Sleeps until woken.
  void clear_wake();
  /// Marks the calling thread as this worker's.
  void adopt_thread();

  /// [control] Its island is a blocking sink: it touches disks and is never a real-time thread.
  void stay_ordinary() { ordinary_ = true; }
  bool is_ordinary() const { return ordinary_; }
  /// [control, before its thread starts] A node that lives here is told, live, that time goes on.
  void age(ib_node* node, const AgeingTable* table) { ageing_.push_back({node, table}); }
  /// [control] A thread of its own: sleeps until woken, or until a node here wants to be told the time.
  void start_thread(const PassContext& context);
  void stop_thread();

  std::uint64_t wake_ups() const { return wake_ups_.load(std::memory_order_relaxed); }

  /// Working memory of whatever node runs on this thread; from the plan's arena.
  std::byte* scratch{};
  /// While a trace is written: what runs on this thread.
  TraceLane* trace{};
  std::size_t scratch_bytes{};  ///< the greatest wish among the nodes that live here
  /// [owner] The changes that the call in hand gets.
  std::array<ib_event, Stage::max_events> events{};

 private:
  void loop();
  void wake();
  Time tell_time();
  bool sleep_until(Time session);
  void run_locals(const PassContext& context);

  Island *first_local_{}, *last_local_{};
  std::atomic<Island*> head_{nullptr};
  std::atomic<Source*> told_{nullptr};
  std::atomic<Waker*> waker_{nullptr};
  std::atomic<bool> woken_{false};
  int fd_{-1};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> wake_ups_{0};
  PassContext context_;
  unsigned executor_{};  // its number in the real-time team
  bool ordinary_{};
  struct AgeingNode {
    ib_node* node{};
    const AgeingTable* table{};
  };
  std::vector<AgeingNode> ageing_;
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
