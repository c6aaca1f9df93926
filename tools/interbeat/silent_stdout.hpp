// SilentStdout: while it lives nothing that anybody writes to stdout comes out; then it is as it was. For runs whose
// results nobody wants: a sink that shows them can't tell.
// Thread: [control]; it is the whole process's stdout.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace ib::tool {

class SilentStdout {
 public:
  SilentStdout() : kept_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {
    const int nowhere = kept_ < 0 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) return;
    dup2(nowhere, STDOUT_FILENO);
    close(nowhere);
  }
  ~SilentStdout() {
    if (kept_ < 0) return;
    dup2(kept_, STDOUT_FILENO);
    close(kept_);
  }
  SilentStdout(const SilentStdout&) = delete;
  SilentStdout& operator=(const SilentStdout&) = delete;

 private:
  int kept_;  ///< stdout as it was; -1: there is none
};

}  // namespace ib::tool
