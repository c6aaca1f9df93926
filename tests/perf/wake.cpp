// What a packet may cost a live engine that sleeps: its thread is woken once and makes at most two system
// calls. Counted, so the machine may be as busy as it likes.
#include "bench/system_calls.hpp"
#include "bench/wakeups.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib::bench;

BOOST_AUTO_TEST_SUITE(wake)

BOOST_AUTO_TEST_CASE(a_packet_makes_at_most_two_system_calls) {
  constexpr std::size_t n = 500;
  const auto calls =
      count_system_calls([] { engine_packets(n, SystemCallWindow::open, SystemCallWindow::close); },
                         Traced::works_own_thread);
  if (!calls.counted) {
    BOOST_TEST_MESSAGE("absent: " << calls.why << ": test skipped");
    return;
  }
  BOOST_TEST(calls.total <= 2 * n, text_of(calls));
  BOOST_TEST(calls.total > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
