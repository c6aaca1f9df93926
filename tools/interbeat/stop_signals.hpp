// SIGINT, SIGTERM and SIGHUP, as this program answers them: the first asks the run to drain and
// end, a second one ends the process at once (files keep what was written; exit 128 + signal). A
// signal that was ignored when the program started (nohup) stays ignored. SIGPIPE is ignored by
// main.
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
