// A ring's own intervals against the time that passes while they arrive: units that are not ms are found, and an
// honest ring is left alone, whatever its radio and its finger do.
#include "bcl/rr_time_check.hpp"

#include "bcl/live_decoder.hpp"
#include "support/cases.hpp"
#include "support/strap.hpp"
#include "wire/packet.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

using namespace ib;
using bcl::RrTimeCheck;

namespace {

/// What may happen between a heart and the check. Shares of all lists and of all beats.
struct ListTroubles {
  double stalls_a_minute{}, lost{}, missed{};
};

struct ArrivedList {
  double at_s{};
  std::vector<double> rr_ms;  ///< as they were
  bool lost{};
};

/// The lists of a ring that looks for beats every 200 ms, as they arrive.
std::vector<ArrivedList> lists_of(unsigned seed, double length_s, double mean_ms,
                                  const ListTroubles& troubles) {
  const test::Strap heart(seed, length_s, mean_ms, 0.05 * mean_ms);
  std::mt19937 random(seed + 1);
  std::uniform_real_distribution<double> chance(0, 1);
  std::vector<ArrivedList> lists;
  double stalled_until = 0;
  std::size_t k = 1;
  for (double frame = 0.2; frame < length_s; frame += 0.2) {
    if (chance(random) < troubles.stalls_a_minute / 300)
      stalled_until = frame + 0.3 + 2.7 * chance(random);
    ArrivedList list;
    for (; k < heart.beats_s.size() && heart.beats_s[k] <= frame; ++k)
      if (chance(random) >= troubles.missed)
        list.rr_ms.push_back(1000 * (heart.beats_s[k] - heart.beats_s[k - 1]));
    if (list.rr_ms.empty()) continue;
    double delay = 0.01 + 0.05 * chance(random);
    while (chance(random) < 0.1) delay += 0.03;
    list.at_s = std::max(frame + delay, stalled_until);
    if (!lists.empty()) list.at_s = std::max(list.at_s, lists.back().at_s);
    list.lost = chance(random) < troubles.lost;
    lists.push_back(list);
  }
  return lists;
}

using RrUnit = std::function<double(double)>;
double rr_in_ms(double ms) { return ms; }
double rr_in_1024ths(double ms) { return 1.024 * ms; }

/// When it was found that they do not add up, in s; 0: never.
double found_at(const std::vector<ArrivedList>& lists, const RrUnit& unit) {
  RrTimeCheck check;
  for (const auto& list : lists) {
    if (list.lost) {
      check.break_chain();
      continue;
    }
    std::int32_t sum = 0;
    for (const auto ms : list.rr_ms) sum += static_cast<std::int32_t>(std::lround(unit(ms)));
    if (sum > 0) check.list(Arrival{std::llround(list.at_s * 1e9)}, sum);
    if (check.disagrees()) return list.at_s;
  }
  return 0;
}

constexpr double heart_means_ms[] = {400, 500, 650, 830, 1000, 1300};

/// A ring's lists through its decoder, one after the other.
struct ListsHeard {
  bcl::LiveDecoder decoder;
  std::vector<double> given_us;
  std::vector<DeviceEvent> events;
  std::uint8_t number{};

  void list(double at_s, std::uint16_t rr) {
    device::Findings found;
    const Arrival at{std::llround(at_s * 1e9)};
    const auto value = wire::Packet{0, 5, 0x31, 2, number++, 1}.u16(rr);
    decoder.decode(device::Notification::of(0, value, at), Time{at.ns}, found);
    for (const auto& item : found.items()) {
      if (const auto* status = std::get_if<DeviceStatus>(&item.item))
        events.push_back(status->event);
      if (const auto* rr_item = std::get_if<RrNotification>(&item.item))
        for (const auto& us : rr_item->rr_us)
          if (us) given_us.push_back(*us);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bcl_rr_time_check)

BOOST_AUTO_TEST_CASE(an_honest_ring_is_left_alone_whatever_its_radio_does) {
  for (const auto seed : test::cases(100))
    for (const auto mean_ms : heart_means_ms) {
      const auto calm = lists_of(seed, 300, mean_ms, {});
      BOOST_TEST(found_at(calm, rr_in_ms) == 0, "seed " << seed << ", " << mean_ms << " ms");
      const auto rough = lists_of(seed, 300, mean_ms, {.stalls_a_minute = 4, .lost = 0.02});
      BOOST_TEST(found_at(rough, rr_in_ms) == 0, "seed " << seed << ", " << mean_ms << " ms");
    }
}

/// A beat that it did not find and did not tell of: the sum lacks its interval.
BOOST_AUTO_TEST_CASE(beats_that_were_missed_are_no_other_unit) {
  for (const auto seed : test::cases(100))
    for (const auto mean_ms : heart_means_ms) {
      const auto lists =
          lists_of(seed, 300, mean_ms, {.stalls_a_minute = 2, .lost = 0.01, .missed = 0.1});
      BOOST_TEST(found_at(lists, rr_in_ms) == 0, "seed " << seed << ", " << mean_ms << " ms");
    }
}

BOOST_AUTO_TEST_CASE(intervals_in_1024ths_of_a_second_are_found_after_a_minute) {
  double first = 1e9, last = 0;
  for (const auto seed : test::cases(100))
    for (const auto mean_ms : heart_means_ms) {
      const auto lists = lists_of(seed, 200, mean_ms, {.stalls_a_minute = 2});
      const double found = found_at(lists, rr_in_1024ths);
      BOOST_TEST(found > 0, "seed " << seed << ", " << mean_ms << " ms");
      first = std::min(first, found);
      last = std::max(last, found);
    }
  BOOST_TEST_MESSAGE("1/1024 s is found after " << first << " to " << last << " s");
  BOOST_TEST(last < 100);
}

BOOST_AUTO_TEST_CASE(units_that_are_far_from_ms_are_found_after_half_a_minute) {
  const std::pair<const char*, RrUnit> units[] = {
      {"ticks of 40 ms", [](double ms) { return ms / 40; }},
      {"hundredths of a second", [](double ms) { return ms / 10; }},
      {"1/512 s", [](double ms) { return 0.512 * ms; }},
      {"1/1200 s", [](double ms) { return 1.2 * ms; }},
      {"half ms", [](double ms) { return 2 * ms; }},
      {"1/32 ms", [](double ms) { return 32 * ms; }},
  };
  for (const auto& [name, unit] : units) {
    double last = 0;
    for (const auto seed : test::cases(50))
      for (const auto mean_ms : heart_means_ms) {
        const auto lists = lists_of(seed, 200, mean_ms, {.stalls_a_minute = 1});
        const double found = found_at(lists, unit);
        BOOST_TEST(found > 0, name << ", seed " << seed << ", " << mean_ms << " ms");
        last = std::max(last, found);
      }
    BOOST_TEST_MESSAGE(name << ": after " << last << " s at the latest");
    BOOST_TEST(last < 100, name);
  }
}

BOOST_AUTO_TEST_CASE(what_was_found_stays_until_a_minute_has_added_up) {
  RrTimeCheck check;
  std::int64_t t_ms = 0;
  const auto beats = [&](int n, std::int32_t told) {
    for (int k = 0; k < n; ++k) check.list(Arrival{(t_ms += 1000) * 1'000'000}, told);
  };
  beats(50, 1300);
  BOOST_TEST(check.disagrees());
  check.break_chain();  // taken off, and put on again
  BOOST_TEST(check.disagrees());
  beats(60, 1000);
  BOOST_TEST(check.disagrees());
  beats(15, 1000);
  BOOST_TEST(!check.disagrees());
}

BOOST_AUTO_TEST_CASE(ten_seconds_without_a_list_begin_anew) {
  RrTimeCheck check;
  std::int64_t t_ms = 0;
  for (int turn = 0; turn < 20; ++turn, t_ms += 21'000)
    for (int k = 0; k < 15; ++k) check.list(Arrival{(t_ms += 1000) * 1'000'000}, 1000);
  BOOST_TEST(!check.disagrees());
}

BOOST_AUTO_TEST_CASE(a_ring_in_another_unit_gives_none_and_says_why) {
  ListsHeard ring;
  double t = 10;
  for (int k = 0; k < 90; ++k) ring.list(t += 1, 1024);
  BOOST_TEST((ring.events == std::vector{DeviceEvent::implausible}));
  const auto given = ring.given_us.size();
  BOOST_TEST(given >= 60U);  // what came before it was found
  BOOST_TEST(given < 75U);
  for (int k = 0; k < 80; ++k) ring.list(t += 1, 1000);  // its firmware was mended
  BOOST_TEST(ring.events.size() == 1U);
  BOOST_TEST_REQUIRE(ring.given_us.size() > given + 1);
  BOOST_TEST(ring.given_us[given] == 0.0);  // the chain broke there
  BOOST_TEST(ring.given_us[given + 1] == 1'000'000.0);
}

BOOST_AUTO_TEST_CASE(an_honest_ring_gives_them_all) {
  ListsHeard ring;
  double t = 10;
  for (int k = 0; k < 300; ++k)
    ring.list(t += 0.95 + 0.01 * (k % 11), static_cast<std::uint16_t>(950 + 10 * (k % 11)));
  BOOST_TEST(ring.events.empty());
  BOOST_TEST(ring.given_us.size() == 300U);
}

BOOST_AUTO_TEST_SUITE_END()
