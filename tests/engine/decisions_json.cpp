// What a run says of how old items were when its nodes gave them; and where it says nothing, why.
#include "decisions_json.hpp"

#include "support/graph_world.hpp"

#include <algorithm>

using namespace ib;
using namespace ib::test;
using OrderedJson = nlohmann::ordered_json;

namespace {

constexpr const char* beats_of_a_ring = R"(interbeat: 1
nodes:
  ring:     {type: source, uri: "virtual:seed=1,rate=64,duration=60s"}
  filtered: {type: filter.bandpass, in: ring.ppg}
  detected: {type: beat.ppg, in: filtered}
  late:     {type: hrv.window, intervals: clean, window: 300 s, step: 300 s, trust_source: true}
  clean:    {type: interval.clean, beats: detected, trust_source: true}
  file:     {type: sink.csv, in: clean, path: intervals.csv}
  rows:     {type: sink.csv, in: late, path: rows.csv}
)";

OrderedJson decisions_after_replay(bool timed) {
  const auto registry = all_nodes();
  Diagnostics problems;
  const auto graph = read_graph_text(beats_of_a_ring, "beats", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  const Scratch out;
  PlanOptions options;
  options.out_dir = out.path();
  options.time_decisions = timed;
  const auto built = plan(*graph, options);
  BOOST_TEST(run_replay(*built, {}).failures.empty());
  auto& impl = built->impl();
  return detail::decisions_json(impl, make_report(impl, detail::Detail::histograms));
}

const OrderedJson& decisions_of(const OrderedJson& all, const std::string& path) {
  const auto& nodes = all.at("nodes");
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const OrderedJson& n) { return n.at("path") == path; });
  BOOST_REQUIRE_MESSAGE(found != nodes.end(), path);
  return *found;
}

bool says_why(const OrderedJson& node, std::string_view part) {
  const auto why = node.value("why", "");
  BOOST_TEST(!node.contains("n"));
  BOOST_TEST_MESSAGE(node.value("path", "") << ": " << why);
  return why.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decisions_json)

BOOST_AUTO_TEST_CASE(a_node_that_decides_has_its_bins_beside_what_it_declared) {
  const auto all = decisions_after_replay(true);
  BOOST_TEST(all.at("bounds_s").get<std::vector<double>>() == decision_bounds_s(),
             boost::test_tools::per_element());
  const auto& beats = decisions_of(all, "detected");
  BOOST_TEST(beats.at("type") == "beat.ppg");
  BOOST_TEST(beats.at("n").get<std::uint64_t>() > 50U);
  BOOST_TEST(beats.at("p50_s").get<double>() > 0.2);
  BOOST_TEST(beats.at("p50_s").get<double>() <= beats.at("p95_s").get<double>());
  BOOST_TEST(beats.at("p95_s").get<double>() <= beats.at("max_s").get<double>());
  BOOST_TEST(std::abs(beats.at("declared_s").get<double>() - (1.25 + 1 / 64.0)) < 1e-6);
  const auto within = beats.at("within").get<std::vector<std::uint64_t>>();
  BOOST_REQUIRE_EQUAL(within.size(), decision_bounds_s().size());
  BOOST_TEST(std::is_sorted(within.begin(), within.end()));
  BOOST_TEST(within.back() == beats.at("n").get<std::uint64_t>());
  BOOST_TEST(within.front() < within.back());
}

BOOST_AUTO_TEST_CASE(who_has_none_says_why) {
  const auto all = decisions_after_replay(true);
  BOOST_TEST(says_why(decisions_of(all, "ring"), "source"));
  BOOST_TEST(says_why(decisions_of(all, "file"), "sink"));
  BOOST_TEST(says_why(decisions_of(all, "filtered"), "at an even rate"));
  BOOST_TEST(says_why(decisions_of(all, "late"), "no item yet"));
  const auto offline = decisions_after_replay(false);
  BOOST_TEST(says_why(decisions_of(offline, "detected"), "offline"));
  BOOST_TEST(says_why(decisions_of(offline, "filtered"), "at an even rate"));
}

BOOST_AUTO_TEST_SUITE_END()
