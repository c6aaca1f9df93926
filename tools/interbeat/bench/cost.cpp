#include "bench/cost.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <limits>

namespace ib::bench {
namespace {

AllocationCounter allocations_so_far = nullptr;

double clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return 1e9 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec);
}

void read_counts(Cost& c) {
  rusage u{};
  getrusage(RUSAGE_THREAD, &u);
  c.switches = static_cast<std::uint64_t>(u.ru_nvcsw + u.ru_nivcsw);
  c.faults = static_cast<std::uint64_t>(u.ru_minflt);
  if (allocations_so_far != nullptr) c.allocations = allocations_so_far();
}

}  // namespace

Cost& Cost::operator+=(const Cost& more) {
  units += more.units;
  cpu_ns += more.cpu_ns;
  process_ns += more.process_ns;
  wall_ns += more.wall_ns;
  switches += more.switches;
  faults += more.faults;
  latencies_us.insert(latencies_us.end(), more.latencies_us.begin(), more.latencies_us.end());
  if (more.allocations) allocations = allocations.value_or(0) + *more.allocations;
  return *this;
}

double Cost::latency_us(double q) const {
  if (latencies_us.empty()) return std::numeric_limits<double>::quiet_NaN();
  auto sorted = latencies_us;
  const auto n = static_cast<double>(sorted.size() - 1);
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::lround(q * n));
  std::nth_element(sorted.begin(), at, sorted.end());
  return static_cast<double>(*at);
}

void count_allocations_with(AllocationCounter counter) { allocations_so_far = counter; }

void Meter::start() {
  begin_ = {};
  read_counts(begin_);
  begin_.wall_ns = clock_ns(CLOCK_MONOTONIC);
  begin_.process_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  begin_.cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);  // last here, first below: the tightest pair
}

Cost Meter::stop(double units) {
  Cost c;
  c.cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - begin_.cpu_ns;
  c.process_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begin_.process_ns;
  c.wall_ns = clock_ns(CLOCK_MONOTONIC) - begin_.wall_ns;
  read_counts(c);
  c.switches -= begin_.switches;
  c.faults -= begin_.faults;
  if (c.allocations) *c.allocations -= *begin_.allocations;
  c.units = units;
  return c;
}

Cost cost_of(double units, const std::function<void()>& work) {
  Meter meter;
  meter.start();
  work();
  return meter.stop(units);
}

double thread_seconds() { return 1e-9 * clock_ns(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace ib::bench
