// The merging shape: windows of several inputs at each tick of the session grid, when all of them
// are closed: settled, or given up in band by a seen mark.
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/toy_nodes.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// Counts what lies in the windows of both inputs.
struct Count {
  std::int64_t a, b, oldest_a;
  Side side_a, side_b;
  static const ib_type& type() {
    return item_type<Count>(
        "interbeat/test_count/1", "Two windows.", field<&Count::a>("a", "1", "Items."),
        field<&Count::b>("b", "1", "Items."),
        field<&Count::oldest_a>("oldest_a", "1", "Number of the oldest."),
        field<&Count::side_a>("side_a", "", "Side."), field<&Count::side_b>("side_b", "", "Side."));
  }
};

struct Both {
  static constexpr About about{"test.both", "1.0.0", "Counts both."};
  static constexpr Duration window = 2s, every = 1s, wait = 1s, idle_after = 4s;
  In<"a", Pulse> a;
  In<"b", Pulse> b;
  Out<"out", Count, OutSpec{.per_item = 0, .per_second = 1, .per_call = 2}> out;
  static constexpr auto fields = std::tuple{&Both::a, &Both::b, &Both::out};
  void at(Time t, Span<Pulse> x, Span<Pulse> y, Emit<Count>& emit) {
    emit(t, {static_cast<std::int64_t>(x.items.size()), static_cast<std::int64_t>(y.items.size()),
             x.items.empty() ? -1 : x.items.front().v.number, x.state, y.state});
  }
};

std::vector<Timed<Count>> counts(NodeRunner& run) { return run.items<Count>(0); }

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Side)

BOOST_AUTO_TEST_SUITE(sugar_merging)

BOOST_AUTO_TEST_CASE(a_window_is_open_at_its_start_and_closed_at_its_end) {
  NodeRunner run(node_def<Both>());
  run.in<Pulse>(0)
      .item(1s, {1})
      .item(1s + Duration{1}, {2})
      .item(3s, {3})
      .item(3s + Duration{1}, {4})
      .settle(4s);
  run.in<Pulse>(1).settle(4s);
  run.play();
  const auto c = counts(run);
  BOOST_REQUIRE(c.size() == 4U);
  BOOST_TEST(c[0].v.a == 1);  // (-1 s, 1 s]
  BOOST_TEST(c[1].v.a == 2);  // (0 s, 2 s]
  BOOST_TEST(c[2].v.a == 2);  // (1 s, 3 s]: not the one at 1 s, but the one at 3 s
  BOOST_TEST(c[2].v.oldest_a == 2);
  BOOST_TEST(c[3].v.a == 2);
  BOOST_TEST(c[3].t.ns == Duration(4s).count());
}

BOOST_AUTO_TEST_CASE(without_seen_marks_it_waits_for_ever) {
  NodeRunner run(node_def<Both>());
  run.in<Pulse>(0).item(1s, {1}).settle(100s);
  run.in<Pulse>(1).settle(1500ms);
  run.play();
  BOOST_TEST(counts(run).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_seen_mark_gives_up_what_is_older_than_latency_and_wait) {
  NodeRunner run(node_def<Both>());
  run.in<Pulse>(0).settle(100s);
  run.in<Pulse>(1).latency(500ms).settle(1s).seen(4600ms);  // closed to 4.6 - 0.5 - 1 = 3.1 s
  run.play();
  const auto c = counts(run);
  BOOST_REQUIRE(c.size() == 3U);
  BOOST_TEST(c[0].v.side_b == Side::settled);
  BOOST_TEST(c[1].v.side_b == Side::given_up);
  BOOST_TEST(c[2].v.side_b == Side::given_up);
  BOOST_TEST(c[2].v.side_a == Side::settled);
}

BOOST_AUTO_TEST_CASE(what_comes_for_a_given_up_moment_is_late_though_nothing_fired) {
  NodeRunner run(node_def<Both>());
  run.in<Pulse>(1).settle(1s).seen(4s).item(2900ms, {1}).item(3100ms, {2}).settle(10s);
  run.in<Pulse>(0).settle(10s);  // comes last: until here no tick was possible
  run.play();
  const auto c = counts(run);
  BOOST_TEST(c[2].v.b == 0);  // at 3 s: the one at 2.9 s was late
  BOOST_TEST(c[3].v.b == 1);  // at 4 s
  BOOST_TEST(run.counter("late") == 1U);
}

BOOST_AUTO_TEST_CASE(a_long_silence_is_idle_and_nobody_waits_for_it) {
  NodeRunner run(node_def<Both>());
  run.in<Pulse>(0).settle(100s);
  run.in<Pulse>(1).settle(1s).seen(6500ms);  // silent for 5.5 s > 4 s: wait is 0
  run.play();
  const auto c = counts(run);
  BOOST_REQUIRE(c.size() == 6U);
  BOOST_TEST(c[4].v.side_b == Side::given_up);  // at 5 s: 4 s of silence
  BOOST_TEST(c[5].v.side_b == Side::idle);      // at 6 s
}

BOOST_AUTO_TEST_CASE(a_burst_in_one_block_finds_room_in_its_window) {
  NodeRunner run(node_def<Both>());
  auto a = run.in<Pulse>(0);
  for (int i = 0; i < 1000; ++i) a.item(Duration(10ms) * (i + 1), {i});  // 100/s
  a.settle(11s);
  run.in<Pulse>(1).settle(11s);
  run.play();
  const auto c = counts(run);
  BOOST_REQUIRE(c.size() == 11U);
  BOOST_TEST(c[8].v.a == 200);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_activated_again_begins_with_empty_windows) {
  detail::TimeWindow<Beat> window;
  window.reserve(4);
  BOOST_TEST(window.push(Time{} + 1s, {}));
  window.reserve(4);
  BOOST_TEST(window.items().empty());
}

BOOST_AUTO_TEST_CASE(no_cut_and_no_order_of_arrival_is_seen) {
  for (const auto seed : cases(300)) {
    std::mt19937 g(seed);
    NodeRunner run(node_def<Both>());
    for (const std::size_t input : {0U, 1U}) {
      auto script = run.in<Pulse>(input).latency(Duration(100ms) * static_cast<int>(g() % 5));
      Duration t{};
      for (std::int64_t k = 0; k < 60; ++k) {
        t += Duration(10ms) * static_cast<int>(g() % 8 == 0 ? 100 + g() % 900 : 1 + g() % 60);
        script.item(t, {k});
        if (g() % 6 == 0) script.settle(t + 5ms);
        if (g() % 5 == 0) script.seen(t + Duration(10ms) * static_cast<int>(g() % 500));
      }
      script.settle(t + 3s).finish();
    }
    run.play();
    const auto whole = run.outputs();
    const auto late = run.counter("late");
    BOOST_TEST(whole[0].t_ns.size() > 5U);
    run.play(Cut{seed});
    // Where a seen mark stands among the items of a merge depends on who was heard first; items do
    // not.
    const auto &x = whole[0], &y = run.output(0);
    BOOST_TEST(
        (x.t_ns == y.t_ns && x.bytes == y.bytes && x.mark == y.mark && x.finished == y.finished),
        "seed " << seed);
    BOOST_TEST(run.counter("late") == late);
  }
}

BOOST_AUTO_TEST_SUITE_END()
