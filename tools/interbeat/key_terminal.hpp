// KeyTerminal: the terminal while keys are read from it one by one, without echo. It is as it was before
// once this object is gone, a signal has ended the program, or it has crashed.
//
// Who runs in the background reads nothing and changes nothing: it would be stopped (SIGTTIN, SIGTTOU).
// A shell that stops a job and goes on with it sets the terminal its own way: `take` sets it again.
// One at a time. Thread: [control]; restore_terminal also in signal handlers.
#pragma once

namespace ib::tool {

class KeyTerminal {
 public:
  /// The terminal behind `fd`, opened anew: what is set at the descriptor stays ours.
  explicit KeyTerminal(int fd);
  ~KeyTerminal();
  KeyTerminal(const KeyTerminal&) = delete;
  KeyTerminal& operator=(const KeyTerminal&) = delete;

  /// -1: it is no terminal.
  int fd() const { return fd_; }
  /// Keys come one by one from here on. False: this program is not in its foreground.
  bool take();

 private:
  int fd_{-1};
};

/// As it was before the first `take`. A signal handler may call it.
void restore_terminal() noexcept;

}  // namespace ib::tool
