// What a packet of a warm run may not cost: an allocation, a page fault, a system call. Counted, so the
// machine may be as busy as it likes.
#include "support/counted_malloc.inc"

#include "bench/graph_work.hpp"
#include "bench/system_calls.hpp"
#include "plan_impl.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib::bench;
using namespace ib::test;

namespace {

constexpr std::uint64_t ten_minutes = 600 * 64 / 4;  // packets of 4: every window has been filled

GraphWork person() {
  return {.yaml = solo_yaml(4), .packets = ten_minutes, .warm_up = ten_minutes};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packets)

BOOST_AUTO_TEST_CASE(the_whole_chain_allocates_nothing_and_touches_no_new_page) {
  count_allocations_with(counted_allocations);
  count_allocations(true);
  const auto cost = run_graph(person());
  count_allocations(false);
  BOOST_TEST(cost.units == static_cast<double>(ten_minutes));
  BOOST_TEST(cost.faults == 0U);
  if (malloc_is_counted) BOOST_TEST(cost.allocations.value_or(1) == 0U);
}

BOOST_AUTO_TEST_CASE(a_ring_on_every_edge_allocates_nothing_and_touches_no_new_page) {
  count_allocations_with(counted_allocations);
  count_allocations(true);
  const auto cost = run_graph({.yaml = chain_yaml(20, "bench.pass", 8, true), .packets = 20'000});
  count_allocations(false);
  BOOST_TEST(cost.faults == 0U);
  if (malloc_is_counted) BOOST_TEST(cost.allocations.value_or(1) == 0U);
}

BOOST_AUTO_TEST_CASE(a_tapped_output_costs_no_allocation_and_no_new_page) {
  count_allocations_with(counted_allocations);
  auto work = person();
  std::uint64_t pieces = 0;
  ib::detail::TapLane* lane = nullptr;
  ib::detail::PlanImpl* plan = nullptr;
  work.prepare = [&](ib::Plan& p) {
    plan = &p.impl();
    for (const auto i : plan->order) {
      if (plan->graph.nodes[i].path == "filtered") lane = plan->taps.open(*plan->stages[i], 0);
    }
    BOOST_TEST_REQUIRE(lane != nullptr);
    pieces = lane->pieces();
  };
  count_allocations(true);
  const auto cost = run_graph(work);
  count_allocations(false);
  BOOST_TEST(pieces > 0U);
  BOOST_TEST(cost.faults == 0U);
  if (malloc_is_counted) BOOST_TEST(cost.allocations.value_or(1) == 0U);
}

BOOST_AUTO_TEST_CASE(replayed_packets_make_no_system_call) {
  const auto calls = count_system_calls([] {
    Window window;
    window.opened = SystemCallWindow::open;
    window.closed = SystemCallWindow::close;
    run_graph(person(), window);
  });
  if (!calls.counted) {
    BOOST_TEST_MESSAGE("absent: " << calls.why << ": test skipped");
    return;
  }
  BOOST_TEST(calls.total == 0U, text_of(calls));
}

BOOST_AUTO_TEST_SUITE_END()
