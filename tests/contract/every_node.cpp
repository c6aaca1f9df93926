// The contract that every built-in node keeps: the validator's tests of `interbeat plugin check`, here with many
// seeds and in this process, so that a debugger or a sanitizer sees what it sees.
//
// Sources are asked for their descriptor alone: what they play is tested with their devices. That the tests
// can fail is shown beside this file, in catch_table.cpp.
#include "support/cases.hpp"
#include "support/graph_world.hpp"

#include "validator/test.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;
using validator::NodeUnderTest;
using validator::Result;

namespace {

std::vector<NodeUnderTest> nodes() {
  static const Registry registry = all_nodes();
  std::vector<NodeUnderTest> found;
  for (const auto* n : registry.nodes()) found.push_back({n->desc, n->create});
  return found;
}

void holds_for_all(std::string_view name, unsigned seeds) {
  const auto* property = validator::find_node_test(name);
  BOOST_TEST_REQUIRE(property != nullptr, name << " is no test of the validator");
  const validator::Services none;
  std::size_t held = 0;
  for (const auto& node : nodes()) {
    if (node.is(IB_NODE_SOURCE) && !name.starts_with("descriptor/")) continue;
    for (const auto seed : cases(seeds)) {
      BOOST_TEST_CONTEXT(name << " of " << node.desc->type << ", INTERBEAT_SEED=" << seed) {
        const auto verdict = property->run({node, seed, none});
        BOOST_TEST(verdict.why.empty() == (verdict.result == Result::passed));
        BOOST_TEST((verdict.result != Result::failed), verdict.why);
        held += verdict.result == Result::passed ? 1 : 0;
        if (verdict.result == Result::failed) break;  // the first says it all
      }
    }
  }
  BOOST_TEST(held > 0, "no node could be asked for " << name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(every_node)

BOOST_AUTO_TEST_CASE(answers_the_same_however_its_input_is_cut) {
  holds_for_all("data/split", 8);
  holds_for_all("gaps/empty_blocks", 5);
}

BOOST_AUTO_TEST_CASE(is_one_of_twins) {
  holds_for_all("data/twins", 5);
  holds_for_all("data/threads", 2);
}

BOOST_AUTO_TEST_CASE(is_fresh_after_a_reset) {
  holds_for_all("life/reset", 10);
  holds_for_all("life/recovers", 10);
  holds_for_all("life/cycles", 2);
}

BOOST_AUTO_TEST_CASE(keeps_order_and_marks) {
  holds_for_all("time/order", 4);
  holds_for_all("time/settled", 4);
  holds_for_all("time/marks", 4);
  holds_for_all("time/seen", 8);
  holds_for_all("gaps/new_clock", 10);
  holds_for_all("gaps/form", 5);
}

BOOST_AUTO_TEST_CASE(does_not_know_what_time_it_is) { holds_for_all("time/shifted", 8); }

BOOST_AUTO_TEST_CASE(never_settles_ahead_of_its_input) {
  holds_for_all("time/ahead", 10);
  holds_for_all("time/held", 10);
}

BOOST_AUTO_TEST_CASE(lags_as_it_says) {
  holds_for_all("time/latency_kept", 5);
  holds_for_all("time/latency_true", 5);
}

BOOST_AUTO_TEST_CASE(asks_for_nothing_while_it_runs) {
  if (validator::sanitized) return;  // nothing can be counted
  holds_for_all("quiet/allocation", 10);
  holds_for_all("quiet/lock", 3);
  holds_for_all("quiet/dice", 3);
}

BOOST_AUTO_TEST_CASE(reads_its_input_and_writes_its_output) {
  holds_for_all("memory/rooms", 5);
  holds_for_all("memory/inputs", 5);
  holds_for_all("memory/scratch", 5);
  holds_for_all("abi/later", 3);
}

BOOST_AUTO_TEST_CASE(makes_numbers_of_everything) {
  holds_for_all("data/finite", 5);
  holds_for_all("data/denormals", 3);
  holds_for_all("data/not_a_number", 5);
  holds_for_all("data/all_invalid", 10);
  holds_for_all("fuzz/values", 5);
}

BOOST_AUTO_TEST_CASE(describes_itself) {
  for (const auto& test : validator::node_tests()) {
    if (test.name.starts_with("descriptor/")) holds_for_all(test.name, 1);
  }
  for (const auto* name : {"params/ranges", "params/text", "params/unknown", "params/extremes",
                           "params/live", "life/extensions"})
    holds_for_all(name, 1);
}

BOOST_AUTO_TEST_CASE(sends_no_more_than_it_promised) { holds_for_all("bounds/items", 10); }

BOOST_AUTO_TEST_CASE(forms_nothing_across_a_gap) { holds_for_all("gaps/contiguous", 12); }

BOOST_AUTO_TEST_CASE(bears_any_order_of_calls) { holds_for_all("fuzz/calls", 5); }

BOOST_AUTO_TEST_SUITE_END()
