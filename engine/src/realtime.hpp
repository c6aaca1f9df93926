// A RealtimeProfile applied: by each executor's thread to itself, and to the process's memory once.
//
// Every step asks the kernel, looks at what then holds, and says in a sentence what was refused and
// what to do. Nothing here ends a run. Threads of blocking sinks are never real-time: they wait for
// disks, and would hold a CPU that the data path needs. Replay has no deadline and asks for nothing.
//
// Threads: as each function says; all of it is over before an executor takes its first block.
#pragma once

#include <interbeat/realtime.hpp>

#include <sched.h>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ib {

/// [any] Policy, CPU, timer slack and stack of the calling thread. With SCHED_RESET_ON_FORK: threads
/// and processes that it starts are ordinary ones.
RealtimeReport apply_to_this_thread(const RealtimeProfile& profile, unsigned executor = 0);

/// [control] Holds all memory of the process in RAM, also what it asks for later, until it ends.
/// Under a limit that later requests would run into it refuses instead.
RealtimeStep lock_memory();

/// The calling thread's scheduling as it is now; put back when this dies, on the same thread.
class KeptScheduling {
 public:
  KeptScheduling();
  ~KeptScheduling();
  KeptScheduling(const KeptScheduling&) = delete;
  KeptScheduling& operator=(const KeptScheduling&) = delete;

 private:
  int policy_{}, slack_ns_{};
  sched_param param_{};
  cpu_set_t cpus_{};
};

/// The executor threads of one live run, and what each was granted. Without a profile it does nothing.
class RealtimeTeam {
 public:
  /// [control] On the thread that will lead; its scheduling comes back when the team dies.
  RealtimeTeam(const std::optional<RealtimeProfile>& profile, unsigned executors);

  /// [control] The calling thread becomes executor 0, and memory is locked. After all other threads
  /// have started: they would inherit its CPU and timer slack, and their stacks are locked with it.
  void lead();
  /// [control] The number of the next executor, from 1 on.
  unsigned next_executor() { return next_++; }
  /// [that executor] First thing on its thread.
  void join(unsigned executor);
  /// [control] By executor, what the process shares last.
  std::vector<RealtimeReport> reports() const;

 private:
  RealtimeReport share() const;
  void say(const RealtimeReport& report);

  std::optional<RealtimeProfile> profile_;
  std::optional<KeptScheduling> kept_;
  unsigned executors_, next_{1};
  mutable std::mutex mutex_;  // threads join at once, before they run anything
  std::vector<RealtimeReport> reports_;
  std::vector<std::string> said_;  // what was refused, without the thread: once is enough
};

}  // namespace ib
