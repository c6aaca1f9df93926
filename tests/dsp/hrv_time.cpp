#include "dsp/hrv_time.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/cases.hpp"
#include "support/shared_data.hpp"

namespace {

using ib::Duration;
using ib::Time;
using ib::dsp::Grade;
using ib::dsp::HrvReason;
using ib::dsp::HrvTime;
using ib::dsp::HrvTimeWindow;
using ib::dsp::HrvValue;
using namespace std::chrono_literals;

/// A heart at 75 per minute with a little variability; some beats may be invalid.
struct Heart {
  HrvTimeWindow window;
  Time now{};
  bool last_valid = false;
  int beat_number = 0;

  explicit Heart(Duration length, Time start = {}) : window(length), now(start) {}

  void beat(bool valid = true) {
    const std::int32_t us = 800'000 + 10'000 * (beat_number++ % 3);
    now = now + std::chrono::microseconds(us);
    window.push(now, us, valid, valid && last_valid);
    last_valid = valid;
  }
  /// `good` of every `of` beats are valid.
  void beats(int count, int good = 1, int of = 1) {
    for (int i = 0; i < count; ++i) beat(i % of < good);
  }
};

std::vector<HrvValue> all(const HrvTime& m) {
  return {m.mean_nn, m.mean_hr, m.rmssd,  m.ln_rmssd, m.pnn50,    m.pnn20,     m.sdnn,
          m.sdsd,    m.cvnn,    m.cvsd,   m.sd1,      m.sd2,      m.median_nn, m.min_nn,
          m.max_nn,  m.mad_nn,  m.iqr_nn, m.prc20_nn, m.prc80_nn, m.hti,       m.tinn};
}

bool is(const HrvValue& value, Grade grade, HrvReason reason) {
  const bool present = grade != Grade::absent;
  return value.grade == grade && value.reason == reason && value.value.has_value() == present;
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::Grade)
BOOST_TEST_DONT_PRINT_LOG_VALUE(ib::dsp::HrvReason)

BOOST_AUTO_TEST_SUITE(hrv_time)

BOOST_AUTO_TEST_CASE(a_full_minute_is_ok) {
  Heart heart(60s);
  heart.beats(100);
  const auto m = heart.window.metrics();
  BOOST_TEST(m.coverage > 0.98);
  BOOST_TEST(is(m.rmssd, Grade::ok, HrvReason::none));
  BOOST_TEST(is(m.sdnn, Grade::ok, HrvReason::none));
  BOOST_TEST(is(m.median_nn, Grade::ok, HrvReason::none));
  BOOST_TEST(is(m.hti, Grade::absent, HrvReason::short_window));
  BOOST_TEST(*m.mean_hr.value == 60000 / *m.mean_nn.value);
}

BOOST_AUTO_TEST_CASE(the_start_is_warming_up) {
  Heart heart(60s);
  for (const auto& value : all(heart.window.metrics())) BOOST_TEST(!value.value);
  heart.beats(20);
  const auto m = heart.window.metrics();
  BOOST_TEST(is(m.rmssd, Grade::absent, HrvReason::warming_up));
  BOOST_TEST(m.n == 20u);
}

BOOST_AUTO_TEST_CASE(between_50_and_70_percent_only_the_robust_values_remain) {
  Heart heart(60s);
  heart.beats(100, 6, 10);
  const auto m = heart.window.metrics();
  BOOST_TEST((m.coverage > 0.55 && m.coverage < 0.65));
  for (const auto& value : {m.mean_nn, m.mean_hr, m.rmssd, m.ln_rmssd, m.pnn50, m.pnn20})
    BOOST_TEST(is(value, Grade::low, HrvReason::insufficient_coverage));
  for (const auto& value : {m.sdnn, m.sdsd, m.cvnn, m.cvsd, m.sd1, m.sd2, m.median_nn, m.min_nn,
                            m.max_nn, m.mad_nn, m.iqr_nn, m.prc20_nn, m.prc80_nn})
    BOOST_TEST(is(value, Grade::absent, HrvReason::insufficient_coverage));
}

BOOST_AUTO_TEST_CASE(below_50_percent_nothing_remains) {
  Heart heart(60s);
  heart.beats(100, 4, 10);
  const auto m = heart.window.metrics();
  BOOST_TEST(is(m.rmssd, Grade::absent, HrvReason::insufficient_coverage));
  BOOST_TEST(is(m.mean_nn, Grade::absent, HrvReason::insufficient_coverage));
}

BOOST_AUTO_TEST_CASE(coverage_without_pairs_is_not_enough) {
  HrvTimeWindow window(30s);
  BOOST_TEST(window.required_differences() == 10u);
  BOOST_TEST(HrvTimeWindow(60s).required_differences() == 20u);
  BOOST_TEST(HrvTimeWindow(10s).required_differences() == 8u);
  for (int i = 1; i <= 60; ++i) window.push(Time{} + i * 800ms, 800'000, true, false);
  const auto m = window.metrics();
  BOOST_TEST(m.n_diff == 0u);
  BOOST_TEST(is(m.rmssd, Grade::absent, HrvReason::insufficient_beats));
  BOOST_TEST(is(m.mean_nn, Grade::absent, HrvReason::insufficient_beats));
}

BOOST_AUTO_TEST_CASE(all_invalid_gives_nothing_but_reasons) {
  Heart heart(60s);
  heart.beats(200, 0, 1);
  const auto m = heart.window.metrics();
  BOOST_TEST(m.coverage == 0.0);
  for (const auto& value : all(m)) {
    BOOST_TEST(!value.value);
    BOOST_TEST((value.grade == Grade::absent && value.reason != HrvReason::none));
  }
  BOOST_TEST(is(m.rmssd, Grade::absent, HrvReason::insufficient_coverage));
}

BOOST_AUTO_TEST_CASE(silence_empties_the_window) {
  Heart heart(60s);
  heart.beats(100);
  heart.window.advance(heart.now + 25s);
  BOOST_TEST(is(heart.window.metrics().rmssd, Grade::low, HrvReason::insufficient_coverage));
  heart.window.advance(heart.now + 60s);
  const auto m = heart.window.metrics();
  BOOST_TEST(m.n == 0u);
  BOOST_TEST(is(m.rmssd, Grade::absent, HrvReason::insufficient_coverage));
}

BOOST_AUTO_TEST_CASE(a_gap_or_an_invalid_interval_never_gives_a_difference) {
  HrvTimeWindow window(60s);
  window.push(Time{} + 1s, 800'000, true, false);
  window.push(Time{} + 2s, 800'000, false, false);
  window.push(Time{} + 3s, 900'000, true, true);  // a caller's mistake: the one before is invalid
  window.push(Time{} + 20s, 700'000, true, false);
  BOOST_TEST(window.metrics().n == 3u);
  BOOST_TEST(window.metrics().n_diff == 0u);
  window.push(Time{} + 21s, 710'000, true, true);
  BOOST_TEST(window.metrics().n_diff == 1u);
}

BOOST_AUTO_TEST_CASE(a_time_that_does_not_advance_is_refused) {
  HrvTimeWindow window(60s);
  BOOST_TEST(window.push(Time{} + 2s, 800'000, true, false));
  BOOST_TEST(!window.push(Time{} + 2s, 800'000, true, true));
  BOOST_TEST(!window.push(Time{} + 1s, 800'000, true, true));
  BOOST_TEST(!window.push(Time{} + 3s, 0, true, true));
  BOOST_TEST(window.metrics().n == 1u);
}

BOOST_AUTO_TEST_CASE(a_constant_heart_has_no_nan_and_no_logarithm) {
  HrvTimeWindow window(300s);
  for (int i = 1; i <= 500; ++i) window.push(Time{} + i * 800ms, 800'000, true, i > 1);
  const auto m = window.metrics();
  for (const auto& value : all(m))
    if (value.value) BOOST_TEST(std::isfinite(*value.value));
  BOOST_TEST(*m.rmssd.value == 0.0);
  BOOST_TEST(is(m.ln_rmssd, Grade::absent, HrvReason::undefined));
  BOOST_TEST(is(m.tinn, Grade::absent, HrvReason::undefined));
  BOOST_TEST(is(m.hti, Grade::low, HrvReason::short_window));
}

BOOST_AUTO_TEST_CASE(shifted_time_gives_the_same_values) {
  Heart early(60s), late(60s, Time{} + 1'000'000s);
  early.beats(150, 9, 10);
  late.beats(150, 9, 10);
  const auto a = all(early.window.metrics());
  const auto b = all(late.window.metrics());
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_TEST((a[i].value == b[i].value));
    BOOST_TEST(a[i].grade == b[i].grade);
  }
}

// Property (h): windows long enough to hold all, with random breaks.
BOOST_AUTO_TEST_CASE(scatter_ignores_the_level_and_scales_with_the_unit) {
  for (const unsigned seed : ib::test::cases(100)) BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      HrvTimeWindow plain(300s), shifted(300s), doubled(300s);
      Time a{}, b{}, c{};
      const auto more = static_cast<std::int32_t>(random() % 400'000);
      for (int i = 0; i < 200; ++i) {
        const auto us = static_cast<std::int32_t>(600'000 + random() % 200'000);
        const bool valid = random() % 10 != 0;
        plain.push(a = a + std::chrono::microseconds(us), us, valid, true);
        shifted.push(b = b + std::chrono::microseconds(us + more), us + more, valid, true);
        doubled.push(c = c + std::chrono::microseconds(2 * us), 2 * us, valid, true);
      }
      BOOST_REQUIRE(doubled.statistics().size() == plain.statistics().size());
      const auto& x = plain.statistics();
      BOOST_TEST((shifted.statistics().rmssd() == x.rmssd()));
      BOOST_TEST((shifted.statistics().sdnn() == x.sdnn()));
      BOOST_TEST(*doubled.statistics().rmssd() == 2 * *x.rmssd());
      BOOST_TEST(*doubled.statistics().sdnn() == 2 * *x.sdnn());
      BOOST_TEST(*shifted.statistics().mean_nn() == *x.mean_nn() + more / 1000.0,
                 boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(reset_equals_new) {
  Heart heart(60s);
  heart.beats(100);
  heart.window.reset();
  heart.beats(20);
  BOOST_TEST(is(heart.window.metrics().rmssd, Grade::absent, HrvReason::warming_up));
  BOOST_TEST(heart.window.metrics().n_diff == 19u);
}

BOOST_AUTO_TEST_CASE(sliding_windows_equal_the_reference) {
  const auto path = ib::test::shared("reference/hrv_sliding.json");
  const auto series_path = ib::test::shared("reference/hrv_series.json");
  if (!path || !series_path) return ib::test::skip_absent("reference/hrv_sliding.json");
  const auto reference = nlohmann::json::parse(std::ifstream(*path));
  const auto series = nlohmann::json::parse(std::ifstream(*series_path));
  const auto rr = series.at("pyhrv_short").at("rr").get<std::vector<double>>();

  std::size_t compared = 0;
  for (const auto& [seconds, table] : reference.at("windows").items()) {
    const auto& rows = table.at("rows");
    const Duration length = std::chrono::seconds(std::stoi(seconds));
    HrvTimeWindow window(length);
    Time t{};
    std::size_t row = 0;
    for (std::size_t i = 0; i < rr.size(); ++i) {
      const auto us = static_cast<std::int32_t>(std::lround(rr[i] * 1000));
      t = t + std::chrono::microseconds(us);
      window.push(t, us, true, i > 0);
      if (t < Time{} + length) continue;
      const auto& x = window.statistics();
      const auto& expected = rows.at(row++);
      const std::vector<double> values = {ib::seconds(t), static_cast<double>(x.size()),
                                          *x.mean_nn(),   *x.sdnn(),
                                          *x.rmssd(),     *x.pnn50(),
                                          *x.median_nn(), *x.min_nn(),
                                          *x.max_nn(),    *x.sdsd()};
      BOOST_TEST_CONTEXT(seconds << " s, row " << row - 1) {
        for (std::size_t k = 0; k < values.size(); ++k, ++compared)
          BOOST_TEST(values[k] == expected.at(k).get<double>(), boost::test_tools::tolerance(1e-9));
      }
    }
    BOOST_TEST(row == rows.size());
    BOOST_TEST(window.statistics().displaced() == 0u);
  }
  BOOST_TEST_MESSAGE(compared << " values compared");
  BOOST_TEST(compared == 11020u);
}

BOOST_AUTO_TEST_CASE(a_heart_of_240_fills_the_whole_window) {  // interval.clean may let 200 ms pass
  HrvTimeWindow window(60s);
  Time t{};
  for (int i = 0; i < 1000; ++i) {
    t = t + 250ms;
    window.push(t, 250'000, true, i > 0);
  }
  const auto x = window.metrics();
  BOOST_TEST(x.n == 240u);
  BOOST_TEST(x.coverage == 1.0);
  BOOST_TEST(window.statistics().displaced() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
