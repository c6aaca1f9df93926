#include "dsp/loss_not_random.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "dsp/interval_statistics.hpp"
#include "support/cases.hpp"

namespace {

using ib::Time;
using ib::dsp::IntervalStatistics;
using namespace std::chrono_literals;

enum class Fate { kept, rejected };

/// As hrv.window keeps them.
struct Intervals {
  IntervalStatistics inside;
  explicit Intervals(std::size_t capacity = 400) : inside(capacity) {}
  void push(Time t, std::int32_t us, Fate fate) {
    if (fate == Fate::kept) inside.push(t, us, false);
    else inside.push_excluded(t, us, true);
  }
  ib::dsp::LossVerdict verdict() const {
    return ib::dsp::loss_of(inside.kept(), inside.rejected());
  }
};

struct Window {
  Intervals loss;
  Time now{};
  void beat(std::int32_t us, Fate fate) {
    now = now + std::chrono::microseconds(us);
    loss.push(now, us, fate);
    loss.inside.evict_until(now - 60s);
  }
  void beats(int n, std::int32_t us, Fate fate) {
    for (int i = 0; i < n; ++i) beat(us + 5000 * (i % 3), fate);
  }
};

/// A minute of a heart that breathes, swings slowly, and sometimes runs.
std::vector<std::int32_t> minute_of_heart(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> phase(0, 2 * std::numbers::pi);
  const double breath = phase(random), slow = phase(random), level = 850 + 80 * normal(random);
  std::vector<std::int32_t> us;
  for (double t = 0; t < 60; t += us.back() * 1e-6)
    us.push_back(static_cast<std::int32_t>(
        1000 * (level + 30 * std::sin(2 * std::numbers::pi * 0.25 * t + breath) +
                35 * std::sin(2 * std::numbers::pi * 0.09 * t + slow) + 10 * normal(random))));
  return us;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loss_not_random)

BOOST_AUTO_TEST_CASE(fast_beats_that_are_lost_are_named) {
  Window window;
  window.beats(40, 900'000, Fate::kept);
  window.beats(20, 700'000, Fate::rejected);
  const auto v = window.loss.verdict();
  BOOST_TEST(v.not_random);
  BOOST_TEST((window.loss.inside.kept().n == 40 && window.loss.inside.rejected().n == 20));
  BOOST_TEST(*v.difference_bpm == 60'000 / 704.75 - 60'000 / 904.875,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(slow_beats_too_and_the_sign_says_which) {
  Window window;
  window.beats(40, 700'000, Fate::kept);
  window.beats(10, 900'000, Fate::rejected);
  BOOST_TEST(window.loss.verdict().not_random);
  BOOST_TEST(*window.loss.verdict().difference_bpm < -5);
}

BOOST_AUTO_TEST_CASE(five_bpm_is_the_line) {
  for (const bool beyond : {false, true}) {
    Window window;
    for (int i = 0; i < 30; ++i) window.beat(1'000'000, Fate::kept);  // 60 bpm
    for (int i = 0; i < 10; ++i) window.beat(beyond ? 923'000 : 923'077, Fate::rejected);
    BOOST_TEST(window.loss.verdict().not_random == beyond);
  }
}

BOOST_AUTO_TEST_CASE(too_few_say_nothing) {
  Window window;
  window.beats(40, 900'000, Fate::kept);
  window.beats(4, 600'000, Fate::rejected);
  BOOST_TEST(!window.loss.verdict().not_random);
  BOOST_TEST(!window.loss.verdict().difference_bpm.has_value());
  window.beats(1, 600'000, Fate::rejected);
  BOOST_TEST(window.loss.verdict().not_random);

  Window lost;
  lost.beats(7, 900'000, Fate::kept);
  lost.beats(40, 600'000, Fate::rejected);
  BOOST_TEST(!lost.loss.verdict().difference_bpm.has_value());
}

BOOST_AUTO_TEST_CASE(what_scatters_is_not_called_different) {
  Window window;
  for (int i = 0; i < 30; ++i) window.beat(900'000 + 60'000 * (i % 3 - 1), Fate::kept);
  for (const int us : {500'000, 1'200'000, 450'000, 1'100'000, 600'000})  // 79 bpm, of no rate
    window.beat(us, Fate::rejected);
  BOOST_TEST(*window.loss.verdict().difference_bpm > 5);
  BOOST_TEST(!window.loss.verdict().not_random);
}

BOOST_AUTO_TEST_CASE(the_window_forgets) {
  Window window;
  window.beats(20, 600'000, Fate::rejected);
  window.beats(90, 900'000, Fate::kept);
  BOOST_TEST(window.loss.inside.rejected().n == 0);
  BOOST_TEST(!window.loss.verdict().not_random);
  window.loss.inside.clear();
  BOOST_TEST((window.loss.inside.rejected() == ib::dsp::RateSums{}));
}

BOOST_AUTO_TEST_CASE(what_is_not_used_pushes_nobody_out) {
  Intervals small(10);
  Time t{};
  for (int i = 0; i < 30; ++i)
    small.push(t = t + 1s, 1'000'000, i < 5 || i >= 25 ? Fate::kept : Fate::rejected);
  BOOST_TEST(small.inside.kept().n == 5 + 5 - 5);  // the last five took the place of the first
  BOOST_TEST(small.inside.rejected().n == 5);      // of twenty: there was no room for more
  BOOST_TEST(small.inside.excluded() == 5);
}

BOOST_AUTO_TEST_CASE(sliding_equals_recomputing_exactly) {
  for (const unsigned seed : ib::test::cases(20)) BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      struct Beat {
        Time t;
        std::int32_t us;
        Fate fate;
      };
      std::vector<Beat> all;
      Window window;
      for (int i = 0; i < 300; ++i) {
        const auto us = static_cast<std::int32_t>(500'000 + random() % 700'000);
        const auto fate = random() % 3 == 0 ? Fate::rejected : Fate::kept;
        window.beat(us, fate);
        all.push_back({window.now, us, fate});
        Intervals fresh;
        for (const auto& b : all)
          if (b.t > window.now - 60s) fresh.push(b.t, b.us, b.fate);
        BOOST_TEST((window.loss.inside.kept() == fresh.inside.kept()));
        BOOST_TEST((window.loss.inside.rejected() == fresh.inside.rejected()));
        BOOST_TEST(window.loss.inside.excluded() == fresh.inside.excluded());
        BOOST_TEST((window.loss.verdict() == fresh.verdict()));
      }
    }
}

// Bursts of lost beats, four at a time, 30 % of a minute: at random, and where the heart is fast.
BOOST_AUTO_TEST_CASE(random_loss_is_rarely_named_and_loss_of_a_run_is) {
  int hearts = 0, at_random = 0, of_a_run = 0;
  for (const unsigned seed : ib::test::cases(200)) {
    ++hearts;
    const auto us = minute_of_heart(seed);
    std::mt19937 random(seed + 1000);
    Intervals by_chance, by_speed;
    Time t{};
    unsigned burst = 0;
    for (std::size_t i = 0; i < us.size(); ++i) {
      t = t + std::chrono::microseconds(us[i]);
      if (burst > 0) --burst;
      else if (random() % 28 < 3) burst = 4;
      by_chance.push(t, us[i], burst > 0 ? Fate::rejected : Fate::kept);
      // For a quarter of the minute the wearer walks: 12 % faster, and the ring sees little.
      const bool walks = i > us.size() / 2 && i < 3 * us.size() / 4;
      const auto length = walks ? us[i] * 88 / 100 : us[i];
      by_speed.push(t, length, walks && random() % 5 != 0 ? Fate::rejected : Fate::kept);
    }
    at_random += by_chance.verdict().not_random ? 1 : 0;
    of_a_run += by_speed.verdict().not_random ? 1 : 0;
  }
  BOOST_TEST_MESSAGE("of " << hearts << " minutes: named with random bursts " << at_random
                           << ", with a walk that was lost " << of_a_run);
  BOOST_TEST(at_random <= 0.05 * hearts + 1);
  BOOST_TEST(of_a_run >= 0.90 * hearts - 1);
}

BOOST_AUTO_TEST_SUITE_END()
