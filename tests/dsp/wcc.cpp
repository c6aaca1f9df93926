#include "dsp/wcc.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "dsp/beat_grid.hpp"
#include "support/shared_data.hpp"

using namespace ib::dsp;

namespace {

using Series = std::vector<Fixed>;
constexpr WccConfig defaults{};
constexpr std::size_t stretch = 70;  // w + K

Series of(std::initializer_list<int> values) {
  Series s;
  for (const int v : values) s.push_back({v, true});
  return s;
}

/// A wandering series with a hole here and there.
Series wander(std::mt19937& random, std::size_t n, unsigned one_missing_in) {
  Series s;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    value += static_cast<int>(random() % 2001) - 1000;
    s.push_back(one_missing_in && random() % one_missing_in == 0 ? Fixed::missing()
                                                                 : Fixed{value, true});
  }
  return s;
}

std::span<const Fixed> part(const Series& s, std::size_t first) {
  return std::span(s).subspan(first, stretch);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wcc)

BOOST_AUTO_TEST_CASE(positive_lag_means_y_follows) {
  // y repeats x one sample later.
  const auto x = of({3, 1, 4, 1, 5, 9, 2, 6});
  const auto y = of({7, 3, 1, 4, 1, 5, 9, 2});
  for (const Align align : {Align::begin, Align::end}) {
    const auto row = wcc_window(x, y, {.window = 6, .max_lag = 2}, align);
    BOOST_TEST(*row.best_lag() == 1);
    BOOST_TEST(*row.r(1) == 1.0, boost::test_tools::tolerance(1e-15));
    BOOST_TEST(*row.z(1) == std::atanh(0.999));
    BOOST_TEST(*row.lead_index() > 0);
  }
}

BOOST_AUTO_TEST_CASE(align_says_which_end_all_lags_share) {
  const auto x = of({0, 0, 0, 1, 5, 2});
  const auto y = of({0, 0, 0, 2, 10, 4});
  const WccConfig config{.window = 3, .max_lag = 3};
  BOOST_TEST(!wcc_window(x, y, config, Align::begin).r(0));  // only zeros
  BOOST_TEST(*wcc_window(x, y, config, Align::end).r(0) == 1.0,
             boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(no_r_below_eighty_percent_or_without_variance) {
  Series x(stretch), y(stretch);
  for (std::size_t i = 0; i < stretch; ++i) {
    x[i] = {static_cast<int>(i * i % 17), true};
    y[i] = {static_cast<int>(i * i % 13), true};
  }
  for (std::size_t i = 0; i < 12; ++i) y[20 + i] = Fixed::missing();
  BOOST_TEST(wcc_window(x, y, defaults, Align::end).r(0).has_value());  // 48 of 60
  x[40] = Fixed::missing();
  BOOST_TEST(!wcc_window(x, y, defaults, Align::end).r(0));  // 47 of 60
  const Series flat(stretch, Fixed{7, true});
  const auto row = wcc_window(flat, flat, defaults, Align::end);
  BOOST_TEST(!row.mean_z());
  BOOST_TEST(!row.best_lag());
  BOOST_TEST(!row.lead_index());
  BOOST_TEST(!row.boker_peak());
}

BOOST_AUTO_TEST_CASE(peak_is_the_nearest_maximum_and_never_at_the_edge) {
  Correlogram row(4);
  for (int k = -4; k <= 4; ++k) row.r(k) = 0.1 * k;
  BOOST_TEST(!row.boker_peak());  // rises towards the edge
  row.r(1) = 0.9;
  BOOST_TEST(row.boker_peak()->lag == 1);
  row.r(4) = 0.95;
  BOOST_TEST(row.boker_peak()->lag == 1);
  BOOST_TEST(*row.best_lag() == 4);
  for (int k = -4; k <= 4; ++k) row.r(k) = std::abs(k) == 2 ? 0.5 : 0.0;
  BOOST_TEST(row.boker_peak()->lag == 2);  // equally near: the positive one
  BOOST_TEST(*row.best_lag() == -2);       // first maximum
}

BOOST_AUTO_TEST_CASE(incremental_equals_batch_bit_for_bit) {
  const unsigned seed = 4711;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (const unsigned one_missing_in : {0u, 40u, 8u}) {
    const Series x = wander(random, 2000, one_missing_in);
    const Series y = wander(random, 2000, one_missing_in);
    Wcc live(defaults);
    for (std::size_t i = 0; i < x.size(); ++i) {
      live.push(x[i], y[i]);
      if (i + 1 < stretch) continue;
      const std::size_t first = i + 1 - stretch;
      BOOST_REQUIRE(live.row() == wcc_window(part(x, first), part(y, first), defaults, Align::end));
    }
    live.reset();
    BOOST_TEST(!live.row().best_lag());
  }
}

BOOST_AUTO_TEST_CASE(swapping_the_partners_mirrors_the_lags) {
  const unsigned seed = 99;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) {
    const Series x = wander(random, stretch, 30), y = wander(random, stretch, 30);
    const auto row = wcc_window(x, y, defaults, Align::end);
    const auto swapped = wcc_window(y, x, defaults, Align::end);
    for (int k = -10; k <= 10; ++k) BOOST_TEST((row.r(k) == swapped.r(-k)));
    BOOST_REQUIRE(row.best_lag());
    BOOST_TEST(*row.best_lag() == -*swapped.best_lag());
    BOOST_CHECK_SMALL(*row.lead_index() + *swapped.lead_index(), 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(reference_windows) {
  const auto input = ib::test::shared("reference/coreg_synthetic_input.json");
  const auto reference = ib::test::shared("reference/coreg_reference.json");
  if (!input || !reference) return ib::test::skip_absent("reference/coreg_reference.json");
  const auto series = nlohmann::json::parse(std::ifstream(*input))["series"];
  const auto expected = nlohmann::json::parse(std::ifstream(*reference));
  const auto load = [&](const char* who) {
    Series s;
    for (const auto& v : series[who]) s.push_back(Fixed::of(v.get<double>(), 1e4));
    return s;
  };
  const Series x = load("a");
  for (const auto& [pair, who] :
       {std::pair{"syn_a_b", "b_follows_a_3s"}, std::pair{"syn_a_c", "c_independent"},
        std::pair{"syn_a_d", "d_antiphase"}}) {
    const Series y = load(who);
    const auto& wanted = expected[pair]["wcc"];
    double worst = 0, sum_lead1 = 0, sum_lead2 = 0, sum = 0;
    const auto close = [&](double got, const nlohmann::json& want) {
      worst = std::max(worst, std::abs(got - want.get<double>()));
    };
    const std::size_t windows = wanted["n_windows"];
    for (std::size_t i = 0; i < windows; ++i) {
      const auto row = wcc_window(part(x, 20 * i), part(y, 20 * i), defaults, Align::begin);
      close(*row.z(0), wanted["lag0_z"][i]);
      close(*row.mean_z(), wanted["mean_z_per_window"][i]);
      sum += *row.mean_z();
      sum_lead1 += *row.mean_z(1, 10);
      sum_lead2 += *row.mean_z(-10, -1);
      BOOST_TEST(*row.best_lag() == wanted["best_lag_per_window"][i].get<int>());
      const auto& peak = wanted["peakpick_Ls2"][i];
      BOOST_REQUIRE_EQUAL(row.boker_peak().has_value(), !peak[1].is_null());
      if (row.boker_peak()) {
        BOOST_TEST(row.boker_peak()->lag == peak[1].get<double>());
        close(row.boker_peak()->r, peak[0]);
      }
      for (int k = -10; i == 0 && k <= 10; ++k)
        close(*row.r(k), wanted["first_row_r"][static_cast<std::size_t>(k + 10)]);
    }
    const auto count = static_cast<double>(windows);
    close(sum / count, wanted["grand_mean_z"]);
    close(sum_lead1 / count, wanted["lead1_mean_z"]);
    close(sum_lead2 / count, wanted["lead2_mean_z"]);
    BOOST_TEST_MESSAGE(pair << ": worst difference " << worst);
    BOOST_TEST(worst < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(reference_stream_with_a_gap) {
  const auto path = ib::test::shared("reference/coreg_stream.json");
  if (!path) return ib::test::skip_absent("reference/coreg_stream.json");
  const auto json = nlohmann::json::parse(std::ifstream(*path));
  const auto heart_rate = [&](const std::string& who) {
    const auto& ends = json[who]["t_end_s"];
    Series s;
    const auto keep = [&](const GridItem& item) {
      s.push_back(item.valid ? Fixed::of(item.hr_bpm, 1e10) : Fixed::missing());
    };
    BeatGrid grid({});
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const bool valid = who == "A" || json[who]["valid"][i] == 1;
      const double ibi_us = json[who]["ibi_ms"][i].get<double>() * 1000;
      grid.push({ib::Time{} + ib::from_seconds(ends[i]),
                 static_cast<std::int32_t>(std::lround(ibi_us)), valid},
                keep);
    }
    grid.settle(ib::Time{} + ib::from_seconds(423.1), keep);
    return s;
  };
  const Series x = heart_rate("A"), y = heart_rate("B");
  BOOST_REQUIRE(x.size() == 841 && y.size() == 841);

  Wcc live(defaults);
  std::size_t next = 0;
  double worst = 0;
  for (const auto& wanted : json["wcc"]["rows"]) {
    const auto last = static_cast<std::size_t>(std::lround(wanted[0].get<double>() * 2));
    for (; next <= last; ++next) live.push(x[next], y[next]);
    const auto row = live.row();
    for (int k = -10; k <= 10; ++k) {
      const bool absent =
          wanted[1].is_null() || wanted[1][static_cast<std::size_t>(k + 10)].is_null();
      BOOST_REQUIRE_EQUAL(row.r(k).has_value(), !absent);
      if (absent) continue;
      const double r = wanted[1][static_cast<std::size_t>(k + 10)];
      worst = std::max(worst, std::abs(*row.r(k) - r));
    }
    BOOST_REQUIRE_EQUAL(row.mean_z().has_value(), !wanted[2].is_null());
    if (!row.mean_z()) continue;
    worst = std::max(worst, std::abs(*row.mean_z() - wanted[2].get<double>()));
    BOOST_TEST(*row.best_lag() == wanted[3].get<int>());
  }
  BOOST_TEST_MESSAGE("worst difference " << worst);
  BOOST_TEST(worst < 1e-9);
}

BOOST_AUTO_TEST_SUITE_END()
