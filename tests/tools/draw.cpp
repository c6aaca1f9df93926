#include "draw.hpp"

#include "support/toy_nodes.hpp"
#include "support/toy_registry.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;

namespace {

/// anna.pulses -> anna.relay -> file, the last edge with a `queue:`.
Graph small_graph() {
  World world;
  world.add<Pulses>("anna.pulses");
  world.add<Relay>("anna.relay", {{"anna.pulses"}});
  world.add<Collect>("file", {{"anna.relay", 0, true}});
  return world.graph;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(draw)

BOOST_AUTO_TEST_CASE(graphviz_gets_nodes_in_boxes_and_named_edges) {
  const auto text = draw_dot(small_graph());
  BOOST_TEST(has(text, "digraph \"toy\" {"), text);
  BOOST_TEST(has(text, "subgraph \"cluster_anna\" {"), text);
  BOOST_TEST(has(text, "\"anna.relay\" [label=\"relay\\ntest.relay\"];"), text);
  BOOST_TEST(has(text, "\"anna.pulses\" -> \"anna.relay\" [label=\"out\"];"), text);
  BOOST_TEST(has(text, "\"anna.relay\" -> \"file\" [label=\"out\", style=dashed];"), text);
}

BOOST_AUTO_TEST_CASE(mermaid_gets_the_same) {
  const auto text = draw_mermaid(small_graph());
  BOOST_TEST(text ==
             "flowchart LR\n"
             "  n2([\"file<br/>test.collect\"])\n"
             "  subgraph r0[\"anna\"]\n"
             "    n0([\"pulses<br/>test.pulses\"])\n"
             "    n1[\"relay<br/>test.relay\"]\n"
             "  end\n"
             "  n0 -->|\"out\"| n1\n"
             "  n1 -.->|\"out\"| n2\n");
}

BOOST_AUTO_TEST_CASE(equal_people_are_drawn_once) {
  const auto toys = toy_registry();
  Diagnostics problems;
  const auto graph = read_graph_text(R"(interbeat: 1
nodes:
  ring: {for_each: 0..99, type: source.ring, source: "virtual:seed=${each}"}
  low:  {for_each: 0..99, type: filter.low, in: "ring[${each}].ppg"}
  one:  {type: sink.csv, in: "low[7]", path: one.csv}
)",
                                     "many", {}, {}, toys, problems, {{}});
  BOOST_REQUIRE(graph.has_value());
  BOOST_TEST(draw_mermaid(*graph) ==
             "flowchart LR\n"
             "  n0([\"ring[00–99]<br/>source.ring\"])\n"
             "  n1[\"low[00–99]<br/>filter.low\"]\n"
             "  n2([\"one<br/>sink.csv\"])\n"
             "  n0 -->|\"ppg\"| n1\n"
             "  n1 -->|\"out\"| n2\n");
  BOOST_TEST(has(draw_dot(*graph), "\"ring[00–99]\" -> \"low[00–99]\" [label=\"ppg\"];"));
}

BOOST_AUTO_TEST_CASE(quotes_in_a_name_stay_text) {
  auto graph = small_graph();
  graph.name = "a \"b\" \\ c";
  BOOST_TEST(has(draw_dot(graph), "digraph \"a \\\"b\\\" \\\\ c\" {"));
}

BOOST_AUTO_TEST_SUITE_END()
