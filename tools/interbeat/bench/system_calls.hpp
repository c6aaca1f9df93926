// System calls of one thread, counted from outside: the work runs in a forked child that its parent
// traces with ptrace, so nothing is estimated and nothing is missed. Far too slow to time anything.
//
//   const auto calls = count_system_calls([] { run the engine; its source says, on its own thread,
//                                              SystemCallWindow::open() and later close(); });
//
// Only the thread that opened the window counts, between opening and closing; threads that the child
// starts are traced too, and not counted.
// Thread: [control]; the window: the thread that is counted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ib::bench {

struct SystemCalls {
  bool counted{};   ///< false: see `why`
  std::string why;  ///< no ptrace here, or the child failed
  std::uint64_t total{};
  std::map<long, std::uint64_t> by_number;  ///< __NR_… to how often
};

struct SystemCallWindow {
  static void open();
  static void close();
};

/// Who is slowed down by being traced. Two threads that are both traced meet at every lock; where the
/// counted one runs on `work`'s own thread, the others may run free.
enum class Traced { all_threads, works_own_thread };

/// Runs `work` in a child and counts what its window saw. The child's output goes where ours does; a
/// child that lives longer than `seconds_at_most` is ended.
SystemCalls count_system_calls(const std::function<void()>& work,
                               Traced traced = Traced::all_threads, int seconds_at_most = 60);

/// "read 2, epoll_wait 1", by falling number; for people.
std::string text_of(const SystemCalls& calls);

}  // namespace ib::bench
