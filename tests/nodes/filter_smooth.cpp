#include "signal/smooth.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

constexpr double smoothed_hz = 25;
const FilterChecks parabola_of_seven(node_def<SmoothFilter>(), smoothed_hz);
const FilterChecks parabola_of_five(node_def<SmoothFilter>(), smoothed_hz, {{"window", 0.2}});
const FilterChecks slope_of_five(node_def<SmoothFilter>(), smoothed_hz,
                                 {{"window", 0.2}, {"of", SmoothFilter::slope}});

std::string smooth_refusal(double window, double order) {
  return FilterChecks(node_def<SmoothFilter>(), smoothed_hz, {{"window", window}, {"order", order}})
      .refusal();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_smooth)

// The weights of Savitzky & Golay's table I: -3 12 17 12 -3, over 35.
BOOST_AUTO_TEST_CASE(one_sample_becomes_the_five_weights_around_it) {
  const auto out = parabola_of_five.of({0, 0, 0, 0, 0, 35, 0, 0, 0, 0});
  const auto y = values_of(out);
  constexpr float expected[]{-3, 12, 17, 12, -3};
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(std::abs(y[5 + i] - expected[i]) < 1e-5F);
  BOOST_TEST(out.t_ns[7] == 200'000'000);
  BOOST_TEST(parabola_of_five.latency() == 80ms);
  BOOST_TEST(parabola_of_seven.latency() == 120ms);  // 7 samples
}

BOOST_AUTO_TEST_CASE(a_parabola_stays_and_its_slope_is_exact) {
  std::vector<float> x;
  for (int i = 0; i < 50; ++i) x.push_back(static_cast<float>(i * i / (smoothed_hz * smoothed_hz)));
  const auto smooth = parabola_of_five.of(x), slope = slope_of_five.of(x);
  const auto y = values_of(smooth), dy = values_of(slope);
  for (std::size_t i = 4; i < x.size(); ++i) {
    const double t = 1e-9 * static_cast<double>(smooth.t_ns[i]);
    BOOST_TEST(std::abs(y[i] - t * t) < 1e-5);
    BOOST_TEST(std::abs(dy[i] - 2 * t) < 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(peaks_keep_their_height_and_all_frequencies_their_time) {
  for (const double hz : {0.5, 1.2, 3.0}) BOOST_TEST(std::abs(parabola_of_seven.late_s(hz)) < 1e-6);
  BOOST_TEST(std::abs(parabola_of_seven.gain(1.2) - 1) < 0.01);  // the average over as many: 0.86
  BOOST_TEST(parabola_of_seven.gain(10) < 0.3);
  const double w = 2 * 3.14159265358979 * 0.5;
  BOOST_TEST(std::abs(slope_of_five.gain(0.5) / w - 1) < 0.01);
}

BOOST_AUTO_TEST_CASE(starts_gaps_and_cuts) {
  parabola_of_seven.starts_still(1e6F);
  slope_of_five.starts_still(0);
  parabola_of_seven.gaps_are_as_they_should_be(6);
  parabola_of_seven.any_cut_gives_the_same();
  slope_of_five.any_cut_gives_the_same(10);
}

BOOST_AUTO_TEST_CASE(what_has_no_polynomial_is_refused_with_the_numbers) {
  BOOST_TEST(says(smooth_refusal(0.04, 0), {"1 samples", "3 to 255", "0.04 s at 25 Hz"}),
             smooth_refusal(0.04, 0));
  BOOST_TEST(says(smooth_refusal(20, 2), {"501 samples", "20 s"}), smooth_refusal(20, 2));
  BOOST_TEST(says(smooth_refusal(0.2, 5), {"order 5", "more than 5 samples"}),
             smooth_refusal(0.2, 5));
  BOOST_TEST(smooth_refusal(0.2, 4) == "");
}

BOOST_AUTO_TEST_SUITE_END()
