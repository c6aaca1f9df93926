#include "dyad/linkage.hpp"

#include <interbeat/graph.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string_view>
#include <vector>

#include "dyad/align.hpp"
#include "dyad/coregulation.hpp"
#include "dyad/slope.hpp"
#include "dyad/wcc.hpp"
#include "nodes/slopes.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::vector<Timed<Coregulation>> rows(const Slopes& grid,
                                      std::vector<NodeRunner::Setting> with = {}) {
  NodeRunner run(node_def<DyadLinkage>(), std::move(with));
  run.in<PairSlope>(0).rate(2).items(grid).settle(grid.back().t - Time{}).finish();
  run.play();
  return run.items<Coregulation>(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dyad_linkage)

BOOST_AUTO_TEST_CASE(a_row_every_step_from_the_first_on_and_none_beyond_the_end) {
  const auto r = rows(followed(1, 101, 6, 0.3), {{"step", 5}});  // 0 .. 50 s
  BOOST_REQUIRE_EQUAL(r.size(), 11u);
  for (std::size_t i = 0; i < r.size(); ++i) {
    BOOST_CHECK(r[i].t == Time{} + 5s * static_cast<int>(i));
    BOOST_CHECK(r[i].v.state == dsp::LinkageState::collecting);
    BOOST_CHECK(r[i].v.reason == Reason::collecting);
    BOOST_TEST(!r[i].v.linkage_p);
    BOOST_TEST(!r[i].v.lag_s);
    BOOST_TEST(r[i].v.horizon_s == 5.0 * static_cast<double>(i) + 0.5);
  }
  // 80 % of a 30-s window at every lag to 5 s: 29 s, and no value of fewer lags before that.
  BOOST_TEST((!r[5].v.wcc_z0 && !r[5].v.wcc_lag_s));
  BOOST_CHECK(r[5].v.wcc_reason == Reason::collecting);
  BOOST_TEST((r[6].v.wcc_z0 && r[6].v.wcc_lag_s));
  BOOST_CHECK(r[6].v.wcc_reason == Reason::none);
}

BOOST_AUTO_TEST_CASE(b_that_follows_a_by_three_seconds_is_linked_after_two_minutes_of_tests) {
  const auto r = rows(followed(2, 1201, 6, 0.3));  // 10 min
  const auto& last = r.back().v;
  BOOST_CHECK(last.state == dsp::LinkageState::linked);
  BOOST_CHECK(last.reason == Reason::none);
  BOOST_TEST(*last.linkage_p == 0.01);
  BOOST_TEST(*last.linkage_effect > 2);
  BOOST_TEST(*last.lag_s == 3.0);
  BOOST_TEST(*last.wcc_lag_s == 3.0);
  BOOST_TEST(*last.lead_index > 0);
  BOOST_TEST(last.horizon_s == 300.0);
  Time first = forever;
  for (const auto& [t, v] : r) {
    if (v.state == dsp::LinkageState::linked) first = std::min(first, t);
  }
  // 180 s are there with the point at 179.5 s, so the first test is the row at 180 s, and the 24th
  // the one at 295 s.
  BOOST_CHECK(first == Time{} + 295s);
}

// Two minutes of rows, and never fewer than twelve of them: rows far apart are no faster proof.
BOOST_AUTO_TEST_CASE(the_rule_is_two_minutes_and_twelve_rows) {
  struct Rule {
    double step;
    Duration linked_at;  // the first test is at 180 s
  };
  for (const auto& [step, linked_at] :
       {Rule{1, 299s}, Rule{10, 290s}, Rule{20, 400s}, Rule{60, 840s}}) {
    BOOST_TEST_CONTEXT("step " << step << " s") {
      Time first = forever;
      for (const auto& [t, v] : rows(followed(2, 1801, 6, 0.3), {{"step", step}})) {
        if (v.state == dsp::LinkageState::linked) first = std::min(first, t);
      }
      BOOST_CHECK(first == Time{} + linked_at);
    }
  }
}

BOOST_AUTO_TEST_CASE(linked_is_left_after_a_minute_and_six_rows) {
  auto grid = followed(2, 4001, 6, 0.3);
  const auto other = followed(9, 4001, 0, 0);  // from 900 s on b goes its own way
  for (std::size_t k = 1800; k < grid.size(); ++k) grid[k].v.slope_b = other[k].v.slope_a;
  for (const double step : {10.0, 60.0}) {
    BOOST_TEST_CONTEXT("step " << step << " s") {
      int above = 0;  // rows in a row with p > 0.05 while linked
      bool was_linked = false, left = false;
      for (const auto& [t, v] : rows(grid, {{"step", step}})) {
        const bool linked = v.state == dsp::LinkageState::linked;
        above = was_linked && *v.linkage_p > 0.05 ? above + 1 : 0;
        BOOST_TEST((above < 6 || !linked));
        if (was_linked && !linked) {
          BOOST_TEST(above == 6);
          left = true;
        }
        was_linked = linked;
      }
      BOOST_TEST(left);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_unrelated_series_are_not_distinguishable_from_chance) {
  auto grid = followed(3, 1201, 0, 0);
  const auto other = followed(4, 1201, 0, 0);
  for (std::size_t k = 0; k < grid.size(); ++k) grid[k].v.slope_b = other[k].v.slope_a;
  const auto r = rows(grid);
  BOOST_CHECK(r.back().v.state == dsp::LinkageState::not_distinguishable);
  for (const auto& [t, v] : r) BOOST_CHECK(v.state != dsp::LinkageState::linked);
}

// A best lag of those few lags whose pairs happen to be there would be a best lag by chance.
BOOST_AUTO_TEST_CASE(the_newest_window_has_all_its_values_or_a_reason) {
  auto grid = followed(10, 601, 6, 0.3);
  std::mt19937 random(10);
  for (auto& [t, v] : grid) {
    if (random() % 6 == 0) v.slope_a = {};  // near the 80 % that a lag needs
  }
  int some = 0, none = 0;
  for (const auto& [t, v] : rows(grid, {{"step", 1}})) {
    BOOST_TEST(static_cast<bool>(v.wcc_z0) == (v.wcc_reason == Reason::none));
    BOOST_TEST(static_cast<bool>(v.wcc_lag_s) == (v.wcc_reason == Reason::none));
    (v.wcc_z0 ? some : none) += 1;
  }
  BOOST_TEST(some > 10);
  BOOST_TEST(none > 10);
}

BOOST_AUTO_TEST_CASE(swapping_the_two_mirrors_lag_and_lead) {
  const auto grid = followed(5, 801, 4, 0.5);
  const auto p = rows(grid), q = rows(swapped(grid));
  BOOST_REQUIRE_EQUAL(p.size(), q.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto &x = p[i].v, &y = q[i].v;
    BOOST_TEST(x.coverage_a == y.coverage_b);
    if (x.wcc_z0) BOOST_TEST(*x.wcc_z0 == *y.wcc_z0);
    if (x.wcc_lag_s) BOOST_TEST(*x.wcc_lag_s == -*y.wcc_lag_s);
    BOOST_TEST(static_cast<bool>(x.lag_s) == static_cast<bool>(y.lag_s));
    if (!x.lag_s) continue;
    BOOST_TEST(*x.lag_s == -*y.lag_s);
    BOOST_CHECK_SMALL(*x.lead_index + *y.lead_index, 1e-12);
    BOOST_CHECK_SMALL(*x.in_phase_z - *y.in_phase_z, 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(a_silent_partner_leaves_partial_rows_that_say_so) {
  auto grid = followed(6, 1201, 6, 0.3);
  for (std::size_t k = 800; k < grid.size(); ++k) {
    grid[k].v.slope_b = {};
    grid[k].v.side_b = k < 820 ? Side::given_up : Side::idle;
  }
  const auto r = rows(grid);
  const auto& last = r.back().v;  // at 600 s: b has spoken in the first 100 s of the horizon
  BOOST_CHECK(last.side_a == Side::settled);
  BOOST_CHECK(last.side_b == Side::idle);
  BOOST_CHECK(last.reason == Reason::partner_silent);
  BOOST_CHECK(last.state == dsp::LinkageState::collecting);
  BOOST_TEST(last.coverage_a == 1.0);
  BOOST_TEST(last.coverage_b == 199.0 / 600);
  BOOST_TEST(last.coverage_both == 199.0 / 600);
  BOOST_TEST(!last.linkage_p);
  BOOST_TEST(!last.wcc_z0);
}

BOOST_AUTO_TEST_CASE(lost_grid_points_count_as_missing) {
  auto grid = followed(7, 1201, 6, 0.3);
  grid.erase(grid.begin() + 1001, grid.begin() + 1101);  // 50 s
  const auto r = rows(grid);
  BOOST_TEST(r.back().v.coverage_a == 500.0 / 600);
  BOOST_TEST(r.back().v.horizon_s == 300.0);
  grid.erase(grid.begin() + 300, grid.begin() + 1050);  // more than the horizon holds
  const auto after = rows(grid);
  BOOST_TEST(after.back().v.horizon_s < 100.0);
}

BOOST_AUTO_TEST_CASE(nothing_but_missing_gives_only_collecting) {
  Slopes grid;
  for (int k = 0; k <= 1200; ++k) grid.push_back({Time{} + 500ms * k, pair({}, {})});
  const auto r = rows(grid);
  BOOST_REQUIRE_EQUAL(r.size(), 121u);
  for (const auto& [t, v] : r) {
    BOOST_CHECK(v.state == dsp::LinkageState::collecting);
    const bool full = t >= Time{} + 180s;
    BOOST_CHECK(v.reason == (full ? Reason::insufficient_coverage : Reason::collecting));
    BOOST_CHECK(!v.linkage_p && !v.linkage_effect && !v.in_phase_z && !v.net_z && !v.magnitude_z);
    BOOST_CHECK(!v.lag_s && !v.lead_index && !v.wcc_z0 && !v.wcc_lag_s);
    BOOST_TEST(v.coverage_a == 0.0);
  }
}

BOOST_AUTO_TEST_CASE(a_constant_slope_has_no_test_and_no_nan) {
  Slopes grid;
  for (int k = 0; k <= 600; ++k) grid.push_back({Time{} + 500ms * k, pair(0.0, 0.0)});
  const auto last = rows(grid).back().v;
  BOOST_CHECK(last.reason == Reason::low_quality);
  BOOST_TEST(!last.linkage_p);
  BOOST_TEST(!last.wcc_lag_s);
}

BOOST_AUTO_TEST_CASE(a_later_start_gives_the_same_values) {
  const auto grid = followed(8, 801, 6, 0.3);
  auto later = grid;
  for (auto& [t, v] : later) t = t + 1000s;
  const auto p = rows(grid), q = rows(later);
  BOOST_REQUIRE_EQUAL(p.size(), q.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    BOOST_CHECK(p[i].v.linkage_p == q[i].v.linkage_p);
    BOOST_CHECK(p[i].v.linkage_effect == q[i].v.linkage_effect);
    BOOST_CHECK(p[i].v.wcc_z0 == q[i].v.wcc_z0);
  }
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_rows) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto grid = followed(seed, 401, 3, 0.5);
      std::mt19937 random(seed);
      for (auto& [t, v] : grid) {
        if (random() % 20 == 0) v.slope_a = {};
      }
      // A short test per row keeps 200 seeds quick; the paths are the same.
      NodeRunner run(node_def<DyadLinkage>(), {{"step", 10}, {"horizon", 180}, {"window", 10}});
      run.in<PairSlope>(0).rate(2).items(grid).settle(205s).finish();
      run.play();
      const auto whole = run.outputs();
      BOOST_REQUIRE(whole[0].t_ns.size() == 21u);
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
      BOOST_TEST(run.counter("late") == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_step_between_grid_points) {
  NodeRunner run(node_def<DyadLinkage>(), {{"step", 1.3}});
  run.in<PairSlope>(0).rate(2);
  BOOST_TEST(!run.activate());
  BOOST_TEST(run.error().find("0.5 s") != std::string::npos);
}

// The three nodes one behind the other: two hearts in, rows out.
BOOST_AUTO_TEST_CASE(from_intervals_to_rows) {
  NodeRunner align(node_def<DyadAlign>());
  for (const std::size_t person : {std::size_t{0}, std::size_t{1}}) {
    auto in = align.in<Interval>(person);
    const double delay = person == 0 ? 0 : 2;
    for (Time t{}; t < Time{} + 600s;) {  // a sum of waves; b runs 2 s behind
      const double s = seconds(t) - delay;
      const double bpm = 70 + 6 * std::sin(s * 0.5) + 4 * std::sin(s * 0.31 * (1 + s / 900));
      const auto us = static_cast<std::int32_t>(std::lround(60e6 / bpm));
      t = t + us * 1us;
      in.item(t - Time{}, {us, true, true, Label::normal, Reason::none, {}});
    }
    in.settle(605s).finish();
  }
  align.play(Cut{1});
  NodeRunner slope(node_def<DyadSlope>());
  slope.in<PairHr>(0).rate(align.stream(0).items_per_second).items(align.items<PairHr>(0)).finish();
  slope.play();
  NodeRunner linkage(node_def<DyadLinkage>());
  linkage.in<PairSlope>(0)
      .rate(slope.stream(0).items_per_second)
      .items(slope.items<PairSlope>(0))
      .finish();
  linkage.play();
  const auto r = linkage.items<Coregulation>(0);
  BOOST_REQUIRE_EQUAL(r.size(), 122u);  // 0 .. 605 s
  BOOST_TEST(*r[120].v.lag_s == 2.0);
  BOOST_TEST(r[120].v.coverage_a == 1.0);
}

BOOST_AUTO_TEST_CASE(the_module_reads_and_expands) {
  Registry registry;
  const auto add = [&](const NodeDef& d) { registry.add(NodeType{d.desc, d.create}); };
  add(node_def<DyadAlign>());
  add(node_def<DyadSlope>());
  add(node_def<DyadWcc>());
  add(node_def<DyadLinkage>());
  registry.add(coregulation_module());
  const ib_port out{sizeof(ib_port),
                    IB_PORT_OUT,
                    "intervals",
                    &Interval::type(),
                    "",
                    "Beats.",
                    0,
                    IB_GRADE_BEATS,
                    0,
                    0,
                    4,
                    0,
                    0,
                    nullptr,
                    nullptr,
                    nullptr};
  const ib_port any{
      sizeof(ib_port), IB_PORT_ANY_TYPE, "in",   nullptr, "", "Rows.", 0, 0, 0, 0, 0, 0, 0,
      nullptr,         nullptr,          nullptr};
  const ib_node_desc source{sizeof(ib_node_desc),
                            IB_NODE_SOURCE | IB_NODE_DETERMINISTIC,
                            "source.heart",
                            "1.0.0",
                            "A heart.",
                            "",
                            1,
                            0,
                            &out,
                            nullptr};
  const ib_node_desc sink{sizeof(ib_node_desc),
                          IB_NODE_SINK | IB_NODE_DETERMINISTIC,
                          "sink.rows",
                          "1.0.0",
                          "Rows.",
                          "",
                          1,
                          0,
                          &any,
                          nullptr};
  registry.add(NodeType{&source, nullptr});
  registry.add(NodeType{&sink, nullptr});
  Diagnostics said;
  const auto graph = read_graph_text(R"(interbeat: 1
nodes:
  anna:     {type: source.heart}
  ben:      {type: source.heart}
  together:
    type: dyad.coregulation
    a: anna.intervals
    b: ben.intervals
    window: 20 s
    align: nearest
    wait: 7 s
    idle_after: 20 s
    on_missing: skip
    late: side
  log:      {type: sink.rows, in: together}
  windows:  {type: sink.rows, in: together.wcc}
  late:     {type: sink.rows, in: together.late_b}
)",
                                     "pair.yaml", ".", {}, registry, said);
  for (const auto& d : said.items()) BOOST_TEST_MESSAGE(d.what);
  BOOST_REQUIRE(graph.has_value());
  const auto* node = graph->find("together.linkage");
  BOOST_REQUIRE(node != nullptr);
  BOOST_TEST(graph->find("together.align")->inputs.size() == 2u);
  BOOST_REQUIRE_EQUAL(node->settings.size(), 3u);  // the horizon's default is passed on too
  BOOST_TEST(node->settings[0].number == 20.0);
  const auto setting = [&graph](const char* name) {
    const auto* align = graph->find("together.align");
    for (const auto& s : align->settings) {
      if (std::string_view(align->type->desc->params[s.param].name) == name) return s.number;
    }
    BOOST_ERROR("align is not told " << name);
    return -1.0;
  };
  BOOST_TEST(setting("align") == 2.0);
  BOOST_TEST(setting("wait") == 7.0);
  BOOST_TEST(setting("idle_after") == 20.0);
  BOOST_TEST(setting("on_missing") == 2.0);
  BOOST_TEST(setting("late") == 1.0);
  const auto* wcc = graph->find("together.wcc");
  BOOST_REQUIRE(wcc != nullptr);
  BOOST_TEST(wcc->settings[0].number == 20.0);
}

BOOST_AUTO_TEST_SUITE_END()
