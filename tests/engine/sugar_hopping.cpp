// The hopping shape: a look at the last `history` every `hop`, on multiples of the hop in the
// device index.
#include "support/cases.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

struct Look {
  std::int64_t samples, first_index;
  double oldest, newest;
  static const ib_type& type() {
    return item_type<Look>("interbeat/test_look/1", "What a hop saw.",
                           field<&Look::samples>("samples", "1", "How many."),
                           field<&Look::first_index>("first_index", "1", "Of the oldest."),
                           field<&Look::oldest>("oldest", "1", "Value."),
                           field<&Look::newest>("newest", "1", "Value."));
  }
};

/// Says at each hop what it sees, at the time of the newest sample.
struct Onlooker {
  static constexpr About about{"test.watch", "1.0.0", "Says what it sees."};
  static constexpr Duration history = 1s, hop = 500ms, latency = 300ms;
  In<"in", float> in;
  Out<"out", Look, OutSpec{.per_item = 0, .per_second = 2, .per_call = 2}> out;
  Param<"offset", NumberSpec{.min = 0, .max = 1000, .def = 0, .doc = "Added.", .live = true}>
      offset;
  int restarts{};
  static constexpr auto fields = std::tuple{&Onlooker::in, &Onlooker::out, &Onlooker::offset};
  void restart() { ++restarts; }
  void at_hop(History h, Emit<Look>& emit) {
    const auto n = static_cast<std::int64_t>(h.x.size());
    emit(h.time(static_cast<double>(n - 1)),
         {n, static_cast<std::int64_t>(h.first), h.x.front() + offset, h.x.back() + offset});
  }
};

/// Tells of something older than it promised.
struct Tardy : Onlooker {
  static constexpr auto fields = std::tuple{&Onlooker::in, &Onlooker::out};
  void at_hop(History h, Emit<Look>& emit) {
    const auto newest = h.time(static_cast<double>(h.x.size() - 1));
    emit(newest - 800ms, {1, 0, 0, 0});  // promised: 300 ms; the hop before was 500 ms ago
    emit(newest - 290ms, {2, 0, 0, 0});
  }
};

std::vector<float> ramp(int n, int from = 0) {
  std::vector<float> x;
  for (int i = 0; i < n; ++i) x.push_back(static_cast<float>(from + i));
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sugar_hopping)

BOOST_AUTO_TEST_CASE(hops_sit_on_multiples_of_the_hop_and_see_the_newest_history) {
  NodeRunner run(node_def<Onlooker>());
  run.in<float>(0).rate(10).samples(ramp(23));  // a hop each 5 samples, a history of 10
  run.play();
  const auto looks = run.items<Look>(0);
  BOOST_REQUIRE(looks.size() == 4U);
  const std::int64_t samples[]{5, 10, 10, 10}, first[]{0, 0, 5, 10}, newest[]{4, 9, 14, 19};
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(looks[i].v.samples == samples[i]);
    BOOST_TEST(looks[i].v.first_index == first[i]);
    BOOST_TEST(looks[i].v.oldest == static_cast<double>(first[i]));
    BOOST_TEST(looks[i].v.newest == static_cast<double>(newest[i]));
    BOOST_TEST(looks[i].t.ns == Duration(100ms).count() * newest[i]);
  }
}

BOOST_AUTO_TEST_CASE(a_gap_empties_the_history_and_is_passed_on) {
  NodeRunner run(node_def<Onlooker>());
  run.in<float>(0).rate(10).samples(ramp(7)).lose(1).samples(ramp(7, 8));
  run.play();
  const auto looks = run.items<Look>(0);
  BOOST_REQUIRE(looks.size() == 3U);
  BOOST_TEST(looks[1].v.samples == 2);  // indices 8 and 9: nothing from in front of the gap
  BOOST_TEST(looks[1].v.first_index == 8);
  BOOST_TEST(looks[2].v.samples == 7);
  const std::vector<Output::Gap> gap{{Duration(700ms).count(), Duration(800ms).count(), 1}};
  BOOST_TEST((run.output(0).gaps == gap));
}

BOOST_AUTO_TEST_CASE(after_each_hop_the_port_is_settled_to_the_newest_less_the_latency) {
  NodeRunner run(node_def<Onlooker>());
  run.in<float>(0).rate(10).samples(ramp(4)).settle(2s);
  run.play();
  BOOST_TEST(run.output(0).mark == Duration(1700ms).count());
  BOOST_TEST(run.stream(0).latency_ns == Duration(300ms).count());
}

BOOST_AUTO_TEST_CASE(what_is_older_than_promised_is_refused_and_counted) {
  NodeRunner run(node_def<Tardy>());
  run.in<float>(0).rate(10).samples(ramp(20));
  run.play();
  const auto looks = run.items<Look>(0);
  BOOST_REQUIRE(looks.size() == 5U);  // the first hop has promised nothing yet
  BOOST_TEST(looks[0].v.samples == 1);
  for (std::size_t i = 1; i < 5; ++i) BOOST_TEST(looks[i].v.samples == 2);
  BOOST_TEST(run.counter("late") == 3U);
}

BOOST_AUTO_TEST_CASE(a_live_param_acts_at_the_hop_that_reaches_it) {
  NodeRunner run(node_def<Onlooker>());
  run.in<float>(0).rate(10).samples(ramp(20));
  run.change(900ms, "offset", 100);  // the time of the second hop's newest sample
  run.play();
  const auto looks = run.items<Look>(0);
  BOOST_TEST(looks[0].v.newest == 4);
  BOOST_TEST(looks[1].v.newest == 109);
  run.play(Cut{1});
  BOOST_TEST(run.items<Look>(0)[1].v.newest == 109);
}

BOOST_AUTO_TEST_CASE(no_cut_is_seen) {
  for (const auto seed : cases(200)) {
    std::mt19937 g(seed);
    NodeRunner run(node_def<Onlooker>());
    auto script = run.in<float>(0).rate(10, Duration(1ms) * static_cast<int>(g() % 1000));
    for (int piece = 0; piece < 12; ++piece) {
      script.samples(ramp(1 + static_cast<int>(g() % 20), static_cast<int>(g() % 100)));
      if (g() % 2 == 0) script.lose(1 + g() % 20);
    }
    script.samples(ramp(3)).finish();
    run.change(Duration(1ms) * static_cast<int>(g() % 9000), "offset", 7);
    run.play();
    const auto whole = run.outputs();
    BOOST_TEST(whole[0].t_ns.size() > 5U);
    run.play(Cut{seed});
    BOOST_TEST((whole == run.outputs()), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
