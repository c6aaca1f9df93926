// `interbeat run --record` and `interbeat replay`, as somebody calls them: a run and its repetition, a program that
// is killed in the middle, a disk that is full, and the words for what is wrong.
#include "program.hpp"
#include "sqlite.hpp"
#include "support/cases.hpp"

#include <interbeat/recording_file.hpp>

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

/// On a disk that is full the session goes on to its end, says what became of the recording, and fails.
BOOST_AUTO_TEST_CASE(a_full_disk_costs_the_recording_and_not_the_session) {
  const Program interbeat;
  const int code = interbeat.shell(
      "(ulimit -f 200; trap '' XFSZ; $I run 05-couple.yaml --speed max --for 600s "
      "--record s.ibr --out live >stdout 2>stderr)");
  const auto said = text_of_file(interbeat.folder / "stderr");
  BOOST_TEST(code == 1, said);
  BOOST_TEST(has(said, "the recording has a hole from there on"), said);
  BOOST_TEST(has(said, "records that the recording has no room for"), said);
  // The limit holds for the results, too, but these are small: nothing else failed.
  BOOST_TEST(!has(said, "FAILED"), said);
  const auto record = recorded_json(interbeat.folder / "live/run.json");
  BOOST_TEST(record["exit"] == 1);
  BOOST_TEST(record["recording"]["lost"] > 0);
  BOOST_TEST(record["session_s"].get<double>() > 599);
  const auto a = interbeat("replay s.ibr --verify --quiet");
  BOOST_TEST(has(a.err, "it is played up to there"), a.err);
  BOOST_TEST(a.code == 1, a.err);
}

/// A part of another session, left behind, would end this one's recording when its turn came: it is seen before.
BOOST_AUTO_TEST_CASE(a_later_part_that_lies_in_the_way_is_refused) {
  const Program interbeat;
  interbeat.write("s.3.ibr", "mine");
  const std::string run = "run 05-couple.yaml --speed max --for 20s --record s.ibr ";
  const auto a = interbeat(run + "--record-max 1MB");
  BOOST_TEST(a.code == 2, a.err);
  BOOST_TEST(has(a.err, "s.3.ibr, in which it would go on, exists already"), a.err);
  BOOST_TEST(!fs::exists(interbeat.folder / "s.ibr"));
  BOOST_TEST(!fs::exists(interbeat.folder / "out"));
  BOOST_TEST(interbeat(run).code == 0);  // in one file it does not matter
}

/// Exit 0 says that the recording is whole up to where its run was killed; what is damaged or has a hole is not.
BOOST_AUTO_TEST_CASE(a_comparison_up_to_damage_or_a_hole_has_failed) {
  const Program interbeat;
  BOOST_TEST(interbeat("run 05-couple.yaml --record s.ibr --out live --speed max --for 60s").code ==
             0);
  const auto changed = [&](const std::string& name, const char* sql) {
    fs::copy_file(interbeat.folder / "s.ibr", interbeat.folder / name);
    auto db = ib::sqlite::Database::to_write(interbeat.folder / name);
    BOOST_TEST_REQUIRE(db.run(sql), db.problem());
  };
  changed("damaged.ibr",
          "UPDATE block SET n = n + 1 WHERE seq = (SELECT seq FROM block LIMIT 1 OFFSET 20)");
  changed("holed.ibr", "DELETE FROM block WHERE seq = (SELECT seq FROM block LIMIT 1 OFFSET 20)");
  changed("killed.ibr", "DELETE FROM ending");
  for (const auto* how : {"", " --quiet"}) {
    auto a = interbeat(std::string("replay damaged.ibr --verify") + how);
    BOOST_TEST(a.code == 1, a.err);
    BOOST_TEST(has(a.err, "its checksum is wrong"), a.err);
    a = interbeat(std::string("replay holed.ibr --verify --out again") + how);
    BOOST_TEST(a.code == 1, a.err);
    BOOST_TEST(has(a.err, "1 records are missing"), a.err);
    BOOST_TEST(recorded_json(interbeat.folder / "again/run.json")["exit"] == 1);
    BOOST_TEST(has(
        recorded_json(interbeat.folder / "again/run.json")["replay"]["problem"].get<std::string>(),
        "missing"));
    a = interbeat(std::string("replay killed.ibr --verify") + how);
    BOOST_TEST(a.code == 0, a.err);
    BOOST_TEST(has(a.err, "where it breaks off"), a.err);
    // Who only wants what there is gets it, and is told.
    a = interbeat(std::string("replay damaged.ibr --out some") + how);
    BOOST_TEST(a.code == 0, a.err);
    BOOST_TEST(has(a.err, "it is played up to there"), a.err);
  }
}

/// What a stranger wrote into a recording is shown and never obeyed: no control character reaches the terminal.
BOOST_AUTO_TEST_CASE(a_strangers_words_steer_no_terminal) {
  const Program interbeat;
  interbeat.write("g.yaml", small_graph);
  BOOST_TEST(interbeat("run g.yaml --speed max --record s.ibr --out live").code == 0);
  const std::string steer =
      "\x1b[2J\x1b]0;owned\a\x7f\xc2\x9b"
      "31m";
  const auto disguised = [&](const std::string& name, const auto& change) {
    ib::Diagnostics problems;
    const auto from = ib::open_recording(interbeat.folder / "s.ibr", problems);
    const auto to = ib::FileRecorder::create(interbeat.folder / name, {}, problems);
    BOOST_TEST_REQUIRE((from != nullptr && to != nullptr), problems.text());
    auto head = from->head();
    change(head);
    to->begin(head);
    while (const auto* record = from->next()) to->write(*record);
  };
  disguised("named.ibr", [&](ib::RecordingHead& h) {
    h.graph_name = "evening" + steer;
    h.program = "interbeat" + steer;
    h.build = "build" + steer;
    h.cpu = "cpu" + steer;
  });
  disguised("sources.ibr", [&](ib::RecordingHead& h) {
    h.sources[0].path = "ring" + steer;
    h.plugins.push_back({"plugin" + steer, "1" + steer, "0"});
  });
  disguised("graph.ibr", [&](ib::RecordingHead& h) {
    h.graph_name += steer;
    h.graph = "interbeat: 1\nnodes: {ring: {type: \"so\\e[2J\\u009b31m\"}}\n";
    h.plugins.push_back({"plugin" + steer, "1" + steer, "0"});
  });
  disguised("path.ibr", [&](ib::RecordingHead& h) {
    const auto at = h.graph.find("filtered.csv");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    h.graph.replace(at, 12, "\"/tmp/a\\e[2J\\u009b31m.csv\"");
  });
  disguised("sink.ibr", [&](ib::RecordingHead& h) { h.outlets[0].sink += steer; });
  interbeat.write("g2.yaml", small_graph);
  for (const auto* words :
       {"replay named.ibr --verify", "replay named.ibr --out o1", "replay sources.ibr --verify",
        "replay sources.ibr --graph g2.yaml --out o2", "replay graph.ibr --verify",
        "replay path.ibr --out o3", "replay sink.ibr --verify", "info named.ibr",
        "check g.yaml --set recording=sources.ibr#x",
        "run g.yaml --set recording=sources.ibr --out o4"}) {
    const auto a = interbeat(words);
    BOOST_TEST(!(a.err + a.out).empty());
    for (const auto* control : {"\x1b", "\a", "\x7f", "\xc2\x9b"})
      BOOST_TEST(!has(a.err + a.out, control), words << ": " << a.err);
  }
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
  const std::string run = "run g.yaml --speed max --out o ";
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
  BOOST_TEST((a.code == 2 && has(a.err, "the recording has no source anna.ring; expected ring")),
             a.err);
}

BOOST_AUTO_TEST_SUITE_END()
