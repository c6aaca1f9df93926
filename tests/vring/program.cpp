// The program interbeat-vring, called as a user calls it.
#include "tools/program.hpp"

#include "support/csv_table.hpp"

#include <nlohmann/json.hpp>

#include <sys/resource.h>
#include <chrono>
#include <cmath>
#include <ctime>

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

/// The same over a recorded session in which nobody has a name.
std::string of_a_recording() {
  std::string graph = of_anna;
  const std::string live = "ring.bcl, device: \"ble:AA:00:00:00:00:01\", counts_per_g: 1000";
  graph.replace(graph.find(live), live.size(), "source, uri: \"evening.ibr\"");
  return graph;
}

constexpr const char* a_lossy_ring = R"(rings: [{name: anna, hr: 60 bpm}]
faults: [{kind: loss, values: 2, at: 4 s}]
)";

/// When a row of a log was, as a ring five and a half hours ahead of UTC shows it: "2026-11-26T05:35".
std::string shown_in_the_east(std::int64_t utc_s) {
  const std::time_t t = utc_s + 19'800;
  std::tm there{};
  gmtime_r(&t, &there);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M", &there)};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(program, Vring)

BOOST_AUTO_TEST_CASE(what_scans_finds_its_rings) {
  const auto said = vring("--rings 2 -- \"$I\" devices scan --for 1s");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.out, "ble:AA:00:00:00:00:01  ring1"), said.out);
  BOOST_TEST(has(said.out, "ble:AA:00:00:00:00:02  ring2"), said.out);
}

/// What came over the air is the same again: replayed, and as the source of another run. Its clock was corrected
/// while it ran, and packets were lost.
BOOST_AUTO_TEST_CASE(a_recording_of_it_is_the_same_again) {
  write("anna.yaml", of_anna);
  write("again.yaml", of_a_recording());
  write("day.yaml", a_lossy_ring);
  auto said = vring("day.yaml -- \"$I\" run anna.yaml --for 12s --out out --record evening.ibr");
  BOOST_TEST(said.code == 0, said.err);
  said = (*this)("replay evening.ibr --verify");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.err, "the replay is the recorded run, to its end"), said.err);
  BOOST_TEST(said.out == "");
  said = (*this)("run again.yaml --speed max --out again");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(CsvTable(folder / "again/ppg.csv").rows() >= 10U * 25);
  BOOST_TEST(shell("cmp out/ppg.csv again/ppg.csv") == 0);
  BOOST_TEST(shell("cmp out/intervals.csv again/intervals.csv") == 0);
}

BOOST_AUTO_TEST_CASE(a_machine_without_an_adapter_is_told_so_by_all_that_need_one) {
  write("none.yaml", "rings: [{name: anna}]\nfaults: [{kind: adapter_unplugged}]\n");
  write("anna.yaml",
        "interbeat: 1\nnodes:\n"
        "  anna: {type: source, uri: \"ble:anna\", connect_timeout: 60 s}\n"
        "  file: {type: sink.csv, in: anna.ppg, path: ppg.csv}\n");
  const auto began = std::chrono::steady_clock::now();
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
  BOOST_TEST(has(said.err, "anna can't be opened: AA:00:00:00:00:01: " + none), said.err);
  const auto took = std::chrono::steady_clock::now() - began;
  BOOST_TEST((took < std::chrono::seconds(50)));  // three commands, 3 s each
}

/// Ben walks away for good, Anna's ring comes off her finger: both are told at that moment, and Ben at the end.
BOOST_AUTO_TEST_CASE(a_couple_is_told_who_is_out_of_reach_and_whose_ring_is_off) {
  write("day.yaml",
        "rings: [{name: anna}, {name: ben}]\n"
        "faults:\n"
        "  - {ring: ben, kind: disconnect, at: 6 s, for: 1000 s}\n"
        "  - {ring: anna, kind: contact_loss, at: 7 s, for: 1000 s}\n");
  write("couple.yaml",
        "interbeat: 1\nnodes:\n"
        "  anna: {type: source, uri: \"ble:AA:00:00:00:00:01\"}\n"
        "  ben: {type: source, uri: \"ble:AA:00:00:00:00:02\"}\n"
        "  a: {type: sink.csv, in: anna.ppg, path: a.csv}\n"
        "  b: {type: sink.csv, in: ben.ppg, path: b.csv}\n");
  auto said = vring("day.yaml -- \"$I\" run couple.yaml --for 9s");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.err, "info: ben: out of reach at "), said.err);
  BOOST_TEST(has(said.err, "info: anna: not worn"), said.err);
  BOOST_TEST(has(said.err, " in 1 break, not back"), said.err);
  const auto record = nlohmann::json::parse(text_of_file(folder / "out/run.json"));
  BOOST_TEST(has(record.dump(), "\"breaks\":1"), record.dump());
  said = vring("day.yaml -- \"$I\" run couple.yaml --for 9s --quiet");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(!has(said.err, "out of reach"), said.err);
  BOOST_TEST(!has(said.err, "not worn"), said.err);
  BOOST_TEST(has(said.err, "AWAY: ben: away "), said.err);
}

BOOST_AUTO_TEST_CASE(an_o2ring_s_sends_at_the_rate_of_its_kind) {
  write("vi.yaml", "rings: [{name: vi, kind: viatom}]\n");
  write("wave.yaml",
        "interbeat: 1\nnodes:\n"
        "  ring: {type: ring.viatom, device: \"ble:vi\"}\n"
        "  ppg:  {type: sink.csv, in: ring.ppg, path: ppg.csv}\n");
  const auto said = vring("vi.yaml -- \"$I\" run wave.yaml --for 5s --out out");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(!has(said.err, "samples a second"), said.err);
  const CsvTable ppg(folder / "out/ppg.csv");
  BOOST_TEST(ppg.rows() >= 3U * 100);
  BOOST_TEST(ppg.rows() <= 6U * 100);
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k) BOOST_TEST(times[k] - times[k - 1] < 0.04);
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

BOOST_AUTO_TEST_CASE(a_week_on_a_ring_is_in_the_files_and_in_the_ledger) {
  write("week.yaml", "rings: [{name: anna, kind: colmi, seed: 9}]\n");
  // A zone of its own, which this machine need not know.
  const auto said =
      vring("week.yaml --ledger ledger.json -- \"$I\" run '" + std::string(source_folder) +
                "/graphs/colmi_history.yaml' --set ring=ble:anna --set days=7 --out out",
            "TZ=XST-5:30");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto ledger = nlohmann::json::parse(text_of_file(folder / "ledger.json"));
  const auto run = nlohmann::json::parse(text_of_file(folder / "out/run.json"));
  BOOST_TEST(ledger["rings"][0]["connections"].get<int>() == 1);
  const auto zero_s = run["sources"][0]["start_utc_ns"].get<std::int64_t>() / 1'000'000'000;
  const struct {
    const char *log, *file;
    std::vector<std::string> columns;
    std::size_t least;
  } logs[] = {{"heart_rate", "rates.csv", {"heart_rate_bpm"}, 1000},
              {"steps", "steps.csv", {"steps", "distance_m", "energy_kcal"}, 20},
              {"spo2", "spo2.csv", {"lowest_pct", "highest_pct"}, 20},
              {"temperature", "temperature.csv", {"temperature_degc"}, 200},
              {"sleep", "sleep.csv", {"stage", "lasts_s"}, 50}};
  const std::vector<std::string> stages{"", "", "light", "deep", "rem", "awake"};
  for (const auto& one : logs) {
    const auto& truth = ledger["rings"][0]["logged"][one.log];
    const CsvTable rows(folder / "out" / one.file);
    BOOST_TEST(truth.size() >= one.least, one.log);
    BOOST_TEST_REQUIRE(rows.rows() == truth.size(), one.log);
    for (std::size_t k = 0; k < rows.rows(); ++k) {
      const auto at = zero_s + std::llround(*rows.number(k, "time_s"));
      BOOST_TEST(shown_in_the_east(at) == truth[k][0].get<std::string>(), one.log);
      BOOST_TEST(rows.text(k, "ambiguous") == "0");
      for (std::size_t c = 0; c < one.columns.size(); ++c) {
        const double wanted = truth[k][c + 1].get<double>();
        if (one.columns[c] == "stage")
          BOOST_TEST(rows.text(k, "stage") == stages.at(static_cast<std::size_t>(wanted)));
        else if (one.columns[c] == "lasts_s") BOOST_TEST(*rows.number(k, "lasts_s") == 60 * wanted);
        else BOOST_TEST(std::abs(*rows.number(k, one.columns[c]) - wanted) < 1e-9, one.log);
      }
    }
  }
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
