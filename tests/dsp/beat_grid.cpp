#include "dsp/beat_grid.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/shared_data.hpp"

using namespace ib;
using dsp::BeatGrid;
using dsp::BeatInterval;
using dsp::GridItem;

namespace {

Time at_s(double s) { return Time{} + from_seconds(s); }
BeatInterval beat(double end_s, int ibi_ms, bool valid = true) {
  return {at_s(end_s), ibi_ms * 1000, valid};
}

struct Items : std::vector<GridItem> {
  auto sink() {
    return [this](const GridItem& item) { push_back(item); };
  }
};

bool same(const GridItem& a, const GridItem& b) {
  return a.k == b.k && a.t == b.t && a.valid == b.valid && a.ibi_ms == b.ibi_ms &&
         a.hr_bpm == b.hr_bpm;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(beat_grid)

BOOST_AUTO_TEST_CASE(interpolates_between_midpoints) {
  BeatGrid grid({});
  Items items;
  grid.push(beat(1.0, 1000), items.sink());  // point at 0.5 s: lies on the grid
  grid.push(beat(1.8, 800), items.sink());   // point at 1.4 s
  BOOST_REQUIRE_EQUAL(items.size(), 3u);
  BOOST_TEST(!items[0].valid);  // t = 0 lies before the first point
  BOOST_TEST(items[1].ibi_ms == 1000.0);
  BOOST_TEST(items[1].hr_bpm == 60.0);
  BOOST_TEST(items[2].k == 2);
  BOOST_CHECK_SMALL(items[2].ibi_ms - (1000 - 200 * 0.5 / 0.9), 1e-12);
}

BOOST_AUTO_TEST_CASE(joins_points_up_to_three_seconds_apart) {
  for (const double second : {3.5, 3.501}) {
    BeatGrid grid({.wait = 10s});
    Items items;
    grid.push(beat(1.0, 1000), items.sink());           // point at 0.5 s
    grid.push(beat(second + 0.5, 1000), items.sink());  // 3.0 s or 3.001 s later
    BOOST_REQUIRE_EQUAL(items.size(), 8u);
    for (std::size_t k = 2; k < 7; ++k) BOOST_TEST(items[k].valid == (second == 3.5));
  }
}

// An excluded run of at most two intervals is bridged; of three not, however short they are.
BOOST_AUTO_TEST_CASE(bridges_at_most_two_invalid_intervals) {
  for (const int n : {2, 3}) {
    BOOST_TEST_CONTEXT(n << " invalid intervals") {
      BeatGrid grid({});
      Items items;
      double end = 1.0;
      grid.push(beat(end, 1000), items.sink());  // point at 0.5 s
      for (int i = 0; i < n; ++i) grid.push(beat(end += 0.4, 400, false), items.sink());
      grid.push(beat(end += 0.5, 500), items.sink());  // point at 2.05 s or 2.45 s
      BOOST_REQUIRE_EQUAL(items.size(), 5u);
      BOOST_TEST(items[1].valid);  // lies on the point itself
      for (std::size_t k = 2; k < 5; ++k) BOOST_TEST(items[k].valid == (n == 2));
      grid.push(beat(end += 0.5, 500), items.sink());  // and the count starts anew
      BOOST_TEST(items.back().valid);
    }
  }
}

BOOST_AUTO_TEST_CASE(invalid_interval_is_no_point) {
  BeatGrid grid({});
  Items with, without;
  grid.push(beat(1.0, 1000), with.sink());
  grid.push(beat(1.7, 700, false), with.sink());
  grid.push(beat(2.7, 1000), with.sink());
  BeatGrid other({});
  other.push(beat(1.0, 1000), without.sink());
  other.push(beat(2.7, 1000), without.sink());
  BOOST_REQUIRE_EQUAL(with.size(), without.size());
  for (std::size_t i = 0; i < with.size(); ++i) BOOST_TEST(same(with[i], without[i]));
}

BOOST_AUTO_TEST_CASE(settled_time_gives_up_after_more_than_three_seconds) {
  BeatGrid grid({});
  Items items;
  grid.settle(at_s(3.0), items.sink());
  BOOST_TEST(items.empty());  // t = 0 may still be decided by an interval that ends at 3.0 s
  grid.settle(at_s(3.0) + 1ns, items.sink());
  BOOST_REQUIRE_EQUAL(items.size(), 1u);
  BOOST_TEST(!items[0].valid);
  grid.settle(at_s(1.0), items.sink());
  BOOST_TEST(items.size() == 1u);
}

BOOST_AUTO_TEST_CASE(refuses_what_can_not_be_a_point) {
  BeatGrid grid({});
  Items items;
  BOOST_TEST(grid.push(beat(5.0, 1000), items.sink()));
  BOOST_TEST(!grid.push(beat(5.0, 1000), items.sink()));  // same midpoint
  BOOST_TEST(!grid.push(beat(4.0, 1000), items.sink()));  // earlier
  BOOST_TEST(!grid.push({at_s(9.0), 0, true}, items.sink()));
  BOOST_TEST(!grid.push({at_s(9.0), 5'000'000, true}, items.sink()));
  BOOST_TEST(grid.refused() == 4u);
}

BOOST_AUTO_TEST_CASE(output_is_bounded_by_the_step_of_settled_time) {
  BeatGrid grid({});
  std::size_t most = 0;
  for (int i = 1; i <= 400; ++i) {
    Items items;
    grid.settle(at_s(0.25 * i), items.sink());
    most = std::max(most, items.size());
  }
  BOOST_TEST(most <= 1u);
}

// The items depend on the intervals alone, whatever settled marks lie between them.
BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_items) {
  const unsigned seed = 20240917;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  for (int round = 0; round < 50; ++round) {
    std::vector<BeatInterval> beats;
    Time t{};
    for (int i = 0; i < 200; ++i) {
      const int ibi_us = 350'000 + below(1'600'000);
      t = t + Duration{std::int64_t{ibi_us} * 1000};
      if (below(30) == 0) t = t + Duration{std::int64_t{below(8000)} * 1'000'000};
      beats.push_back({t, ibi_us, below(4) != 0});
    }
    const Time end = t + 10s;
    Items whole;
    BeatGrid once({});
    for (const auto& b : beats) once.push(b, whole.sink());
    once.settle(end, whole.sink());

    Items cut;
    BeatGrid often({});
    Time settled{};
    for (const auto& b : beats) {
      while (below(5) != 0 && settled < b.end)
        often.settle(settled = std::min(b.end, settled + Duration{below(700) * 1'000'000LL}),
                     cut.sink());
      often.push(b, cut.sink());
    }
    often.settle(end, cut.sink());
    BOOST_REQUIRE_EQUAL(whole.size(), cut.size());
    for (std::size_t i = 0; i < cut.size(); ++i) {
      BOOST_REQUIRE(same(whole[i], cut[i]));
      BOOST_REQUIRE_EQUAL(cut[i].k, static_cast<std::int64_t>(i));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_whole_number_of_periods_later_gives_the_same_numbers) {
  for (const double shift_s : {-1000.0, 86400.5}) {
    BeatGrid grid({}), later({}, at_s(shift_s));
    Items a, b;
    double end = 0;
    for (const int ibi : {812, 790, 1004, 655, 931, 877}) {
      end += ibi * 1e-3;
      grid.push(beat(end, ibi), a.sink());
      later.push(beat(end + shift_s, ibi), b.sink());
    }
    BOOST_REQUIRE_EQUAL(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      BOOST_TEST(b[i].k - a[i].k == static_cast<std::int64_t>(shift_s * 2));
      BOOST_TEST(a[i].ibi_ms == b[i].ibi_ms);
    }
  }
}

BOOST_AUTO_TEST_CASE(reference_stream_with_a_gap) {
  const auto path = test::shared("reference/coreg_stream.json");
  if (!path) return test::skip_absent("reference/coreg_stream.json");
  const auto json = nlohmann::json::parse(std::ifstream(*path));
  for (const std::string who : {"A", "B"}) {
    const auto& ends = json[who]["t_end_s"];
    const auto& ibis = json[who]["ibi_ms"];
    BeatGrid grid({});
    std::vector<GridItem> items;
    std::vector<double> emitted_at;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const bool valid = !json[who].contains("valid") || json[who]["valid"][i] == 1;
      const auto ibi_us = static_cast<std::int32_t>(std::lround(ibis[i].get<double>() * 1000));
      grid.push({at_s(ends[i]), ibi_us, valid}, [&](const GridItem& item) {
        items.push_back(item);
        emitted_at.push_back(ends[i]);
      });
    }
    const auto& expected = json["grid_ibi_" + who];
    double worst_ms = 0, worst_emit_s = 0;
    BOOST_REQUIRE(items.size() <= expected.size());
    for (std::size_t k = 0; k < items.size(); ++k) {
      BOOST_REQUIRE_EQUAL(items[k].valid, !expected[k].is_null());
      if (!items[k].valid) continue;
      worst_ms = std::max(worst_ms, std::abs(items[k].ibi_ms - expected[k].get<double>()));
      if (who == "A")
        worst_emit_s =
            std::max(worst_emit_s, std::abs(emitted_at[k] - json["emit_time_A"][k].get<double>()));
    }
    for (std::size_t k = items.size(); k < expected.size(); ++k) BOOST_TEST(expected[k].is_null());
    BOOST_TEST_MESSAGE(who << ": " << items.size() << " items, worst " << worst_ms
                           << " ms, worst emit time " << worst_emit_s << " s");
    BOOST_TEST(worst_ms < 1e-6);
    BOOST_TEST(worst_emit_s == 0.0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
