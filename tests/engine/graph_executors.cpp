// `executors:` at the top of a graph: what is read of it, and that it changes neither hash nor text.
#include "support/graph_world.hpp"

#include "graph_executors.hpp"
#include "machine_limits.hpp"
#include "plan_impl.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// Three rings that nothing connects.
std::string three(const std::string& first_lines) {
  std::string y = "interbeat: 1\n" + first_lines + "nodes:\n";
  for (const auto* n : {"a", "b", "c"}) {
    y += std::string("  ") + n + ": {type: source, uri: \"virtual:seed=1,duration=1s\"}\n  f" + n +
         ": {type: sink.csv, in: " + n + ".ppg, path: " + n + ".csv}\n";
  }
  return y;
}

struct Reading {
  std::optional<Graph> read(const std::string& yaml, const Overrides& set = {}) {
    Diagnostics problems;
    auto graph = read_graph_text(yaml, "g.yaml", {}, set, registry, problems);
    said = problems.text();
    return graph;
  }
  std::unique_ptr<Plan> planned(const std::string& yaml, unsigned executors = 0) {
    const auto graph = read(yaml);
    BOOST_TEST_REQUIRE(graph.has_value(), said);
    PlanOptions options;
    options.dry = true;
    options.executors = executors;
    return plan(*graph, options);
  }
  Registry registry = all_nodes();
  std::string said;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(graph_executors, Reading)

BOOST_AUTO_TEST_CASE(a_number_or_auto) {
  BOOST_TEST(parse_executors("1").value() == 1U);
  BOOST_TEST(parse_executors("64").value() == 64U);
  BOOST_TEST(parse_executors("auto").value() == 0U);
  for (const auto* wrong : {"0", "65", "-1", "2.5", "", "two", "2 ", "4294967297"})
    BOOST_TEST(!parse_executors(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(it_changes_neither_hash_nor_text) {
  const auto without = read(three("")), with = read(three("executors: 3\n"));
  BOOST_TEST_REQUIRE((without && with), said);
  BOOST_TEST(!without->executors.has_value());
  BOOST_TEST(with->executors.value() == 3U);
  BOOST_TEST(graph_hash(*without) == graph_hash(*with));
  BOOST_TEST(without->expanded == with->expanded);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_said_at_its_place) {
  BOOST_TEST(!read(three("executors: many\n")).has_value());
  BOOST_TEST(has(said, "g.yaml:2:12: error: executors: \"many\" is not a number of executors"),
             said);
  BOOST_TEST(has(said, "expected a whole number from 1 to 64, or auto"), said);
  BOOST_TEST(!read(three("executors: 65\n")).has_value());
  BOOST_TEST(!read(three("executors: [1, 2]\n")).has_value());
}

BOOST_AUTO_TEST_CASE(a_parameter_may_name_it) {
  const auto yaml = three("parameters:\n  many: {type: integer, default: 2}\nexecutors: $many\n");
  const auto graph = read(yaml, {{"many", "3"}});
  BOOST_TEST_REQUIRE(graph.has_value(), said);
  BOOST_TEST(graph->executors.value() == 3U);
}

BOOST_AUTO_TEST_CASE(the_graph_decides_unless_the_options_do) {
  BOOST_TEST(planned(three(""))->impl().executors == 1U);
  BOOST_TEST(planned(three("executors: 2\n"))->impl().executors == 2U);
  BOOST_TEST(planned(three("executors: 2\n"), 3)->impl().executors == 3U);
  BOOST_TEST(planned(three("executors: auto\n"))->impl().executors == std::min(3U, usable_cpus()));
}

BOOST_AUTO_TEST_CASE(the_plan_says_who_runs_what_and_why_fewer) {
  auto built = planned(three("executors: 2\n"));
  BOOST_TEST(has(built->explain(),
                 "Executors: each runs whole parts of the graph, which no edge connects\n"
                 "  0  a; c\n"
                 "  1  b\n"),
             built->explain());
  built = planned(three("executors: 9\n"));
  BOOST_TEST_REQUIRE(!built->executor_notes().empty());
  BOOST_TEST(
      built->executor_notes()[0] ==
      "9 executors were asked for and 3 run: the graph has 3 parts that no edge connects, and "
      "each stays on one thread");
  BOOST_TEST(has(built->explain(), built->executor_notes()[0]), built->explain());
}

BOOST_AUTO_TEST_CASE(equal_parts_are_one_word) {
  const auto graph = ib::test::read(registry, graphs() / "group.yaml", {{"people", "0..9"}});
  PlanOptions options;
  options.dry = true;
  options.executors = 2;
  const auto text = plan(graph, options)->explain();
  BOOST_TEST(has(text, "\n  0  5 parts like p[0–9].ring\n  1  5 parts like p[0–9].ring\n"), text);
}

BOOST_AUTO_TEST_CASE(more_than_there_are_cpus_is_said) {
  std::string yaml = "interbeat: 1\nexecutors: 64\nnodes:\n";
  for (int i = 0; i < 64; ++i) {
    const auto n = std::to_string(i);
    yaml += "  r" + n + ": {type: source, uri: \"virtual:seed=1,duration=1s\"}\n  f" + n +
            ": {type: sink.csv, in: r" + n + ".ppg, path: " + n + ".csv}\n";
  }
  if (usable_cpus() >= 64) return;
  const auto built = planned(yaml);
  BOOST_TEST_REQUIRE(built->executor_notes().size() == 1U);
  BOOST_TEST(has(built->executor_notes()[0],
                 "64 executors share " + std::to_string(usable_cpus()) + " CPU"));
}

BOOST_AUTO_TEST_SUITE_END()
