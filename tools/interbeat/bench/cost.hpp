// What a stretch of work cost the thread that did it, and the meter that reads it. Counts and CPU
// time come first: they are the thread's own, whatever else runs on the machine; wall time is beside
// them for what takes place between threads and processes.
//
// Thread: a Meter starts and stops on the thread that it measures.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace ib::bench {

struct Cost {
  double units{};       ///< what was done: packets, samples, hand-overs
  double cpu_ns{};      ///< CLOCK_THREAD_CPUTIME_ID: of the thread
  double process_ns{};  ///< CLOCK_PROCESS_CPUTIME_ID: of all threads
  double wall_ns{};
  std::uint64_t switches{};                  ///< context switches, voluntary or not
  std::uint64_t faults{};                    ///< minor page faults
  std::optional<std::uint64_t> allocations;  ///< where the program counts them
  std::vector<float> latencies_us;           ///< of each unit, where the side takes them

  Cost& operator+=(const Cost& more);
  double cpu() const { return cpu_ns / units; }
  double process() const { return process_ns / units; }
  double wall() const { return wall_ns / units; }
  /// The q-quantile of the latencies, one of them; NaN: there are none.
  double latency_us(double q) const;
  double faults_each() const { return static_cast<double>(faults) / units; }
  double switches_each() const { return static_cast<double>(switches) / units; }
};

/// Allocations so far, of a program that replaces malloc (tests/support/counted_malloc.hpp).
using AllocationCounter = std::uint64_t (*)();
void count_allocations_with(AllocationCounter counter);

class Meter {
 public:
  void start();
  /// What was done since `start`, which was `units` of work.
  Cost stop(double units);

 private:
  Cost begin_{};
};

/// `work` once, by this thread.
Cost cost_of(double units, const std::function<void()>& work);

/// Seconds that the calling thread has run; for loops that shall take a while.
double thread_seconds();

/// The compiler must have computed `value`, whatever becomes of it.
template <class T>
inline void keep(T& value) {
  asm volatile("" : "+m"(value) : : "memory");
}

}  // namespace ib::bench
