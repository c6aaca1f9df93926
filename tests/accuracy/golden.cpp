// Golden figures of graphs/05-couple.yaml on two virtual rings of 400 s, the second led by the
// first. They say nothing about truth (the other files here do): they change when the results
// change, and then somebody has to look, write the new ones here, and say why.
#include "support/csv_table.hpp"
#include "support/extended_graph.hpp"
#include "support/graph_world.hpp"
#include "support/statistics.hpp"

#include <fmt/format.h>

#include <cmath>

using namespace ib;
using namespace ib::test;

namespace {

struct Person {
  int beats;
  double heart_rate_bpm;  ///< mean of the HRV rows
  double rmssd_ms;        ///< median of the HRV rows
};
struct Couple {
  Person anna, ben;
  int rows;
  double linkage_effect, linkage_p, lag_s;  ///< of the last row
};

// The bits are the same wherever libm is; another libm may move the last ones.
constexpr Person anna{428, 64.0263, 33.9923};
constexpr Person ben{414, 62.1605, 38.4691};
constexpr Couple blessed{anna, ben, 81, 2.7025, 0.01, 1.5};
constexpr double bpm = 0.01, ms = 0.02, effect = 0.02;
constexpr double p = 0.005, lag = 0.25;  // half a step of each: the same rank and grid point

constexpr std::string_view sinks =
    "  anna_beats: {type: sink.csv, in: anna.beats, path: anna/beats.csv}\n"
    "  anna_hrv: {type: sink.csv, in: anna.hrv, path: anna/hrv.csv}\n"
    "  ben_beats: {type: sink.csv, in: ben.beats, path: ben/beats.csv}\n"
    "  ben_hrv: {type: sink.csv, in: ben.hrv, path: ben/hrv.csv}\n";

Person person(const std::filesystem::path& folder) {
  const CsvTable beats(folder / "beats.csv"), hrv(folder / "hrv.csv");
  BOOST_REQUIRE_MESSAGE(hrv.problem().empty() && beats.problem().empty(), hrv.problem());
  return {static_cast<int>(beats.rows()), mean(hrv.numbers("heart_rate_bpm")),
          median(hrv.numbers("rmssd_ms"))};
}

Couple run_couple() {
  const Scratch scratch;
  const auto registry = all_nodes();
  const auto graph = extended(registry, "05-couple.yaml", sinks,
                              {{"anna", "virtual:seed=1,duration=400s"},
                               {"ben", "virtual:seed=2,duration=400s,couple=1,lag=2s"}});
  PlanOptions options;
  options.out_dir = scratch.path();
  const auto built = plan(graph, options);
  BOOST_TEST(run_replay(*built, {}).failures.empty());
  const CsvTable together(scratch.path() / "together.csv");
  BOOST_REQUIRE_MESSAGE(together.problem().empty() && together.rows() > 0, together.problem());
  const auto last = together.rows() - 1;
  const auto of_last = [&](const char* column) {
    return together.number(last, column).value_or(0);
  };
  return {person(scratch.path() / "anna"),
          person(scratch.path() / "ben"),
          static_cast<int>(together.rows()),
          of_last("linkage_effect"),
          of_last("linkage_p"),
          of_last("lag_s")};
}

std::string text(const Person& v) {
  return fmt::format("{{{}, {:.4f}, {:.4f}}}", v.beats, v.heart_rate_bpm, v.rmssd_ms);
}

void check_person(const Person& got, const Person& expected) {
  BOOST_TEST(got.beats == expected.beats);
  BOOST_TEST(std::abs(got.heart_rate_bpm - expected.heart_rate_bpm) <= bpm);
  BOOST_TEST(std::abs(got.rmssd_ms - expected.rmssd_ms) <= ms);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(two_virtual_rings) {
  const auto got = run_couple();
  BOOST_TEST_MESSAGE(fmt::format("got: anna{}, ben{}, rows {}, effect {:.4f}, p {}, lag {} s",
                                 text(got.anna), text(got.ben), got.rows, got.linkage_effect,
                                 got.linkage_p, got.lag_s));
  check_person(got.anna, blessed.anna);
  check_person(got.ben, blessed.ben);
  BOOST_TEST(got.rows == blessed.rows);
  BOOST_TEST(std::abs(got.linkage_effect - blessed.linkage_effect) <= effect);
  BOOST_TEST(std::abs(got.linkage_p - blessed.linkage_p) <= p);
  BOOST_TEST(std::abs(got.lag_s - blessed.lag_s) <= lag);
}

BOOST_AUTO_TEST_SUITE_END()
