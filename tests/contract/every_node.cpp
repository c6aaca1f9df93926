// The contract that every built-in node keeps: one case per promise, each over all of them. Beside
// each promise a node that breaks it, so that the checks are known to fail when they should.
//
// Sources are asked for their descriptor alone: what they play is tested with their devices.
#include "support/counted_malloc.inc"

#include "contract/broken_nodes.hpp"
#include "contract/properties.hpp"

#include "support/cases.hpp"

using namespace ib;
using namespace ib::test;
using namespace ib::test::contract;

namespace {

using Property = std::string (*)(NodeUnderTest, unsigned);

std::vector<NodeUnderTest> nodes() {
  static const Registry registry = all_nodes();
  std::vector<NodeUnderTest> found;
  for (const auto* n : registry.nodes()) found.push_back({n->desc, n->create});
  return found;
}

template <class N>
NodeUnderTest toy() {
  const auto def = node_def<N>();
  return {def.desc, def.create};
}

void holds_for_all(Property property, unsigned seeds) {
  for (const auto& node : nodes()) {
    if (node.is(IB_NODE_SOURCE) && property != &descriptor) continue;
    for (const auto seed : cases(seeds)) {
      BOOST_TEST_CONTEXT(node.desc->type << ", INTERBEAT_SEED=" << seed) {
        const auto wrong = property(node, seed);
        BOOST_TEST(wrong.empty(), node.desc->type << ", INTERBEAT_SEED=" << seed << ": " << wrong);
        if (!wrong.empty()) break;  // the first says it all
      }
    }
  }
}

/// The broken node does not get through.
void catches(Property property, NodeUnderTest broken) {
  const auto wrong = property(broken, 3);
  BOOST_TEST(!wrong.empty());
  BOOST_TEST_MESSAGE("caught: " << wrong);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(every_node)

BOOST_AUTO_TEST_CASE(answers_the_same_however_its_input_is_cut) {
  holds_for_all(&split_invariance, 50);
  catches(&split_invariance, toy<broken::SeesBlocks>());
}

BOOST_AUTO_TEST_CASE(is_one_of_twins) {
  holds_for_all(&twins, 5);
  catches(&twins, toy<broken::SharesState>());
}

BOOST_AUTO_TEST_CASE(is_fresh_after_a_reset) {
  holds_for_all(&reset_is_fresh, 20);
  catches(&reset_is_fresh, toy<broken::Remembers>());
}

BOOST_AUTO_TEST_CASE(keeps_order_and_marks) {
  holds_for_all(&order_and_marks, 20);
  catches(&order_and_marks, toy<broken::GoesBack>());
  catches(&order_and_marks, toy<broken::TooLate>());
}

BOOST_AUTO_TEST_CASE(never_settles_ahead_of_its_input) {
  holds_for_all(&marks_are_not_ahead, 20);
  catches(&marks_are_not_ahead, toy<broken::Foresees>());
}

BOOST_AUTO_TEST_CASE(allocates_nothing_while_it_runs) {
  if (!malloc_is_counted) return;
  holds_for_all(&no_allocation, 10);
  catches(&no_allocation, toy<broken::Allocates>());
}

BOOST_AUTO_TEST_CASE(reads_its_input_and_writes_its_output) {
  holds_for_all(&stays_in_its_room, 10);
  catches(&stays_in_its_room, toy<broken::WritesItsInput>());
  catches(&stays_in_its_room, toy<broken::WritesBeyond>());
}

BOOST_AUTO_TEST_CASE(makes_numbers_of_everything) {
  holds_for_all(&stays_finite, 5);
  catches(&stays_finite, toy<broken::Divides>());
}

BOOST_AUTO_TEST_CASE(describes_itself) {
  holds_for_all(&descriptor, 1);
  catches(&descriptor, toy<broken::SaysNothing>());
  catches(&descriptor, toy<broken::OutOfRange>());
  catches(&descriptor, toy<broken::ShoutsItsName>());
}

BOOST_AUTO_TEST_CASE(sends_no_more_than_it_promised) {
  holds_for_all(&keeps_its_bound, 10);
  catches(&keeps_its_bound, toy<broken::SaysItTwice>());
}

BOOST_AUTO_TEST_CASE(forms_nothing_across_a_gap) {
  holds_for_all(&nothing_across_a_gap, 50);
  catches(&nothing_across_a_gap, toy<broken::ReachesAcross>());
}

BOOST_AUTO_TEST_CASE(a_toy_that_behaves_passes_all_of_it) {
  for (const auto property :
       {&split_invariance, &twins, &reset_is_fresh, &order_and_marks, &marks_are_not_ahead,
        &stays_in_its_room, &stays_finite, &keeps_its_bound, &nothing_across_a_gap}) {
    for (const auto seed : cases(20)) {
      BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
        BOOST_TEST(property(toy<OnePole>(), seed) == "");
        BOOST_TEST(property(toy<PeakBeats>(), seed) == "");
        BOOST_TEST(property(toy<Difference>(), seed) == "");
        BOOST_TEST(property(toy<Relay>(), seed) == "");
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
