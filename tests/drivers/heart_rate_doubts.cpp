// What a heart-rate sensor sends, against time: beats that are missing, a rate that nobody measures.
#include "heart_rate/constant_rate.hpp"
#include "heart_rate/rr_continuity.hpp"

#include "source/rr_1024.hpp"
#include "support/cases.hpp"
#include "support/recorded_intervals.hpp"
#include "support/strap.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

using namespace ib;
using heart_rate::ConstantRate;
using heart_rate::RrContinuity;

namespace {

Arrival arrival_at_s(double s) { return {std::llround(s * 1e9)}; }

/// When it says that something is missing; `without`: a notification that never arrives.
std::vector<double> breaks_found(const std::vector<test::StrapNotification>& sent,
                                 std::optional<std::size_t> without = {}) {
  RrContinuity continuity;
  std::vector<double> found;
  for (std::size_t k = 0; k < sent.size(); ++k) {
    if (k == without) continue;
    const auto& n = sent[k];
    std::vector<std::int32_t> us;
    for (const auto raw : n.rr_1024) us.push_back(source::rr_1024_us(raw));
    if (continuity.arrive(arrival_at_s(n.arrival_s), us)) found.push_back(n.arrival_s);
  }
  return found;
}

/// A strap of a real person, as its notifications arrived.
std::vector<test::StrapNotification> recorded_strap(const std::filesystem::path& file) {
  std::vector<test::StrapNotification> sent;
  test::recorded::rows(file, [&](const auto& cells) {
    test::StrapNotification n;
    n.arrival_s = test::recorded::value(cells[0]);
    std::string_view list = cells[2];
    while (!list.empty()) {
      const auto to = std::min(list.find(';'), list.size());
      n.rr_1024.push_back(static_cast<std::int32_t>(test::recorded::value(list.substr(0, to))));
      list.remove_prefix(std::min(to + 1, list.size()));
    }
    std::erase(n.rr_1024, 0);
    sent.push_back(n);
  });
  return sent;
}

/// Time that no interval tells of, over a whole recording.
double untold_s(const std::vector<test::StrapNotification>& sent) {
  double told = 0;
  for (std::size_t k = 1; k < sent.size(); ++k)
    for (const auto raw : sent[k].rr_1024) told += raw / 1024.0;
  return sent.back().arrival_s - sent.front().arrival_s - told;
}

struct Losses {
  std::size_t found{}, of{};
  double latest_s{};
};

/// One notification in the middle of three minutes is lost.
Losses losses_found(double mean_ms, unsigned n) {
  Losses losses;
  for (const auto seed : test::cases(n)) {
    test::Strap strap(seed, 180, mean_ms);
    strap.radio(seed, 0.03, 0.1);
    strap.lose(90);
    const auto breaks = breaks_found(strap.sent);
    ++losses.of;
    if (breaks.empty()) continue;
    ++losses.found;
    losses.latest_s = std::max(losses.latest_s, breaks.front() - 90);
    BOOST_TEST(breaks.front() > 90, "seed " << seed);
    BOOST_TEST(breaks.size() == 1U, "seed " << seed);
  }
  return losses;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(heart_rate_doubts)

BOOST_AUTO_TEST_CASE(nothing_is_missing_where_nothing_was_lost) {
  for (const auto seed : test::cases(300)) {
    const double mean_ms = 400 + seed % 100 * 10;
    test::Strap strap(seed, 600, mean_ms, 0.08 * mean_ms, 100);
    strap.radio(seed, 0.03, 0.15);
    for (double t = 30; t < 600; t += 60) strap.stall(t, 0.3 + 0.6 * (seed % 7) / 7);
    BOOST_TEST(breaks_found(strap.sent).empty(), "seed " << seed << ", " << mean_ms << " ms");
  }
}

BOOST_AUTO_TEST_CASE(a_stall_of_five_seconds_loses_nothing) {
  for (const auto seed : test::cases(100)) {
    test::Strap strap(seed, 180, 800);
    strap.radio(seed, 0.03, 0.1).stall(90, 5);
    BOOST_TEST(breaks_found(strap.sent).empty(), "seed " << seed);
  }
}

// Two of the last 10 s are late each time; three would be needed.
BOOST_AUTO_TEST_CASE(stalls_every_six_seconds_lose_nothing) {
  for (const auto seed : test::cases(100)) {
    test::Strap strap(seed, 180, 800);
    strap.radio(seed, 0.03, 0.1);
    for (double t = 10; t < 170; t += 6) strap.stall(t, 0.9);
    BOOST_TEST(breaks_found(strap.sent).empty(), "seed " << seed);
  }
}

// At 60 beats a minute each notification of one second holds one beat at the same place, and one less
// looks like the next: what intervals alone can tell ends there.
BOOST_AUTO_TEST_CASE(a_lost_notification_is_found) {
  for (const double mean_ms : {450.0, 650.0, 800.0, 900.0, 1000.0, 1100.0, 1200.0}) {
    const auto losses = losses_found(mean_ms, 200);
    BOOST_TEST_MESSAGE(mean_ms << " ms: found " << losses.found << " of " << losses.of
                               << ", the latest after " << losses.latest_s << " s");
    if (mean_ms != 1000 && losses.of >= 10)
      BOOST_TEST(losses.found * 100 >= losses.of * 95, mean_ms << " ms");
  }
}

BOOST_AUTO_TEST_CASE(intervals_sent_twice_are_found) {
  std::size_t found = 0, of = 0;
  for (const auto seed : test::cases(100)) {
    test::Strap strap(seed, 180, 800);
    strap.radio(seed, 0.03, 0.1);
    auto twice = std::find_if(strap.sent.begin() + 90, strap.sent.end(),
                              [](const auto& n) { return !n.rr_1024.empty(); });
    auto copy = *twice;
    copy.arrival_s += 1e-3;
    strap.sent.insert(twice + 1, copy);
    ++of;
    found += !breaks_found(strap.sent).empty();
  }
  BOOST_TEST_MESSAGE("sent twice: found " << found << " of " << of);
  if (of >= 10) BOOST_TEST(found * 100 >= of * 85);
}

// Where the sum of a whole recording keeps up with the clock, next to nothing was lost: there it is
// quiet, and finds what we take away. Of the others seconds to minutes are missing, and there it speaks.
BOOST_AUTO_TEST_CASE(recorded_straps) {
  const auto files = test::recorded::files("data/ble_hr_freihaut", "_hrm.csv");
  if (files.empty()) return test::skip_absent("data/ble_hr_freihaut");
  std::size_t whole = 0, quiet_breaks = 0, taken = 0, found = 0, broken = 0, spoke = 0;
  for (const auto& file : files) {
    const auto sent = recorded_strap(file);
    const auto breaks = breaks_found(sent);
    if (std::abs(untold_s(sent)) > 3) {
      ++broken;
      spoke += !breaks.empty();
      continue;
    }
    ++whole;
    quiet_breaks += breaks.size();
    for (const auto seed : test::cases(50)) {
      std::size_t k = 60 + seed * 7919 % (sent.size() - 120);
      while (sent[k].rr_1024.empty()) ++k;
      const auto with_loss = breaks_found(sent, k);
      ++taken;
      found += std::any_of(with_loss.begin(), with_loss.end(), [&](double s) {
        return s > sent[k].arrival_s && s < sent[k].arrival_s + 40;
      });
    }
  }
  BOOST_TEST_MESSAGE(whole << " straps that lost next to nothing: " << quiet_breaks
                           << " breaks; of notifications taken away found " << found << " of "
                           << taken << "; " << broken << " that lost more: found in " << spoke);
  BOOST_TEST(quiet_breaks <= whole);
  BOOST_TEST((taken < 10 || found * 100 >= taken * 95));
  BOOST_TEST(spoke == broken);
}

BOOST_AUTO_TEST_CASE(the_first_intervals_begin_the_sum) {
  RrContinuity continuity;
  const std::vector<std::int32_t> rr{1'000'000};
  for (int s = 0; s < 100; ++s) BOOST_TEST(!continuity.arrive(arrival_at_s(s), rr));
  continuity.reset();
  for (int s = 200; s < 300; ++s) BOOST_TEST(!continuity.arrive(arrival_at_s(s), rr));
}

BOOST_AUTO_TEST_CASE(a_rate_that_stays_without_intervals_is_doubtful_after_a_minute) {
  ConstantRate rate;
  for (int s = 0; s <= 60; ++s) {
    rate.arrive(arrival_at_s(s), 87, false);
    BOOST_TEST(!rate.doubtful(), s);
  }
  rate.arrive(arrival_at_s(61), 87, false);
  BOOST_TEST(rate.doubtful());
  rate.arrive(arrival_at_s(62), 88, false);  // it lives
  BOOST_TEST(!rate.doubtful());
  for (int s = 63; s <= 123; ++s) rate.arrive(arrival_at_s(s), 88, false);
  BOOST_TEST(rate.doubtful());
  rate.reset();
  BOOST_TEST(!rate.doubtful());
}

BOOST_AUTO_TEST_CASE(intervals_or_no_rate_at_all_leave_no_such_doubt) {
  ConstantRate with_intervals, without_rate;
  for (int s = 0; s < 300; ++s) {
    with_intervals.arrive(arrival_at_s(s), 60, s % 30 == 0);
    without_rate.arrive(arrival_at_s(s),
                        s % 50 == 0 ? std::nullopt : std::optional<std::uint16_t>{60}, false);
    BOOST_TEST(!with_intervals.doubtful());
    BOOST_TEST(!without_rate.doubtful());
  }
}

BOOST_AUTO_TEST_SUITE_END()
