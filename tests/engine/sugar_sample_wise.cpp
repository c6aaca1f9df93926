// The sample-wise shape: one value in, one value out, at the same device index. Gaps, warming flags
// and live params are the runner's work.
#include "support/cases.hpp"
#include "support/node_runner.hpp"

#include <numeric>

using namespace ib;
using namespace ib::test;

namespace {

/// Sums what it gets since its start, so that a restart shows itself.
struct Sum {
  static constexpr About about{"test.sum", "1.0.0", "Sum since the start."};
  In<"in", float> in;
  Out<"out", float> out;
  Param<"gain", NumberSpec{.min = -10, .max = 10, .def = 1, .doc = "Factor.", .live = true}> gain;
  Duration shift = 100ms, bridge = 250ms;
  int settling_samples = 2;
  double sum{};
  static constexpr auto fields = std::tuple{&Sum::in, &Sum::out, &Sum::gain};
  void restart(double) { sum = 0; }
  double operator()(double x) { return sum += gain * x; }
};

struct Row {
  Duration t;
  float y;
  int flags;
  bool operator==(const Row&) const = default;
  friend std::ostream& operator<<(std::ostream& o, const Row& r) {
    return o << "{" << r.t.count() / 1000000 << " ms, " << r.y << ", flags " << r.flags << "}";
  }
};

std::vector<Row> rows(const NodeRunner& run) {
  const auto& o = run.output(0);
  std::vector<Row> r;
  for (std::size_t i = 0; i < o.t_ns.size(); ++i) {
    float y;
    std::memcpy(&y, o.bytes.data() + 4 * i, 4);
    r.push_back({Duration{o.t_ns[i]}, y, o.flags[i]});
  }
  return r;
}

constexpr int bridged = IB_SAMPLE_BRIDGED, warming = IB_SAMPLE_WARMING;

void expect(const NodeRunner& run, const std::vector<Row>& expected) {
  const auto got = rows(run);
  BOOST_TEST(got == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sugar_sample_wise)

BOOST_AUTO_TEST_CASE(one_out_for_one_in_earlier_by_the_shift_and_warming_at_first) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0).rate(10, 1s).samples(std::array{1.F, 2.F, 3.F, 4.F}).finish();
  run.play();
  expect(run, {{900ms, 1, warming}, {1000ms, 3, warming}, {1100ms, 6, 0}, {1200ms, 10, 0}});
  BOOST_TEST(run.output(0).mark == Duration(1300ms).count());  // at the end the shift hides nothing
  BOOST_TEST(run.output(0).finished);
}

BOOST_AUTO_TEST_CASE(a_short_gap_is_filled_by_a_line_and_flagged) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0)
      .rate(10)
      .samples(std::array{1.F, 1.F, 1.F})
      .lose(2)
      .samples(std::array{4.F, 4.F});
  run.play();
  expect(run, {{-100ms, 1, warming},
               {0ms, 2, warming},
               {100ms, 3, 0},
               {200ms, 5, bridged},
               {300ms, 8, bridged},  // 2 and 3: between 1 and 4
               {400ms, 12, 0},
               {500ms, 16, 0}});
  BOOST_TEST(run.output(0).gaps.empty());
}

BOOST_AUTO_TEST_CASE(a_longer_gap_starts_anew_and_is_passed_on_at_the_outputs_time) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0)
      .rate(10)
      .samples(std::array{1.F, 1.F, 1.F})
      .lose(3)
      .samples(std::array{4.F, 4.F, 4.F});
  run.play();
  expect(run, {{-100ms, 1, warming},
               {0ms, 2, warming},
               {100ms, 3, 0},
               {500ms, 4, warming},
               {600ms, 8, warming},
               {700ms, 12, 0}});
  const std::vector<Output::Gap> gap{{Duration(200ms).count(), Duration(500ms).count(), 3}};
  BOOST_TEST((run.output(0).gaps == gap));
}

BOOST_AUTO_TEST_CASE(flags_of_the_input_are_passed_on) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0)
      .rate(10)
      .samples(std::array{1.F, 1.F, 1.F})
      .samples(std::array{1.F}, IB_SAMPLE_BRIDGED);
  run.play();
  expect(run, {{-100ms, 1, warming}, {0ms, 2, warming}, {100ms, 3, 0}, {200ms, 4, bridged}});
}

BOOST_AUTO_TEST_CASE(a_mark_told_inside_a_gap_does_not_forbid_its_bridge) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0)
      .rate(10)
      .samples(std::array{1.F, 1.F, 1.F})
      .settle(399ms)
      .lose(2)
      .samples(std::array{4.F});
  run.play();
  expect(run, {{-100ms, 1, warming},
               {0ms, 2, warming},
               {100ms, 3, 0},
               {200ms, 5, bridged},
               {300ms, 8, bridged},
               {400ms, 12, 0}});
}

BOOST_AUTO_TEST_CASE(a_gap_told_by_an_empty_block_is_the_same_gap) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0)
      .rate(10)
      .samples(std::array{1.F, 1.F, 1.F})
      .lose(2)
      .settle(350ms)
      .samples(std::array{4.F});
  run.play();
  expect(run, {{-100ms, 1, warming},
               {0ms, 2, warming},
               {100ms, 3, 0},
               {200ms, 5, bridged},
               {300ms, 8, bridged},
               {400ms, 12, 0}});
}

BOOST_AUTO_TEST_CASE(a_live_param_acts_at_its_sample) {
  NodeRunner run(node_def<Sum>());
  run.in<float>(0).rate(10).samples(std::array{1.F, 1.F, 1.F, 1.F, 1.F});
  run.change(200ms, "gain", 5).change(310ms, "gain", -1);
  run.play();
  const auto r = rows(run);
  const std::vector<float> y{1, 2, 7, 12, 11};
  for (std::size_t i = 0; i < y.size(); ++i) BOOST_TEST(r[i].y == y[i]);
}

BOOST_AUTO_TEST_CASE(no_cut_is_seen) {
  for (const auto seed : cases(200)) {
    std::mt19937 g(seed);
    NodeRunner run(node_def<Sum>());
    auto script = run.in<float>(0).rate(10);
    Duration t{};
    for (int piece = 0; piece < 12; ++piece) {
      std::vector<float> x(1 + g() % 9);
      for (auto& v : x) v = static_cast<float>(g() % 100) - 50;
      script.samples(x);
      t += Duration(100ms) * static_cast<int>(x.size());
      const auto missing = g() % 5;
      if (missing > 0) script.lose(missing);
      t += Duration(100ms) * static_cast<int>(missing);
      if (g() % 2 == 0) script.settle(t - Duration{1 + static_cast<int>(g() % 50'000'000)});
    }
    script.samples(std::array{1.F}).settle(t).finish();
    run.change(Duration(1ms) * static_cast<int>(g() % 3000), "gain", 3);
    run.change(5s, "gain", -2);
    run.play();
    const auto whole = run.outputs();
    run.play(Cut{seed});
    BOOST_TEST((whole == run.outputs()), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
