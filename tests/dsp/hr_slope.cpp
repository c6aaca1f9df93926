#include "dsp/hr_slope.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <vector>

#include "support/shared_data.hpp"

using ib::dsp::HrSlope;
using Reading = std::optional<double>;

namespace {

/// Least squares over the readings present, straight from the definition.
double fitted_slope(const std::deque<Reading>& window, double rate_hz) {
  double n = 0, mean_t = 0, mean_h = 0, th = 0, tt = 0;
  for (std::size_t i = 0; i < window.size(); ++i)
    if (window[i]) n += 1, mean_t += static_cast<double>(i) / rate_hz, mean_h += *window[i];
  mean_t /= n;
  mean_h /= n;
  for (std::size_t i = 0; i < window.size(); ++i) {
    if (!window[i]) continue;
    const double t = static_cast<double>(i) / rate_hz - mean_t;
    th += t * (*window[i] - mean_h);
    tt += t * t;
  }
  return th / tt;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hr_slope)

BOOST_AUTO_TEST_CASE(a_line_has_its_slope) {
  HrSlope slope({});
  Reading last;
  for (int i = 0; i < 20; ++i) last = slope.push(60 + 0.25 * i);  // 0.5 bpm per s at 2 Hz
  BOOST_TEST(*last == 0.5);
  for (int i = 0; i < 10; ++i) last = slope.push(80);
  BOOST_TEST(*last == 0.0);
}

BOOST_AUTO_TEST_CASE(needs_seven_of_ten) {
  HrSlope slope({});
  for (int i = 0; i < 6; ++i) BOOST_TEST(!slope.push(60 + i));
  BOOST_TEST(*slope.push(66) == 2.0);
  for (int i = 7; i < 10; ++i) BOOST_TEST(slope.push(60 + i).has_value());
  for (int i = 0; i < 3; ++i) BOOST_TEST(*slope.push({}) == 2.0);  // the line through 7 points
  BOOST_TEST(!slope.push({}));
}

BOOST_AUTO_TEST_CASE(adding_and_removing_leave_no_residue) {
  const unsigned seed = 7;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  HrSlope slope({});
  std::deque<Reading> window;
  double worst = 0;
  for (int i = 0; i < 20'000; ++i) {
    Reading hr;
    if (random() % 6 != 0) hr = 40 + static_cast<double>(random() % 120'000) / 1000;
    window.push_back(hr);
    if (window.size() > 10) window.pop_front();
    const Reading got = slope.push(hr);
    const auto present =
        std::count_if(window.begin(), window.end(), [](const Reading& r) { return r.has_value(); });
    BOOST_REQUIRE_EQUAL(got.has_value(), present >= 7);
    if (got) worst = std::max(worst, std::abs(*got - fitted_slope(window, 2)));
  }
  BOOST_TEST(worst < 1e-11);

  // After ten samples the state is that of a fresh one: the same bits.
  HrSlope fresh({});
  for (int i = 0; i < 10; ++i) {
    const double hr = 60 + i * i * 0.1;
    const Reading a = slope.push(hr), b = fresh.push(hr);
    if (i == 9) BOOST_TEST(*a == *b);
  }
}

BOOST_AUTO_TEST_CASE(reference_slopes) {
  const auto input = ib::test::shared("reference/coreg_synthetic_input.json");
  const auto reference = ib::test::shared("reference/coreg_reference.json");
  if (!input || !reference) return ib::test::skip_absent("reference/coreg_reference.json");
  const auto series = nlohmann::json::parse(std::ifstream(*input))["series"]["a"];
  const auto expected = nlohmann::json::parse(
      std::ifstream(*reference))["linkage_default"]["pairs"]["a_b"]["x_slope_first5"];
  HrSlope slope({});
  std::vector<double> slopes;
  for (const auto& hr : series)
    if (const auto value = slope.push(hr.get<double>())) slopes.push_back(*value);
  // The reference lists the first of the last 600. Rounding HR by up to 0.0005 bpm moves a slope by
  // at most 0.0005 * sum|j - 4.5| / 82.5 * 2 Hz = 3.1e-4 bpm/s.
  const std::size_t first = slopes.size() - 600;
  for (std::size_t i = 0; i < 5; ++i)
    BOOST_CHECK_SMALL(slopes[first + i] - expected[i].get<double>(), 3.1e-4);
}

BOOST_AUTO_TEST_SUITE_END()
