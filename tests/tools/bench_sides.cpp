// Every experiment of `interbeat bench`: each side does its work, and each figure is a number. One round,
// a fifth of the work; what the numbers are is not asked.
#include "bench/experiment.hpp"
#include "tools/program.hpp"

#include <cmath>

using namespace ib::bench;
using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(bench_sides, Program)

BOOST_AUTO_TEST_CASE(every_side_works_and_every_figure_is_a_number) {
  for (const auto& offer : experiments()) {
    const auto experiment = offer.make({true, path()});
    Round round;
    for (const auto& side : experiment.sides) {
      const auto cost = side.work();
      BOOST_TEST(cost.units > 0, offer.name << ": " << side.name);
      BOOST_TEST(cost.wall_ns > 0, offer.name << ": " << side.name);
      round.sides.push_back(cost);
    }
    for (const auto& figure : experiment.figures)
      BOOST_TEST(std::isfinite(figure.of(round)), offer.name << ": " << figure.name);
    if (!experiment.counts) continue;
    for (const auto& count : experiment.counts())
      BOOST_TEST((count.value || !count.why_absent.empty()), offer.name << ": " << count.name);
  }
}

BOOST_AUTO_TEST_CASE(a_program_that_fails_is_no_figure) {
  const auto& start = experiments();
  const auto offer =
      std::find_if(start.begin(), start.end(), [](const Offer& o) { return o.name == "start"; });
  BOOST_TEST_REQUIRE((offer != start.end()));
  const auto experiment = offer->make({true, "/bin/false"});
  BOOST_CHECK_EXCEPTION(experiment.sides[0].work(), std::runtime_error, [](const auto& e) {
    return has(e.what(), "couple.yaml failed; to see why: /bin/false run couple.yaml");
  });
}

BOOST_AUTO_TEST_SUITE_END()
