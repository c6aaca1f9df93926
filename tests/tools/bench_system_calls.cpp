// System calls counted from outside, of one thread, between opening and closing its window.
#include "bench/system_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/syscall.h>
#include <unistd.h>

#include <thread>

using namespace ib::bench;

namespace {

void make_calls(int n) {
  for (int i = 0; i < n; ++i) syscall(SYS_getuid);
}

/// Where no process may be traced, that is said and nothing is claimed.
bool counts_here(const SystemCalls& calls) {
  if (!calls.counted) BOOST_TEST_MESSAGE("absent: " << calls.why << ": test skipped");
  return calls.counted;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bench_system_calls)

BOOST_AUTO_TEST_CASE(only_what_lies_in_the_window_counts) {
  const auto calls = count_system_calls([] {
    make_calls(3);
    SystemCallWindow::open();
    make_calls(7);
    syscall(SYS_getgid);
    SystemCallWindow::close();
    make_calls(5);
  });
  if (!counts_here(calls)) return;
  BOOST_TEST(calls.total == 8U);
  BOOST_TEST(calls.by_number.at(SYS_getuid) == 7U);
  BOOST_TEST(text_of(calls).starts_with("number " + std::to_string(SYS_getuid) + " 7, "));
}

BOOST_AUTO_TEST_CASE(other_threads_are_traced_and_not_counted) {
  const auto calls = count_system_calls([] {
    std::thread executor([] {
      SystemCallWindow::open();
      std::thread([] { make_calls(20); }).join();
      make_calls(2);
      SystemCallWindow::close();
    });
    executor.join();
  });
  if (!counts_here(calls)) return;
  BOOST_TEST(calls.by_number.at(SYS_getuid) == 2U);
}

BOOST_AUTO_TEST_CASE(a_run_that_fails_or_hangs_gives_no_number) {
  const auto failed = count_system_calls([] {
    SystemCallWindow::open();
    throw 1;
  });
  BOOST_TEST(!failed.counted);
  const auto never_opened = count_system_calls([] {});
  BOOST_TEST(!never_opened.counted);
  const auto hung = count_system_calls(
      [] {
        SystemCallWindow::open();
        pause();
      },
      Traced::all_threads, 1);
  BOOST_TEST(!hung.counted);
  for (const auto& calls : {failed, never_opened, hung}) BOOST_TEST(!calls.why.empty());
}

BOOST_AUTO_TEST_SUITE_END()
