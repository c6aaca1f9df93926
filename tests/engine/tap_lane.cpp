// A tap sees what an output sends, or says how much it missed; and the graph does not notice.
#include "support/graph_world.hpp"

#include "nearest.hpp"
#include "plan_impl.hpp"
#include "tap_server.hpp"

#include <atomic>
#include <thread>

using namespace ib;
using namespace ib::test;

namespace {

constexpr const char* yaml = R"(interbeat: 1
nodes:
  ring:     {type: source, uri: "virtual:seed=3,duration=DURATION"}
  filtered: {type: filter.bandpass, in: ring.ppg, low: 0.5 Hz, high: 8 Hz}
  found:    {type: beat.ppg, in: filtered}
  file:     {type: sink.csv, in: filtered, path: filtered.csv}
  beats:    {type: sink.csv, in: found, path: beats.csv}
)";

struct World {
  explicit World(const std::string& duration, unsigned threads = 1) {
    auto text = std::string(yaml);
    text.replace(text.find("DURATION"), 8, duration);
    Diagnostics problems;
    const auto graph = read_graph_text(text, "tapped", ".", {}, registry, problems);
    BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
    PlanOptions options;
    options.out_dir = out.path();
    options.threads = threads;
    built = plan(*graph, options);
  }
  detail::PlanImpl& impl() { return built->impl(); }
  detail::TapLane* tap(const std::string& name) {
    std::string why;
    const auto place = detail::find_output(impl(), name, why);
    BOOST_REQUIRE_MESSAGE(place.has_value(), why);
    return impl().taps.open(*impl().stages[place->node], place->port);
  }
  std::string why_not(const std::string& name) {
    std::string why;
    BOOST_TEST(!detail::find_output(impl(), name, why).has_value());
    return why;
  }

  Scratch out;
  Registry registry = all_nodes();
  std::unique_ptr<Plan> built;
};

std::uint64_t items_in(detail::TapLane& lane) {
  std::uint64_t n = 0;
  while (const BlockSlot* piece = lane.peek()) {
    n += piece->head.n;
    lane.release();
  }
  return n;
}

std::uint64_t sent_by(const RunReport& report, const std::string& path) {
  for (const auto& n : report.nodes) {
    if (n.path == path) return n.items_out;
  }
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tap_lane)

BOOST_AUTO_TEST_CASE(shown_and_missed_are_all_that_was_sent) {
  for (const std::string duration : {"20s", "6000s"}) {  // the lane holds the one and not the other
    World world(duration);
    auto* samples = world.tap("filtered");
    auto* beats = world.tap("found.beats");
    const auto report = run_replay(*world.built, {});
    const auto shown = items_in(*samples), missed = samples->take_dropped();
    BOOST_TEST(shown >= 500U);
    BOOST_TEST((missed > 0) == (duration == "6000s"));
    BOOST_TEST(shown + missed == sent_by(report, "filtered"));
    BOOST_TEST(items_in(*beats) + beats->take_dropped() == sent_by(report, "found"));
  }
}

BOOST_AUTO_TEST_CASE(a_tapped_run_writes_the_same_bytes) {
  World plain("60s"), tapped("60s");
  tapped.tap("ring.ppg");
  tapped.tap("filtered");
  tapped.tap("found.beats");
  run_replay(*plain.built, {});
  run_replay(*tapped.built, {});
  const auto files = files_in(plain.out.path());
  BOOST_TEST(files.size() == 2U);
  const auto where = difference(files, files_in(tapped.out.path()));
  BOOST_TEST(where.empty(), where);
}

BOOST_AUTO_TEST_CASE(four_look_at_once_and_a_node_that_nobody_looks_at_pays_nothing) {
  World world("20s");
  auto& impl = world.impl();
  detail::TapLane* lanes[] = {world.tap("filtered"), world.tap("filtered"), world.tap("ring.ppg"),
                              world.tap("found.beats")};
  for (const auto* lane : lanes) BOOST_TEST(lane != nullptr);
  BOOST_TEST(world.tap("filtered") == nullptr);
  std::string why;
  auto& filtered = *impl.stages[detail::find_output(impl, "filtered", why)->node];
  impl.taps.close(*lanes[0]);
  BOOST_TEST(filtered.attention.load() == detail::attend_tap);  // the second one still looks
  impl.taps.close(*lanes[1]);
  BOOST_TEST(filtered.attention.load() == 0);
  BOOST_TEST(world.tap("filtered") != nullptr);
}

BOOST_AUTO_TEST_CASE(names_that_are_none_are_answered_with_the_right_ones) {
  World world("20s");
  BOOST_TEST(world.why_not("filtred.out").find("did you mean \"filtered.out\"?") !=
             std::string::npos);
  BOOST_TEST(world.why_not("zzzzzz").find("found.beats") != std::string::npos);
  BOOST_TEST(world.why_not("found.by.somebody.else.beats").find("did you mean \"found.beats\"?") !=
                 std::string::npos,
             world.why_not("found.by.somebody.else.beats"));
  BOOST_TEST(world.why_not("").find("one of") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(taps_come_and_go_while_the_node_runs) {
  World world("20000s", 2);
  std::atomic<bool> over{false};
  std::thread run([&] {
    run_replay(*world.built, {});
    over = true;
  });
  std::uint64_t looks = 0, shown = 0;
  while (!over) {
    auto* lane = world.tap("filtered");
    if (lane == nullptr) continue;  // one that was closed is still being written
    const auto before = shown;
    while (!over && shown == before) shown += items_in(*lane);
    world.impl().taps.close(*lane);
    ++looks;
  }
  run.join();
  BOOST_TEST(looks > 10U);
  BOOST_TEST(shown > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
