#include "../../engine/src/owners.hpp"

#include "support/toy_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace {

struct Read {
  ib::Registry registry = ib::test::toy_registry();
  ib::Graph graph;
  std::vector<std::vector<ib::PortOwnership>> owned;

  explicit Read(std::string_view text) {
    ib::Diagnostics out;
    auto read = ib::read_graph_text(text, "g.yaml", {}, {}, registry, out);
    BOOST_TEST(out.errors() == 0U, out.text());
    BOOST_REQUIRE(read.has_value());
    graph = std::move(*read);
    owned = ib::ownership(graph);
  }
  const std::vector<ib::PortOwnership>& of(std::string_view path) const {
    const auto it = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                 [path](const ib::GraphNode& n) { return n.path == path; });
    return owned.at(static_cast<std::size_t>(it - graph.nodes.begin()));
  }
};

using Owners = std::vector<std::string>;

constexpr const char* couple = R"(interbeat: 1
participants:
  ben:  {type: source.ring, source: b.csv}
  anna: {type: source.ring, source: a.csv}
nodes:
  room:   {type: source.ring, source: room.csv}
  low:    {type: filter.low, in: ben.ppg}
  ca:     {type: interval.clean, in: anna.beats}
  cb:     {type: interval.clean, in: ben.beats}
  cr:     {type: interval.clean, in: room.beats}
  hrv:    {type: hrv.window, in: ca}
  both:   {type: dyad.compare, a: ca, b: cb}
  mixed:  {type: dyad.compare, a: ca, b: cr}
  log:    {type: sink.csv, in: both, path: a.csv}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(owners)

BOOST_AUTO_TEST_CASE(a_source_belongs_to_its_participant) {
  const Read g(couple);
  BOOST_TEST(*g.of("anna")[0].owners == Owners{"anna"}, boost::test_tools::per_element());
  BOOST_TEST(g.of("anna")[0].grade == IB_GRADE_RAW);
  BOOST_TEST(g.of("anna")[1].grade == IB_GRADE_BEATS);
  BOOST_TEST(g.of("room")[0].owners->empty());
}

BOOST_AUTO_TEST_CASE(an_output_carries_all_owners_of_its_inputs) {
  const Read g(couple);
  BOOST_TEST(*g.of("hrv")[0].owners == Owners{"anna"}, boost::test_tools::per_element());
  BOOST_TEST(*g.of("both")[0].owners == (Owners{"anna", "ben"}), boost::test_tools::per_element());
  BOOST_TEST(*g.of("mixed")[0].owners == Owners{"anna"}, boost::test_tools::per_element());
  BOOST_TEST(g.of("log").empty());
}

BOOST_AUTO_TEST_CASE(a_grade_gets_coarser_only_where_a_port_says_so) {
  const Read g(couple);
  BOOST_TEST(g.of("low")[0].grade == IB_GRADE_RAW);      // as its input
  BOOST_TEST(g.of("ca")[0].grade == IB_GRADE_BEATS);     // as its input
  BOOST_TEST(g.of("hrv")[0].grade == IB_GRADE_METRICS);  // declared
  BOOST_TEST(g.of("both")[0].grade == IB_GRADE_STATE);   // declared
}

BOOST_AUTO_TEST_CASE(a_declared_finer_grade_adds_no_detail) {
  ib::Graph graph;
  const auto registry = ib::test::toy_registry();
  const auto node = [&](const char* type) {
    ib::GraphNode n;
    n.type = registry.find(type);
    return n;
  };
  const auto edge = [](std::uint32_t from_node, std::uint32_t from_port) {
    ib::Edge e;
    e.from_node = from_node;
    e.from_port = from_port;
    return e;
  };
  // hrv.window (metrics) -> beat.find, which declares beats: it stays metrics.
  graph.nodes = {node("hrv.window"), node("beat.find"), node("source.ring")};
  graph.nodes[0].inputs = {edge(2, 1)};
  graph.nodes[1].inputs = {edge(0, 0)};
  BOOST_TEST(ib::ownership(graph)[1][0].grade == IB_GRADE_METRICS);
}

BOOST_AUTO_TEST_SUITE_END()
