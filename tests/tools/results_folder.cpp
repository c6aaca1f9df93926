// Where results lie: one run at a time has a folder, what a live session left is not written over unasked, and what
// a former run left beside new results is named.
#include "program.hpp"

#include <nlohmann/json.hpp>

#include <utility>

using namespace ib::test;

namespace {

constexpr const char* marked_session = R"(interbeat: 1
parameters:
  recording: {type: source, default: "virtual:seed=1,duration=20s"}
nodes:
  ring:       {type: source, uri: $recording}
  marks:      {type: source.markers}
  pulse:      {type: sink.csv, in: ring.ppg, path: pulse.csv}
  marks_file: {type: sink.csv, in: marks, path: marks.csv}
)";

nlohmann::json record_of(const fs::path& folder) {
  return nlohmann::json::parse(text_of_file(folder / "run.json"));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(results_folder, Program)

BOOST_AUTO_TEST_CASE(what_a_live_session_left_is_not_written_over) {
  write("marked.yaml", marked_session);
  write("g.yaml", small_graph);
  BOOST_TEST((*this)("run marked.yaml --for 1s --out evening").code == 0);
  const auto before = text_of_file(folder / "evening/run.json");
  for (const auto* words :
       {"run g.yaml --for 1s --speed 1 --out evening", "run g.yaml --speed max --out evening",
        "run g.yaml --speed max --out ./evening/"}) {
    const auto said = (*this)(words);
    BOOST_TEST(said.code == 2, said.err);
    BOOST_TEST(has(said.err, "holds what the live session of 20"), said.err);
    BOOST_TEST(has(said.err, "or write over it with --force"), said.err);
  }
  BOOST_TEST(text_of_file(folder / "evening/run.json") == before);
  BOOST_TEST(!fs::exists(folder / "evening/filtered.csv"));
  const auto said = (*this)("run g.yaml --speed max --out evening --force");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(
      has(said.err,
          "evening also holds what a former run wrote and this one did not: pulse.csv, marks.csv"),
      said.err);
  BOOST_TEST(record_of(folder / "evening")["files"] == nlohmann::json({"filtered.csv"}));
}

BOOST_AUTO_TEST_CASE(without_a_name_the_next_free_folder_is_taken) {
  write("g.yaml", small_graph);
  BOOST_TEST((*this)("run g.yaml --for 1s --speed 1").code == 0);
  const auto before = text_of_file(folder / "out/run.json");
  auto said = (*this)("run g.yaml --for 1s --speed 1");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.err, "results and run.json lie in out-2"), said.err);
  said = (*this)("run g.yaml --for 1s --speed max --quiet");
  BOOST_TEST(has(said.err, "the results of this run go to out-3"), said.err);
  BOOST_TEST(text_of_file(folder / "out/run.json") == before);
  // Offline results can be made again, and are.
  said = (*this)("run g.yaml --for 1s --speed max");
  BOOST_TEST(has(said.err, "results and run.json lie in out-3"), said.err);
  BOOST_TEST(!fs::exists(folder / "out-4"));
}

BOOST_AUTO_TEST_CASE(two_runs_never_share_a_folder) {
  write("g.yaml", small_graph);
  Running first(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "one",
                        "--out", "same"});
  first.wait_for("running as");
  for (const auto* more : {"", " --speed max", " --force"}) {
    const auto said = (*this)(std::string("run g.yaml --for 1s --out same") + more);
    BOOST_TEST(said.code == 2, said.err);
    BOOST_TEST(has(said.err, "another run writes into the folder \"same\""), said.err);
  }
  // Its end, however sudden, gives the folder free.
  first.signal(SIGKILL);
  BOOST_TEST(first.wait() == 1000 + SIGKILL);
  BOOST_TEST(record_of(folder / "same")["exit"].is_null());
  BOOST_TEST((*this)("run g.yaml --for 1s --out same --force").code == 0);
  BOOST_TEST(record_of(folder / "same")["exit"] == 0);
}

BOOST_AUTO_TEST_CASE(what_an_offline_run_leaves_behind_is_named_by_the_next) {
  write("marked.yaml", marked_session);
  write("g.yaml", small_graph);
  BOOST_TEST((*this)("run marked.yaml --speed max").code == 0);
  auto said = (*this)("run marked.yaml --speed max");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(!has(said.err, "a former run"), said.err);
  said = (*this)("run g.yaml --speed max");
  BOOST_TEST(
      has(said.err,
          "out also holds what a former run wrote and this one did not: pulse.csv, marks.csv"),
      said.err);
  // A record that somebody changed is no reason to fail.
  for (const auto* record :
       {"", "[]", "{\"files\": [1], \"options\": 3}", "{\"options\": {\"mode\": 7}}", "\xff"}) {
    write("out/run.json", record);
    said = (*this)("run g.yaml --speed max");
    BOOST_TEST(said.code == 0, said.err);
  }
}

BOOST_AUTO_TEST_CASE(a_replay_keeps_to_the_same) {
  write("g.yaml", small_graph);
  BOOST_TEST((*this)("run g.yaml --for 1s --speed 1 --record s.ibr --out live").code == 0);
  auto said = (*this)("replay s.ibr --out live");
  BOOST_TEST(said.code == 2, said.err);
  BOOST_TEST(has(said.err, "holds what the live session of"), said.err);
  for (int times = 0; times < 2; ++times) BOOST_TEST((*this)("replay s.ibr --out again").code == 0);
  BOOST_TEST((*this)("replay s.ibr --out live --force").code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
