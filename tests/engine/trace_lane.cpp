// What one thread says of itself: all of it, in order, or how much of it was lost.
#include "trace_lane.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace ib::detail;

BOOST_AUTO_TEST_SUITE(trace_lane)

BOOST_AUTO_TEST_CASE(what_finds_it_full_is_counted) {
  TraceBell bell;
  TraceLane lane(bell, 4);
  for (std::uint32_t i = 0; i < 7; ++i) lane.call(i, i, i + 1, 1, 2);
  BOOST_TEST(lane.dropped() == 3U);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto* r = lane.peek();
    BOOST_TEST_REQUIRE(r != nullptr);
    BOOST_TEST(r->node == i);
    BOOST_TEST(r->end - r->begin == 1);
    lane.release();
  }
  BOOST_TEST(lane.peek() == nullptr);
  lane.moment(TraceRecord::Kind::restart, 9, 1);
  BOOST_TEST((lane.peek()->kind == TraceRecord::Kind::restart));
}

BOOST_AUTO_TEST_CASE(two_threads_lose_nothing_unsaid) {
  TraceBell bell;
  TraceLane lane(bell, 64);
  constexpr std::uint32_t n = 100'000;
  std::thread writer([&] {
    for (std::uint32_t i = 0; i < n; ++i) lane.call(i, i, i, 0, 0);
    bell.ring();
  });
  std::uint64_t seen = 0;
  std::int64_t last = -1;
  bool rising = true;
  while (seen + lane.dropped() < n) {
    while (const auto* r = lane.peek()) {
      rising = rising && r->begin > last;
      last = r->begin;
      ++seen;
      lane.release();
    }
  }
  writer.join();
  BOOST_TEST(rising);
  BOOST_TEST(seen + lane.dropped() == n);
}

BOOST_AUTO_TEST_SUITE_END()
