// Beats of a pulse waveform that nothing has rated never become HRV: the graph is refused where it
// is read, with its line and what to write instead. With the nodes that ship, not with toys.
#include <boost/test/unit_test.hpp>

#include "support/graph_world.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// What is wrong with a chain whose lines behind the detector are `rest`; "" if nothing.
std::string problems_of(const std::string& rest) {
  const std::string text =
      "interbeat: 1\n"
      "nodes:\n"
      "  ring: {type: source, uri: \"virtual:seed=1\"}\n"
      "  filtered: {type: filter.bandpass, in: ring.ppg}\n"
      "  detected: {type: beat.ppg, in: filtered}\n" +
      rest + "  file: {type: sink.csv, in: last, path: out.csv}\n";
  const auto registry = all_nodes();
  Diagnostics problems;
  (void)read_graph_text(text, "g.yaml", graphs(), {}, registry, problems);
  return problems.text();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unrated)

BOOST_AUTO_TEST_CASE(a_pulse_without_quality_is_refused_with_its_line_and_a_way_out) {
  const auto text = problems_of(
      "  clean: {type: interval.clean, beats: detected}\n"
      "  last: {type: hrv.window, intervals: clean}\n");
  BOOST_TEST(has(text, "g.yaml:6:"), text);
  BOOST_TEST(has(text, "interval.clean refuses a stream that is \"unrated\""), text);
  BOOST_TEST(has(text, "detected -> clean"), text);
  BOOST_TEST(has(text, "insert quality.ppg on the way, or write `trust_source: true`"), text);
}

BOOST_AUTO_TEST_CASE(trust_in_one_node_is_not_trust_in_the_next) {
  for (const std::string reader : {"hrv.window", "stress.classifier"}) {
    const auto text = problems_of(
        "  clean: {type: interval.clean, beats: detected, trust_source: true}\n"
        "  last: {type: " +
        reader + ", intervals: clean}\n");
    BOOST_TEST(has(text, "g.yaml:7:"), text);
    BOOST_TEST(has(text, reader + " refuses a stream that is \"unrated\""), text);
  }
}

BOOST_AUTO_TEST_CASE(rated_or_trusted_it_is_taken) {
  BOOST_TEST(problems_of("  rated: {type: quality.ppg, raw: ring.ppg, filtered: filtered, "
                         "beats: detected}\n"
                         "  clean: {type: interval.clean, beats: rated.beats}\n"
                         "  last: {type: hrv.window, intervals: clean}\n") == "");
  BOOST_TEST(problems_of("  clean: {type: interval.clean, beats: detected, trust_source: true}\n"
                         "  last: {type: hrv.window, intervals: clean, trust_source: true}\n") ==
             "");
}

BOOST_AUTO_TEST_SUITE_END()
