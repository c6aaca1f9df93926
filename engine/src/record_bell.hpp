// RecordBell: how the threads of a run wake the one that writes the recording, and how seldom: once when
// something comes after a silence, and again only when a ring is half full. While records flow, the writer of
// the recording looks by itself four times a second.
//
// `rest_` is what the reader is at: awake (nobody needs to ring), dozing (only `urgent` wakes it), asleep
// (anything does). The reader says so first and then looks once more at the rings; a writer publishes first
// and then looks at `rest_`. Both write `rest_` when they look, the writer what is there already: whoever comes
// second reads what the first wrote, and so sees what stood before it.
// Proof: tests/engine/record_ring.cpp.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ib::detail {

class RecordBell {
 public:
  RecordBell();
  ~RecordBell();
  RecordBell(const RecordBell&) = delete;
  RecordBell& operator=(const RecordBell&) = delete;

  /// [any] After something was published. At most one system call, none if the reader is awake.
  void ring(bool urgent) noexcept;
  /// [any] Whatever the reader is at.
  void ring_always() noexcept;
  /// [reader] Until somebody rings for something urgent, or so long; not at all if `urgent` says yes once
  /// everybody knows of it.
  template <class Urgent>
  void doze(std::chrono::milliseconds most, Urgent&& urgent) {
    rest_.exchange(dozing, std::memory_order_acq_rel);
    wait(urgent() ? 0 : static_cast<int>(most.count()));
  }
  /// [reader] Until somebody rings; not at all if `something` says yes once everybody knows of the sleep.
  template <class Something>
  void sleep(Something&& something) {
    rest_.exchange(asleep, std::memory_order_acq_rel);
    if (something()) {
      rest_.store(awake, std::memory_order_release);
      return;
    }
    wait(-1);
  }

 private:
  static constexpr std::uint32_t awake = 0, dozing = 1, asleep = 2;
  void wait(int ms);

  std::atomic<std::uint32_t> rest_{awake};
  int fd_{-1};
};

}  // namespace ib::detail
