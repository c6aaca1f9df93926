#include "bench/system_calls.hpp"

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <set>
#include <vector>

namespace ib::bench {
namespace {

// getppid takes no arguments, so these stand in registers that only the tracer looks at.
constexpr unsigned long mark = 0x1B1B1B1BUL;
constexpr unsigned long opened = 1, closed = 2;

void* as_pointer(unsigned long n) { return reinterpret_cast<void*>(n); }  // NOLINT: ptrace's manner

/// The parent's side: follows the child and its threads until the child has ended.
class Tracer {
 public:
  Tracer(pid_t child, Traced traced) : child_(child), traced_(traced) {}

  SystemCalls follow() {
    int status = 0;
    if (waitpid(child_, &status, 0) != child_ || !WIFSTOPPED(status)) return untraced("");
    // A traced system call stops with this bit, so that it can't be taken for a signal; a child that
    // outlives us is ended.
    auto options = static_cast<unsigned long>(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    if (traced_ == Traced::all_threads) options |= PTRACE_O_TRACECLONE;
    if (ptrace(PTRACE_SETOPTIONS, child_, nullptr, as_pointer(options)) != 0) {
      const std::string why = std::strerror(errno);
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
      return untraced(": " + why);
    }
    go_on(child_, 0);
    while (step()) {}
    return std::move(calls_);
  }

 private:
  SystemCalls untraced(const std::string& why) {
    calls_.why = "the kernel lets no process be traced here" + why;
    return std::move(calls_);
  }

  /// False: the child has ended.
  bool step() {
    int status = 0;
    const pid_t thread = waitpid(-child_, &status, __WALL);
    if (thread < 0) {
      calls_.why = "the traced run was lost";
      return errno == EINTR;
    }
    if (WIFEXITED(status) || WIFSIGNALED(status)) return thread != child_ || end(status);
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) look_at(thread);
    const bool own = signal == (SIGTRAP | 0x80) || signal == SIGTRAP || signal == SIGSTOP;
    go_on(thread, own ? 0 : signal);
    return true;
  }

  bool end(int status) {
    calls_.counted = WIFEXITED(status) && WEXITSTATUS(status) == 0 && seen_;
    if (!calls_.counted)
      calls_.why = WIFSIGNALED(status) ? "the traced run was ended by a signal"
                   : seen_             ? "the traced run failed"
                                       : "the traced run never opened its window";
    return false;
  }

  void look_at(pid_t thread) {
    __ptrace_syscall_info info{};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, as_pointer(sizeof info), &info) <= 0) return;
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
    const auto number = static_cast<long>(info.entry.nr);
    if (number == SYS_getppid && info.entry.args[0] == mark) {
      if (info.entry.args[1] == opened) inside_.insert(thread);
      else inside_.erase(thread);
      seen_ = true;
    } else if (inside_.count(thread) != 0) {
      ++calls_.total;
      ++calls_.by_number[number];
    }
  }

  static void go_on(pid_t thread, int signal) {
    ptrace(PTRACE_SYSCALL, thread, nullptr, as_pointer(static_cast<unsigned long>(signal)));
  }

  pid_t child_;
  Traced traced_;
  std::set<pid_t> inside_;
  bool seen_{};
  SystemCalls calls_;
};

/// The child's side: never returns.
[[noreturn]] void be_traced(const std::function<void()>& work, int seconds_at_most) {
  setpgid(0, 0);  // so that the parent waits for this child and its threads alone
  alarm(static_cast<unsigned>(seconds_at_most));
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(2);
  raise(SIGSTOP);
  try {
    work();
  } catch (...) {
    _exit(1);
  }
  _exit(0);  // buffers of the parent are not written a second time
}

const char* name_of(long number) {
  switch (number) {
    case SYS_read: return "read";
    case SYS_write: return "write";
    case SYS_futex: return "futex";
    case SYS_mmap: return "mmap";
    case SYS_munmap: return "munmap";
    case SYS_brk: return "brk";
    case SYS_epoll_pwait: return "epoll_pwait";
    case SYS_clock_gettime: return "clock_gettime";
    case SYS_timerfd_settime: return "timerfd_settime";
    case SYS_sched_yield: return "sched_yield";
    case SYS_recvmsg: return "recvmsg";
#ifdef SYS_epoll_wait  // not on 64-bit ARM
    case SYS_epoll_wait: return "epoll_wait";
    case SYS_poll: return "poll";
#endif
    default: return nullptr;
  }
}

}  // namespace

void SystemCallWindow::open() { syscall(SYS_getppid, mark, opened); }
void SystemCallWindow::close() { syscall(SYS_getppid, mark, closed); }

SystemCalls count_system_calls(const std::function<void()>& work, Traced traced,
                               int seconds_at_most) {
  const pid_t child = fork();
  if (child == 0) be_traced(work, seconds_at_most);
  if (child < 0) {
    SystemCalls none;
    none.why = std::string("no second process: ") + std::strerror(errno);
    return none;
  }
  setpgid(child, child);  // both sides do it, whoever comes first
  return Tracer(child, traced).follow();
}

std::string text_of(const SystemCalls& calls) {
  std::vector<std::pair<std::uint64_t, long>> sorted;
  for (const auto& [number, n] : calls.by_number) sorted.emplace_back(n, number);
  std::sort(sorted.rbegin(), sorted.rend());
  std::string text;
  for (const auto& [n, number] : sorted) {
    const char* name = name_of(number);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        name != nullptr ? name : fmt::format("number {}", number), n);
  }
  return text;
}

}  // namespace ib::bench
