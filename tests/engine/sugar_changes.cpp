// Param changes that wait for their time at a node: sixteen, and one more is refused, counted and said.
#include "support/node_runner.hpp"
#include "support/toy_nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;

namespace {

/// Sends its number with every pulse.
struct Says {
  static constexpr About about{"test.says", "1.0.0", "Sends its setting."};
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  Param<"number", NumberSpec{.min = 0, .max = 100, .def = 0, .doc = "What it says.", .live = true}>
      number;
  static constexpr auto fields = std::tuple{&Says::in, &Says::out, &Says::number};
  void on(decltype(in)&, Time t, const Pulse&) { out(t, {static_cast<std::int64_t>(number)}); }
};

std::int64_t last_said(int changes, std::uint64_t& lost) {
  NodeRunner run(node_def<Says>());
  run.in<Pulse>(0).item(1s, {0}).item(99s, {0});
  for (int k = 1; k <= changes; ++k) run.change(k * 2s, "number", k);
  run.play();
  lost = run.counter("lost");
  return run.items<Pulse>(0).back().v.number;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sugar_changes)

BOOST_AUTO_TEST_CASE(sixteen_wait_and_the_seventeenth_is_lost_and_counted) {
  std::uint64_t lost = 0;
  BOOST_TEST(last_said(16, lost) == 16);
  BOOST_TEST(lost == 0U);
  BOOST_TEST(last_said(18, lost) == 16);
  BOOST_TEST(lost == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
