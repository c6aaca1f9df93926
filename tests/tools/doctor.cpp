// `interbeat doctor` as a user and as a script reads it, with limits set from outside; and what a live
// run says of a real-time profile.
#include "program.hpp"

#include <nlohmann/json.hpp>

#include <sstream>
#include <thread>

using namespace ib::test;
using nlohmann::json;

namespace {

/// The program with less than it has: `limits` is shell that runs in front of it.
json findings(const Program& interbeat, const std::string& limits = "") {
  const auto code = interbeat.shell(limits + " $I doctor --json >said");
  BOOST_TEST(code == 0);
  const auto said = json::parse(text_of_file(interbeat.folder / "said"), nullptr, false);
  BOOST_TEST_REQUIRE(said.is_object());
  return said;
}

json check_of(const json& said, const std::string& what) {
  for (const auto& check : said.at("checks"))
    if (check.at("what") == what) return check;
  BOOST_FAIL("no check of " << what);
  return {};
}

/// Shell words that start a program without two capabilities; empty for a user who has none anyway.
std::string without_rights() {
  return geteuid() == 0 ? "setpriv --bounding-set=-sys_nice,-ipc_lock" : "";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(doctor, Program)

BOOST_AUTO_TEST_CASE(each_line_begins_with_its_level_and_advice_stands_below) {
  const auto said = (*this)("doctor");
  BOOST_TEST(said.code == 0);
  std::istringstream lines(said.out);
  std::size_t checks = 0;
  for (std::string line; std::getline(lines, line) && !line.empty(); ++checks) {
    const bool known = line.starts_with("ok      ") || line.starts_with("note    ") ||
                       line.starts_with("problem ") || line.starts_with(std::string(24, ' '));
    BOOST_TEST(known, line);
  }
  BOOST_TEST(checks > 15U);
  BOOST_TEST(has(said.out, " note"), said.out);
  for (const auto* part : {"real time", "real-time share", "memory lock", "timer slack", "clock",
                           "stolen time", "cgroup", "huge pages", "open files", "kernel"})
    BOOST_TEST(has(said.out, part), said.out);
}

BOOST_AUTO_TEST_CASE(json_says_the_same) {
  const auto said = findings(*this);
  std::size_t notes = 0, problems = 0;
  for (const auto& check : said.at("checks")) {
    notes += check.at("level") == "note" ? 1U : 0U;
    problems += check.at("level") == "problem" ? 1U : 0U;
    BOOST_TEST((check.at("level") == "ok" || check.contains("advice")), check.dump());
    BOOST_TEST(!check.at("found").get<std::string>().empty(), check.dump());
  }
  BOOST_TEST(said.at("notes") == notes);
  BOOST_TEST(said.at("problems") == problems);
}

BOOST_AUTO_TEST_CASE(few_descriptors_are_a_problem) {
  const auto few = check_of(findings(*this, "ulimit -n 200;"), "open files");
  BOOST_TEST(few.at("level") == "problem");
  BOOST_TEST(has(few.at("found"), "200"));
  BOOST_TEST(has(few.at("advice"), "ulimit -n"));
}

BOOST_AUTO_TEST_CASE(without_rights_it_says_how_to_get_them) {
  const auto said = findings(*this, "ulimit -r 0; ulimit -l 64; " + without_rights());
  const auto priority = check_of(said, "real time");
  BOOST_TEST(priority.at("level") == "note");
  BOOST_TEST(has(priority.at("found"), "RLIMIT_RTPRIO is 0"), priority.dump());
  BOOST_TEST(has(priority.at("advice"), "/etc/security/limits.d/realtime.conf"), priority.dump());
  const auto memory = check_of(said, "memory lock");
  BOOST_TEST(memory.at("level") == "note");
  BOOST_TEST(memory.at("found") == "66 kB");
}

BOOST_AUTO_TEST_CASE(one_cpu_is_a_note) {
  const auto cpus = check_of(findings(*this, "taskset -c 0"), "cores");
  BOOST_TEST(cpus.at("level") == "note");
  BOOST_TEST(has(cpus.at("found"), "1 for this process: 0 "), cpus.dump());
}

BOOST_AUTO_TEST_CASE(it_measures_when_asked) {
  const auto plain = findings(*this);
  for (const auto& check : plain.at("checks")) BOOST_TEST(check.at("what") != "wake-up");
  BOOST_TEST(shell("$I doctor --measure --json >said") == 0);
  const auto said = json::parse(text_of_file(folder / "said"));
  for (const auto* what : {"timer late", "wake-up"}) {
    const auto check = check_of(said, what);
    BOOST_TEST(check.at("n") == 100);
    BOOST_TEST(check.at("p50_us") > 0.0);
    BOOST_TEST(check.at("p99_us") >= check.at("p50_us"));
    BOOST_TEST(check.at("max_us") >= check.at("p99_us"));
  }
}

BOOST_AUTO_TEST_CASE(a_live_run_says_what_it_was_granted) {
  write("g.yaml", std::string(small_graph) + "realtime: {timer_slack: 2 us, affinity: 900}\n");
  write("rt.yaml", "timer_slack: 3 us\n");
  const auto run = [this](const std::string& words) {
    return (*this)("run g.yaml --speed 100 " + words);
  };
  const auto own = run("");
  BOOST_TEST(own.code == 0, own.err);
  BOOST_TEST(has(own.err, "info: executor 0: timer slack 2000 ns\n"), own.err);
  BOOST_TEST(has(own.err, "warning: executor 0: CPU 900 was not granted: this machine has"),
             own.err);
  const auto record = json::parse(text_of_file(folder / "out/run.json"));
  const auto& steps = record.at("realtime").at("threads").at(0).at("steps");
  BOOST_TEST(steps.at(0).at("granted") == true);
  BOOST_TEST(steps.at(1).at("granted") == false);
  BOOST_TEST(has(steps.at(1).at("advice"), "write `affinity:` with CPUs out of "), steps.dump());

  const auto other = run("--realtime rt.yaml");
  BOOST_TEST(has(other.err, "executor 0: timer slack 3000 ns\n"), other.err);
  BOOST_TEST(!has(other.err, "CPU 900"), other.err);
  const auto none = run("--realtime off --out off");
  BOOST_TEST(!has(none.err, "executor 0"), none.err);
  BOOST_TEST(!json::parse(text_of_file(folder / "off/run.json")).contains("realtime"));
}

BOOST_AUTO_TEST_CASE(threads_of_sinks_and_of_the_log_stay_ordinary) {
  if (std::thread::hardware_concurrency() < 2) return;  // then a mask of one CPU tells nothing
  write("g.yaml", small_graph);
  write("rt.yaml", "affinity: 0\n");
  Running run(*this, {"run", "g.yaml", "--threads", "2", "--realtime", "rt.yaml"});
  run.wait_for("executor 1: CPU 0");
  run.wait_for("executor 0: CPU 0");
  std::size_t pinned = 0, others = 0;
  const auto tasks = fs::path("/proc") / std::to_string(run.pid()) / "task";
  for (const auto& task : fs::directory_iterator(tasks)) {
    const auto status = text_of_file(task.path() / "status");
    ++(has(status, "Cpus_allowed_list:\t0\n") ? pinned : others);
  }
  BOOST_TEST(pinned == 2U);
  BOOST_TEST(others == 2U);  // the sink, and the log
}

BOOST_AUTO_TEST_CASE(no_rights_stop_no_run_and_are_told_once) {
  write("g.yaml", small_graph);
  write("rt.yaml", "policy: fifo\nlock_memory: true\n");
  const auto code =
      shell("ulimit -r 0; ulimit -l 64; " + without_rights() +
            " $I run g.yaml --speed 100 --threads 2 --quiet --realtime rt.yaml 2>said");
  const auto said = text_of_file(folder / "said");
  BOOST_TEST(code == 0, said);
  BOOST_TEST(has(said, "SCHED_FIFO 20 was not granted: this user may not have real-time threads"),
             said);
  BOOST_TEST(said.find("SCHED_FIFO 20") == said.rfind("SCHED_FIFO 20"), said);
  BOOST_TEST(has(said, "process: memory lock was not granted: the limit of 66 kB"), said);
  BOOST_TEST(fs::exists(folder / "out/filtered.csv"));
}

BOOST_AUTO_TEST_CASE(a_profile_of_an_offline_run_is_refused_and_a_wrong_one_told) {
  write("g.yaml", small_graph);
  write("rt.yaml", "policy: fifo\n");
  const auto offline = (*this)("run g.yaml --speed max --realtime rt.yaml");
  BOOST_TEST(offline.code == 2);
  BOOST_TEST(has(offline.err, "--realtime is for live runs"), offline.err);
  write("rt.yaml", "polcy: fifo\npriority: 200\n");
  const auto bad = (*this)("run g.yaml --realtime rt.yaml");
  BOOST_TEST(bad.code == 2);
  BOOST_TEST(has(bad.err, "rt.yaml:1:1: error: polcy: unknown key"), bad.err);
  BOOST_TEST(has(bad.err, "rt.yaml:2:11: error: priority: 200 is above"), bad.err);
  BOOST_TEST(!fs::exists(folder / "out"));
}

BOOST_AUTO_TEST_CASE(the_shipped_profile_is_sound) {
  write("g.yaml", small_graph);
  const auto file = fs::path(source_folder) / "configs/realtime.yaml";
  const auto run = (*this)("run g.yaml --speed 100 --realtime '" + file.string() + "'");
  BOOST_TEST(run.code == 0, run.err);
  BOOST_TEST(has(run.err, "256 KiB of stack prefaulted"), run.err);
}

BOOST_AUTO_TEST_SUITE_END()
