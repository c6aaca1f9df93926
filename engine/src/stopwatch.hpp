// Stopwatch: wall and CPU time of a run, for its report; never read by a node.
#pragma once

#include <interbeat/engine.hpp>

#include <chrono>
#include <ctime>
#include <vector>

namespace ib::detail {

inline double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Wall and CPU time of a run, and its progress callback at a bounded pace.
class Stopwatch {
 public:
  void fill(RunReport& r) const {
    r.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    r.cpu_s = cpu_seconds() - cpu_;
    keep_within(r.nodes, 1e9 * r.cpu_s);
  }
  /// Busy times are estimated from every 16th call: one that was cold or interrupted counts for 16.
  /// Together they can't be more than the processor gave; each keeps its share.
  static void keep_within(std::vector<NodeReport>& nodes, double cpu_ns) {
    double sum = 0;
    for (const auto& n : nodes) sum += n.busy_ns;
    if (sum <= cpu_ns) return;
    for (auto& n : nodes) n.busy_ns *= cpu_ns / sum;
  }
  bool due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < 100ms) return false;
    told_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = start_;
  double cpu_ = cpu_seconds();
};

}  // namespace ib::detail
