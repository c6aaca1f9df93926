// A ring's own intervals against the grid of its samples.
#include "bcl/rr_comb.hpp"

#include "support/cases.hpp"
#include "support/recorded_intervals.hpp"
#include "support/shared_data.hpp"
#include "support/strap.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

using namespace ib;
using bcl::RrComb;

namespace {

RrComb::Verdict comb_verdict(const std::vector<std::int32_t>& rr_ms) {
  RrComb comb;
  for (const auto ms : rr_ms) comb.interval(ms);
  return comb.verdict();
}

/// Intervals between beats that a ring sees on its samples only, every 40 ms.
std::vector<std::int32_t> on_the_samples(const std::vector<std::int32_t>& rr_1024) {
  std::vector<std::int32_t> rr_ms;
  double t_ms = 0;
  std::int64_t before = 0;
  for (const auto raw : rr_1024) {
    t_ms += raw / 1.024;
    const auto sample = std::llround(t_ms / 40);
    rr_ms.push_back(static_cast<std::int32_t>(40 * (sample - before)));
    before = sample;
  }
  return rr_ms;
}

std::vector<std::int32_t> to_the_ms(const std::vector<std::int32_t>& rr_1024) {
  std::vector<std::int32_t> rr_ms;
  for (const auto raw : rr_1024)
    rr_ms.push_back(static_cast<std::int32_t>(std::lround(raw / 1.024)));
  return rr_ms;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bcl_rr_comb)

BOOST_AUTO_TEST_CASE(a_heart_seen_at_25_hz_without_interpolation_stands_on_the_grid) {
  for (const auto seed : test::cases(200)) {
    const test::Strap heart(seed, 120, 800, 50);
    BOOST_CHECK_MESSAGE(comb_verdict(on_the_samples(heart.rr_1024)) == RrComb::Verdict::on_the_grid,
                        "seed " << seed);
    BOOST_CHECK_MESSAGE(comb_verdict(to_the_ms(heart.rr_1024)) == RrComb::Verdict::between,
                        "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_heart_that_hardly_varies_is_not_judged) {
  BOOST_CHECK(comb_verdict(std::vector<std::int32_t>(200, 800)) == RrComb::Verdict::undecided);
  std::vector<std::int32_t> calm;
  for (int k = 0; k < 200; ++k) calm.push_back(800 + k % 9 - 4);
  BOOST_CHECK(comb_verdict(calm) == RrComb::Verdict::undecided);
}

BOOST_AUTO_TEST_CASE(nothing_is_said_of_fewer_than_64) {
  std::vector<std::int32_t> grid;
  for (int k = 0; k < 63; ++k) grid.push_back(800 + 40 * (k % 3));
  BOOST_CHECK(comb_verdict(grid) == RrComb::Verdict::undecided);
  grid.push_back(800);
  BOOST_CHECK(comb_verdict(grid) == RrComb::Verdict::on_the_grid);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_128_intervals_is_forgotten) {
  RrComb comb;
  for (int k = 0; k < 500; ++k) comb.interval(800 + 40 * (k % 3));
  BOOST_CHECK(comb.verdict() == RrComb::Verdict::on_the_grid);
  for (int k = 0; k < 128; ++k) comb.interval(760 + 17 * k % 100);
  BOOST_CHECK(comb.verdict() == RrComb::Verdict::between);
}

BOOST_AUTO_TEST_CASE(any_intervals_are_taken) {
  for (const auto seed : test::cases(1000)) {
    std::minstd_rand random(seed);
    RrComb comb;
    for (int k = 0; k < 300; ++k) comb.interval(1 + static_cast<std::int32_t>(random() % 32767));
    BOOST_CHECK_MESSAGE(comb.verdict() == RrComb::Verdict::between, "seed " << seed);
  }
}

// Hearts of real people: measured finely none stands on the grid, seen every 40 ms nearly all do.
BOOST_AUTO_TEST_CASE(recorded_hearts) {
  auto hearts = test::recorded_days();
  for (auto& heart : test::recorded_minutes()) hearts.push_back(std::move(heart));
  if (hearts.empty()) return test::skip_absent("data/rr_long");
  std::size_t windows = 0, undecided = 0, false_alarms = 0, seen = 0, looked_for = 0;
  for (const auto& heart : hearts) {
    RrComb fine, coarse;
    std::int64_t t_us = 0, before = 0;
    std::size_t n = 0;
    for (const auto us : heart.rr_us) {
      if (us <= 0) continue;
      t_us += us;
      const auto sample = (t_us + 20'000) / 40'000;
      fine.interval(std::max(1, (us + 500) / 1000));
      coarse.interval(std::max<std::int32_t>(1, static_cast<std::int32_t>(40 * (sample - before))));
      before = sample;
      if (++n % RrComb::kept != 0) continue;
      ++windows;
      const auto verdict = fine.verdict();
      undecided += verdict == RrComb::Verdict::undecided;
      false_alarms += verdict == RrComb::Verdict::on_the_grid;
      if (coarse.verdict() == RrComb::Verdict::undecided) continue;
      ++looked_for;
      seen += coarse.verdict() == RrComb::Verdict::on_the_grid;
    }
  }
  BOOST_TEST_MESSAGE(hearts.size() << " hearts, " << windows << " windows of 128: undecided "
                                   << undecided << ", on the grid by chance " << false_alarms
                                   << "; sampled at 25 Hz " << seen << " of " << looked_for);
  BOOST_TEST(false_alarms * 1000 <= windows);
  BOOST_TEST(seen == looked_for);
}

BOOST_AUTO_TEST_SUITE_END()
