// Traps: what a node does in `process` that can't be seen from outside, seen by the kernel: system calls
// (Syscall User Dispatch), reading the machine's clock (the time stamp counter, which the clock's user-space
// half needs too), memory that is not its own. What is caught ends the process behind a sentence.
//
// For child processes only. Thread: the one that armed it.
#pragma once

#include <string>

namespace ib::validator {

enum class Trap { none, system_calls, clock };

/// From now on SIGSEGV and the traps below write a sentence to `descriptor` and end the process.
void catch_faults(int descriptor);

/// Empty: this kernel and processor can. Else why not, in a sentence.
std::string why_no_trap(Trap trap);

/// Between arm and disarm nothing but the node's own code may run.
void arm(Trap trap) noexcept;
void disarm(Trap trap) noexcept;

/// What the sentences end with: which call it was made in.
void say_where(const char* where) noexcept;

}  // namespace ib::validator
