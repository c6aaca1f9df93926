// The beats that a simulated heart made, as HRV: nobody averaged them, and no row may say so.
#include "tools/program.hpp"

#include <fmt/format.h>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(virtual_truth, Program)

BOOST_AUTO_TEST_CASE(a_simulated_heart_is_not_taken_for_a_device_that_averages) {
  write("truth.yaml", R"(interbeat: 1
parameters:
  who: {type: string}
nodes:
  ring:  {type: source.virtual, uri: $who}
  clean: {type: interval.clean, beats: ring.truth, trust_source: true}
  hrv:   {type: hrv.window, intervals: clean}
  file:  {type: sink.csv, in: hrv, path: hrv.csv}
)");
  for (const int seed : {1, 2, 3}) {
    const auto said = (*this)(fmt::format(
        "run truth.yaml --set who=virtual:seed={},duration=1800s --speed max --out out", seed));
    BOOST_TEST_REQUIRE(said.code == 0, said.err);
    const auto rows = text_of_file(folder / "out/hrv.csv");
    BOOST_TEST(!has(rows, "smoothed"), "seed " << seed);
    BOOST_TEST(has(rows, ",ok,"), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
