// How a child process ended, in words. Thread: [any].
#pragma once

#include <string>

namespace ib {

/// "SIGSEGV", "signal 64".
std::string signal_name(int signal);
/// Of a status of waitpid: "it crashed (SIGSEGV)", "it ended the process (exit code 3)".
std::string how_it_ended(int wait_status);

}  // namespace ib
