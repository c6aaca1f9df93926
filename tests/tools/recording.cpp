// `interbeat run --record` and `interbeat replay`, as somebody calls them: a run and its repetition, a program that
// is killed in the middle, a disk that is full, and the words for what is wrong.
#include "program.hpp"
#include "support/cases.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <random>

using namespace ib::test;

namespace {

using Clock = std::chrono::steady_clock;

nlohmann::json recorded_json(const fs::path& file) {
  return nlohmann::json::parse(text_of_file(file));
}

std::string recording_session() { return "virtual:seed=3,jitter=60ms,loss=0.01"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(recording)

BOOST_AUTO_TEST_CASE(a_run_and_its_repetition_are_the_same_files) {
  const Program interbeat;
  auto a = interbeat("run 05-couple.yaml --record s.ibr --out live --speed max --for 120s");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(has(a.err, "s.ibr: "), a.err);
  BOOST_TEST(has(a.err, "MB per hour and source"), a.err);
  a = interbeat("replay s.ibr --out again --threads 2");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(interbeat.shell("cmp live/together.csv again/together.csv") == 0);
  BOOST_TEST(recorded_json(interbeat.folder / "live/run.json")["recording"]["lost"] == 0);
  BOOST_TEST(recorded_json(interbeat.folder / "again/run.json")["replay"]["ended"] == true);
  for (const char* threads : {"1", "2"}) {
    a = interbeat(std::string("replay s.ibr --verify --threads ") + threads);
    BOOST_TEST(a.code == 0, a.err);
    BOOST_TEST(has(a.err, "the replay is the recorded run, to its end"), a.err);
  }
  BOOST_TEST(!fs::exists(interbeat.folder / "out"));  // --verify alone leaves nothing
}

/// What sinks show is nobody's question under --verify: the verdict stands on stderr, and stdout is empty.
BOOST_AUTO_TEST_CASE(a_comparison_shows_no_results) {
  const Program interbeat;
  auto a = interbeat("run couple.yaml --record s.ibr --out live --speed max --for 30s");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(has(a.out, "a.hrv.hrv"), a.out);
  a = interbeat("replay s.ibr --verify");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(a.out == "");
  BOOST_TEST(has(a.err, "the replay is the recorded run, to its end"), a.err);
  a = interbeat("replay s.ibr --out again");
  BOOST_TEST(has(a.out, "a.hrv.hrv"), a.out);
}

/// Killed at any moment, twenty times: the file opens, at most a second is missing, and what is there is the same again.
BOOST_AUTO_TEST_CASE(a_killed_run_is_the_same_up_to_its_last_second) {
  double worst = 0;
  for (const auto seed : cases(20)) {
    std::mt19937 g(seed);
    const Program interbeat;
    interbeat.write("g.yaml", small_graph);
    Running run(interbeat, {"run", "g.yaml", "--set", "recording=" + recording_session(),
                            "--record", "s.ibr", "--out", "live", "--plain"});
    run.wait_for("running as");
    const auto from = Clock::now();
    BOOST_TEST(!run.ends_within(600 + static_cast<int>(g() % 1500)));
    const double lived = std::chrono::duration<double>(Clock::now() - from).count();
    run.signal(SIGKILL);
    BOOST_TEST(run.wait() == 1000 + SIGKILL);
    auto a = interbeat("replay s.ibr --verify --out again");
    BOOST_TEST(a.code == 0, "seed " << seed << ": " << a.err);
    BOOST_TEST(has(a.err, "where it breaks off"), "seed " << seed << ": " << a.err);
    const auto replay = recorded_json(interbeat.folder / "again/run.json")["replay"];
    BOOST_TEST(replay["ended"] == false);
    const double missing = lived - replay["until_s"].get<double>();
    BOOST_TEST(missing <= 1.0, "seed " << seed << ": " << missing << " s are missing of " << lived);
    worst = std::max(worst, missing);
  }
  BOOST_TEST_MESSAGE("killed at random moments: at most " << worst << " s are missing");
}

/// On a disk that is full the session goes on, and says so.
BOOST_AUTO_TEST_CASE(a_full_disk_costs_the_recording_and_not_the_session) {
  const Program interbeat;
  interbeat.write("g.yaml", small_graph);
  const int code = interbeat.shell(
      "(ulimit -f 200; trap '' XFSZ; $I run g.yaml --set recording=virtual:seed=1,rate=100 --speed max --for 1500s "
      "--record s.ibr --out live >stdout 2>stderr)");
  const auto said = text_of_file(interbeat.folder / "stderr");
  // The limit holds for the results, too: what counts is that nothing ended, and that both were said.
  BOOST_TEST(code <= 1, said);
  BOOST_TEST(has(said, "the recording has a hole from there on"), said);
  BOOST_TEST(has(said, "records that the recording has no room for"), said);
  const auto a = interbeat("replay s.ibr --verify");
  BOOST_TEST(has(a.err, "it is played up to there"), a.err);
}

/// A stranger's graph writes nowhere but below --out.
BOOST_AUTO_TEST_CASE(a_replay_writes_below_out_alone) {
  const Program interbeat;
  std::string graph = small_graph;
  const auto far = (interbeat.folder / "far.csv").string();
  graph.replace(graph.find("filtered.csv"), 12, far);
  interbeat.write("g.yaml", graph);
  BOOST_TEST(interbeat("run g.yaml --speed max --record s.ibr --out live").code == 0);
  fs::remove(far);
  const auto a = interbeat("replay s.ibr --out again");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(has(a.err, "here it writes far.csv below --out"), a.err);
  BOOST_TEST(!fs::exists(far));
  BOOST_TEST(fs::exists(interbeat.folder / "again/far.csv"));
  BOOST_TEST(interbeat("replay s.ibr --verify").code == 0);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
  const Program interbeat;
  interbeat.write("g.yaml", small_graph);
  const std::string run = "run g.yaml --out o ";
  BOOST_TEST(interbeat(run + "--record s.ibr").code == 0);
  auto a = interbeat(run + "--record s.ibr");
  BOOST_TEST(a.code == 2);
  BOOST_TEST(has(a.err, "it exists already, and a recording is never written over"), a.err);
  a = interbeat(run + "--record-max 5MB");
  BOOST_TEST((a.code == 2 && has(a.err, "--record-max has nothing to limit")), a.err);
  a = interbeat(run + "--record-packets off");
  BOOST_TEST((a.code == 2 && has(a.err, "--record-packets has nothing to leave out")), a.err);
  a = interbeat(run + "--record t.ibr --record-packets some");
  BOOST_TEST((a.code == 2 && has(a.err, "--record-packets")), a.err);
  a = interbeat(run + "--record t.ibr --record-max 5");
  BOOST_TEST((a.code == 2 && has(a.err, "is not a size of at least 1 MB")), a.err);
  a = interbeat("replay g.yaml");
  BOOST_TEST((a.code == 2 && has(a.err, "g.yaml")), a.err);
  a = interbeat("replay none.ibr");
  BOOST_TEST(a.code == 2, a.err);
  a = interbeat("replay s.ibr --set recording=x.csv");
  BOOST_TEST((a.code == 2 && has(a.err, "name the graph with --graph")), a.err);
  a = interbeat("replay s.ibr --speed fast");
  BOOST_TEST((a.code == 2 && has(a.err, "neither max nor a number")), a.err);
  a = interbeat("replay s.ibr --graph 05-couple.yaml");
  BOOST_TEST((a.code == 2 && has(a.err, "the recording has no source anna.ring, but: ring")),
             a.err);
}

BOOST_AUTO_TEST_SUITE_END()
