#include "dyad/wcc.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

#include "nodes/slopes.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::vector<Timed<WccRow>> rows(const Slopes& grid, std::vector<NodeRunner::Setting> with = {}) {
  NodeRunner run(node_def<DyadWcc>(), std::move(with));
  run.in<PairSlope>(0).rate(2).items(grid).settle(grid.back().t - Time{}).finish();
  run.play();
  return run.items<WccRow>(0);
}

bool has_values(const WccRow& v) { return v.z0 && v.mean_z && v.best_lag_s && v.lead_index; }
bool has_any(const WccRow& v) {
  return v.z0 || v.mean_z || v.best_lag_s || v.lead_index || v.peak_lag_s || v.peak_r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dyad_wcc)

BOOST_AUTO_TEST_CASE(a_row_every_second_and_values_when_every_lag_has_them) {
  const auto r = rows(followed(1, 121, 6, 0.3));  // 0 .. 60 s
  BOOST_REQUIRE_EQUAL(r.size(), 61u);
  for (std::size_t i = 0; i < r.size(); ++i) {
    BOOST_TEST_CONTEXT("at " << i << " s") {
      BOOST_CHECK(r[i].t == Time{} + 1s * static_cast<int>(i));
      const bool full = i >= 29;  // 58 points: 48 pairs at a lag of 5 s
      BOOST_TEST(has_values(r[i].v) == full);
      BOOST_TEST(has_any(r[i].v) == full);
      BOOST_CHECK(r[i].v.reason == (full ? Reason::none : Reason::collecting));
    }
  }
  BOOST_TEST(r[10].v.coverage == 21.0 / 60);
  BOOST_TEST(r[60].v.coverage == 1.0);
}

BOOST_AUTO_TEST_CASE(b_that_follows_a_by_three_seconds_shows_it) {
  const auto v = rows(followed(2, 201, 6, 0.1)).back().v;
  BOOST_TEST(*v.best_lag_s == 3.0);
  BOOST_TEST(*v.lead_index > 0);
  BOOST_TEST(v.has_peak);
  BOOST_TEST(*v.peak_lag_s == 3.0);
  BOOST_TEST(*v.peak_r > 0.9);
  BOOST_TEST(*v.mean_z < std::atanh(*v.peak_r));
}

BOOST_AUTO_TEST_CASE(a_lag_bears_the_widest_error_of_its_window) {
  auto grid = followed(2, 201, 6, 0.1);
  for (std::size_t k = 0; k < grid.size(); ++k) {
    auto& v = grid[k].v;
    v.lag_jitter_ms = k == 50 ? 40.0 : 5.0;
    v.lag_least_ms = k == 60 ? -90.0 : -50.0;
    v.lag_most_ms = 50.0;
  }
  const auto r = rows(grid);  // the window and its lags: 35 s, 70 points
  const auto at = [&](std::size_t second) { return r[second].v; };
  BOOST_TEST(*at(40).lag_jitter_ms == 40);
  BOOST_TEST(*at(40).lag_least_ms == -90);
  BOOST_TEST(*at(40).lag_most_ms == 50);
  BOOST_TEST(*at(59).lag_jitter_ms == 40);
  BOOST_TEST(*at(60).lag_jitter_ms == 5);  // it has left
  BOOST_TEST(*at(60).lag_least_ms == -90);
  BOOST_TEST(*at(65).lag_least_ms == -50);
  BOOST_TEST(!at(20).best_lag_s);
  BOOST_TEST(!at(20).lag_jitter_ms);  // no lag, no error of one

  grid[150].v.lag_jitter_ms = Maybe();
  BOOST_TEST(!rows(grid)[80].v.lag_jitter_ms);  // a clock was not known: then nor is the error
  BOOST_TEST(bool(rows(grid)[80].v.best_lag_s));
  grid[150].v.slope_a = Maybe();  // a point that does not count
  BOOST_TEST(*rows(grid)[80].v.lag_jitter_ms == 5);
}

BOOST_AUTO_TEST_CASE(a_correlation_that_only_rises_towards_an_edge_has_no_peak) {
  Slopes grid;
  for (int k = 0; k <= 100; ++k) {  // a slow swing, 20 s apart: r rises over all lags
    const double s = k * 0.5;
    grid.push_back({Time{} + 500ms * k, pair(std::sin(s * 0.0785), std::sin((s - 20) * 0.0785))});
  }
  const auto v = rows(grid).back().v;
  BOOST_CHECK(v.reason == Reason::none);
  BOOST_TEST(!v.has_peak);
  BOOST_TEST((!v.peak_lag_s && !v.peak_r));
  BOOST_TEST(std::abs(*v.best_lag_s) == 5.0);
}

BOOST_AUTO_TEST_CASE(swapping_the_two_mirrors_every_value) {
  const auto grid = followed(3, 301, 4, 0.5);
  const auto p = rows(grid), q = rows(swapped(grid));
  BOOST_REQUIRE_EQUAL(p.size(), q.size());
  for (std::size_t i = 29; i < p.size(); ++i) {
    BOOST_TEST(*p[i].v.z0 == *q[i].v.z0);
    BOOST_CHECK_SMALL(*p[i].v.mean_z - *q[i].v.mean_z, 1e-12);
    BOOST_CHECK_SMALL(*p[i].v.lead_index + *q[i].v.lead_index, 1e-12);
    BOOST_TEST(*p[i].v.best_lag_s == -*q[i].v.best_lag_s);
  }
}

BOOST_AUTO_TEST_CASE(says_why_there_are_no_values) {
  auto silent = followed(4, 201, 6, 0.3), worn_off = silent, stuck = silent;
  for (std::size_t k = 100; k < silent.size(); ++k) {
    silent[k].v.slope_b = worn_off[k].v.slope_b = {};
    silent[k].v.side_b = Side::idle;
    stuck[k].v.slope_b = 0.25;
  }
  BOOST_CHECK(rows(silent).back().v.reason == Reason::partner_silent);
  BOOST_CHECK(rows(worn_off).back().v.reason == Reason::insufficient_coverage);
  BOOST_CHECK(rows(stuck).back().v.reason == Reason::low_quality);
  BOOST_TEST(!has_any(rows(stuck).back().v));
}

BOOST_AUTO_TEST_CASE(lost_grid_points_count_as_missing) {
  auto grid = followed(5, 401, 6, 0.3);
  grid.erase(grid.begin() + 371, grid.begin() + 391);  // 10 s
  BOOST_TEST(rows(grid).back().v.coverage == 40.0 / 60);
  grid.erase(grid.begin() + 100, grid.begin() + 361);  // more than a window and its lags
  BOOST_TEST(rows(grid).back().v.coverage == 20.0 / 60);
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_rows) {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto grid = followed(seed, 301, 3, 0.5);
      std::mt19937 random(seed);
      for (auto& [t, v] : grid) {
        if (random() % 20 == 0) v.slope_a = {};
      }
      NodeRunner run(node_def<DyadWcc>());
      run.in<PairSlope>(0).rate(2).items(grid).settle(155s).finish();
      run.play();
      const auto whole = run.outputs();
      BOOST_REQUIRE(whole[0].t_ns.size() == 151u);
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_grid) {
  NodeRunner between(node_def<DyadWcc>(), {{"step", 1.3}});
  between.in<PairSlope>(0).rate(2);
  BOOST_TEST(!between.activate());
  BOOST_TEST(between.error().find("0.5 s") != std::string::npos);
  NodeRunner odd(node_def<DyadWcc>());
  odd.in<PairSlope>(0).rate(3);
  BOOST_TEST(!odd.activate());
}

BOOST_AUTO_TEST_SUITE_END()
