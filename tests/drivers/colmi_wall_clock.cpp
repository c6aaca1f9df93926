// The ring's clock: what it is told, how a day is asked for, and when a slot was, in every zone.
#include "colmi/wall_clock.hpp"

#include <boost/test/unit_test.hpp>

namespace ib::colmi {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

namespace {

constexpr sys_seconds half_past_eleven = sys_days{std::chrono::year{2024} / 12 / 31} + 23h + 30min;

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_wall_clock)

BOOST_AUTO_TEST_CASE(a_ring_is_told_local_time_or_utc) {
  const CivilTime utc{std::chrono::year{2024} / 12 / 31, 23, 30, 0};
  const CivilTime east{std::chrono::year{2025} / 1 / 1, 1, 30, 0};
  const CivilTime west{std::chrono::year{2024} / 12 / 31, 19, 0, 0};
  BOOST_TEST((wall_time(half_past_eleven, 2h, Clock::local) == east));
  BOOST_TEST((wall_time(half_past_eleven, -(4h + 30min), Clock::local) == west));
  BOOST_TEST((wall_time(half_past_eleven, 2h, Clock::utc) == utc));
}

BOOST_AUTO_TEST_CASE(a_ring_can_be_told_this_century) {
  const auto at = [](int year) { return CivilTime{std::chrono::year{year} / 6 / 1, 0, 0, 0}; };
  BOOST_TEST(is_settable(at(2000)));
  BOOST_TEST(is_settable(at(2099)));
  BOOST_TEST(!is_settable(at(1999)));
  BOOST_TEST(!is_settable(at(2100)));
  BOOST_TEST(!is_settable({std::chrono::year{2025} / 2 / 29, 0, 0, 0}));
  BOOST_TEST(!is_settable({std::chrono::year{2025} / 2 / 28, 24, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_day_is_asked_for_as_its_midnight_read_as_utc) {
  BOOST_TEST(day_epoch(std::chrono::year{2024} / 8 / 10) == 1'723'248'000U);
  BOOST_TEST(day_epoch(std::chrono::year{2026} / 2 / 13) == 1'770'940'800U);
}

BOOST_AUTO_TEST_CASE(a_slot_is_where_the_ring_was_when_it_was_set) {
  for (const auto clock : {Clock::local, Clock::utc})
    for (const auto offset : {0h, 2h, -5h, 14h}) {
      const auto shown = wall_time(half_past_eleven, offset, clock);
      const auto minutes = shown.hour * 60 + shown.minute;
      BOOST_TEST(
          (slot_begin(day_epoch(shown.date), minutes / 5, 5, offset, clock) == half_past_eleven),
          offset.count());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
