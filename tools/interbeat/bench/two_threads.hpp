// Two threads and a queue between them, any queue with push(p) and pop(p) that answer whether they
// could: how fast packets of 64 bytes go one way, and how long one takes there and back. Both spin, and
// give their core away when there is no second one. Each has a core of its own while it lasts: left to
// itself a busy kernel puts both on one, and then the figure is of the kernel. The wall time is that of
// the middle piece (pieces.hpp) times the number of pieces.
//
// Thread: the calling one is the sender and is measured; a second one receives.
#pragma once

#include <sched.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>

#include "bench/cost.hpp"
#include "bench/pieces.hpp"
#include "ring.hpp"

namespace ib::bench {

struct alignas(64) Packet64 {
  std::array<float, 16> x{};
};

inline constexpr std::size_t slots_across = 1024;

/// The engine's ring, with push and pop.
class BareRing {
 public:
  explicit BareRing(std::size_t capacity) : ring_(capacity, 1) {}
  bool push(const Packet64& p) {
    Packet64* slot = ring_.reserve();
    if (slot == nullptr) return false;
    *slot = p;
    ring_.publish();
    return true;
  }
  bool pop(Packet64& p) {
    const Packet64* slot = ring_.peek(0);
    if (slot == nullptr) return false;
    p = *slot;
    ring_.release(0);
    return true;
  }

 private:
  Ring<Packet64> ring_;
};

/// Tries until it succeeds; the thread that it waits for may need this core.
template <class Try>
void until(Try attempt) {
  for (unsigned n = 1; !attempt(); ++n) {
    if (n % (1U << 12) == 0) sched_yield();
  }
}

/// `pieces` times `work`, after a tenth of it: the cost of all, the wall time of the middle one.
template <class Work>
Cost middle_of(std::uint64_t pieces, std::uint64_t units_each, Work work) {
  for (std::uint64_t i = 0; i < pieces / 10; ++i) work();
  Pieces each;
  each.reserve(pieces + 1);
  Meter meter;
  meter.start();
  each.mark();
  for (std::uint64_t i = 0; i < pieces; ++i) {
    work();
    each.mark();
  }
  Cost cost = meter.stop(static_cast<double>(pieces * units_each));
  cost.wall_ns = each.median_ns() * static_cast<double>(pieces);
  return cost;
}

/// Where this thread may run, and back again: core 0 or 1 of those that the process has.
class OnCore {
 public:
  explicit OnCore(int which) {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &before_) && which-- == 0) CPU_SET(cpu, &one);
    }
    if (CPU_COUNT(&one) == 1) sched_setaffinity(0, sizeof one, &one);
  }
  ~OnCore() { sched_setaffinity(0, sizeof before_, &before_); }
  OnCore(const OnCore&) = delete;
  OnCore& operator=(const OnCore&) = delete;

 private:
  cpu_set_t before_{};
};

template <class Queue>
Cost pass_across(std::uint64_t packets) {
  constexpr std::uint64_t piece = 4 * slots_across;
  Queue queue(slots_across);
  std::atomic<bool> over{false};
  std::thread receiver([&] {
    const OnCore second(1);
    Packet64 p;
    float sum = 0;
    for (unsigned idle = 1; !over.load(std::memory_order_relaxed);) {
      if (queue.pop(p)) sum += p.x[0];
      else if (++idle % (1U << 12) == 0) sched_yield();
    }
    keep(sum);
  });
  const OnCore first(0);
  const Packet64 p;
  const Cost cost = middle_of(packets / piece, piece, [&] {
    for (std::uint64_t i = 0; i < piece; ++i) until([&] { return queue.push(p); });
  });
  over = true;
  receiver.join();
  return cost;
}

template <class Queue>
Cost round_trips(std::uint64_t trips) {
  constexpr std::uint64_t piece = 16;
  Queue there(slots_across), back(slots_across);
  std::atomic<bool> over{false};
  std::thread echo([&] {
    const OnCore second(1);
    Packet64 p;
    for (unsigned idle = 1; !over.load(std::memory_order_relaxed);) {
      if (there.pop(p)) until([&] { return back.push(p); });
      else if (++idle % (1U << 12) == 0) sched_yield();
    }
  });
  const OnCore first(0);
  Packet64 p;
  const Cost cost = middle_of(trips / piece, piece, [&] {
    for (std::uint64_t i = 0; i < piece; ++i) {
      until([&] { return there.push(p); });
      until([&] { return back.pop(p); });
    }
  });
  over = true;
  echo.join();
  return cost;
}

/// Push and pop by the same thread: the hand-over without another core.
template <class Queue>
Cost same_thread(std::uint64_t packets) {
  Queue queue(slots_across);
  Packet64 p;
  return cost_of(static_cast<double>(packets), [&] {
    for (std::uint64_t i = 0; i < packets; ++i) {
      queue.push(p);
      keep(p);
      queue.pop(p);
    }
  });
}

}  // namespace ib::bench
