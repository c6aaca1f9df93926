// Ticks: the cheapest clock of the machine, for sampled process times alone; never read by a node.
// x86-64's time stamp counter where the kernel itself keeps time with it, else CLOCK_BOOTTIME.
// Thread: any.
#pragma once

#include <cstdint>
#include <ctime>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace ib::detail {

/// The host's clock: it goes on while the machine is suspended, so that a suspended session has a gap and
/// no shift, and nobody sets it.
inline std::int64_t monotonic_ns() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

inline std::int64_t ticks() {
#if defined(__x86_64__)
  return static_cast<std::int64_t>(__rdtsc());
#elif defined(__aarch64__)
  std::int64_t t;
  asm volatile("mrs %0, cntvct_el0" : "=r"(t));
  return t;
#else
  return monotonic_ns();
#endif
}

/// How long a tick is: both clocks are read when it is made and when it is asked.
class TickRate {
 public:
  double ns_per_tick() const {
    const auto ns = monotonic_ns() - ns_;
    const auto t = ticks() - ticks_;
    return t > 0 ? static_cast<double>(ns) / static_cast<double>(t) : 1.0;
  }

 private:
  std::int64_t ns_ = monotonic_ns(), ticks_ = ticks();
};

}  // namespace ib::detail
