#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>

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

BOOST_AUTO_TEST_CASE(the_record_tells_clocks_bodies_and_changes) {
  auto& interbeat = *this;
  write("person.yaml", R"(interbeat: 1
parameters: {source: {type: source}}
nodes:
  ring:     {type: source, uri: $source}
  filtered: {type: filter.bandpass, in: ring.ppg, low: 0.5 Hz, high: 8 Hz}
outputs: {out: filtered}
)");
  write("g.yaml", R"(interbeat: 1
participants:
  anna: {use: person.yaml, with: {source: "virtual:seed=1,duration=20s"}}
nodes:
  file: {type: sink.csv, in: anna.out, path: filtered.csv}
)");
  const auto said = interbeat("run g.yaml --speed max");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto record = nlohmann::json::parse(text_of_file(folder / "out/run.json"));
  const auto& source = record["sources"][0];
  BOOST_TEST(source["owners"] == nlohmann::json({"anna"}));
  BOOST_TEST(source["simulated"] == true);
  BOOST_TEST(source["duration_s"] == 20.0);
  BOOST_TEST(source.contains("counters"));
  bool clock = false;
  for (const auto& stream : source["streams"]) {
    BOOST_TEST(stream["grade"] == (stream["name"] == "anna.ring.clock" ? "state" : "raw"));
    if (!stream.contains("clock")) continue;
    clock = true;
    BOOST_TEST(stream["rate_hz"].get<double>() > 1);
    const double ratio = stream["clock"]["rate_hz"].get<double>() / stream["rate_hz"].get<double>();
    BOOST_TEST(ratio == 1.0, boost::test_tools::tolerance(1e-2));
  }
  BOOST_TEST(clock, source.dump());
  BOOST_TEST(record["session_start"].contains("local_offset"));
  const auto& sink = record["sinks"][0];
  BOOST_TEST(sink["path"] == "file");
  BOOST_TEST(sink["takes"][0]["owners"] == nlohmann::json({"anna"}));
  BOOST_TEST(sink["takes"][0]["grade"] == "raw");
  BOOST_TEST(record["options"]["changes"].empty());
}

BOOST_AUTO_TEST_CASE(a_change_stands_in_the_record) {
  auto& interbeat = *this;
  const auto said = interbeat(
      "run solo --set recording=virtual:seed=1,duration=30s --speed max"
      " --change 'me.activation.b0=-1.5 at 20 s'");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto record = nlohmann::json::parse(text_of_file(folder / "out/run.json"));
  BOOST_TEST(record["options"]["changes"] == nlohmann::json({"me.activation.b0=-1.5 at 20 s"}));
}

/// A change for a time that never came is no change of this session: it is said, and the record says which.
BOOST_AUTO_TEST_CASE(a_change_behind_the_end_is_said) {
  const std::string run = "run solo --set recording=virtual:seed=1 --speed max --for 10s ";
  auto said = (*this)(
      run +
      "--change 'me.activation.b0=-1.5 at 120 s' --change 'me.activation.b0=-1.4 at 5 s' --quiet");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.err,
                 "--change \"me.activation.b0=-1.5 at 120 s\" never acted: the session ended at "),
             said.err);
  BOOST_TEST(!has(said.err, "at 5 s\" never acted"), said.err);
  const auto options = nlohmann::json::parse(text_of_file(folder / "out/run.json"))["options"];
  BOOST_TEST(options["changes"].size() == 2U);
  BOOST_TEST(options["changes_behind_end"] == nlohmann::json({"me.activation.b0=-1.5 at 120 s"}));
}

/// Who slips in a run's name is told the names there are.
BOOST_AUTO_TEST_CASE(a_run_of_another_name_is_answered_with_those_that_are_live) {
  write("g.yaml", small_graph);
  auto said = (*this)("set ring.x=1 evning");
  BOOST_TEST(has(said.err, "no run called \"evning\" answers; nothing is running live"), said.err);
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "evening"});
  run.wait_for("running as");
  for (int tries = 0; tries < 500 && (*this)("top evening --once").code != 0; ++tries) {}
  for (const auto* words :
       {"mark x evning", "set ring.x=1 evning", "top evning --once", "tap filtered evning"}) {
    said = (*this)(words);
    BOOST_TEST(has(said.err, "no run called \"evning\" answers; live: evening"),
               words << ": " << said.err);
  }
}

BOOST_AUTO_TEST_CASE(the_record_is_private_and_says_that_a_run_has_not_ended) {
  write("g.yaml", small_graph);
  fs::create_directories(folder / "out");
  write("out/run.json", "{\"exit\": 0}");  // of an older run
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "s"});
  run.wait_for("running as");
  const auto begun = nlohmann::json::parse(text_of_file(folder / "out/run.json"));
  BOOST_TEST(begun["exit"].is_null());
  BOOST_TEST(begun.contains("graph"));
  BOOST_TEST((fs::status(folder / "out/run.json").permissions() ==
              (fs::perms::owner_read | fs::perms::owner_write)));
  run.signal(SIGTERM);
  BOOST_TEST(run.wait() == 0);
  BOOST_TEST(nlohmann::json::parse(text_of_file(folder / "out/run.json"))["exit"] == 0);
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
  BOOST_TEST(!fs::exists(folder / "out"));
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
    BOOST_TEST(!fs::exists(folder / "out"), words);
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
  const auto rows = text_of_file(folder / "out/filtered.csv");
  BOOST_TEST(rows.size() > 4000U);
  BOOST_TEST(rows.back() == '\n');  // whole rows alone
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

BOOST_AUTO_TEST_CASE(signals_that_come_together_are_one_wish) {
  write("g.yaml", small_graph);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1?lead_in=600s"});
    const auto said = run.wait_for("running as");
    BOOST_TEST_REQUIRE(has(said, "running as"), said);
    for (int i = 0; i < 3; ++i) run.signal(number);
    run.signal(SIGHUP);
    BOOST_TEST(run.wait() == 0);
  }
}

/// A run that can't drain: its file is a pipe that nobody empties.
struct Blocked : Program {
  Blocked() {
    write("g.yaml", small_graph);
    fs::create_directories(folder / "out");
    BOOST_TEST_REQUIRE(mkfifo((folder / "out/filtered.csv").c_str(), 0600) == 0);
    pipe_ = open((folder / "out/filtered.csv").c_str(), O_RDONLY | O_NONBLOCK);
  }
  ~Blocked() { close(pipe_); }
  int pipe_;
};

// ThreadSanitizer holds signals back while a thread waits, so there the second one is never heard.
#if !defined(__SANITIZE_THREAD__)
BOOST_FIXTURE_TEST_CASE(a_later_signal_ends_a_drain_that_takes_too_long, Blocked) {
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1?lead_in=3600s"});
  run.wait_for("running as");
  run.signal(SIGINT);
  BOOST_TEST(!run.ends_within(600));  // it waits for the pipe
  run.signal(SIGHUP);                 // nobody typed that
  BOOST_TEST(!run.ends_within(100));
  run.signal(SIGINT);
  BOOST_TEST(run.wait() == 128 + SIGINT);
}
#endif

BOOST_AUTO_TEST_CASE(what_the_other_kind_of_run_would_do_is_refused) {
  auto& interbeat = *this;
  const auto live =
      interbeat("run solo --set recording=virtual:seed=1 --change 'me.activation.b0=-1.5 at 20 s'");
  BOOST_TEST(live.code == 2);
  BOOST_TEST(has(live.err, "--change is for offline runs"), live.err);
  write("g.yaml", small_graph);
  const auto offline = interbeat("run g.yaml --speed max --stdin");
  BOOST_TEST(offline.code == 2);
  BOOST_TEST(has(offline.err, "--stdin is for live runs"), offline.err);
  BOOST_TEST(!fs::exists(folder / "out"));
}

BOOST_AUTO_TEST_CASE(a_long_socket_path_costs_only_the_socket) {
  write("g.yaml", small_graph);
  const auto far = folder / std::string(120, 'x');
  fs::create_directories(far);
  const auto code = shell("XDG_RUNTIME_DIR='" + far.string() +
                          "' \"$I\" run g.yaml --set recording=virtual:seed=1 --for 1s 2>stderr");
  const auto said = text_of_file(folder / "stderr");
  BOOST_TEST(code == 0, said);
  BOOST_TEST(has(said, "longer than the 107 bytes"), said);
}

BOOST_AUTO_TEST_CASE(the_socket_of_a_killed_run_is_no_run) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  {
    Running killed(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "dead"});
    killed.wait_for("running as");
    for (int tries = 0; tries < 500 && interbeat("top dead --once").code != 0; ++tries) {}
  }
  BOOST_TEST(fs::exists(folder / "interbeat/dead.sock"));
  BOOST_TEST(has(interbeat("top --once").err, "nothing is running live"));
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "live"});
  run.wait_for("running as");
  Answer top{1, {}, {}};
  for (int tries = 0; tries < 500 && top.code != 0; ++tries) top = interbeat("top --once");
  BOOST_TEST(has(top.out, "live (g)"), top.out + top.err);
  BOOST_TEST(interbeat("top --name live --once").code == 0);
  BOOST_TEST(has(interbeat("set filtered.lwo=1Hz live").err, "has no param"));
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

BOOST_AUTO_TEST_CASE(no_two_recordings_share_a_folder) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  for (const auto* name :
       {"x-2.csv.gz", "x.csv.gz", "S05.2024-01.csv.gz", "S05.2024-02.csv.gz", "x.v1.csv"})
    write(name, "no recording");
  fs::create_directories(folder / "d2");
  write("d2/x.csv.gz", "no recording");
  const auto said = interbeat(
      "batch g.yaml x-2.csv.gz x.csv.gz d2/x.csv.gz virtual:seed=1,duration=2s?start=zero"
      " virtual:seed=1,duration=2s S05.2024-01.csv.gz S05.2024-02.csv.gz --out o");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "2 of 7 done"), said.err);
  BOOST_TEST(fs::exists(folder / "o/virtual:seed=1,duration=2s/run.json"));
  BOOST_TEST(fs::exists(folder / "o/virtual:seed=1,duration=2s-2/run.json"));
}

BOOST_AUTO_TEST_CASE(a_batch_of_a_broken_graph_says_it_once_and_starts_nothing) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  const auto param = interbeat("batch g.yaml a.csv b.csv --param recrding");
  BOOST_TEST(param.code == 2);
  const auto first = param.err.find("recrding");
  BOOST_TEST_REQUIRE(first != std::string::npos, param.err);
  BOOST_TEST(!has(param.err, "[1/2]"), param.err);
  BOOST_TEST(!fs::exists(folder / "out"));
  BOOST_TEST(interbeat("batch slo a.csv").code == 2);
}

BOOST_AUTO_TEST_CASE(an_interrupted_batch_says_what_is_whole) {
  write("g.yaml", small_graph);
  Running batch(*this,
                {"batch", "g.yaml", "virtual:seed=1,duration=2s", "virtual:seed=2,duration=2000h",
                 "virtual:seed=3,duration=2s", "--jobs", "1", "--backend", "threads"});
  const auto second = folder / "out/virtual:seed=2,duration=2000h/run.json";
  for (int tries = 0; tries < 1000 && !fs::exists(second); ++tries) batch.ends_within(20);
  BOOST_TEST_REQUIRE(fs::exists(second));
  batch.signal(SIGINT);
  const auto said = batch.wait_for("no such words: to the end");
  BOOST_TEST(batch.wait() == 0);
  BOOST_TEST(has(said, "1 of 3 done, 1 interrupted, 1 not started"), said);
  BOOST_TEST(!has(said, "FAILED"), said);
}

BOOST_AUTO_TEST_SUITE_END()
