// IslandState: the one atomic word that decides when an island runs.
//
//              notify            take             finish
//   idle ────────────▶ queued ────────▶ running ────────▶ idle
//                                        │  ▲
//                                 notify ▼  │ finish (returns false: run again)
//                                    running_again
//
// Exactly one caller sees idle → queued and puts the island on its executor's list: one wake-up, none
// lost, none twice. acq_rel throughout; no stand-alone fences (TSan does not model them).
// Proof: tests/engine/island_state.cpp visits every state of notifiers against one runner.
#pragma once

#include <atomic>
#include <cstdint>

namespace ib {

class IslandState {
 public:
  enum Word : std::uint32_t { idle, queued, running, running_again };

  /// [any] Something arrived. True: the caller must queue the island.
  bool notify() {
    auto w = word_.load(std::memory_order_relaxed);
    for (;;) {
      Word to = idle;
      switch (w) {
        case idle: to = queued; break;
        case running: to = running_again; break;
        default: to = static_cast<Word>(w); break;  // a run that sees it is still to come
      }
      // Even "no change" is written: it orders what the notifier wrote before the runner's read.
      if (word_.compare_exchange_weak(w, to, std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
        return w == idle;
      }
    }
  }
  /// [executor] The island was taken off the list and starts to run.
  void take() { word_.exchange(running, std::memory_order_acq_rel); }
  /// [executor] A run has ended. False: something arrived meanwhile, run again.
  bool finish() {
    std::uint32_t w = running;
    if (word_.compare_exchange_strong(w, idle, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
      return true;
    }
    word_.exchange(running, std::memory_order_acq_rel);
    return false;
  }
  Word now() const { return static_cast<Word>(word_.load(std::memory_order_acquire)); }

 private:
  std::atomic<std::uint32_t> word_{idle};
};

}  // namespace ib
