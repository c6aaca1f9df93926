#include "validator/traps.hpp"

#include "validator/pages.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

namespace ib::validator {
namespace {

// Of newer kernel headers than the distribution's; the kernel says at run time whether it knows them.
constexpr int set_user_dispatch = 59, dispatch_off = 0, dispatch_on = 1;
constexpr int set_tsc = 26, tsc_enable = 1, tsc_fault = 2;

volatile char selector = 0;  // 0: system calls pass, 1: they raise SIGSYS
volatile bool clock_is_trapped = false;
volatile int tell_to = -1;
const char* volatile where_now = "process()";

constexpr std::array<std::pair<long, const char*>, 26> call_names{{
    {SYS_read, "read"},
    {SYS_write, "write"},
    {SYS_openat, "openat"},
    {SYS_close, "close"},
    {SYS_mmap, "mmap"},
    {SYS_munmap, "munmap"},
    {SYS_mprotect, "mprotect"},
    {SYS_brk, "brk"},
    {SYS_madvise, "madvise"},
    {SYS_futex, "futex"},
    {SYS_clone, "clone"},
    {SYS_clock_gettime, "clock_gettime"},
    {SYS_gettimeofday, "gettimeofday"},
    {SYS_nanosleep, "nanosleep"},
    {SYS_clock_nanosleep, "clock_nanosleep"},
    {SYS_getrandom, "getrandom"},
    {SYS_getpid, "getpid"},
    {SYS_gettid, "gettid"},
    {SYS_sched_yield, "sched_yield"},
    {SYS_ioctl, "ioctl"},
    {SYS_socket, "socket"},
    {SYS_sendto, "sendto"},
    {SYS_recvfrom, "recvfrom"},
    {SYS_lseek, "lseek"},
    {SYS_writev, "writev"},
    {SYS_exit_group, "exit_group"},
}};

[[noreturn]] void end_with(const char* sentence) {
  selector = 0;
  const auto n = std::strlen(sentence);
  if (::write(tell_to, sentence, n) < 0) _exit(71);
  _exit(70);
}

void on_system_call(int, siginfo_t* info, void*) {
  selector = 0;
  char sentence[160];
  const char* name = nullptr;
  for (const auto& [number, n] : call_names) {
    if (number == info->si_syscall) name = n;
  }
  if (name != nullptr) {
    std::snprintf(sentence, sizeof sentence, "%s makes a system call (%s)", where_now, name);
  } else {
    std::snprintf(sentence, sizeof sentence, "%s makes a system call (number %d)", where_now,
                  info->si_syscall);
  }
  end_with(sentence);
}

void on_fault(int signal, siginfo_t* info, void*) {
  selector = 0;
  char sentence[256], place[192];
  if (signal == SIGSEGV && clock_is_trapped && info->si_code == SI_KERNEL) {
    std::snprintf(sentence, sizeof sentence,
                  "%s reads the machine's clock (the time stamp counter)", where_now);
  } else if (tell_of_pages_at(info->si_addr, place, sizeof place)) {
    std::snprintf(sentence, sizeof sentence, "%s", place);
  } else {
    std::snprintf(sentence, sizeof sentence, "it crashed (SIG%s)", sigabbrev_np(signal));
  }
  end_with(sentence);
}

bool dispatch(bool on) {
  if (!on) return prctl(set_user_dispatch, dispatch_off, 0, 0, 0) == 0;
  return prctl(set_user_dispatch, dispatch_on, 0, 0, &selector) == 0;
}

}  // namespace

void catch_faults(int descriptor) {
  tell_to = descriptor;
  // On a stack of its own: a node may have used up the other one.
  static std::array<char, 64 * 1024> stack;
  stack_t other{};
  other.ss_sp = stack.data();
  other.ss_size = stack.size();
  sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  action.sa_sigaction = &on_fault;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigaction(signal, &action, nullptr);
  action.sa_sigaction = &on_system_call;
  sigaction(SIGSYS, &action, nullptr);
}

std::string why_no_trap(Trap trap) {
  if (trap == Trap::system_calls) {
#if defined(__x86_64__)
    if (!dispatch(true)) {
      return fmt::format(
          "this kernel does not show a program its own system calls (Syscall User Dispatch: {})",
          std::strerror(errno));
    }
    dispatch(false);
#else
    return "system calls can be seen on x86-64 alone";
#endif
  }
  if (trap == Trap::clock) {
#if defined(__x86_64__)
    if (prctl(set_tsc, tsc_enable, 0, 0, 0) != 0)
      return fmt::format("this kernel does not guard the time stamp counter ({})",
                         std::strerror(errno));
#else
    return "reading the time stamp counter can be seen on x86-64 alone";
#endif
  }
  return {};
}

void arm(Trap trap) noexcept {
  if (trap == Trap::system_calls) {
    dispatch(true);
    selector = 1;
  } else if (trap == Trap::clock) {
    prctl(set_tsc, tsc_fault, 0, 0, 0);
    clock_is_trapped = true;
  }
}

void disarm(Trap trap) noexcept {
  if (trap == Trap::system_calls) {
    selector = 0;
    dispatch(false);
  } else if (trap == Trap::clock) {
    clock_is_trapped = false;
    prctl(set_tsc, tsc_enable, 0, 0, 0);
  }
}

void say_where(const char* where) noexcept { where_now = where; }

}  // namespace ib::validator
