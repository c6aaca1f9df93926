// What a ring's logs held, on one clock: zones, nights when clocks are changed, items that were told twice.
#include "colmi/placed_history.hpp"

#include "colmi/history_feed.hpp"
#include "colmi/wall_instant.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace ib::colmi {
namespace {

using namespace std::chrono_literals;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr sys_seconds set_on = sys_days{std::chrono::year{2026} / 3 / 29} + 1h;
constexpr sys_seconds set_back = sys_days{std::chrono::year{2026} / 10 / 25} + 1h;
constexpr local_days march{std::chrono::year{2026} / 3 / 29};
constexpr local_days october{std::chrono::year{2026} / 10 / 25};
constexpr local_days june{std::chrono::year{2026} / 6 / 1};

/// Central Europe in 2026.
seconds offset_of_berlin(sys_seconds at) { return at >= set_on && at < set_back ? 2h : 1h; }
seconds offset_of_utc(sys_seconds) { return 0s; }
/// East of it, and half an hour.
seconds offset_of_kolkata(sys_seconds) { return 5h + 30min; }

Shown<LoggedRate> rate(local_seconds at, double bpm) {
  LoggedRate item;
  item.heart_rate_bpm = bpm;
  item.slot_s = 300;
  return {at, item};
}

std::int64_t whole_seconds(Time t) { return t.ns / 1'000'000'000; }

ShownNight night(local_seconds start, std::vector<ShownNight::Stage> stages) {
  return {start, std::move(stages)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_placed_history)

BOOST_AUTO_TEST_CASE(a_zone_places_what_a_clock_showed) {
  const local_seconds noon = june + 12h;
  const sys_seconds noon_utc = sys_days{std::chrono::year{2026} / 6 / 1} + 12h;
  BOOST_TEST((instant_of(noon, offset_of_utc).at == noon_utc));
  BOOST_TEST((instant_of(noon, offset_of_berlin).at == noon_utc - 2h));
  BOOST_TEST((instant_of(noon, offset_of_kolkata).at == noon_utc - 5h - 30min));
  BOOST_TEST(!instant_of(noon, offset_of_berlin).ambiguous);
}

BOOST_AUTO_TEST_CASE(an_hour_that_never_was_has_no_instant) {
  BOOST_TEST((instant_of(march + 1h + 59min, offset_of_berlin).at == set_on - 1min));
  BOOST_TEST(!instant_of(march + 2h, offset_of_berlin).at);
  BOOST_TEST(!instant_of(march + 2h + 59min, offset_of_berlin).at);
  BOOST_TEST((instant_of(march + 3h, offset_of_berlin).at == set_on));
  BOOST_TEST((instant_of(march + 12h, offset_of_berlin).at == set_on + 9h));
  BOOST_TEST((instant_of(march, offset_of_berlin).at == set_on - 2h));
}

BOOST_AUTO_TEST_CASE(an_hour_that_came_twice_is_its_first_coming_and_says_so) {
  const auto before = instant_of(october + 1h + 59min, offset_of_berlin);
  BOOST_TEST((before.at == set_back - 1h - 1min));
  BOOST_TEST(!before.ambiguous);
  for (const auto at : {2h + 0min, 2h + 59min}) {
    const auto twice = instant_of(october + at, offset_of_berlin);
    BOOST_TEST((twice.at == set_back - 1h + (at - 2h)));
    BOOST_TEST(twice.ambiguous);
  }
  const auto after = instant_of(october + 3h, offset_of_berlin);
  BOOST_TEST((after.at == set_back + 1h));
  BOOST_TEST(!after.ambiguous);
}

BOOST_AUTO_TEST_CASE(each_instant_of_two_such_weeks_is_found_again) {
  for (const auto change : {set_on, set_back})
    for (auto t = change - 84h; t < change + 84h; t += 5min) {
      const auto shown = local_seconds{(t + offset_of_berlin(t)).time_since_epoch()};
      const auto placed = instant_of(shown, offset_of_berlin);
      const bool second_coming = change == set_back && t >= change && t < change + 1h;
      BOOST_TEST_REQUIRE(placed.at.has_value());
      BOOST_TEST((*placed.at == (second_coming ? t - 1h : t)), t.time_since_epoch().count());
      const bool twice = change == set_back && t >= change - 1h && t < change + 1h;
      BOOST_TEST(placed.ambiguous == twice, t.time_since_epoch().count());
    }
}

BOOST_AUTO_TEST_CASE(time_zero_is_the_earliest_of_all_logs) {
  History history;
  history.rates = {rate(june + 10h, 60), rate(june + 8h, 55)};
  history.nights = {night(june - 10min, {{0min, 20min, LoggedStage::light}})};
  const auto placed = place(history, offset_of_berlin);
  BOOST_TEST((placed.zero == sys_days{std::chrono::year{2026} / 5 / 31} + 21h + 50min));
  BOOST_TEST_REQUIRE(placed.rates.size() == 2U);
  BOOST_TEST(whole_seconds(placed.rates[0].t) == 8 * 3600 + 600);
  BOOST_TEST(placed.rates[0].item.heart_rate_bpm == 55);
  BOOST_TEST(placed.sleep[0].t.ns == 0);
}

BOOST_AUTO_TEST_CASE(what_was_told_twice_is_given_once_and_counted) {
  History history;
  history.rates = {rate(june, 60), rate(june + 5min, 61), rate(june, 60), rate(june, 70),
                   rate(june + 5min, 61)};
  const auto placed = place(history, offset_of_utc);
  BOOST_TEST_REQUIRE(placed.rates.size() == 2U);
  BOOST_TEST(placed.rates[0].item.heart_rate_bpm == 60);  // the first that was told
  BOOST_TEST(placed.repeated == 2U);
  BOOST_TEST(placed.overlapping == 1U);
}

BOOST_AUTO_TEST_CASE(stages_of_nights_that_overlap_are_given_once) {
  const auto stages = std::vector<ShownNight::Stage>{{0min, 20min, LoggedStage::light},
                                                     {20min, 30min, LoggedStage::deep}};
  History history;
  history.nights = {
      night(june, stages), night(june, stages),
      night(june + 40min, {{0min, 10min, LoggedStage::rem}, {10min, 10min, LoggedStage::awake}})};
  const auto placed = place(history, offset_of_utc);
  BOOST_TEST_REQUIRE(placed.sleep.size() == 3U);
  BOOST_TEST((placed.sleep[1].item.stage == LoggedStage::deep));
  BOOST_TEST((placed.sleep[2].item.stage == LoggedStage::awake));
  BOOST_TEST(placed.repeated == 2U);
  BOOST_TEST(placed.overlapping == 1U);
}

BOOST_AUTO_TEST_CASE(a_night_goes_on_as_time_goes_while_clocks_are_set_back) {
  History history;
  history.nights = {
      night(october + 1h, {{0min, 60min, LoggedStage::light}, {60min, 120min, LoggedStage::deep}})};
  const auto placed = place(history, offset_of_berlin);
  BOOST_TEST((placed.zero == set_back - 2h));
  BOOST_TEST(whole_seconds(placed.sleep[1].t) == 3600);
  BOOST_TEST(!placed.sleep[1].item.ambiguous);
}

BOOST_AUTO_TEST_CASE(what_has_no_instant_is_left_out_counted_and_told) {
  History history;
  history.rates = {rate(march + 1h, 60), rate(march + 2h + 30min, 61), rate(march + 3h, 62)};
  const auto placed = place(history, offset_of_berlin);
  BOOST_TEST(placed.rates.size() == 2U);
  BOOST_TEST(placed.unplaced == 1U);
  const auto opened = HistoryFeed::open(history, offset_of_berlin, "ring");
  BOOST_TEST_REQUIRE((opened.feed != nullptr));
  BOOST_TEST(opened.feed->losses().refused_rows == 1U);
  BOOST_TEST_REQUIRE(opened.problems.size() == 1U);
  BOOST_TEST(opened.problems[0].starts_with("ring: 1 items stand in an hour that never was"));
}

BOOST_AUTO_TEST_CASE(a_history_without_items_is_no_source) {
  History history;
  history.remarks = {"its sleep did not come: 3 requests were not answered"};
  const auto opened = HistoryFeed::open(history, offset_of_utc, "ring");
  BOOST_TEST((opened.feed == nullptr));
  BOOST_TEST_REQUIRE(opened.problems.size() == 2U);
  BOOST_TEST(opened.problems[0] == "ring: its sleep did not come: 3 requests were not answered");
  BOOST_TEST(opened.problems[1].starts_with("ring: its logs hold nothing of these days"));
}

BOOST_AUTO_TEST_CASE(its_utc_and_its_length_are_known) {
  History history;
  history.rates = {rate(june, 60), rate(june + 23h, 61)};
  const auto opened = HistoryFeed::open(history, offset_of_utc, "ring");
  ib_source_info info{};
  opened.feed->describe(info);
  BOOST_TEST(info.live == 0U);
  BOOST_TEST(info.utc_start_ns == 1'780'272'000'000'000'000);
  BOOST_TEST(info.duration_ns == 23LL * 3600 * 1'000'000'000);
  BOOST_TEST(opened.feed->shape(source::Signal::logged_sleep).present);
  BOOST_TEST(!opened.feed->shape(source::Signal::heart_rate).present);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
