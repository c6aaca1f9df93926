#include "dsp/smoothed_intervals.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "support/cases.hpp"

namespace {

using ib::dsp::SmoothedIntervals;

/// Independent intervals around 800 ms, 25 ms wide, averaged over the last `beats`, in whole ms.
std::vector<std::int32_t> averaged_noise(std::size_t n, std::size_t beats, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(800, 25);
  std::vector<double> last;
  std::vector<std::int32_t> out;
  while (out.size() < n) {
    last.push_back(normal(random));
    if (last.size() > beats) last.erase(last.begin());
    double sum = 0;
    for (const double x : last) sum += x;
    out.push_back(
        static_cast<std::int32_t>(1000 * std::lround(sum / static_cast<double>(last.size()))));
  }
  return out;
}

SmoothedIntervals::Verdict seen_by(SmoothedIntervals& detector,
                                   const std::vector<std::int32_t>& us) {
  for (const auto x : us) detector.push(x, true);
  return detector.verdict();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(smoothed_intervals)

BOOST_AUTO_TEST_CASE(noise_is_not_smoothed) {
  for (const unsigned seed : ib::test::cases(50)) BOOST_TEST_CONTEXT("seed " << seed) {
      SmoothedIntervals detector;
      const auto v = seen_by(detector, averaged_noise(600, 1, seed));
      BOOST_TEST(v.decided);
      BOOST_TEST(!v.smoothed);
    }
}

BOOST_AUTO_TEST_CASE(each_average_is_named_with_its_length) {
  for (std::size_t beats = 2; beats <= 10; ++beats) BOOST_TEST_CONTEXT(beats << " beats") {
      SmoothedIntervals detector;
      const auto v = seen_by(detector, averaged_noise(400, beats, 7));
      BOOST_TEST(v.smoothed);
      BOOST_REQUIRE(v.beats.has_value());
      BOOST_TEST(*v.beats % static_cast<int>(beats) * (static_cast<int>(beats) % *v.beats) == 0);
      BOOST_TEST(*v.depth < -0.7);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_said_before_96_intervals) {
  SmoothedIntervals detector;
  const auto us = averaged_noise(96, 4, 1);
  for (std::size_t i = 0; i < us.size(); ++i) {
    BOOST_TEST(!detector.verdict().decided);
    detector.push(us[i], true);
  }
  BOOST_TEST(detector.verdict().decided);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_across_a_break) {
  SmoothedIntervals detector;
  for (unsigned piece = 1; piece < 20; ++piece) {
    const auto us = averaged_noise(63, 4, piece);
    for (std::size_t i = 0; i < us.size(); ++i) detector.push(us[i], i > 0);
  }
  BOOST_TEST((detector.verdict() == SmoothedIntervals::Verdict{}));
}

BOOST_AUTO_TEST_CASE(a_device_that_stops_smoothing_is_cleared) {
  SmoothedIntervals detector;
  BOOST_TEST(seen_by(detector, averaged_noise(400, 5, 1)).smoothed);
  BOOST_TEST(!seen_by(detector, averaged_noise(600, 1, 2)).smoothed);
}

BOOST_AUTO_TEST_CASE(constants_and_reset_say_nothing) {
  SmoothedIntervals detector;
  auto v = seen_by(detector, std::vector<std::int32_t>(300, 800'000));
  BOOST_TEST(!v.smoothed);
  BOOST_TEST(std::isfinite(*v.depth));
  detector.reset();
  BOOST_TEST((detector.verdict() == SmoothedIntervals::Verdict{}));
  SmoothedIntervals fresh;
  const auto us = averaged_noise(400, 3, 3);
  BOOST_TEST((seen_by(detector, us) == seen_by(fresh, us)));
}

BOOST_AUTO_TEST_CASE(the_level_does_not_matter) {
  auto us = averaged_noise(400, 6, 4);
  SmoothedIntervals here, there;
  const auto v = seen_by(here, us);
  for (auto& x : us) x += 123'000;
  BOOST_TEST((seen_by(there, us) == v));
}

BOOST_AUTO_TEST_SUITE_END()
