// The program interbeat-vring, called as a user calls it.
#include "tools/program.hpp"

#include "support/csv_table.hpp"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

using namespace ib::test;

namespace {

struct Vring : Program {
  /// `interbeat-vring WORDS`; `before`: settings of the environment.
  Answer vring(const std::string& words, const std::string& before = {}) const {
    const int code = shell(before + " \"${I}-vring\" " + words + " >stdout 2>stderr");
    return {code, text_of_file(folder / "stdout"), text_of_file(folder / "stderr")};
  }
};

/// A person's chain behind a ring.
constexpr const char* of_anna = R"(interbeat: 1
nodes:
  ring:     {type: ring.bcl, device: "ble:AA:00:00:00:00:01", counts_per_g: 1000}
  filtered: {type: filter.bandpass, in: ring.ppg, low: 0.5 Hz, high: 8 Hz}
  detected: {type: beat.ppg, in: filtered}
  quality:  {type: quality.ppg, raw: ring.ppg, filtered: filtered, beats: detected, acc: ring.acc}
  clean:    {type: interval.clean, beats: quality.beats}
  ppg:      {type: sink.csv, in: ring.ppg, path: ppg.csv}
  file:     {type: sink.csv, in: clean, path: intervals.csv}
)";

constexpr const char* a_lossy_ring = R"(rings: [{name: anna, hr: 60 bpm}]
faults: [{kind: loss, values: 2, at: 4 s}]
)";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(program, Vring)

BOOST_AUTO_TEST_CASE(what_scans_finds_its_rings) {
  const auto said = vring("--rings 2 -- \"$I\" devices scan --for 1s");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.out, "ble:AA:00:00:00:00:01  ring1"), said.out);
  BOOST_TEST(has(said.out, "ble:AA:00:00:00:00:02  ring2"), said.out);
}

BOOST_AUTO_TEST_CASE(a_machine_without_an_adapter_is_told_so_by_all_that_need_one) {
  write("none.yaml", "rings: [{name: anna}]\nfaults: [{kind: adapter_unplugged}]\n");
  write("anna.yaml",
        "interbeat: 1\nnodes:\n"
        "  anna: {type: source, uri: \"ble:anna\", connect_timeout: 1 s}\n"
        "  file: {type: sink.csv, in: anna.ppg, path: ppg.csv}\n");
  const std::string none =
      "this machine has no Bluetooth adapter; plug one in, and `bluetoothctl list` shows it";
  const auto said = vring(
      "none.yaml -- sh -c '\"$I\" devices scan; \"$I\" devices probe ble:anna; "
      "\"$I\" run anna.yaml --for 1s'",
      "export I;");
  BOOST_TEST(said.code == 2, said.err);
  BOOST_TEST(has(said.err, "interbeat: " + none), said.err);
  BOOST_TEST(has(said.err, "AA:00:00:00:00:01: " + none), said.err);
  BOOST_TEST(has(said.err, "anna.yaml:3:"), said.err);
  BOOST_TEST(has(said.err, "did not stream within 1 s: " + none), said.err);
}

BOOST_AUTO_TEST_CASE(a_graph_runs_on_it_and_the_ledger_agrees) {
  write("anna.yaml", of_anna);
  write("day.yaml", a_lossy_ring);
  const auto said =
      vring("day.yaml --ledger ledger.json -- \"$I\" run anna.yaml --for 12s --out out");
  BOOST_TEST(said.code == 0, said.err);
  const auto ledger = nlohmann::json::parse(text_of_file(folder / "ledger.json"));
  const auto& ring = ledger["rings"][0];
  BOOST_TEST(ring["connections"].get<int>() == 1);
  BOOST_TEST(!ring["left_measuring"].get<bool>());
  BOOST_TEST(ring["faults"]["loss"].get<int>() == 2);
  const CsvTable ppg(folder / "out/ppg.csv"), intervals(folder / "out/intervals.csv");
  BOOST_TEST(ppg.rows() >= 10U * 25);
  BOOST_TEST(ppg.rows() <= 5 * ring["streams"]["wave"]["heard"].get<std::size_t>());
  BOOST_TEST(intervals.rows() >= 3U);
  BOOST_TEST(has(said.err, "anna: 1 connection, "), said.err);
}

BOOST_AUTO_TEST_CASE(it_ends_as_its_command_ends) {
  BOOST_TEST(vring("-- true").code == 0);
  BOOST_TEST(vring("-- sh -c 'exit 7'").code == 7);
  BOOST_TEST(vring("-- sh -c 'kill -9 $$'").code == 137);
  const auto none = vring("-- ./no-such-program");
  BOOST_TEST(none.code == 127);
  BOOST_TEST(has(none.err, "./no-such-program can't be run: "), none.err);
  const auto late = vring("--for 200ms -- sleep 60");
  BOOST_TEST(late.code == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(a_shell_is_told_where_the_bus_is_and_a_signal_ends_it) {
  const auto code = shell(
      "mkfifo told && { \"${I}-vring\" --rings 1 >told 2>err & } && pid=$! && read line <told && "
      "export \"$line\" && echo \"$line\" >line && \"$I\" devices scan --for 1s >found; "
      "kill -TERM $pid; wait $pid; echo $? >code");
  BOOST_TEST(code == 0);
  BOOST_TEST(text_of_file(folder / "code") == "0\n");
  const auto line = text_of_file(folder / "line");
  BOOST_TEST(line.starts_with("DBUS_SYSTEM_BUS_ADDRESS=unix:path="), line);
  BOOST_TEST(has(text_of_file(folder / "found"), "AA:00:00:00:00:01"));
  const auto socket =
      fs::path(line.substr(line.find("path=") + 5, line.find('\n') - line.find("path=") - 5));
  BOOST_TEST(!fs::exists(socket.parent_path()), socket.string());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_before_anything_starts) {
  write("bad.yaml", "rings: [{name: anna, kind: bccl}]\n");
  write("good.yaml", a_lossy_ring);
  const auto bad = vring("bad.yaml -- touch started");
  BOOST_TEST(bad.code == 2);
  BOOST_TEST(has(bad.err, "bad.yaml:1:28: error: rings[0].kind: there is no kind of ring \"bccl\""),
             bad.err);
  BOOST_TEST(!fs::exists(folder / "started"));
  BOOST_TEST(vring("nowhere.yaml").code == 2);
  BOOST_TEST(vring("--rings 0").code == 2);
  BOOST_TEST(vring("--rings 65").code == 2);
  BOOST_TEST(has(vring("good.yaml --rings 2").err, "this one names its own"));
  BOOST_TEST(has(vring("--rings 1 --").err, "there is no command behind `--`"));
  BOOST_TEST(has(vring("--for 5").err, "write a duration such as 60s"));
  BOOST_TEST(vring("--ringz 2").code == 2);
  const auto help = vring("--help");
  BOOST_TEST(help.code == 0);
  BOOST_TEST(has(help.out, "--ledger"), help.out);
  BOOST_TEST(has(vring("--version").out, "interbeat-vring "));
}

BOOST_AUTO_TEST_CASE(without_dbus_daemon_one_sentence_says_so) {
  const auto said = vring("--rings 1", "PATH=/nowhere");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(
      said.err ==
      "interbeat-vring: dbus-daemon is not installed; install it: apt-get install dbus-daemon\n");
}

BOOST_AUTO_TEST_CASE(a_bus_that_is_not_there_is_said) {
  const auto said = vring("--rings 1 --bus unix:path=/nowhere/bus");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.err, "interbeat-vring: the bus can't be served: "), said.err);
}

BOOST_AUTO_TEST_CASE(rings_that_nobody_listens_to_cost_nothing) {
  write(
      "many.yaml",
      "rings: [{name: a}, {name: b}, {name: c, kind: strap}]\nfaults: [{kind: stall, at: 1 h, for: 1 s}]\n");
  const pid_t pid = fork();
  if (pid == 0) {
    if (chdir(folder.c_str()) != 0 || std::freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    const auto program = path() + "-vring";
    execl(program.c_str(), program.c_str(), "many.yaml", "--for", "3s", nullptr);
    _exit(127);
  }
  int status = 0;
  rusage used{};
  BOOST_TEST_REQUIRE(wait4(pid, &status, 0, &used) == pid);
  BOOST_TEST(WEXITSTATUS(status) == 0);
  BOOST_TEST(used.ru_nvcsw <
             60);  // to start, and to end; a look ten times a second would be 30 more
}

BOOST_AUTO_TEST_SUITE_END()
