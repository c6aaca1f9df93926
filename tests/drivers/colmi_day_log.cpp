// One day of heart rates or HRV scores out of its packets: on two published days, and on transfers that
// went wrong.
#include "colmi/day_log.hpp"

#include "colmi/decode.hpp"
#include "colmi/wall_clock.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"
#include "support/fenced_blocks.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>

namespace ib::colmi {

namespace {

LogPacket day_packet(std::string_view hex) {
  const auto frame = hex.size() == 32 ? ib::test::bytes(hex) : ib::test::colmi_frame(hex);
  return std::get<LogPacket>(decode(frame));
}

std::vector<LogPacket> day_packets(const std::vector<std::string>& lines) {
  std::vector<LogPacket> packets;
  for (const auto& line : lines) packets.push_back(day_packet(line));
  return packets;
}

/// The packets of a made-up day of heart rates: 24 packets, slot k holds k % 200 + 1.
std::vector<LogPacket> made_up_day(std::uint32_t epoch) {
  std::vector<LogPacket> packets(24, LogPacket{Log::heart_rate, {}});
  packets[0].payload = {0, 24, 5};
  unsigned value = 0;
  for (std::size_t n = 1; n < packets.size(); ++n) {
    auto& payload = packets[n].payload;
    payload[0] = static_cast<std::uint8_t>(n);
    std::size_t at = 1;
    if (n == 1)
      for (; at < 5; ++at) payload[at] = static_cast<std::uint8_t>(epoch >> 8 * (at - 1));
    for (; at < payload.size(); ++at) payload[at] = static_cast<std::uint8_t>(value++ % 200 + 1);
  }
  return packets;
}

bool is_made_up_day(const DayLog& log) {
  unsigned k = 0;
  return log.values().size() == 288 &&
         std::all_of(log.values().begin(), log.values().end(),
                     [&](std::uint8_t value) { return value == k++ % 200 + 1; });
}

constexpr std::uint32_t made_up_epoch = 1'723'248'000;  // 2024-08-10

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_day_log)

BOOST_AUTO_TEST_CASE(a_published_day_of_heart_rates) {
  const auto file = ib::test::shared("spec/drivers.md");
  if (!file) return ib::test::skip_absent("spec/drivers.md");
  const auto packets = day_packets(ib::test::fenced_block(*file, "vec-colmi-hrlog"));
  BOOST_TEST(packets.size() == 24U);
  DayLog log(Log::heart_rate);
  log.reset(1'730'347'200);  // 2024-10-31 04:00 UTC: midnight in a zone 4 h behind
  for (std::size_t k = 0; k < packets.size(); ++k) {
    BOOST_TEST(log.values().empty());
    BOOST_TEST((log.add(packets[k]) == (k == 23 ? Progress::complete : Progress::more)));
  }
  BOOST_TEST(log.minutes() == 5U);
  BOOST_TEST(log.day() == 1'730'347'200U);
  BOOST_TEST(log.echo_trusted());
  const auto bpm = log.values();
  BOOST_TEST(bpm.size() == 288U);
  BOOST_TEST(std::count_if(bpm.begin(), bpm.end(), [](auto v) { return v != 0; }) == 62);
  BOOST_TEST(std::accumulate(bpm.begin(), bpm.end(), 0U) == 5682U);
  const std::vector<std::pair<std::size_t, int>> expected{
      {6, 104},   {12, 111},  {24, 66},  {180, 89}, {181, 91},  {182, 89}, {183, 74}, {184, 89},
      {185, 114}, {233, 100}, {262, 70}, {263, 84}, {264, 113}, {265, 75}, {266, 111}};
  for (const auto& [slot, value] : expected) BOOST_TEST(int{bpm[slot]} == value, slot);
  BOOST_TEST((log.add(packets[5]) == Progress::stale));  // it has ended
}

BOOST_AUTO_TEST_CASE(a_published_day_with_a_measurement_each_half_hour) {
  const auto file = ib::test::shared("spec/drivers.md");
  if (!file) return ib::test::skip_absent("spec/drivers.md");
  auto packets = day_packets(ib::test::fenced_block(*file, "vec-colmi-hrlog", 1));
  for (auto n = packets.size(); n < 24; ++n) {  // the rest is zeros
    packets.push_back({Log::heart_rate, {}});
    packets.back().payload[0] = static_cast<std::uint8_t>(n);
  }
  DayLog log(Log::heart_rate);
  log.reset(day_epoch(std::chrono::year{2026} / 2 / 13));
  for (const auto& packet : packets) log.add(packet);
  BOOST_TEST_REQUIRE(log.complete());
  BOOST_TEST(log.day() == 1'770'940'800U);
  const std::vector<int> expected{91, 94, 61, 58, 55, 60, 68, 56, 67, 62, 69, 57,
                                  98, 73, 62, 99, 68, 85, 93, 87, 81, 85, 94, 77};
  for (std::size_t slot = 0; slot < log.values().size(); ++slot) {
    const bool measured = slot % 6 == 0 && slot / 6 < expected.size();
    BOOST_TEST(int{log.values()[slot]} == (measured ? expected[slot / 6] : 0), slot);
  }
}

BOOST_AUTO_TEST_CASE(a_ring_without_data_says_so) {
  DayLog rates(Log::heart_rate), scores(Log::hrv);
  BOOST_TEST((rates.add(day_packet("15ff0000000000000000000000000014")) == Progress::none));
  BOOST_TEST((scores.add(day_packet("39ff0000000000000000000000000038")) == Progress::none));
  BOOST_TEST(rates.values().empty());
  BOOST_TEST((rates.add(day_packet("15001805")) == Progress::stale));
  rates.reset(made_up_epoch);
  BOOST_TEST((rates.add(day_packet("15001805")) == Progress::more));
}

BOOST_AUTO_TEST_CASE(the_first_packet_of_data_echoes_the_day) {
  DayLog log(Log::heart_rate);
  log.reset(made_up_epoch);
  log.add(day_packet("15000205"));  // a header and the packet that follows
  BOOST_TEST((log.add(day_packet("150180adb6660000000000000000005f")) == Progress::complete));
  BOOST_TEST(log.echo() == 1'723'248'000U);
  BOOST_TEST(log.day() == day_epoch(std::chrono::year{2024} / 8 / 10));
  BOOST_TEST(log.values().size() == 9U);
}

BOOST_AUTO_TEST_CASE(an_echo_is_trusted_within_two_days) {
  constexpr std::uint32_t day = 24 * 60 * 60;
  const auto with_echo = [](std::uint32_t echo) {
    DayLog log(Log::heart_rate);
    log.reset(made_up_epoch);
    for (const auto& packet : made_up_day(echo)) log.add(packet);
    BOOST_TEST(log.echo() == echo);
    BOOST_TEST(is_made_up_day(log));
    return log;
  };
  for (const auto echo : {made_up_epoch, made_up_epoch - 2 * day, made_up_epoch + 2 * day}) {
    BOOST_TEST(with_echo(echo).echo_trusted());
    BOOST_TEST(with_echo(echo).day() == echo);
  }
  for (const auto echo : {made_up_epoch - 2 * day - 1, made_up_epoch + 2 * day + 1, 0U,
                          0xFFFFFFFFU}) {  // the last: a ring that believes it is 2106
    BOOST_TEST(!with_echo(echo).echo_trusted());
    BOOST_TEST(with_echo(echo).day() == made_up_epoch);
  }
}

BOOST_AUTO_TEST_CASE(hrv_scores_come_in_half_hours_behind_a_short_echo) {
  DayLog log(Log::hrv);
  log.reset(0);
  BOOST_TEST((log.add(day_packet("3900051e00000000000000000000005c")) == Progress::more));
  BOOST_TEST((log.add(day_packet("390100330038002e002c003700330069")) == Progress::more));
  for (const auto* more : {"3902", "3903"})
    BOOST_TEST((log.add(day_packet(more)) == Progress::more));
  BOOST_TEST((log.add(day_packet("3904 000000000000000000 07 08")) == Progress::complete));
  BOOST_TEST(log.minutes() == 30U);
  BOOST_TEST(log.day() == 0U);
  std::vector<int> expected{51, 0, 56, 0, 46, 0, 44, 0, 55, 0, 51, 0};
  expected.resize(47);
  expected.push_back(7);  // slot 47 is the day's last: the 8 behind it is none
  const std::vector<int> scores(log.values().begin(), log.values().end());
  BOOST_TEST(scores.size() == 48U);
  BOOST_TEST(scores == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stress_of_two_days_ago) {
  DayLog log(Log::stress);
  log.reset(2);
  log.add(day_packet("3700051e"));
  log.add(day_packet("370102 28"));
  log.add(day_packet("3702 29"));
  log.add(day_packet("3703 2a"));
  BOOST_TEST((log.add(day_packet("3704 2b")) == Progress::complete));
  BOOST_TEST(log.day() == 2U);
  for (const std::size_t slot : {0U, 12U, 25U, 38U}) BOOST_TEST(log.values()[slot] != 0, slot);
  BOOST_TEST(std::accumulate(log.values().begin(), log.values().end(), 0) == 40 + 41 + 42 + 43);
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_broken_transfer_changes_nothing) {
  DayLog log(Log::heart_rate);
  log.reset(made_up_epoch);
  const auto packets = made_up_day(made_up_epoch);
  BOOST_TEST((log.add(day_packet("1510585754615c6652555f6b56765de5")) == Progress::stale));
  BOOST_TEST((log.add(day_packet("370102 28")) == Progress::stale));  // of another log
  for (std::size_t k = 0; k < 10; ++k) log.add(packets[k]);
  BOOST_TEST((log.add(day_packet("15ff")) == Progress::stale));
  BOOST_TEST((log.add(packets[4]) == Progress::duplicate));
  BOOST_TEST((log.add(packets[0]) == Progress::more));  // a header begins anew
  for (std::size_t k = 10; k < 24; ++k) log.add(packets[k]);
  BOOST_TEST(!log.complete());
  for (std::size_t k = 1; k < 10; ++k) log.add(packets[k]);
  BOOST_TEST(log.complete());
  BOOST_TEST(is_made_up_day(log));
}

BOOST_AUTO_TEST_CASE(two_transfers_in_one_are_noticed) {
  const auto packets = made_up_day(made_up_epoch);
  DayLog log(Log::heart_rate);
  log.reset(made_up_epoch);
  for (std::size_t k = 0; k < 10; ++k) log.add(packets[k]);
  auto other = packets[7];
  ++other.payload[13];
  BOOST_TEST((log.add(other) == Progress::mixed));
  auto other_day = made_up_day(made_up_epoch + 86400)[1];
  BOOST_TEST((log.add(other_day) == Progress::mixed));
}

BOOST_AUTO_TEST_CASE(a_header_that_cannot_be_is_refused) {
  for (const auto* header : {"1500 00 05", "1500 01 05", "1500 18 00", "1500 18 04"}) {
    DayLog log(Log::heart_rate);
    BOOST_TEST((log.add(day_packet(header)) == Progress::refused), header);
    BOOST_TEST((log.add(day_packet("1501")) == Progress::stale), header);
  }
  DayLog log(Log::heart_rate);
  log.add(day_packet("15001805"));
  BOOST_TEST((log.add(day_packet("1518")) == Progress::refused));  // packet 24 of 0..23
}

BOOST_AUTO_TEST_CASE(more_packets_than_a_day_has_room_for_are_taken_and_not_kept) {
  DayLog log(Log::heart_rate);
  log.reset(made_up_epoch);
  auto packets = made_up_day(made_up_epoch);
  packets[0].payload[1] = 255;
  for (unsigned n = 24; n < 255; ++n) {
    packets.push_back({Log::heart_rate, {}});
    packets.back().payload.fill(static_cast<std::uint8_t>(n));
  }
  for (const auto& packet : packets) {
    BOOST_TEST(!log.complete());
    log.add(packet);
  }
  BOOST_TEST(log.complete());
  BOOST_TEST(is_made_up_day(log));
}

BOOST_AUTO_TEST_CASE(any_order_and_any_duplicates_give_the_same_day) {
  for (const auto seed : ib::test::cases(200)) {
    std::mt19937 random(seed);
    auto packets = made_up_day(made_up_epoch);
    for (int k = 0; k < 20; ++k) packets.push_back(packets[1 + random() % 23]);
    std::shuffle(packets.begin() + 1, packets.end(), random);
    DayLog log(Log::heart_rate);
    log.reset(made_up_epoch);
    std::size_t taken = 0, again = 0, stale = 0;
    for (const auto& packet : packets) {
      const auto progress = log.add(packet);
      taken += progress == Progress::more || progress == Progress::complete ? 1 : 0;
      again += progress == Progress::duplicate ? 1 : 0;
      stale += progress == Progress::stale ? 1 : 0;
    }
    BOOST_TEST(taken == 24U, "seed " << seed);
    BOOST_TEST(again + stale == 20U, "seed " << seed);
    BOOST_TEST(is_made_up_day(log), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
