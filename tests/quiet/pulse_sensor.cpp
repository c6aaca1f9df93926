// The driver that is a plugin asks for no memory after activate(): samples, beats, hostile bytes, and a device
// that is pulled out and comes back.
#include "support/counted_malloc.hpp"

#include "support/graph_world.hpp"
#include "support/pulse_host.hpp"
#include "support/sanitizer.hpp"

using namespace ib;
using namespace ib::test;

BOOST_AUTO_TEST_SUITE(pulse_sensor)

BOOST_AUTO_TEST_CASE(bytes_and_a_replug_ask_for_no_memory,
                     *left_out_under_sanitizers("counts malloc")) {
  Scratch scratch;
  PulseBoard board(scratch.path());
  PulseHost host(board.name().string());
  host.start();
  std::uint64_t asked = 0;
  const auto call = [&](Duration at) {
    host.call(at, [&](bool begins) {
      count_allocations(begins);
      if (!begins) asked += counted_allocations();
    });
  };
  call(0ns);
  board.send("\r\n");
  Duration t = 20ms;
  for (const int first : {0, 500}) {
    for (int k = 0; k < 200; ++k, t += 20ms) {
      if (host.wake() < t) call(host.wake());
      board.send("S" + std::to_string(first + k) + "\r\n" +
                 (k % 40 == 0 ? "B75\r\nQ800\r\nS5x\r\n?\r\n" : ""));
      host.wait_until_readable();
      call(t);
    }
    if (first > 0) break;
    board.unplug();
    host.wait_until_readable();
    call(t);
    board.plug_in();
    t = host.wake();
    call(t);
    host.wait_until_woken();
    call(t += 10ms);
    board.send("\r\n");
  }
  BOOST_TEST(host[PulseHost::ppg].items.size() > 300U);
  BOOST_TEST(host[PulseHost::rr].items.size() >= 8U);
  BOOST_TEST(host.counter("lost_connections") == 1U);
  BOOST_TEST(asked == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
