#include "dsp/rr_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;
using dsp::RrClock;

namespace {

/// "1.100 2.100|5.100": beats at these seconds; '|' where one does not join the one before.
struct ClockScript {
  RrClock clock{5s};
  std::string text{};

  ClockScript& arrive(Duration at, const std::vector<std::int32_t>& ms) {
    const Time t = Time{} + at;
    settle(t - Duration{1});
    std::vector<std::int32_t> us;
    for (const auto x : ms) us.push_back(1000 * x);
    clock.arrive(t, us, true);
    return take();
  }
  ClockScript& settle(Time t) {
    while (clock.due(t)) clock.decide();
    return take();
  }
  ClockScript& end() {
    clock.flush();
    return take();
  }
  ClockScript& take() {
    for (const auto& beat : clock.decided()) {
      if (!text.empty()) text += beat.contiguous ? ' ' : '|';
      const auto ms = (beat.t - Time{}).count() / 1'000'000;
      text += std::to_string(ms / 1000) + '.' + std::to_string(1000 + ms % 1000).substr(1);
    }
    clock.clear_decided();
    return *this;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rr_clock)

BOOST_AUTO_TEST_CASE(the_notification_that_waited_least_places_all) {
  ClockScript s;
  s.arrive(1300ms, {1000}).arrive(2100ms, {1000}).arrive(4400ms, {1000, 1000}).end();
  BOOST_TEST(s.text == "1.100 2.100 3.100 4.100");
  BOOST_TEST(s.clock.breaks() == 0u);
}

BOOST_AUTO_TEST_CASE(a_stall_breaks_nothing) {
  ClockScript s;
  for (int k = 1; k <= 10; ++k) s.arrive(k * 1s, {1000});
  s.arrive(14s, {1000}).arrive(14001ms, {1000}).arrive(14002ms, {1000}).arrive(14003ms, {1000});
  BOOST_TEST(s.text ==
             "1.000 2.000 3.000 4.000 5.000 6.000 7.000 8.000 9.000 10.000 "
             "11.000 12.000 13.000 14.000");
}

BOOST_AUTO_TEST_CASE(time_that_no_interval_tells_of_breaks_the_chain_at_its_place) {
  ClockScript s;
  for (int k = 1; k <= 7; ++k) s.arrive(k * 1s, {1000});
  for (int k = 9; k <= 15; ++k) s.arrive(k * 1s, {1000});  // the eighth never came
  s.end();
  BOOST_TEST(s.text ==
             "1.000 2.000 3.000 4.000 5.000 6.000 7.000|9.000 10.000 11.000 12.000 "
             "13.000 14.000 15.000");
  BOOST_TEST(s.clock.breaks() == 1u);
}

BOOST_AUTO_TEST_CASE(beats_wait_only_while_something_may_be_lost) {
  ClockScript s;
  for (int k = 1; k <= 6; ++k) s.arrive(k * 1s, {1000});
  BOOST_TEST(s.text.empty());
  s.settle(Time{} + 6s);
  BOOST_TEST(s.text == "1.000 2.000 3.000 4.000 5.000 6.000");
  s.arrive(7600ms, {1000});
  BOOST_TEST(s.text.ends_with("6.000"));
  s.arrive(8s, {1000});
  BOOST_TEST(s.text.ends_with("6.000 7.000 8.000"));
}

BOOST_AUTO_TEST_CASE(where_the_envelope_falls_beats_draw_nearer_and_never_turn_back) {
  ClockScript s;
  for (int k = 1; k <= 6; ++k) s.arrive(k * 1s + 400ms, {1000});
  s.arrive(7s, {1000}).arrive(8s, {1000}).end();
  BOOST_TEST(s.text == "1.400 2.400 3.400 4.400 5.400 6.400 7.000 8.000");
}

BOOST_AUTO_TEST_CASE(a_beat_without_room_before_its_arrival_is_late) {
  ClockScript s;
  for (int k = 1; k <= 6; ++k) s.arrive(k * 1s + 950ms, {1000});
  s.arrive(7s, {1000}).arrive(8s, {1000}).arrive(9s, {1000}).end();
  BOOST_TEST(s.text == "1.950 2.950 3.950 4.950 5.950 6.950|6.950|8.000 9.000");
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded) {
  ClockScript s;
  for (int k = 1; k <= 6; ++k) s.arrive(k * 1s, {1000});
  for (int k = 0; k < 7; ++k) s.arrive(k * 1ms + 30s, std::vector<std::int32_t>(9, 1));
  BOOST_TEST(s.clock.breaks() == 0u);
  s.arrive(30007ms, std::vector<std::int32_t>(9, 1));  // the 72nd, and none came near
  BOOST_TEST(s.clock.breaks() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
