#include "tools/program.hpp"

#include <nlohmann/json.hpp>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(run_command, Program)

BOOST_AUTO_TEST_CASE(a_run_leaves_its_results_and_a_record_of_itself) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  const auto said = interbeat("run g.yaml --speed max --out results");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(said.out.empty());
  BOOST_TEST(text_of_file(folder / "results/filtered.csv").starts_with("time_s,"));
  const auto record =
      nlohmann::json::parse(text_of_file(folder / "results/run.json"), nullptr, false);
  BOOST_TEST_REQUIRE(!record.is_discarded());
  BOOST_TEST(record["exit"] == 0);
  BOOST_TEST(record["graph"]["hash"].get<std::string>().size() == 16);
  BOOST_TEST(has(record["graph"]["expanded"].get<std::string>(), "filter.bandpass"));
  BOOST_TEST(record["started"]["utc"].get<std::string>().back() == 'Z');
  BOOST_TEST(record["started"].contains("local_offset"));
  BOOST_TEST(record["options"]["mode"] == "replay");
  BOOST_TEST(record["interbeat"]["abi"] == "1.0.0");
  BOOST_TEST(record["sources"].size() == 1);
  BOOST_TEST(record["nodes"].size() == 3);
}

BOOST_AUTO_TEST_CASE(two_runs_write_the_same_bytes) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  BOOST_TEST(interbeat("run g.yaml --speed max --out one --quiet").code == 0);
  BOOST_TEST(interbeat("run g.yaml --speed max --out two --quiet --threads 2").code == 0);
  const auto one = text_of_file(folder / "one/filtered.csv");
  BOOST_TEST(one.size() > 1000);
  BOOST_TEST((one == text_of_file(folder / "two/filtered.csv")));
}

BOOST_AUTO_TEST_CASE(quiet_says_nothing_when_nothing_went_wrong) {
  write("g.yaml", small_graph);
  const auto said = (*this)("run g.yaml --speed max --quiet");
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err.empty(), said.err);
}

BOOST_AUTO_TEST_CASE(for_ends_a_source_that_never_does) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  const auto endless = interbeat("run g.yaml --speed max --set recording=virtual:seed=1");
  BOOST_TEST(endless.code == 2);
  BOOST_TEST(has(endless.err, "never ends"), endless.err);
  BOOST_TEST(has(endless.err, "--for"), endless.err);
  const auto ended = interbeat("run g.yaml --speed max --set recording=virtual:seed=1 --for 5s");
  BOOST_TEST(ended.code == 0, ended.err);
}

BOOST_AUTO_TEST_CASE(wrong_arguments_start_nothing) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  for (const auto* words :
       {"run g.yaml --speed quick", "run g.yaml --for 5", "run g.yaml --for 5Hz",
        "run g.yaml --set recording", "run g.yaml --set recrding=a.csv",
        "run g.yaml --set recording=absent.csv", "run g.yaml --name ../x"}) {
    const auto said = interbeat(words);
    BOOST_TEST(said.code == 2, words << ": " << said.err);
    BOOST_TEST(!said.err.empty());
    BOOST_TEST(!fs::exists(folder / "out/filtered.csv"), words);
  }
}

BOOST_AUTO_TEST_CASE(a_folder_that_cant_be_written_is_said) {
  write("g.yaml", small_graph);
  const auto said = (*this)("run g.yaml --speed max --out /dev/null/results");
  BOOST_TEST(said.code == 2);
  BOOST_TEST(has(said.err, "/dev/null/results can't be written"), said.err);
  BOOST_TEST(has(said.err, "--out"), said.err);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_said) {
  auto text = std::string(small_graph);
  text.replace(text.find("filtered.csv"), 12, "/dev/full");
  write("g.yaml", text);
  const auto said = (*this)("run g.yaml --speed max");
  BOOST_TEST(said.code != 0);
  BOOST_TEST(has(said.err, "No space left on device"), said.err);
}

BOOST_AUTO_TEST_CASE(a_disk_that_fills_up_stops_the_branch_and_keeps_the_rows) {
  write("g.yaml", small_graph);
  const auto line = "cd '" + folder.string() + "' && ulimit -f 8 && '" + path() +
                    "' run g.yaml --speed max --set recording=virtual:seed=1 --for 600s 2>stderr";
  const int status = std::system(line.c_str());
  const auto said = text_of_file(folder / "stderr");
  BOOST_TEST(WEXITSTATUS(status) == 1, said);
  BOOST_TEST(has(said, "FAILED: file stopped: writing out/filtered.csv failed"), said);
  BOOST_TEST(fs::file_size(folder / "out/filtered.csv") >= 4096);
}

BOOST_AUTO_TEST_CASE(a_signal_drains_and_exits_with_0) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    write("g.yaml", small_graph);
    Running run(*this,
                {"run", "g.yaml", "--set", "recording=virtual:seed=1?lead_in=30s", "--name", "s"});
    const auto said = run.wait_for("running as");
    BOOST_TEST_REQUIRE(has(said, "running as"), said);
    run.signal(number);
    BOOST_TEST(run.wait() == 0);
    const auto record =
        nlohmann::json::parse(text_of_file(folder / "out/run.json"), nullptr, false);
    BOOST_TEST_REQUIRE(!record.is_discarded());
    BOOST_TEST(record["interrupted"] == true);
    BOOST_TEST(text_of_file(folder / "out/filtered.csv").ends_with("\n"));
  }
}

BOOST_AUTO_TEST_CASE(a_live_run_answers_top_and_set) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "live"});
  run.wait_for("running as");
  Answer top{1, {}, {}};
  for (int tries = 0; tries < 500 && top.code != 0; ++tries) top = interbeat("top live --once");
  BOOST_TEST_REQUIRE(top.code == 0, top.err);
  for (const auto* part : {"live (g)", "filtered", "items/s", "behind"})
    BOOST_TEST(has(top.out, part), top.out);
  BOOST_TEST(interbeat("top --once").code == 0);  // the only one there is
  const auto wrong = interbeat("set filtered.lwo=1Hz");
  BOOST_TEST(wrong.code == 2);
  BOOST_TEST(has(wrong.err, "has no param"), wrong.err);
  run.signal(SIGTERM);
  BOOST_TEST(run.wait() == 0);
  BOOST_TEST(interbeat("top --once").code == 2);
}

BOOST_AUTO_TEST_CASE(batch_gives_each_file_a_folder_and_goes_on_after_a_failure) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  for (const std::string backend : {"tbb", "threads"}) {
    const auto said = interbeat(
        "batch g.yaml virtual:seed=1,duration=5s absent.csv virtual:seed=2,duration=5s"
        " --jobs 2 --out " +
        backend + " --backend " + backend);
    BOOST_TEST(said.code == 1);
    BOOST_TEST(has(said.err, "2 of 3 done"), said.err);
    BOOST_TEST(has(said.err, "absent.csv"), said.err);
    for (const auto* name : {"virtual:seed=1,duration=5s", "virtual:seed=2,duration=5s"}) {
      BOOST_TEST(fs::exists(folder / backend / name / "filtered.csv"), name);
      BOOST_TEST(fs::exists(folder / backend / name / "run.json"), name);
    }
  }
  BOOST_TEST(interbeat("batch g.yaml virtual:seed=1,duration=5s").code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
