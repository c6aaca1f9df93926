// TraceLane: what one thread does, call by call, on its way to the file of `--trace`. A fixed ring of
// short records that the trace's own thread empties; full: the record is dropped and counted.
// Thread: written by the worker that it belongs to, read by the trace's thread.
#pragma once

#include "ring.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace ib::detail {

struct TraceRecord {
  enum class Kind : std::uint32_t { call, error, restart, param_change, loss, wake_up };
  Kind kind{};
  std::uint32_t node{};         ///< in the graph
  std::int64_t begin{}, end{};  ///< ticks; a moment has one
  std::uint32_t in{}, out{};    ///< items of a call; of a moment: how many
};

/// Where the threads that write lanes wake the one that empties them.
class TraceBell {
 public:
  TraceBell();
  ~TraceBell();
  TraceBell(const TraceBell&) = delete;
  TraceBell& operator=(const TraceBell&) = delete;
  /// [any] Once per sleep.
  void ring();
  /// [reader] Sleeps until it rings, at most so long.
  void wait(int ms);

 private:
  int fd_{-1};
  std::atomic<bool> asleep_{false};
};

class TraceLane {
 public:
  static constexpr std::size_t capacity = 1U << 15U;

  explicit TraceLane(TraceBell& bell, std::size_t records = capacity)
      : ring_(records, 1), bell_(bell) {}

  /// [owner] A call of a node, from one tick to another.
  void call(std::uint32_t node, std::int64_t begin, std::int64_t end, std::uint32_t in,
            std::uint32_t out) {
    write({TraceRecord::Kind::call, node, begin, end, in, out});
  }
  /// [owner] Something that happened, now.
  void moment(TraceRecord::Kind kind, std::uint32_t node, std::uint32_t n);

  /// [reader] The oldest record, or null.
  const TraceRecord* peek() { return ring_.peek(0); }
  void release() { ring_.release(0); }
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void write(const TraceRecord& record) {
    TraceRecord* slot = ring_.reserve();
    if (slot == nullptr) {
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return;
    }
    *slot = record;
    ring_.publish();
    if ((ring_.published() & (ring_.capacity() / 4 - 1)) == 0) bell_.ring();
  }

  Ring<TraceRecord> ring_;
  TraceBell& bell_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace ib::detail
