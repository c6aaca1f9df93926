// RealtimeProfile: what the threads of a live run ask of the kernel: `realtime:` of a graph, or a file
// of its own. It changes when a thread runs, never what it computes: it is no part of `expanded`, nor
// of the graph's hash.
//
//   realtime: {policy: fifo, priority: 20, affinity: [1], lock_memory: true, timer_slack: 1 ns,
//              prefault: 256 KiB}
//   realtime: realtime.yaml          # a file with these keys, beside the graph or in configs/
//
// What was asked and not granted is said, loudly, with what to do; the run goes on without it.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ib {

enum class SchedulingPolicy { other, fifo, rr };

struct RealtimeProfile {
  SchedulingPolicy policy{SchedulingPolicy::other};
  int priority{};                 ///< 1 to 99; 0 with `other`
  std::vector<int> affinity;      ///< executor k runs on the k-th CPU, counted round; empty: on any
  bool lock_memory{};             ///< the whole process stays in RAM
  std::int64_t timer_slack_ns{};  ///< 0: as it is
  std::uint64_t prefault_bytes{};  ///< of each executor's stack; 0: none
  Mark mark;

  static constexpr int default_priority = 20;  ///< below the kernel's own threads, which are at 50
};

/// One thing asked of the kernel, and its answer.
struct RealtimeStep {
  std::string wanted;  ///< "SCHED_FIFO 50"
  bool granted{};
  std::string found;   ///< what holds now: "SCHED_FIFO 50", "memory locked (83 MB)"
  std::string why;     ///< a sentence, when it was not granted
  std::string advice;  ///< and what to do about it
};

struct RealtimeReport {
  std::string thread;  ///< "executor 0"; "process" for what all threads share
  std::vector<RealtimeStep> steps;

  /// "executor 0: SCHED_FIFO 50, CPU 1, timer slack 1 ns"; empty when nothing was granted.
  std::string granted_line() const;
  /// A line for each thing that was refused: what, why, and what to do.
  std::vector<std::string> refused_lines() const;
};

/// The profile that a file holds. Null when anything in it is wrong; all of it is said at `out`.
std::optional<RealtimeProfile> read_realtime_file(const std::filesystem::path& file,
                                                  Diagnostics& out);

}  // namespace ib
