// Promise 1, settled time: the bytes of a run depend on its admitted log alone; never on block size,
// thread count, speed, or the order in which sources are heard.
#include "support/cases.hpp"
#include "support/graph_world.hpp"

#include <cmath>
#include <fstream>
#include <random>

using namespace ib;
using namespace ib::test;

namespace {

using Files = std::map<std::string, std::string>;

struct World {
  Registry registry = all_nodes();
  Graph graph;
  explicit World(const std::string& file, const Overrides& set)
      : graph(read(registry, graphs() / file, set)) {}

  template <class Execute>
  Files run(PlanOptions options, Execute&& execute, RunReport* report = nullptr) const {
    Scratch out;
    options.out_dir = out.path();
    const auto built = plan(graph, options);
    const auto r = execute(*built);
    BOOST_TEST(r.failures.empty());
    if (report != nullptr) *report = r;
    return files_in(out.path());
  }
  Files replay(PlanOptions options = {}) const {
    return run(options, [](Plan& p) { return run_replay(p, {}); });
  }
};

PlanOptions random_options(std::mt19937& g) {
  PlanOptions o;
  o.step = Duration(1ms) * static_cast<int>(50 + g() % 20000);
  o.threads = 1 + static_cast<unsigned>(g() % 3);
  return o;
}

/// Source turns by random small advances, sources in random order, at most `ahead` apart.
AdmittedLog random_chunks(std::mt19937& g, std::uint32_t sources, Duration length) {
  AdmittedLog log;
  std::vector<Time> at(sources);
  const auto bias = 1 + g() % 9;
  const int most_ms = 20 + static_cast<int>(g() % 3000);
  for (;;) {
    std::uint32_t i = sources == 2 ? (g() % 10 < bias ? 0 : 1) : 0;
    const Time least = *std::min_element(at.begin(), at.end());
    if (least >= Time{} + length) break;
    if (at[i] >= least + 8s)
      i = static_cast<std::uint32_t>(std::min_element(at.begin(), at.end()) - at.begin());
    at[i] = at[i] + Duration(1ms) * static_cast<int>(1 + g() % static_cast<unsigned>(most_ms));
    log.push_back({LogEntry::Kind::until, i, at[i], 0, 0});
  }
  return log;
}

void same(const Files& expected, const Files& got, const std::string& label) {
  const auto where = difference(expected, got);
  BOOST_TEST(where.empty(), label << ": " << where);
}

const Overrides solo{
    {"recording", "virtual:seed=7,duration=90s,motion=2,loss=0.03,contact_loss=40"}};
const Overrides couple{
    {"anna", "virtual:seed=3,duration=90s,loss=0.02,jitter=80ms"},
    {"ben", "virtual:seed=4,duration=90s,couple=3,lag=2s,ppm=40,contact_loss=40"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(same_bytes)

BOOST_AUTO_TEST_CASE(a_solo_run_does_not_see_blocks_or_threads) {
  const World world("solo.yaml", solo);
  const auto expected = world.replay();
  BOOST_REQUIRE(expected.at("beats.csv").size() > 2000U);
  for (const auto seed : cases(200)) {
    std::mt19937 g(seed);
    auto options = random_options(g);
    options.step = std::max<Duration>(options.step, 4s);
    const auto log = random_chunks(g, 1, 95s);
    const auto files = world.run(options, [&](Plan& p) { return run_log(p, log); });
    same(expected, files, "seed " + std::to_string(seed));
  }
}

BOOST_AUTO_TEST_CASE(a_couple_does_not_see_who_is_heard_first) {
  const World world("05-couple.yaml", couple);
  const auto expected = world.replay();
  BOOST_REQUIRE(expected.at("together.csv").size() > 500U);
  for (const auto seed : cases(200)) {
    std::mt19937 g(seed);
    auto options = random_options(g);
    options.step = std::max<Duration>(options.step, 4s);
    const auto log = random_chunks(g, 2, 95s);
    const auto files = world.run(options, [&](Plan& p) { return run_log(p, log); });
    same(expected, files, "seed " + std::to_string(seed));
  }
}

BOOST_AUTO_TEST_CASE(replay_at_any_step_and_thread_count_is_the_same) {
  const World world("05-couple.yaml", couple);
  const auto expected = world.replay();
  for (const auto seed : cases(40)) {
    std::mt19937 g(seed);
    same(expected, world.replay(random_options(g)), "seed " + std::to_string(seed));
  }
}

BOOST_AUTO_TEST_CASE(live_pace_with_delays_below_wait_equals_the_offline_run) {
  const World world("05-couple.yaml", couple);
  const auto expected = world.replay();
  for (const auto seed : cases(60)) {
    std::mt19937 g(seed);
    RehearsalOptions rehearsal;
    rehearsal.delay = [&](Time t) { return t + Duration(1ms) * static_cast<int>(g() % 400); };
    auto options = random_options(g);
    options.step = std::max<Duration>(options.step, 4s);
    const auto files = world.run(options, [&](Plan& p) { return run_rehearsal(p, rehearsal); });
    same(expected, files, "seed " + std::to_string(seed));
  }
}

BOOST_AUTO_TEST_CASE(delays_above_wait_give_rows_up_and_equal_the_replay_of_their_own_log) {
  auto stalling = couple;
  stalling[1].second += ",stall=1.5,stall_for=12s";
  const World world("05-couple.yaml", stalling);
  const auto offline = world.replay();
  AdmittedLog log;
  RunReport report;
  const auto live = world.run(
      {},
      [&](Plan& p) {
        return run_rehearsal(p, {.limit = {}, .delay = {}, .log = &log, .record = {}});
      },
      &report);
  std::uint64_t late = 0, marks = 0;
  for (const auto& n : report.nodes) {
    for (const auto& [name, count] : n.counters) late += name == "late" ? count : 0;
  }
  for (const auto& s : report.sources) marks += s.seen_marks;
  BOOST_TEST_MESSAGE("seen marks " << marks << ", items late at the merge " << late);
  BOOST_TEST(marks > 0U);
  BOOST_TEST(late > 0U);
  BOOST_TEST(!difference(offline, live).empty());  // given-up rows are told, not hidden
  for (const auto seed : cases(60)) {
    std::mt19937 g(seed);
    auto options = random_options(g);
    options.step = std::max<Duration>(options.step, 4s);
    const auto again = world.run(options, [&](Plan& p) {
      return run_log(p, log,
                     [&](const std::vector<std::uint32_t>& open) { return g() % open.size(); });
    });
    same(live, again, "seed " + std::to_string(seed));
  }
}

/// A ring whose every packet is late by less than `wait`, from the first one on.
BOOST_AUTO_TEST_CASE(a_radio_that_is_always_late_equals_the_offline_run) {
  for (const char* latency : {"1200ms", "2500ms"}) {
    auto slow = couple;
    slow[1].second += std::string(",latency=") + latency;
    const World world("05-couple.yaml", slow);
    const auto expected = world.replay();
    RunReport report;
    const auto live = world.run(
        {}, [&](Plan& p) { return run_rehearsal(p, {}); }, &report);
    same(expected, live, latency);
    for (const auto& n : report.nodes) {
      for (const auto& [name, count] : n.counters) {
        BOOST_TEST((name != "late" || count == 0U), n.path << " late " << count);
      }
    }
  }
}

/// A sensor that is touched for a moment and left alone for long: nobody's mark may stand still so long
/// that its end brings more than a call can hold.
BOOST_AUTO_TEST_CASE(touches_and_long_gaps_are_the_same_at_any_step) {
  for (const auto seed : cases(20)) {
    std::mt19937 g(seed);
    Scratch scratch;
    const auto file = scratch.path() / "touched.csv";
    {
      std::string text = "# fs_hz: 25\nppg\n";
      bool worn = true;
      double left = 60;
      for (int i = 0; i < 25 * 600; ++i, left -= 0.04) {
        if (left <= 0) {
          worn = !worn;
          left = worn ? 0.3 + static_cast<double>(g() % 60) / 10 * (g() % 4 == 0 ? 20 : 1)
                      : 1 + static_cast<double>(g() % 120);
        }
        text +=
            worn ? std::to_string(1000 + static_cast<int>(100 * std::sin(i * 0.25))) + "\n" : "\n";
      }
      std::ofstream(file) << text;
    }
    const World world("solo.yaml", {{"recording", file.string()}});
    const auto expected = world.replay();
    for (const auto step : {Duration(700ms), Duration(4s), Duration(40s)}) {
      PlanOptions options;
      options.step = step;
      same(expected, world.replay(options), "seed " + std::to_string(seed));
    }
  }
}

/// Live for a moment of wall time, at fifty times the clock, and its own log in virtual time.
BOOST_AUTO_TEST_CASE(a_live_run_equals_the_replay_of_its_log) {
  auto set = couple;
  for (auto& [name, uri] : set) uri += "?lead_in=30s";
  const World world("05-couple.yaml", set);
  AdmittedLog log;
  PlanOptions live;
  live.mode = Mode::live;
  const auto files = world.run(live, [&](Plan& p) {
    LiveOptions options;
    options.limit = 40s;
    options.speed = 200;
    options.log = &log;
    return run_live(p, options);
  });
  BOOST_TEST(files.at("together.csv").size() > 500U);
  for (const unsigned threads : {1U, 3U}) {
    PlanOptions options;
    options.threads = threads;
    same(files, world.run(options, [&](Plan& p) { return run_log(p, log); }), "its log");
  }
}

/// The past of the two rings differs in length; each is caught up with step by step, also on threads.
BOOST_AUTO_TEST_CASE(a_lead_in_of_any_length_loses_nothing) {
  for (const unsigned threads : {1U, 2U}) {
    const World world("couple.yaml",
                      {{"a", "virtual:seed=1?lead_in=900s"}, {"b", "virtual:seed=2"}});
    PlanOptions live;
    live.mode = Mode::live;
    live.threads = threads;
    RunReport report;
    LiveOptions options;
    options.limit = 100ms;
    const auto files = world.run(
        live, [&](Plan& p) { return run_live(p, options); }, &report);
    for (const auto& e : report.edges)
      if (e.lost_items > 0) BOOST_TEST_MESSAGE(e.from << " to " << e.to << ": " << e.lost_items);
    BOOST_TEST(report.lost == 0U);
    BOOST_TEST(files.at("a/hrv.csv").size() > 10'000U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
