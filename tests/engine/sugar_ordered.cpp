// The ordered shape: items of several inputs in the order of time, a tick on the session's grid,
// gaps in front of the item behind them, whatever the order in which blocks arrived.
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/toy_nodes.hpp"

#include "stream_pointers.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// What happened since the last tick, one word each, so that the order can be read.
struct Diary {
  char text[256];
  static const ib_type& type() {
    return item_type<Diary>("interbeat/test_diary/1", "What happened.",
                            field<&Diary::text>("text", "", "One word each."));
  }
};

struct Scribe {
  static constexpr About about{"test.scribe", "1.0.0", "Writes down what happens."};
  In<"a", Pulse> a;
  In<"b", Pulse, InSpec{.optional = true}> b;
  Out<"out", Diary, OutSpec{.per_item = 1, .per_second = 1, .per_call = 2}> out;
  static constexpr auto fields = std::tuple{&Scribe::a, &Scribe::b, &Scribe::out};
  Duration every = 1s;
  std::string words;

  void on(decltype(a)&, Time, const Pulse& p) { words += " a" + std::to_string(p.number); }
  void on(decltype(b)&, Time, const Pulse& p) { words += " b" + std::to_string(p.number); }
  void on_gap(decltype(a)&, Time, Time) { words += " gap"; }
  void on_end() { words += " end"; }
  void tick(Time t) {
    words += " tick";
    Diary d{};
    std::strncpy(d.text, words.c_str(), sizeof d.text - 1);
    words.clear();
    out(t, d);
  }
};

/// One line per tick.
std::vector<std::string> lines(const NodeRunner& run) {
  std::vector<std::string> l;
  for (const auto& d : run.items<Diary>(0)) l.emplace_back(d.v.text);
  return l;
}

/// A detector that finds what it tells of only a second later, but the first thing after 3 s.
struct Holds {
  static constexpr About about{"test.holds", "1.0.0", "Its mark waits."};
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  static constexpr auto fields = std::tuple{&Holds::in, &Holds::out};
  Duration latency = 1s;
  Time limit = never;
  bool fresh = true;
  void on(decltype(in)&, Time t, const Pulse& p) {
    if (fresh) limit = t - Duration{1};
    fresh = false;
    if (p.number == 3) {
      out(t - 3s, {0});
      limit = forever;
    }
  }
  Time settle_limit() const { return limit; }
};

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(std::vector<std::string>)

BOOST_AUTO_TEST_SUITE(sugar_ordered)

BOOST_AUTO_TEST_CASE(items_come_by_time_and_equal_times_by_the_order_of_the_inputs) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(1).item(100ms, {1}).item(500ms, {2}).item(900ms, {3}).settle(1s).finish();
  run.in<Pulse>(0).item(300ms, {1}).item(500ms, {2}).settle(1s).finish();
  run.play();
  BOOST_TEST(lines(run) == std::vector<std::string>{" b1 a1 a2 b2 b3 tick"});
}

BOOST_AUTO_TEST_CASE(a_tick_comes_after_the_items_of_its_time) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(0).item(1s, {1}).item(1s + Duration{1}, {2}).settle(2s);
  run.play();
  BOOST_TEST((lines(run) == std::vector<std::string>{" a1 tick", " a2 tick"}));
  BOOST_TEST(run.items<Diary>(0)[1].t.ns == Duration(2s).count());
}

BOOST_AUTO_TEST_CASE(a_tick_waits_for_the_slowest_input) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(0).item(200ms, {1}).settle(10s);
  run.in<Pulse>(1).item(300ms, {1}).settle(2500ms);
  run.play();
  BOOST_TEST((lines(run) == std::vector<std::string>{" a1 b1 tick", " tick"}));
  BOOST_TEST(run.output(0).mark == Duration(2500ms).count());
}

BOOST_AUTO_TEST_CASE(a_gap_stands_in_front_of_the_item_behind_it) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(0).item(100ms, {1}).gap(200ms, 2800ms).item(2800ms, {2}).settle(3s);
  run.in<Pulse>(1).item(2500ms, {1}).settle(3s);
  run.play();
  BOOST_TEST((lines(run) == std::vector<std::string>{" a1 tick", " tick", " b1 gap a2 tick"}));
  const std::vector<Output::Gap> gap{{Duration(200ms).count(), Duration(2800ms).count(), 2}};
  BOOST_TEST((run.output(0).gaps == gap));
}

BOOST_AUTO_TEST_CASE(a_gap_with_nothing_behind_it_is_met_at_the_end) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(0).item(100ms, {1}).gap(200ms, 900ms).settle(1s).finish();
  run.play();
  BOOST_TEST(run.output(0).gaps.size() == 1U);
  BOOST_TEST(run.output(0).finished);
}

BOOST_AUTO_TEST_CASE(an_input_that_has_ended_holds_nobody) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(1).item(100ms, {1}).finish();
  run.in<Pulse>(0).item(2500ms, {1}).settle(3s).finish();
  run.play();
  BOOST_TEST((lines(run) == std::vector<std::string>{" b1 tick", " tick", " a1 tick"}));
}

BOOST_AUTO_TEST_CASE(a_mark_waits_for_what_the_node_still_holds_back) {
  NodeRunner run(node_def<Holds>());
  run.in<Pulse>(0).item(10s, {1}).item(12s, {2}).settle(13500ms);
  run.play();
  BOOST_TEST(run.output(0).mark == Duration(10s).count() - 1);  // not 12.5 s

  NodeRunner longer(node_def<Holds>());
  longer.in<Pulse>(0).item(10s, {1}).item(12s, {2}).item(13s, {3}).settle(13500ms);
  longer.play(Cut{1});
  BOOST_TEST(longer.items<Pulse>(0).size() == 1U);
  BOOST_TEST(longer.counter("late") == 0U);
  BOOST_TEST(longer.output(0).mark == Duration(12500ms).count());
}

BOOST_AUTO_TEST_CASE(an_item_at_or_before_what_is_settled_is_late) {
  NodeRunner run(node_def<Scribe>());
  run.in<Pulse>(0).item(100ms, {1}).settle(2s).item(2s, {2}).item(2500ms, {3}).settle(3s);
  run.play();
  BOOST_TEST((lines(run) == std::vector<std::string>{" a1 tick", " tick", " a3 tick"}));
  BOOST_TEST(run.counter("late") == 1U);
}

/// One block with room for four items, again and again, while the other input is silent.
BOOST_AUTO_TEST_CASE(a_full_store_loses_counts_and_says_so) {
  const auto def = node_def<Scribe>();
  ib_node* node = def.create(nullptr);
  ib_stream in[2]{}, out[1]{};
  for (auto& s : in) {
    s.flags = IB_STREAM_CONNECTED;
    s.max_items = 4;
    s.items_per_second = 1;
  }
  ib_activation a{};
  StreamPointers pointers;
  pointers.put(a, in, out);
  a.max_step_ns = Duration(1s).count();
  BOOST_REQUIRE_EQUAL(node->activate(node, &a), IB_OK);

  // Store: 1/s * 2.25 s that a mark may stand still + 2 * 4 + 8 = 18 items.
  std::vector<Pulse> items(4);
  std::vector<std::int64_t> times(4);
  ib_block b{}, o{};
  b.n = 4;
  b.data = items.data();
  b.t_ns = times.data();
  b.settled_ns = IB_NEVER;
  ib_status status = IB_OK;
  int taken = 0;
  for (; taken < 100 && status == IB_OK; taken += 4) {
    for (std::size_t i = 0; i < 4; ++i) times[i] = taken + static_cast<std::int64_t>(i);
    const ib_block* inputs[]{&b, nullptr};
    ib_block* outputs[]{&o};
    ib_process p{};
    p.n_in = 2;
    p.n_out = 1;
    p.in = inputs;
    p.out = outputs;
    status = node->process(node, &p);
  }
  BOOST_TEST(status == IB_ERROR);
  BOOST_TEST(taken == 20);  // the fifth block did not fit
  const auto* c = static_cast<const ib_counters*>(node->extension(node, IB_EXT_COUNTERS));
  BOOST_TEST(std::string(c->name(node, c->n - 1)) == "lost");
  BOOST_TEST(c->value(node, c->n - 1) == 2U);
  node->deactivate(node);
  node->destroy(node);
}

BOOST_AUTO_TEST_CASE(no_cut_and_no_order_of_arrival_is_seen) {
  for (const auto seed : cases(300)) {
    std::mt19937 g(seed);
    NodeRunner run(node_def<Scribe>());
    for (std::size_t input : {0U, 1U}) {
      auto script = run.in<Pulse>(input);
      Duration t{};
      for (std::int64_t k = 0; k < 40; ++k) {
        const auto before = t;
        t += Duration(100ms) * static_cast<int>(1 + g() % 9);
        if (g() % 8 == 0) script.gap(before + Duration{1}, t);
        script.item(t, {k});
        if (g() % 6 == 0) script.settle(t + Duration(50ms));
      }
      script.settle(t + 3s).finish();
    }
    run.play();
    const auto whole = run.outputs();
    BOOST_TEST(whole[0].t_ns.size() > 10U);
    run.play(Cut{seed});
    BOOST_TEST((whole[0].t_ns == run.output(0).t_ns && whole[0].bytes == run.output(0).bytes &&
                whole[0].mark == run.output(0).mark && run.counter("late") == 0U),
               "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
