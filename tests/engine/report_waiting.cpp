// Why a node waits: the input that holds it, and how far behind.
#include "support/graph_world.hpp"

#include "metrics_text.hpp"
#include "pace.hpp"
#include "plan_impl.hpp"

using namespace ib;
using namespace ib::test;

namespace {

constexpr std::int64_t second = 1'000'000'000;

const NodeReport& line_of(const RunReport& report, const std::string& path) {
  for (const auto& n : report.nodes) {
    if (n.path == path) return n;
  }
  BOOST_FAIL("no line " << path);
  return report.nodes.front();
}

struct Couple {
  Couple() {
    Diagnostics problems;
    const auto person = (graphs() / "person.yaml").string();
    const auto yaml = "interbeat: 1\nparticipants:\n  anna: {use: \"" + person +
                      "\", with: {source: \"virtual:seed=1,duration=60s\"}}\n  ben: {use: \"" +
                      person +
                      "\", with: {source: \"virtual:seed=2,duration=60s\"}}\n"
                      "nodes:\n  meet: {type: dyad.align, a: anna.intervals, b: ben.intervals}\n"
                      "  out: {type: sink.csv, in: meet, path: x.csv}\n";
    const auto graph = read_graph_text(yaml, "couple", ".", {}, registry, problems);
    BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
    PlanOptions options;
    options.out_dir = out.path();
    built = plan(*graph, options);
    auto& impl = built->impl();
    for (const auto i : impl.order) {
      if (impl.graph.nodes[i].path == "meet") meet = impl.stages[i];
    }
    BOOST_REQUIRE(meet != nullptr);
  }

  Scratch out;
  Registry registry = all_nodes();
  std::unique_ptr<Plan> built;
  detail::Stage* meet{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(report_waiting)

BOOST_FIXTURE_TEST_CASE(the_input_behind_is_named_and_measured, Couple) {
  auto& impl = built->impl();
  impl.sources[0].told_settled_ns = 12 * second;
  impl.sources[1].told_settled_ns = 9 * second;
  meet->settled_in[0] = 11 * second;
  meet->settled_in[1] = 8 * second;
  meet->call.now_ns = 8 * second;
  const auto report = detail::make_report(impl);
  const auto& line = line_of(report, "meet");
  BOOST_TEST(line.waits_for.starts_with("ben."), line.waits_for);
  BOOST_TEST(line.waits_s == 3.0);
  BOOST_TEST(line.lag_s.value_or(-1) == 4.0);
  BOOST_TEST(report.sources[0].lag_s == 0.0);
  BOOST_TEST(report.sources[1].lag_s == 3.0);
}

/// Both rings lost: what is settled stands still, and session time goes on.
BOOST_FIXTURE_TEST_CASE(live_what_lags_lags_behind_session_time, Couple) {
  auto& impl = built->impl();
  detail::Pace pace;
  pace.start_ns -= 40 * second;
  impl.context.pace = &pace;
  impl.sources[0].told_settled_ns = 12 * second;
  impl.sources[1].told_settled_ns = 9 * second;
  for (auto& settled : meet->settled_in) settled = 8 * second;
  const auto report = detail::make_report(impl);
  BOOST_TEST(report.sources[0].lag_s >= 28.0);
  BOOST_TEST(report.sources[1].lag_s >= 31.0);
  BOOST_TEST(line_of(report, "meet").lag_s.value_or(-1) >= 32.0);
  impl.sources[0].finished = impl.sources[1].finished = true;  // of those nothing is awaited
  BOOST_TEST(detail::make_report(impl).sources[0].lag_s == 0.0);
  impl.context.pace = nullptr;
}

BOOST_FIXTURE_TEST_CASE(an_input_that_has_ended_holds_nobody, Couple) {
  built->impl().sources[0].told_settled_ns = 12 * second;
  built->impl().sources[1].finished = true;
  meet->settled_in[0] = 11 * second;
  meet->settled_in[1] = 8 * second;
  BOOST_TEST(line_of(detail::make_report(built->impl()), "meet").waits_for.empty());
}

BOOST_FIXTURE_TEST_CASE(an_input_that_nothing_feeds_holds_nobody, Couple) {
  auto& impl = built->impl();
  impl.sources[0].told_settled_ns = 12 * second;
  for (const auto i : impl.order) {
    auto& in = impl.streams[i].in;
    if (impl.graph.nodes[i].path != "meet") continue;
    for (auto& settled : impl.stages[i]->settled_in) settled = 11 * second;
    impl.stages[i]->settled_in[1] = IB_NEVER;
    in[1] = {};
  }
  const auto report = detail::make_report(impl);
  BOOST_TEST(line_of(report, "meet").waits_for.empty());
  BOOST_TEST(line_of(report, "meet").lag_s.value_or(-1) == 1.0);
}

BOOST_FIXTURE_TEST_CASE(before_anything_came_nobody_waits, Couple) {
  const auto line = line_of(detail::make_report(built->impl()), "meet");
  BOOST_TEST(line.waits_for.empty());
  BOOST_TEST(!line.lag_s.has_value());
}

BOOST_FIXTURE_TEST_CASE(histograms_are_there_when_asked_for, Couple) {
  run_replay(*built, {});
  BOOST_TEST(line_of(detail::make_report(built->impl()), "meet").timed_within.empty());
  const auto report = detail::make_report(built->impl(), detail::Detail::histograms);
  for (const auto& n : report.nodes) {
    if (n.timed == 0) continue;
    BOOST_TEST(n.timed_within.size() == report_bounds_ns().size());
    BOOST_TEST(std::is_sorted(n.timed_within.begin(), n.timed_within.end()));
    BOOST_TEST(n.timed_within.back() <= n.timed);
    BOOST_TEST(n.timed_ns > 0.0);
  }
}

BOOST_AUTO_TEST_CASE(labels_are_escaped_for_prometheus) {
  RunReport report;
  report.graph = "a \"b\" \\ c\nd";
  BOOST_TEST(metrics_text(report).find(R"(graph="a \"b\" \\ c\nd")") != std::string::npos,
             metrics_text(report));
}

BOOST_AUTO_TEST_SUITE_END()
