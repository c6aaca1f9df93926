// Promise 5, contained: a node in a process of its own gives the same bytes as one that is not; when it dies
// it misses a stretch, which a gap tells, and nobody else misses anything. The outage is in the log, and
// playing the log repeats it.
#include "support/cases.hpp"
#include "support/graph_world.hpp"
#include "support/sanitizer.hpp"

#include <interbeat/plugins.hpp>

#include <random>
#include <utility>

using namespace ib;
using namespace ib::test;

namespace {

using FileTexts = std::map<std::string, std::string>;

Registry with_restless() {
  auto registry = all_nodes();
  PluginSearch search;
  search.places.push_back(
      {std::filesystem::path(plugins_folder) / "restless.so", "the test", true, {}});
  const auto files = load_plugins(registry, search);
  BOOST_REQUIRE_MESSAGE(files.at(0).problem.empty(), files.at(0).problem);
  return registry;
}

PlanOptions hosted(PlanOptions options = {}) {
  options.node_host = std::filesystem::path(binary_folder) / "bin/interbeat";
  return options;
}

/// A person whose pulse goes through a node that may die, and everything behind it.
constexpr const char* fragile_person = R"(interbeat: 1
inputs: [pulse]
parameters:
  how: {type: string, default: never}
  once: {type: string, default: ""}
outputs: {filtered: filtered, rated: rated.beats, hrv: hrv}
nodes:
  guard: {type: test.restless, in: pulse, gives: value, at: 40 s, how: $how, once: $once}
  filtered: {type: filter.bandpass, in: guard}
  beats: {type: beat.ppg, in: filtered}
  rated: {type: quality.ppg, raw: guard, filtered: filtered, beats: beats}
  clean: {type: interval.clean, beats: rated.beats}
  hrv: {type: hrv.window, intervals: clean, window: 30 s, step: 5 s}
)";

constexpr const char* fragile_graph = R"(interbeat: 1
parameters:
  how: {type: string, default: never}
  once: {type: string, default: ""}
nodes:
  ring: {type: source, uri: "virtual:seed=5"}
  p: {use: fragile.yaml, with: {how: $how, once: $once}, pulse: ring.ppg, isolation: process}
  count: {type: test.counting, in: ring.ppg, at: 80 s, how: $how, once: "${once}2", isolation: process}
  other: {type: filter.bandpass, in: ring.ppg}
  log1: {type: sink.csv, in: p.filtered, path: filtered.csv}
  log2: {type: sink.csv, in: p.rated, path: rated.csv}
  log3: {type: sink.csv, in: p.hrv, path: hrv.csv}
  log4: {type: sink.csv, in: count, path: count.csv}
  log5: {type: sink.csv, in: other, path: other.csv}
)";

class FragileWorld {
 public:
  explicit FragileWorld(const std::string& how) : how_(how) {
    std::ofstream(folder_.path() / "fragile.yaml") << fragile_person;
  }

  Graph graph() const {
    Diagnostics problems;
    auto g = read_graph_text(fragile_graph, "fragile", folder_.path(),
                             {{"how", how_}, {"once", (folder_.path() / "once").string()}},
                             registry_, problems);
    BOOST_REQUIRE_MESSAGE(g.has_value(), problems.text());
    return *g;
  }
  template <class Execute>
  FileTexts run(PlanOptions options, Execute&& execute) const {
    Scratch out;
    options.out_dir = out.path();
    const auto built = plan(graph(), hosted(options));
    report = execute(*built);
    BOOST_TEST(report.failures.empty());
    return files_in(out.path());
  }
  mutable RunReport report;

 private:
  Scratch folder_;
  Registry registry_ = with_restless();
  std::string how_;
};

/// Live admission in virtual time, and what it admitted.
FileTexts rehearse(const FragileWorld& world, AdmittedLog& log, PlanOptions options = {}) {
  return world.run(options, [&](Plan& p) {
    RehearsalOptions r;
    r.limit = Duration(150s);
    r.log = &log;
    return run_rehearsal(p, r);
  });
}

/// The same outages, other turns of the source.
AdmittedLog cut_anew(const AdmittedLog& log, std::mt19937& g) {
  AdmittedLog cut;
  Time at{}, end{};
  for (const auto& e : log) {
    if (e.kind == LogEntry::Kind::until) end = std::max(end, e.time);
  }
  while (at < end) {
    at = std::min(end, at + Duration(1ms) * static_cast<int>(1 + g() % 9000));
    cut.push_back({LogEntry::Kind::until, 0, at, 0, 0, {}});
  }
  for (const auto& e : log) {
    if (e.kind != LogEntry::Kind::until) cut.push_back(e);
  }
  return cut;
}

double cell(const std::string& csv, std::size_t row, std::size_t column) {
  std::istringstream in(csv);
  std::string line;
  for (std::size_t i = 0; i <= row; ++i) std::getline(in, line);
  for (; column > 0; --column) line.erase(0, line.find(',') + 1);
  return std::strtod(line.c_str(), nullptr);
}

std::size_t row_after(const std::string& csv, double time_s) {
  std::size_t row = 1;
  while (cell(csv, row, 0) <= time_s) ++row;
  return row;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(isolation)

BOOST_AUTO_TEST_CASE(gives_the_same_bytes_as_without) {
  const FragileWorld world("never");
  PlanOptions here;
  here.isolate = false;
  AdmittedLog log, log_here;
  const auto isolated = rehearse(world, log), plain = rehearse(world, log_here, here);
  BOOST_TEST(difference(isolated, plain) == "");
  BOOST_TEST(world.report.outages.empty());
  // And offline, in blocks of ten seconds, with more threads.
  for (const unsigned threads : {1U, 3U}) {
    PlanOptions offline;
    offline.threads = threads;
    const auto replayed = world.run(offline, [](Plan& p) {
      ReplayOptions r;
      r.limit = Duration(100s);
      return run_replay(p, r);
    });
    offline.isolate = false;
    const auto there = world.run(offline, [](Plan& p) {
      ReplayOptions r;
      r.limit = Duration(100s);
      return run_replay(p, r);
    });
    BOOST_TEST(difference(replayed, there) == "");
  }
}

BOOST_AUTO_TEST_CASE(a_couple_whose_two_persons_live_apart_is_the_same_couple) {
  const auto registry = all_nodes();
  const auto of = [&](const char* isolation) {
    const std::string text = R"(interbeat: 1
participants:
  anna: {use: person.yaml, with: {source: "virtual:seed=1"}, isolation: )" +
                             std::string(isolation) + R"(}
  ben: {use: person.yaml, with: {source: "virtual:seed=2"}, isolation: )" +
                             isolation + R"(}
nodes:
  together: {type: dyad.coregulation, a: anna.intervals, b: ben.intervals, isolation: )" +
                             isolation + R"(}
  log: {type: sink.csv, in: together, path: together.csv}
  beats: {type: sink.csv, in: anna.intervals, path: anna.csv}
)";
    Diagnostics problems;
    auto graph = read_graph_text(text, "couple", graphs(), {}, registry, problems);
    BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
    Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    const auto built = plan(*graph, hosted(options));
    ReplayOptions replay;
    replay.limit = Duration(300s);
    BOOST_TEST(run_replay(*built, replay).failures.empty());
    return files_in(out.path());
  };
  const auto apart = of("process"), here = of("none");
  BOOST_TEST(apart.at("together.csv").size() > 1000U);
  BOOST_TEST(difference(apart, here) == "");
}

BOOST_AUTO_TEST_CASE(a_death_is_a_gap_for_who_reads_it_and_nothing_for_the_others) {
  AdmittedLog log, undisturbed_log;
  const FragileWorld world("crash"), undisturbed("never");
  const auto files = rehearse(world, log);
  const auto report = world.report;
  const auto whole = rehearse(undisturbed, undisturbed_log);
  BOOST_TEST(files.at("other.csv") == whole.at("other.csv"));

  // Two died: the person's process with its six nodes, and the one that counts.
  std::map<std::string, bool> state;
  for (const auto& o : report.outages) state[o.path] = o.state;
  const std::map<std::string, bool> expected{
      {"count", true},    {"p.beats", false}, {"p.clean", false}, {"p.filtered", true},
      {"p.guard", false}, {"p.hrv", false},   {"p.rated", false}};
  BOOST_TEST((state == expected));
  // It went on counting with what it knew: the five samples of one packet are missing, no more.
  const auto& count = files.at("count.csv");
  const auto row = row_after(count, 80.0);
  BOOST_TEST(cell(count, row, 1) == cell(count, row - 1, 1) + 1);
  BOOST_TEST(cell(count, row, 0) - cell(count, row - 1, 0) == 0.24,
             boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(playing_the_log_repeats_the_outages) {
  AdmittedLog log;
  const FragileWorld world("crash");
  const auto live = rehearse(world, log);
  BOOST_TEST(interrupted_nodes(log).size() == 7U);
  for (const auto seed : cases(20)) {
    std::mt19937 g(seed);
    PlanOptions options;
    options.isolate = seed % 4 == 0;
    options.interrupted = interrupted_nodes(log);
    options.threads = 1 + static_cast<unsigned>(g() % 3);
    const auto cut = cut_anew(log, g);
    const auto played = world.run(options, [&](Plan& p) { return run_log(p, cut); });
    const auto wrong = difference(live, played);
    BOOST_TEST(wrong == "", wrong << ", INTERBEAT_SEED=" << seed);
  }
}

/// The end of a recording is a block without samples: what a node does with it is repeated too.
BOOST_AUTO_TEST_CASE(a_death_at_the_very_end_is_repeated) {
  const auto registry = with_restless();
  for (const bool once : {true, false}) {
    Scratch folder;
    const std::string text = R"(interbeat: 1
nodes:
  ring: {type: source, uri: "virtual:seed=5,duration=20s"}
  r: {type: test.restless, in: ring.ppg, how: crash, at_end: true, once: ")" +
                             (once ? (folder.path() / "once").string() : std::string()) +
                             R"(", isolation: {mode: process, max_restarts: 2}}
  beats: {type: beat.ppg, in: r}
  log1: {type: sink.csv, in: r, path: r.csv}
  log2: {type: sink.csv, in: beats, path: beats.csv}
)";
    const auto run = [&](PlanOptions options, const auto& execute) {
      Diagnostics problems;
      auto graph = read_graph_text(text, "end", ".", {}, registry, problems);
      BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
      Scratch out;
      options.out_dir = out.path();
      const auto built = plan(*graph, hosted(options));
      const RunReport report = execute(*built);
      return std::pair(report, files_in(out.path()));
    };
    AdmittedLog log;
    const auto [report, files] = run({}, [&](Plan& p) {
      RehearsalOptions r;
      r.log = &log;
      return run_rehearsal(p, r);
    });
    BOOST_TEST(report.outages.size() == (once ? 1U : 3U));
    for (const auto seed : cases(6)) {
      std::mt19937 g(seed);
      PlanOptions options;
      options.isolate = once && seed % 2 == 0;  // a node that always dies must not be asked again
      options.interrupted = interrupted_nodes(log);
      const auto cut = cut_anew(log, g);
      const auto played = run(options, [&](Plan& p) { return run_log(p, cut); });
      const auto wrong = difference(files, played.second);
      BOOST_TEST(wrong == "", wrong << ", once " << once << ", INTERBEAT_SEED=" << seed);
      BOOST_TEST(played.first.failures.size() == report.failures.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(live_nobody_else_waits_and_the_replay_of_the_log_is_the_run) {
  for (const char* how : {"hang", "killed", "crash", "memory"}) {
    if (sanitized && std::string_view(how) == "memory")
      continue;  // sanitizers know no limit of memory
    AdmittedLog log;
    const FragileWorld world(how);
    PlanOptions live;
    live.mode = Mode::live;
    const auto files = world.run(live, [&](Plan& p) {
      LiveOptions o;
      o.speed = 20;
      o.limit = Duration(60s);
      o.log = &log;
      return run_live(p, o);
    });
    // The person's six nodes; the one that counts dies later.
    BOOST_TEST(interrupted_nodes(log).size() == 6U);
    if (std::string_view(how) == "hang") {
      BOOST_TEST(world.report.outages.at(0).why == "it was still busy with one call after 250 ms");
    }
    for (const auto& e : world.report.edges)
      BOOST_TEST(e.lost_items == 0U, e.from << " to " << e.to);
    PlanOptions again;
    again.isolate = false;
    again.interrupted = interrupted_nodes(log);
    const auto played = world.run(again, [&](Plan& p) { return run_log(p, log); });
    const auto wrong = difference(files, played);
    BOOST_TEST(wrong == "", how << ": " << wrong);
  }
}

BOOST_AUTO_TEST_CASE(a_log_with_outages_needs_a_plan_that_can_repeat_them) {
  AdmittedLog log;
  const FragileWorld world("crash");
  rehearse(world, log);
  PlanOptions options;
  options.isolate = false;
  Scratch out;
  options.out_dir = out.path();
  const auto built = plan(world.graph(), options);
  const auto report = run_log(*built, log);
  BOOST_TEST(report.failures.size() == 7U);
  BOOST_TEST(report.failures.at(0) ==
             "the log tells of 1 outages of p.guard, and this plan was not built to repeat them");
}

BOOST_AUTO_TEST_CASE(who_dies_again_and_again_is_given_up_also_when_the_log_is_played) {
  const auto registry = with_restless();
  for (const std::string on_error : {"stop", "restart", "bypass"}) {
    const std::string text = R"(interbeat: 1
nodes:
  ring: {type: source, uri: "virtual:seed=5"}
  r: {type: test.restless, in: ring.ppg, at: 10 s, how: crash, on_error: )" +
                             on_error + R"(, isolation: {mode: process, max_restarts: 2}}
  other: {type: filter.bandpass, in: ring.ppg}
  log1: {type: sink.csv, in: r, path: r.csv}
  log2: {type: sink.csv, in: other, path: other.csv}
)";
    const auto run = [&](PlanOptions options, const auto& execute) {
      Diagnostics problems;
      auto graph = read_graph_text(text, "again", ".", {}, registry, problems);
      BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
      Scratch out;
      options.out_dir = out.path();
      const auto built = plan(*graph, hosted(options));
      const RunReport report = execute(*built);
      return std::pair(report, files_in(out.path()));
    };
    AdmittedLog log;
    const auto [report, files] = run({}, [&](Plan& p) {
      RehearsalOptions r;
      r.limit = Duration(60s);
      r.log = &log;
      return run_rehearsal(p, r);
    });
    BOOST_TEST(files.at("other.csv").size() > 20000U);
    BOOST_TEST(report.outages.size() == 3U);
    BOOST_TEST(report.outages.back().last);
    BOOST_REQUIRE(report.failures.size() == 1U);
    const std::string why =
        "it crashed (SIGSEGV), and it had been started again 2 times within a minute";
    BOOST_TEST(report.failures[0] == (on_error == "bypass" ? "r bypassed: " : "r stopped: ") + why);
    BOOST_TEST((files.at("r.csv").size() > 20000U) == (on_error == "bypass"));
    for (const auto seed : cases(10)) {
      std::mt19937 g(seed);
      PlanOptions options;
      options.isolate = seed % 4 == 0;
      options.interrupted = interrupted_nodes(log);
      const auto cut = cut_anew(log, g);
      const auto played = run(options, [&](Plan& p) { return run_log(p, cut); });
      const auto wrong = difference(files, played.second);
      BOOST_TEST(wrong == "", on_error << ": " << wrong << ", INTERBEAT_SEED=" << seed);
      BOOST_TEST(played.first.failures.size() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_param_that_was_changed_is_still_changed_after_a_death) {
  const auto registry = with_restless();
  Scratch out;
  const auto once = (out.path() / "once").string();
  const std::string text = R"(interbeat: 1
nodes:
  ring: {type: source, uri: "virtual:seed=5"}
  r: {type: test.restless, in: ring.ppg, at: 20 s, how: killed, once: )" +
                           once + R"(, isolation: process}
  log: {type: sink.csv, in: r, path: r.csv}
)";
  Diagnostics problems;
  auto graph = read_graph_text(text, "changed", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  PlanOptions options;
  options.out_dir = out.path();
  options.step = Duration(1s);
  const auto built = plan(*graph, hosted(options));
  ReplayOptions replay;
  replay.limit = Duration(40s);
  constexpr std::uint32_t gain = 3;
  replay.changes.push_back({LogEntry::Kind::event, 1, Time{} + 10s, gain, 100, {}});
  const auto report = run_replay(*built, replay);
  BOOST_REQUIRE(report.outages.size() == 1U);
  BOOST_TEST(report.outages[0].why == "it was killed (SIGKILL: out of memory, or by somebody)");
  const auto csv = files_in(out.path()).at("r.csv");
  BOOST_TEST(cell(csv, row_after(csv, 9.0), 1) == 1.0 * static_cast<double>(row_after(csv, 9.0)));
  // It counts from 1 again, and in hundreds.
  BOOST_TEST(cell(csv, row_after(csv, seconds(report.outages[0].inputs[0].until)), 1) == 100);
}

BOOST_AUTO_TEST_SUITE_END()
