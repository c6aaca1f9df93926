#include "support/graph_world.hpp"
#include "support/toy_nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;

namespace {

/// Two waves, each with beats, and where they meet.
std::unique_ptr<Plan> two_people(const PlanOptions& options) {
  World world;
  for (const std::string who : {"a", "b"}) {
    Tape tape;
    tape.x = {0, 1, 0};
    world.play(who + ".wave", tape);
    world.add<Wave>(who + ".wave");
    world.add<PeakBeats>(who + ".beats", {{who + ".wave"}});
  }
  world.add<Difference>("together", {{"a.beats"}, {"b.beats"}});
  world.add<Collect>("file", {{"together"}});
  return world.plan(options);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(explain)

BOOST_AUTO_TEST_CASE(islands_and_the_cut_where_they_meet) {
  const auto text = two_people({})->explain();
  BOOST_TEST(has(text, "toy: 6 nodes on 3 islands, 2 rings between them"), text);
  BOOST_TEST(has(text, "source a.wave"), text);
  BOOST_TEST(has(text, "a.beats.beats -> together"), text);
  BOOST_TEST(has(text, "because islands meet at together; waits for room; 4 blocks"), text);
  BOOST_TEST(has(text, "Memory: "), text);
}

BOOST_AUTO_TEST_CASE(latency_of_each_path_is_the_sum_of_what_its_nodes_declare) {
  const auto text = two_people({})->explain();  // PeakBeats promises 1.3 s, the others nothing
  BOOST_TEST(has(text, "a.wave > a.beats > together > file"), text);
  BOOST_TEST(has(text, "b.wave > b.beats > together > file"), text);
  BOOST_TEST(has(text, "a.beats                  test.peaks, adds 1.300 s"), text);
}

BOOST_AUTO_TEST_CASE(a_live_plan_says_that_overflow_is_an_error) {
  PlanOptions options;
  options.mode = Mode::live;
  const auto text = two_people(options)->explain();
  BOOST_TEST(has(text, "made for live pace"), text);
  BOOST_TEST(has(text, "overflow is an error"), text);
}

BOOST_AUTO_TEST_CASE(a_plan_that_opens_no_sink_still_shows_where_it_would_run) {
  PlanOptions options;
  options.dry = true;
  const auto text = two_people(options)->explain();
  BOOST_TEST(has(text, "file                     test.collect"), text);
}

BOOST_AUTO_TEST_CASE(equal_people_are_said_once) {
  const auto registry = all_nodes();
  const auto graph = read(registry, graphs() / "group.yaml", {{"people", "0..9"}});
  PlanOptions options;
  options.dry = true;
  const auto text = plan(graph, options)->explain();
  BOOST_TEST(has(text, "group: 90 nodes on "), text);
  BOOST_TEST(has(text, ", 10 alike  source p[0–9].ring"), text);
  BOOST_TEST(has(text, "       p[0–9].clean             interval.clean, adds 4.000 s\n"), text);
  BOOST_TEST(has(text, "takes metrics of p[0–9]\n"), text);
  BOOST_TEST(has(text, "p[0–9].ring > p[0–9].filtered > "), text);
  BOOST_TEST(has(text, " > p[0–9].hrv > hrv[0–9]  (10 times)\n"), text);
  BOOST_TEST(!has(text, "p[3]"), text);
}

BOOST_AUTO_TEST_SUITE_END()
