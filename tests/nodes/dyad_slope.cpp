#include "dyad/slope.hpp"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

PairHr pair(Maybe a, Maybe b) {
  PairHr p;
  p.hr_a_bpm = a;
  p.hr_b_bpm = b;
  return p;
}

std::vector<Timed<PairHr>> ramps(int n) {  // a rises by 1 bpm per second, b falls by 0.5
  std::vector<Timed<PairHr>> grid;
  for (int k = 0; k < n; ++k)
    grid.push_back({Time{} + 500ms * k, pair(60 + 0.5 * k, 90 - 0.25 * k)});
  return grid;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dyad_slope)

BOOST_AUTO_TEST_CASE(a_ramp_has_its_slope_once_seventy_percent_are_there) {
  NodeRunner run(node_def<DyadSlope>());
  run.in<PairHr>(0).rate(2).items(ramps(20)).finish();
  run.play();
  const auto slopes = run.items<PairSlope>(0);
  BOOST_REQUIRE_EQUAL(slopes.size(), 20u);
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    BOOST_TEST(static_cast<bool>(slopes[k].v.slope_a) == (k >= 6));
    if (k < 6) continue;
    BOOST_TEST(*slopes[k].v.slope_a == 1.0);
    BOOST_TEST(*slopes[k].v.slope_b == -0.5);
  }
  BOOST_TEST(run.output(0).finished);
}

BOOST_AUTO_TEST_CASE(one_person_missing_leaves_the_other_and_their_sides) {
  auto grid = ramps(40);
  for (std::size_t k = 20; k < 40; ++k) {
    grid[k].v.hr_b_bpm = {};
    grid[k].v.side_b = Side::idle;
  }
  NodeRunner run(node_def<DyadSlope>());
  run.in<PairHr>(0).rate(2).items(grid);
  run.play();
  const auto slopes = run.items<PairSlope>(0);
  BOOST_TEST(static_cast<bool>(slopes[22].v.slope_b));   // 7 of 10
  BOOST_TEST(!static_cast<bool>(slopes[23].v.slope_b));  // 6 of 10
  BOOST_TEST(*slopes[39].v.slope_a == 1.0);
  BOOST_CHECK(slopes[39].v.side_b == Side::idle);
  BOOST_CHECK(slopes[19].v.side_b == Side::settled);
}

BOOST_AUTO_TEST_CASE(no_slope_reaches_across_a_hole_in_the_grid) {
  auto grid = ramps(40);
  grid.erase(grid.begin() + 20, grid.begin() + 21);
  NodeRunner run(node_def<DyadSlope>());
  run.in<PairHr>(0).rate(2).items(grid);
  run.play();
  const auto slopes = run.items<PairSlope>(0);
  for (std::size_t k = 20; k < 26; ++k) BOOST_TEST(!slopes[k].v.slope_a);
  BOOST_TEST(*slopes[26].v.slope_a == 1.0);
}

BOOST_AUTO_TEST_CASE(the_rate_of_the_grid_sets_the_unit) {
  auto grid = ramps(40);
  for (std::size_t k = 0; k < grid.size(); ++k) grid[k].t = Time{} + 250ms * static_cast<int>(k);
  NodeRunner run(node_def<DyadSlope>());
  run.in<PairHr>(0).rate(4).items(grid);
  run.play();
  BOOST_TEST(*run.items<PairSlope>(0)[39].v.slope_a == 2.0);
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_items) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<Timed<PairHr>> grid;
      const auto value = [&] {
        if (random() % 8 == 0) return Maybe();
        return Maybe(60 + 0.01 * static_cast<double>(random() % 4000));
      };
      for (int k = 0; k < 120; ++k) {
        if (random() % 40 == 0) continue;
        const auto a = value();
        grid.push_back({Time{} + 500ms * k, pair(a, value())});
      }
      NodeRunner run(node_def<DyadSlope>());
      run.in<PairHr>(0).rate(2).items(grid).settle(61s).finish();
      run.play();
      const auto whole = run.outputs();
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_grid) {
  NodeRunner run(node_def<DyadSlope>());
  run.in<PairHr>(0).rate(1);
  BOOST_TEST(!run.activate());
  BOOST_TEST(run.error().find("dyad.align") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
