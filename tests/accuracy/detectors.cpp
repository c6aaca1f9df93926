// What three detectors make of one simulated heart: where a pulse has a second hump, one of them may take it for a
// beat. The quality gate in front of the intervals must not let that through: a single interval of half the length
// doubles RMSSD. Before the gate asked each beat for its own shape, the greatest disagreement was 32 ms.
#include "support/csv_table.hpp"
#include "support/graph_world.hpp"

#include <fmt/format.h>

using namespace ib;
using namespace ib::test;

namespace {

std::vector<double> rmssd_by(const Registry& registry, const std::string& algorithm,
                             const std::string& ring) {
  const std::string text = fmt::format(R"(interbeat: 1
nodes:
  ring:     {{type: source, uri: "{}"}}
  filtered: {{type: filter.bandpass, in: ring.ppg}}
  detected: {{type: beat.ppg, in: filtered, algorithm: {}}}
  quality:  {{type: quality.ppg, raw: ring.ppg, filtered: filtered, beats: detected, acc: ring.acc}}
  clean:    {{type: interval.clean, beats: quality.beats}}
  hrv:      {{type: hrv.window, intervals: clean, step: 20 s}}
  file:     {{type: sink.csv, in: hrv, path: hrv.csv}}
)",
                                       ring, algorithm);
  Diagnostics problems;
  const auto graph = read_graph_text(text, "detectors", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  const Scratch scratch;
  PlanOptions options;
  options.out_dir = scratch.path();
  const auto built = plan(*graph, options);
  BOOST_TEST(run_replay(*built, {}).failures.empty());
  const CsvTable hrv(scratch.path() / "hrv.csv");
  BOOST_REQUIRE_MESSAGE(hrv.problem().empty(), hrv.problem());
  return hrv.numbers("rmssd_ms");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(detectors)

BOOST_AUTO_TEST_CASE(agree_on_rmssd_in_every_minute) {
  const auto registry = all_nodes();
  for (const int rate : {25, 64, 100}) {
    const auto ring = fmt::format("virtual:seed=1,rate={},duration=300s", rate);
    const auto mspt = rmssd_by(registry, "mspt", ring);
    for (const std::string other : {"elgendi", "ssf"}) {
      const auto by_other = rmssd_by(registry, other, ring);
      BOOST_REQUIRE_EQUAL(mspt.size(), by_other.size());
      int compared = 0;
      double furthest = 0;
      for (std::size_t i = 0; i < mspt.size(); ++i) {
        if (std::isnan(mspt[i]) || std::isnan(by_other[i])) continue;
        ++compared;
        furthest = std::max(furthest, std::abs(mspt[i] - by_other[i]));
      }
      BOOST_TEST_MESSAGE(fmt::format("{} Hz, mspt and {}: {} windows, at most {:.2f} ms apart",
                                     rate, other, compared, furthest));
      BOOST_TEST(compared >= 12);
      BOOST_TEST(furthest <= 5);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
