// SIGINT, SIGTERM and SIGHUP, as this program answers them: the first asks the run to drain and
// end, a later one ends the process at once (files keep what was written; exit 128 + signal).
//
// What follows within 300 ms belongs to the first: a terminal that closes sends SIGHUP from the
// kernel and from the shell, and a Ctrl-C reaches a script and its child, which may pass it on. A
// SIGHUP never ends the process at once: nobody typed it. A signal that was ignored when the
// program started (nohup) stays ignored. SIGPIPE is ignored by main.
//
// One at a time. Thread: [control]; the flag and the descriptor may be read by any.
#pragma once

#include <atomic>

namespace ib::tool {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  const std::atomic<bool>& flag() const;
  /// Readable once a signal came.
  int fd() const;
};

}  // namespace ib::tool
