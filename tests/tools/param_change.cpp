#include "param_change.hpp"

#include "support/toy_nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;

namespace {

/// wave -> pole (`keep` is live, 0 to 0.999) and a sink.
struct Fixture {
  Fixture() {
    world.add<Wave>("wave");
    world.add<OnePole>("left.pole", {{"wave"}});
    world.add<Faulty<Failure::throws>>("faulty", {{"wave"}});
  }
  std::optional<ParamChange> parse(std::string_view text) {
    return parse_change(world.graph, text, why);
  }
  bool refused(std::string_view text, std::string_view with) {
    const bool none = !parse(text);
    return none && why.find(with) != std::string::npos;
  }
  World world;
  std::string why;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(param_change, Fixture)

BOOST_AUTO_TEST_CASE(a_change_names_node_param_and_value) {
  const auto change = parse("left.pole.keep=0.5");
  BOOST_TEST_REQUIRE(change.has_value(), why);
  BOOST_TEST(change->node == 1);
  BOOST_TEST(change->param == 0);
  BOOST_TEST(change->number == 0.5);
  BOOST_TEST(!change->at.has_value());
}

BOOST_AUTO_TEST_CASE(it_may_say_when) {
  const auto change = parse("  left.pole.keep = 0.25 at 12.5 s\n");
  BOOST_TEST_REQUIRE(change.has_value(), why);
  BOOST_TEST(change->number == 0.25);
  BOOST_TEST(change->at.value().ns == 12'500'000'000);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_the_nearest_name) {
  BOOST_TEST(refused("left.pole.kepe=0.5", "did you mean \"keep\"?"), why);
  BOOST_TEST(refused("left.poel.keep=0.5", "did you mean \"left.pole\"?"), why);
  BOOST_TEST(refused("left.pole.keep=2", "expected 0 to 0.999"), why);
  BOOST_TEST(refused("left.pole.keep=0,5", "left.pole.keep=0,5"), why);
  BOOST_TEST(refused("left.pole.keep=0.5 at noon", "session time such as 12.5 s"), why);
  BOOST_TEST(refused("left.pole.keep=0.5 at -3 s", "session time such as 12.5 s"), why);
}

BOOST_AUTO_TEST_CASE(the_example_is_one_that_this_graph_takes) {
  BOOST_TEST(example_change(world.graph).starts_with("left.pole.keep="));
  BOOST_TEST(parse(example_change(world.graph)).has_value(), why);
  BOOST_TEST(refused("keep", "such as " + example_change(world.graph)), why);
}

BOOST_AUTO_TEST_CASE(only_live_params_change) {
  BOOST_TEST(refused("faulty.at=3", "can't change while the graph runs"), why);
}

BOOST_AUTO_TEST_CASE(what_is_no_change_is_refused) {
  for (const auto* text :
       {"", "keep", "keep=1", ".keep=1", "left.pole.=1", "left.pole.keep=", "="}) {
    BOOST_TEST(!parse(text).has_value(), "accepted: " << text);
    BOOST_TEST(!why.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
