#include "dsp/interval_statistics.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/cases.hpp"
#include "support/shared_data.hpp"

namespace {

using ib::Time;
using ib::dsp::IntervalStatistics;
using Value = IntervalStatistics::Value;

IntervalStatistics of(const std::vector<std::int32_t>& us) {
  IntervalStatistics x(us.size());
  Time t{};
  for (auto ibi : us) {
    t = t + std::chrono::microseconds(ibi);
    x.push(t, ibi, true);
  }
  return x;
}

/// Everything that has a unit of time, by its name in the reference.
std::map<std::string, Value> in_ms(const IntervalStatistics& x) {
  return {{"MeanNN", x.mean_nn()},
          {"MedianNN", x.median_nn()},
          {"MinNN", x.min_nn()},
          {"MaxNN", x.max_nn()},
          {"SDNN", x.sdnn()},
          {"RMSSD", x.rmssd()},
          {"SDSD", x.sdsd()},
          {"MadNN", x.mad_nn()},
          {"IQRNN", x.iqr_nn()},
          {"Prc20NN", x.percentile(0.20)},
          {"Prc80NN", x.percentile(0.80)},
          {"Prc5NN", x.percentile(0.05)},
          {"Prc95NN", x.percentile(0.95)}};
}

std::map<std::string, Value> unitless_or_binned(const IntervalStatistics& x) {
  return {{"pNN50_diffs", x.pnn50()},
          {"pNN20_diffs", x.pnn20()},
          {"pNN50_taskforce_N", x.pnn50(IntervalStatistics::Base::intervals)},
          {"pNN20_taskforce_N", x.pnn20(IntervalStatistics::Base::intervals)},
          {"HTI", x.hti()},
          {"TINN", x.tinn()}};
}

/// Twice the middle of 1 to n values; whole.
std::int64_t twice_the_middle(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) / 2] + values[values.size() / 2];
}

/// Base of the triangle over the counts of bins of 1/128 s, of all feet on both sides of the apex the
/// pair with the least squares.
double triangle_by_definition(const std::vector<std::int32_t>& us) {
  std::map<int, double> count;
  for (const auto x : us) count[static_cast<int>(2 * std::int64_t{x} / 15'625)] += 1;
  const int lo = count.begin()->first, hi = count.rbegin()->first;
  const int apex = std::max_element(count.begin(), count.end(), [](auto& a, auto& b) {
                     return a.second < b.second;
                   })->first;
  const auto height = [&](int b) { return count.contains(b) ? count.at(b) : 0; };
  double least = 1e300, base = 0;
  for (int left = lo - 1; left < apex; ++left) {
    for (int right = apex + 1; right < hi + 2; ++right) {
      double misfit = 0;
      for (int b = lo; b <= hi; ++b) {
        double leg = 0;
        if (b > left && b <= apex) leg = height(apex) * (b - left) / (apex - left);
        if (b >= apex && b < right) leg = height(apex) * (right - b) / (right - apex);
        misfit += (height(b) - leg) * (height(b) - leg);
      }
      if (misfit < least - 1e-9) least = misfit, base = (right - left) * 7.8125;
    }
  }
  return base;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interval_statistics)

BOOST_AUTO_TEST_CASE(three_intervals_by_hand) {
  const auto x = of({800'000, 860'000, 830'000});  // differences +60, -30 ms
  BOOST_TEST(*x.mean_nn() == 830.0);
  BOOST_TEST(*x.mean_hr() == 60000 / 830.0);
  BOOST_TEST(*x.sdnn() == 30.0);
  BOOST_TEST(*x.rmssd() == std::sqrt((3600 + 900) / 2.0), boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*x.pnn50() == 50.0);
  BOOST_TEST(*x.pnn20() == 100.0);
  BOOST_TEST(*x.pnn20(IntervalStatistics::Base::intervals) == 200 / 3.0,
             boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*x.median_nn() == 830.0);
  BOOST_TEST(*x.mad_nn() == 1.4826 * 30, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*x.iqr_nn() == 30.0);
}

BOOST_AUTO_TEST_CASE(exactly_50_ms_is_not_more_than_50_ms) {
  BOOST_TEST(*of({800'000, 850'000}).pnn50() == 0.0);
  BOOST_TEST(*of({800'000, 850'001}).pnn50() == 100.0);
}

BOOST_AUTO_TEST_CASE(no_difference_across_a_break) {
  IntervalStatistics x(10);
  x.push(Time{1}, 800'000, true);  // nothing before it
  x.push(Time{2}, 900'000, false);
  BOOST_TEST(x.sums().n_diff == 0);
  BOOST_TEST(!x.rmssd());
  BOOST_TEST(!x.pnn50(IntervalStatistics::Base::intervals));
  x.push(Time{3}, 910'000, true);
  BOOST_TEST(*x.rmssd() == 10.0);
}

BOOST_AUTO_TEST_CASE(the_evicted_interval_takes_its_difference_along) {
  auto x = of({800'000, 860'000, 830'000});
  x.evict_until(Time{800'000'000});
  BOOST_TEST(x.size() == 2u);
  BOOST_TEST(*x.rmssd() == 30.0);
  x.evict_until(ib::forever);
  BOOST_TEST((x.sums() == ib::dsp::IntervalSums{}));
  BOOST_TEST(!x.mean_nn());
}

BOOST_AUTO_TEST_CASE(a_full_buffer_displaces_the_oldest_and_counts_it) {
  IntervalStatistics x(2);
  for (std::int32_t us : {800'000, 860'000, 830'000}) x.push(Time{us}, us, true);
  BOOST_TEST(x.displaced() == 1u);
  BOOST_TEST((x.sums() == of({860'000, 830'000}).sums()));

  IntervalStatistics single(1);
  for (std::int32_t us : {800'000, 860'000}) single.push(Time{us}, us, true);
  BOOST_TEST((single.sums() == of({860'000}).sums()));
}

BOOST_AUTO_TEST_CASE(constant_intervals_give_zeros_and_no_nan) {
  const auto x = of(std::vector<std::int32_t>(100, 800'000));
  for (const auto& [label, value] : in_ms(x))
    if (value) BOOST_TEST(std::isfinite(*value), label);
  BOOST_TEST(*x.sdnn() == 0.0);
  BOOST_TEST(*x.rmssd() == 0.0);
  BOOST_TEST(*x.sd2() == 0.0);
  BOOST_TEST(*x.hti() == 1.0);
  BOOST_TEST(!x.ln_rmssd());
  BOOST_TEST(!x.tinn());
}

BOOST_AUTO_TEST_CASE(nothing_has_no_statistics) {
  const IntervalStatistics x(5);
  for (const auto& [label, value] : in_ms(x)) BOOST_TEST(!value, label);
  for (const auto& [label, value] : unitless_or_binned(x)) BOOST_TEST(!value, label);
  for (const auto& value : {x.mean_hr(), x.ln_rmssd(), x.cvnn(), x.cvsd(), x.sd1(), x.sd2()})
    BOOST_TEST(!value);
}

BOOST_AUTO_TEST_CASE(an_interval_beyond_the_histogram_has_no_shape) {
  const auto x = of({800'000, 810'000, 4'000'001});
  BOOST_TEST(!x.hti());
  BOOST_TEST(!x.tinn());
}

// In half microseconds: the median lies between two intervals, and the middle distance between two more.
BOOST_AUTO_TEST_CASE(mad_is_the_middle_distance_from_the_middle) {
  for (const unsigned seed : ib::test::cases(300)) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random(seed);
    std::vector<std::int32_t> us(1 + random() % 40);
    const unsigned spread = seed % 3 == 0 ? 4 : 200'000;  // many equal ones, or none
    for (auto& x : us) x = static_cast<std::int32_t>(700'000 + random() % spread);
    std::vector<std::int64_t> distances;
    const auto centre = twice_the_middle({us.begin(), us.end()});
    for (const auto x : us) distances.push_back(std::abs(2 * std::int64_t{x} - centre));
    const auto twice = static_cast<double>(twice_the_middle(distances));
    BOOST_TEST(*of(us).mad_nn() == 1.4826 * twice / 4 / 1000);
  }
}

BOOST_AUTO_TEST_CASE(the_triangle_is_the_best_of_all) {
  for (const unsigned seed : ib::test::cases(40)) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(800'000, 40'000);
    std::vector<std::int32_t> us(60 + random() % 200);
    for (auto& x : us) x = static_cast<std::int32_t>(std::lround(normal(random)));
    const auto x = of(us);
    BOOST_TEST(*x.tinn() == triangle_by_definition(us));
    BOOST_TEST((x.geometric().hti == x.hti() && x.geometric().tinn == x.tinn()));
  }
}

BOOST_AUTO_TEST_CASE(in_order_tells_what_is_inside_and_where_it_breaks) {
  using ib::dsp::NnInterval;
  std::vector<NnInterval> room(10);
  IntervalStatistics x(10);
  BOOST_TEST(x.in_order(room).empty());
  const auto seen = [&] {
    const auto inside = x.in_order(room);
    return std::vector<NnInterval>(inside.begin(), inside.end());
  };
  const auto push = [&x](int second, std::int32_t us, bool continues) {
    x.push(Time{} + std::chrono::seconds(second), us, continues);
  };
  push(1, 800'000, true);
  push(2, 900'000, true);
  x.push_aside(Time{} + std::chrono::seconds(3), 850'000);
  push(4, 910'000, true);
  push(30, 700'000, false);  // behind a filler
  push(31, 710'000, true);
  BOOST_TEST((
      seen() ==
      std::vector<NnInterval>{
          {800'000, false}, {900'000, true}, {910'000, false}, {700'000, false}, {710'000, true}}));
  std::vector<std::uint16_t> places(10);
  BOOST_TEST(x.by_length(places).empty());  // one stands aside, and there is a pause
  x.evict_until(Time{} + std::chrono::seconds(1));
  BOOST_TEST((seen().front() == NnInterval{900'000, false}));
}

BOOST_AUTO_TEST_CASE(the_fullest_bin_counts_from_lower_edges) {
  using Bin = IntervalStatistics::Bin;
  BOOST_TEST((IntervalStatistics(5).fullest_bin(50'000) == Bin{}));
  const auto x = of({849'999, 800'000, 850'000, 799'999, 820'000, 700'000});
  BOOST_TEST((x.fullest_bin(50'000) == Bin{800'000, 3}));
  BOOST_TEST((x.fullest_bin(1'000'000) == Bin{0, 6}));
  BOOST_TEST((x.fullest_bin(1) == Bin{700'000, 1}));
}

BOOST_AUTO_TEST_CASE(scatter_ignores_the_level_and_scales_with_the_unit) {
  const std::vector<std::int32_t> us = {800'000, 861'003, 829'998, 842'417, 779'521, 815'000};
  auto shifted = us, doubled = us;
  for (auto& x : shifted) x += 123'457;
  for (auto& x : doubled) x *= 2;
  BOOST_TEST(*of(shifted).sdnn() == *of(us).sdnn());
  BOOST_TEST(*of(shifted).rmssd() == *of(us).rmssd());
  BOOST_TEST(*of(shifted).sdsd() == *of(us).sdsd());
  BOOST_TEST(*of(doubled).sdnn() == 2 * *of(us).sdnn());
  BOOST_TEST(*of(doubled).rmssd() == 2 * *of(us).rmssd());
  BOOST_TEST(*of(doubled).mad_nn() == 2 * *of(us).mad_nn());
}

BOOST_AUTO_TEST_CASE(sliding_equals_recomputing_exactly) {
  const unsigned seed = 7043;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  struct Beat {
    Time t;
    std::int32_t us;
    bool continues;
  };
  std::deque<Beat> inside;
  IntervalStatistics sliding(200);
  std::vector<ib::dsp::NnInterval> room(200);
  std::vector<std::uint16_t> places(200);
  Time t{};
  for (int i = 0; i < 10'000; ++i) {
    const auto us = static_cast<std::int32_t>(300'000 + random() % 1'700'000);
    const bool continues = random() % 8 != 0;
    t = t + std::chrono::microseconds(us);
    const auto start = t - std::chrono::seconds(1 + random() % 90);
    sliding.evict_until(start);
    sliding.push(t, us, continues);
    while (!inside.empty() && inside.front().t <= start) inside.pop_front();
    inside.push_back({t, us, continues});

    IntervalStatistics fresh(200);
    for (const auto& b : inside) fresh.push(b.t, b.us, b.continues);
    BOOST_TEST_REQUIRE((sliding.sums() == fresh.sums()), "step " << i);
    BOOST_TEST_REQUIRE((in_ms(sliding) == in_ms(fresh)), "step " << i);
    const auto order = sliding.in_order(room);
    const auto by_length = sliding.by_length(places);
    BOOST_TEST_REQUIRE(by_length.size() == order.size(), "step " << i);
    BOOST_TEST_REQUIRE(std::is_sorted(by_length.begin(), by_length.end(),
                                      [&](auto a, auto b) { return order[a].us < order[b].us; }));
    BOOST_TEST_REQUIRE(std::set(by_length.begin(), by_length.end()).size() == order.size());
    if (i % 50 == 0)
      BOOST_TEST_REQUIRE((unitless_or_binned(sliding) == unitless_or_binned(fresh)), "step " << i);
  }
  BOOST_TEST(sliding.displaced() == 0u);
}

// Two series are not whole microseconds (half and third ones). Their moments are compared in units
// of 1/2 and 1/3 us, so that the tolerance tests the arithmetic and not the input's rounding.
BOOST_AUTO_TEST_CASE(all_series_equal_the_reference) {
  const auto series_path = ib::test::shared("reference/hrv_series.json");
  const auto expected_path = ib::test::shared("reference/hrv_reference.json");
  if (!series_path || !expected_path) return ib::test::skip_absent("reference/hrv_reference.json");
  const auto series = nlohmann::json::parse(std::ifstream(*series_path));
  const auto reference = nlohmann::json::parse(std::ifstream(*expected_path));
  const std::map<std::string, int> parts_per_us = {{"biosppy_rri", 2}, {"systole_rr", 3}};

  std::size_t compared = 0;
  for (const auto& [key, entry] : series.items()) {
    const auto found = parts_per_us.find(key);
    const int parts = found == parts_per_us.end() ? 1 : found->second;
    std::vector<std::int32_t> whole, fine;
    for (double ms : entry.at("rr").get<std::vector<double>>()) {
      whole.push_back(static_cast<std::int32_t>(std::lround(ms * 1000)));
      fine.push_back(static_cast<std::int32_t>(std::lround(ms * 1000 * parts)));
    }
    const auto& spec = reference.at(key).at("spec");
    const auto& time = spec.at("time");
    const auto check = [&](const std::string& label, Value value, double expected) {
      BOOST_TEST_CONTEXT(key << " " << label) {
        BOOST_TEST_REQUIRE(value.has_value());
        BOOST_TEST(*value == expected, boost::test_tools::tolerance(1e-9));
        ++compared;
      }
    };
    const auto exact = of(fine);
    for (const auto& [label, value] : in_ms(exact)) check(label, *value / parts, time.at(label));
    check("MeanHR", *exact.mean_hr() * parts, time.at("MeanHR_of_meanNN"));
    check("CVNN", exact.cvnn(), time.at("CVNN"));
    check("CVSD", exact.cvsd(), time.at("CVSD"));
    check("lnRMSSD", *exact.ln_rmssd() - std::log(parts), time.at("lnRMSSD"));
    check("SD1", *exact.sd1() / parts, spec.at("poincare").at("SD1"));
    check("SD2", *exact.sd2() / parts, spec.at("poincare").at("SD2"));

    const auto binned = of(whole);
    for (const auto& [label, value] : unitless_or_binned(binned))
      check(label, value, time.at(label));
  }
  BOOST_TEST_MESSAGE(compared << " values compared");
  BOOST_TEST(compared == 6u * 25u);
}

BOOST_AUTO_TEST_SUITE_END()
