// What a ring recorded by itself: nights, SpO2, temperatures, out of published payloads; and payloads
// that lie about themselves.
#include "colmi/sleep.hpp"
#include "colmi/spo2_history.hpp"
#include "colmi/temperature_history.hpp"

#include "drivers/colmi_histories.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace ib::colmi {

using ib::test::bytes;
using Kind = SleepStage::Kind;

namespace {

std::vector<std::byte> payload_of(const std::string& message) {
  const auto all = bytes(message);
  return {all.begin() + 6, all.end()};
}

std::vector<SleepStage> stages_of(const Night& night) {
  return {night.stages().begin(), night.stages().end()};
}

/// Every night of a payload; whether it was whole.
std::pair<std::vector<Night>, bool> nights_of(ib::wire::Bytes payload) {
  Nights nights(payload);
  std::vector<Night> all;
  while (const auto night = nights.next()) all.push_back(*night);
  return {all, nights.whole()};
}

std::vector<int> spo2_of(const Spo2Day& day) {
  std::vector<int> all;
  for (const auto& hour : day.hours) {
    BOOST_TEST((!hour || hour->min == hour->max));
    all.push_back(hour ? hour->min : 0);
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_histories)

BOOST_AUTO_TEST_CASE(a_morning_of_two_stages) {
  const auto [nights, whole] = nights_of(payload_of(ib::test::colmi_sleep_message));
  BOOST_TEST(whole);
  BOOST_TEST_REQUIRE(nights.size() == 1U);
  BOOST_TEST(int{nights[0].days_ago} == 0);
  BOOST_TEST(nights[0].start_min == 480);
  BOOST_TEST(nights[0].end_min == 540);
  BOOST_TEST((stages_of(nights[0]) == std::vector<SleepStage>{{Kind::deep, 30}, {Kind::rem, 30}}));
}

BOOST_AUTO_TEST_CASE(a_published_night_begins_the_day_before) {
  const auto [nights, whole] = nights_of(payload_of(ib::test::colmi_night_message));
  BOOST_TEST(whole);
  BOOST_TEST_REQUIRE(nights.size() == 1U);
  const auto& night = nights[0];
  BOOST_TEST(night.start_min == 1399);  // 23:19
  BOOST_TEST(night.end_min == 457);     // 07:37
  constexpr auto light = Kind::light, deep = Kind::deep, rem = Kind::rem, awake = Kind::awake;
  const std::vector<SleepStage> expected{{light, 67}, {awake, 6}, {light, 64}, {deep, 32},
                                         {light, 16}, {rem, 32},  {light, 96}, {deep, 16},
                                         {light, 32}, {rem, 32},  {light, 32}, {deep, 16},
                                         {light, 16}, {rem, 16},  {awake, 12}, {light, 13}};
  BOOST_TEST((stages_of(night) == expected));
  BOOST_TEST(night.span_min() == 498U);
  BOOST_TEST(night.staged_min() == 498U);
}

BOOST_AUTO_TEST_CASE(two_nights_in_one_payload) {
  const auto [nights, whole] = nights_of(bytes("0201086405c801021e0312000678052c02050a"));
  BOOST_TEST(whole);
  BOOST_TEST_REQUIRE(nights.size() == 2U);
  BOOST_TEST(int{nights[0].days_ago} == 1);
  BOOST_TEST(nights[0].start_min == 1380);
  BOOST_TEST(nights[0].end_min == 456);
  BOOST_TEST(
      (stages_of(nights[0]) == std::vector<SleepStage>{{Kind::light, 30}, {Kind::deep, 18}}));
  BOOST_TEST(int{nights[1].days_ago} == 0);
  BOOST_TEST(nights[1].start_min == 1400);
  BOOST_TEST(nights[1].end_min == 556);
  BOOST_TEST((stages_of(nights[1]) == std::vector<SleepStage>{{Kind::awake, 10}}));
}

BOOST_AUTO_TEST_CASE(no_part_of_nights_is_whole) {
  const auto payload = bytes("0201086405c801021e0312000678052c02050a");
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const auto [nights, whole] = nights_of(ib::wire::Bytes(payload).first(size));
    BOOST_TEST(!whole, size);
    BOOST_TEST(nights.size() == (size >= 11 ? 1U : 0U), size);
  }
}

BOOST_AUTO_TEST_CASE(nights_that_lie) {
  BOOST_TEST(nights_of(bytes("00")).second);                             // none, and says so
  BOOST_TEST(!nights_of(bytes("00 00")).second);                         // something behind none
  BOOST_TEST(!nights_of(bytes("01 0008e0011c02031e041e 00")).second);    // behind the last
  BOOST_TEST(!nights_of(bytes("02 0008e0011c02031e041e")).second);       // one fewer than announced
  BOOST_TEST(nights_of(bytes("01 00 ff e0011c02031e")).first.empty());   // longer than there is
  BOOST_TEST(nights_of(bytes("01 00 03 e0011c")).first.empty());         // no room for its times
  BOOST_TEST(nights_of(bytes("01 00 05 e0011c0203")).first.empty());     // half a stage
  BOOST_TEST(nights_of(bytes("01 00 04 a0051c02")).first.empty());       // 24:00
  BOOST_TEST(nights_of(bytes("01 00 04 e001a005")).first.empty());       // to 24:00
  BOOST_TEST(nights_of(bytes("01 00 04 9f051c02")).first.size() == 1U);  // 23:59
  const auto odd = nights_of(bytes("01 00 06 e0011c02 0605")).first;
  BOOST_TEST_REQUIRE(odd.size() == 1U);
  BOOST_TEST((stages_of(odd[0]) == std::vector<SleepStage>{{Kind::unknown, 5}}));
}

BOOST_AUTO_TEST_CASE(the_longest_night_has_room) {
  auto payload = bytes("01 00 fe 0000 0000");
  payload.resize(1 + 2 + 254, std::byte{2});
  const auto [nights, whole] = nights_of(payload);
  BOOST_TEST(whole);
  BOOST_TEST(nights.at(0).count == Night::most_stages);
  BOOST_TEST(nights.at(0).staged_min() == 250U);
}

BOOST_AUTO_TEST_CASE(two_published_days_of_spo2) {
  const auto payload = payload_of(ib::test::colmi_spo2_message);
  Spo2Days days(payload);
  const auto first = days.next();
  BOOST_TEST_REQUIRE(first.has_value());
  BOOST_TEST(int{first->days_ago} == 2);
  // Min and max are the same in all of this capture; 0: not measured.
  const std::vector<int> two_days_ago{0,  0,  0,  0,  0,  0,  0,  93, 96, 96, 96, 99,
                                      96, 96, 97, 99, 96, 98, 98, 0,  0,  0,  99, 0};
  const std::vector<int> yesterday{0,  0,  0,  0,  0,  0,  0,  0,  99, 0,  99, 98,
                                   97, 97, 97, 97, 99, 99, 99, 97, 96, 98, 0,  0};
  BOOST_TEST(spo2_of(*first) == two_days_ago, boost::test_tools::per_element());
  const auto second = days.next();
  BOOST_TEST_REQUIRE(second.has_value());
  BOOST_TEST(int{second->days_ago} == 1);
  BOOST_TEST(spo2_of(*second) == yesterday, boost::test_tools::per_element());
  BOOST_TEST(first->implausible + second->implausible == 0U);
  BOOST_TEST(!days.next().has_value());
  BOOST_TEST(days.whole());
}

BOOST_AUTO_TEST_CASE(an_hour_of_spo2_is_a_range_or_none) {
  auto payload = bytes("00 0000 4600 0046 4645 6446 4664 6565");
  payload.resize(49);
  Spo2Days days(payload);
  const auto day = days.next();
  BOOST_TEST_REQUIRE(day.has_value());
  BOOST_TEST((day->hours[5] == Spo2Range{70, 100}));
  for (const std::size_t hour : {0U, 1U, 2U, 3U, 4U, 6U}) BOOST_TEST(!day->hours[hour], hour);
  BOOST_TEST(day->implausible == 5U);  // the first is only not measured
}

BOOST_AUTO_TEST_CASE(half_a_day_of_spo2_is_none) {
  const auto payload = payload_of(ib::test::colmi_spo2_message);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    Spo2Days days(ib::wire::Bytes(payload).first(size));
    std::size_t n = 0;
    while (days.next()) ++n;
    BOOST_TEST(n == size / 49);
    BOOST_TEST(days.whole() == (size % 49 == 0), size);
  }
}

BOOST_AUTO_TEST_CASE(temperatures_of_two_days) {
  auto payload = bytes("01 1e a5 00 ff");  // 36.5 degrees, none, 45.5 degrees
  payload.resize(50);
  const auto second = bytes("02 3c");  // each hour
  payload.insert(payload.end(), second.begin(), second.end());
  payload.resize(50 + 26, std::byte{1});
  TemperatureHistory days(payload);
  const auto one = days.next(), two = days.next();
  BOOST_TEST_REQUIRE((one && two));
  BOOST_TEST(int{one->days_ago} == 1);
  BOOST_TEST(one->count == 48U);
  BOOST_TEST((one->tenth_celsius(0) == 365));
  BOOST_TEST(!one->tenth_celsius(1));
  BOOST_TEST((one->tenth_celsius(2) == 455));
  BOOST_TEST(two->count == 24U);
  BOOST_TEST((two->tenth_celsius(23) == 201));
  BOOST_TEST(!days.next());
  BOOST_TEST(days.whole());
}

BOOST_AUTO_TEST_CASE(temperatures_that_lie) {
  const auto refused = [](std::vector<std::byte> payload) {
    TemperatureHistory days(payload);
    const bool any = days.next().has_value();
    return !any && !days.whole();
  };
  auto day = bytes("01 1e");
  day.resize(49);
  BOOST_TEST(refused(day));  // one slot short
  auto zero = bytes("01 00");
  zero.resize(500);
  BOOST_TEST(refused(zero));
  zero[1] = std::byte{4};  // 360 slots
  BOOST_TEST(refused(zero));
  BOOST_TEST(refused(bytes("01")));
}

BOOST_AUTO_TEST_CASE(a_page_of_temperatures) {
  const auto page = temperature_page(bytes("00 05 03 01 420e 0000 ffff"));
  BOOST_TEST_REQUIRE(page.has_value());
  BOOST_TEST(int{page->minutes} == 5);
  BOOST_TEST(int{page->pages} == 3);
  BOOST_TEST(int{page->page} == 1);
  BOOST_TEST(page->count == 3U);
  BOOST_TEST((page->centi_celsius(0) == 3650));
  BOOST_TEST(!page->centi_celsius(1));
  BOOST_TEST((page->centi_celsius(2) == 65535));
  BOOST_TEST(!temperature_page(bytes("00 05 03")));          // short
  BOOST_TEST(!temperature_page(bytes("00 05 03 01 42")));    // half a value
  BOOST_TEST(!temperature_page(bytes("00 05 03 03 420e")));  // page 3 of 0..2
  auto much = bytes("00 05 03 01");
  much.resize(4 + 2 * 288);
  BOOST_TEST(temperature_page(much)->count == 288U);
  much.resize(4 + 2 * 289);
  BOOST_TEST(!temperature_page(much));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
