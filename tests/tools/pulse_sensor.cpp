// The driver that is a plugin (plugins/pulse_sensor), through a pseudo terminal: as the host of a live run
// calls it, at moments of the test's choice; and in a live run from YAML.
#include "support/pulse_host.hpp"
#include "tools/program.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

using namespace ib;
using namespace ib::test;

namespace {

struct PulseBench {
  Program home;  // a folder
  PulseBoard board{home.folder};
  PulseHost host{board.name().string()};

  PulseBench() {
    host.start();
    host.call(0ns);
    board.send("12\r\n");  // the end of a line whose beginning nobody saw
  }
  /// Samples at 50 Hz from this time on, counting up, a beat every 40 of them. The time behind the last.
  Duration samples(Duration from, int n, int first = 0) {
    for (int k = 0; k < n; ++k, from += 20ms) {
      std::string lines = "S" + std::to_string((first + k) % 1024) + "\r\n";
      if (k % 40 == 39) lines += "B75\r\nQ800\r\n";
      host.arrives(board, lines, from);
    }
    return from;
  }
};

constexpr auto pulse_graph = R"(interbeat: 1
parameters:
  device: {type: source, default: /dev/ttyACM0}
nodes:
  sensor: {type: pulse_sensor.serial, device: $device}
  wave:   {type: sink.csv, in: sensor.ppg, path: wave.csv}
  rr:     {type: sink.csv, in: sensor.rr, path: rr.csv}
)";

std::vector<std::string> rows_of(const fs::path& file) {
  std::vector<std::string> rows;
  std::ifstream in(file);
  for (std::string row; std::getline(in, row);)
    if (!row.starts_with("#")) rows.push_back(row);
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pulse_sensor)

BOOST_FIXTURE_TEST_CASE(bytes_in_and_samples_and_intervals_out, PulseBench) {
  const auto end = samples(100ms, 200);
  host.call(end);
  const auto& wave = host[PulseHost::ppg];
  BOOST_TEST(host.stream(PulseHost::ppg).rate_hz == 50);
  BOOST_TEST_REQUIRE(wave.items.size() == 200U);
  for (std::size_t k = 0; k < 200; ++k) {
    BOOST_TEST(wave.value<float>(k) == static_cast<float>(k));
    BOOST_TEST(wave.index[k] == k);
    BOOST_TEST(std::abs(wave.t_ns[k] - (100 + 20 * static_cast<std::int64_t>(k)) * 1'000'000) <
               1'000'000);
  }
  BOOST_TEST(wave.gaps.empty());
  const auto& rr = host[PulseHost::rr];
  BOOST_TEST(host.stream(PulseHost::rr).sampled_hz == 500);
  BOOST_TEST_REQUIRE(rr.items.size() == 5U);
  BOOST_TEST(*rr.value<RrNotification>(0).rr_us[0] == 800'000);
  BOOST_TEST(*rr.value<RrNotification>(0).hr_bpm == 75);
  BOOST_TEST(rr.t_ns[0] == 880'000'000);
  BOOST_TEST(*host[PulseHost::heart_rate].value<HeartRate>(4).heart_rate_bpm == 75);
  const auto& clock = host[PulseHost::clock];
  BOOST_TEST(clock.items.size() == 4U);
  BOOST_TEST(clock.value<ClockModel>(3).rate_hz == 50, boost::test_tools::tolerance(0.01));
  BOOST_TEST_REQUIRE(host[PulseHost::status].items.size() == 1U);
  BOOST_TEST((host[PulseHost::status].value<DeviceStatus>(0).event == DeviceEvent::connected));
  BOOST_TEST(!host.readable());
  BOOST_TEST((host.wake().count() == IB_FOREVER));  // nothing is polled
}

BOOST_AUTO_TEST_CASE(a_host_that_records_is_told_what_the_port_gave) {
  Program home;
  PulseBoard board{home.folder};
  PulseHost host{board.name().string()};
  host.start();
  host.ask_for_packets();
  host.call(0ns);
  board.send("12\r\n");
  host.arrives(board, "S500\r\n", 100ms);
  host.arrives(board, "S501\r\nB75\r\n", 120ms);
  BOOST_TEST_REQUIRE(host.packets.size() >= 3U);
  BOOST_TEST(host.packets[0].flags == std::uint32_t{IB_PACKET_CONNECTED});
  BOOST_TEST(host.packets[0].bytes == "");
  std::string all;
  for (const auto& p : host.packets) all += p.bytes;
  BOOST_TEST(all == "12\r\nS500\r\nS501\r\nB75\r\n");
  BOOST_TEST(host.packets[1].arrival_ns == 100'000'000);
  BOOST_TEST(host.packets.back().arrival_ns == 120'000'000);
}

BOOST_AUTO_TEST_CASE(what_came_before_the_session_is_not_of_it) {
  Program home;
  PulseBoard board(home.folder);
  PulseHost host(board.name().string());
  host.start();
  board.send("\r\nS1\r\nS2\r\n");
  host.call(0ns);
  board.send("\r\n");
  host.arrives(board, "S3\r\n", 20ms);
  host.call(40ms);
  BOOST_TEST_REQUIRE(host[PulseHost::ppg].items.size() == 1U);
  BOOST_TEST(host[PulseHost::ppg].value<float>(0) == 3);
}

BOOST_AUTO_TEST_CASE(beside_a_lead_in_it_is_called_for_the_past_first) {
  Program home;
  PulseBoard board(home.folder);
  PulseHost host(board.name().string());
  host.start();
  for (host.behind = 30s; host.behind > 0s; host.behind -= 1s) host.call(30s - host.behind);
  host.call(30s);
  board.send("\r\n");
  host.arrives(board, "S3\r\n", 30'020ms);
  host.call(30'040ms);
  BOOST_TEST_REQUIRE(host[PulseHost::ppg].items.size() == 1U);
  BOOST_TEST(host[PulseHost::ppg].t_ns[0] == 30'020'000'000);
}

BOOST_FIXTURE_TEST_CASE(hostile_bytes_are_counted_and_end_nothing, PulseBench) {
  auto t = samples(100ms, 50);
  const std::string long_line(5000, 'S'), nul("\0\0\0", 3);
  host.arrives(board,
               long_line.substr(0, 3000) + "\n" + nul + "\nS1024\r\n\x7f\xff\n72,833,512\r\n",
               t - 1ms);
  BOOST_TEST(host.counter("bad_lines") == 5U);
  t = samples(t + 20ms, 50, 50);  // the place of S1024 is left free
  host.call(t);
  const auto& wave = host[PulseHost::ppg];
  BOOST_TEST_REQUIRE(wave.items.size() == 100U);
  BOOST_TEST(wave.index[50] == 51U);
  BOOST_TEST(host.counter("lost_samples") == 1U);
  BOOST_TEST_REQUIRE(wave.gaps.size() == 1U);
  BOOST_TEST(wave.gaps[0].at == 50U);
  BOOST_TEST(wave.gaps[0].to_ns == wave.t_ns[50]);
  // From the end of the last sample's period, which is rounded down to a nanosecond.
  BOOST_TEST(std::abs(wave.gaps[0].from_ns - (wave.t_ns[49] + 20'000'000)) <= 1);
  BOOST_TEST(wave.lost == 1U);
  const auto& rr = host[PulseHost::rr];
  BOOST_TEST_REQUIRE(rr.gaps.size() == 1U);  // one of them may have been an interval
  BOOST_TEST(rr.gaps[0].at == 1U);
}

BOOST_FIXTURE_TEST_CASE(another_format_is_said_once, PulseBench) {
  for (int k = 0; k < 120; ++k) host.arrives(board, "72,833,512\r\n", 20ms * (k + 1));
  BOOST_TEST(host.counter("bad_lines") == 120U);
  BOOST_TEST(has(host.said(), "PROCESSING_VISUALIZER"));
  BOOST_TEST(host.said().find("PROCESSING_VISUALIZER") ==
             host.said().rfind("PROCESSING_VISUALIZER"));
}

BOOST_FIXTURE_TEST_CASE(pulled_out_it_is_a_gap_and_is_tried_again, PulseBench) {
  auto t = samples(100ms, 50);
  board.unplug();
  host.call_when_readable(t);
  BOOST_TEST(host.counter("lost_connections") == 1U);
  BOOST_TEST(host.wake() == t + 250ms);
  BOOST_TEST(!host.readable());
  // Not there yet: half a second, a second, and at last every four.
  std::vector<Duration> waits;
  for (int k = 0; k < 6; ++k) {
    const auto asked = host.wake();
    host.call(asked);
    waits.push_back(host.wake() - asked);
  }
  BOOST_TEST((waits == std::vector<Duration>{500ms, 1s, 2s, 4s, 4s, 4s}));

  board.plug_in();
  t = host.wake();
  host.call(t);
  host.wait_until_woken();
  host.call(t + 10ms);
  BOOST_TEST((host.wake().count() == IB_FOREVER));
  board.send("\r\n");
  t = samples(t + 100ms, 50, 500);
  host.call(t);
  const auto& wave = host[PulseHost::ppg];
  BOOST_TEST_REQUIRE(wave.items.size() == 100U);
  BOOST_TEST(wave.value<float>(50) == 500);
  BOOST_TEST_REQUIRE(wave.gaps.size() == 1U);
  BOOST_TEST(wave.gaps[0].at == 50U);
  BOOST_TEST(wave.gaps[0].to_ns == wave.t_ns[50]);
  BOOST_TEST(wave.t_ns[50] == (t - 1s).count());
  BOOST_TEST(host[PulseHost::rr].gaps.size() == 1U);
  const auto& status = host[PulseHost::status];
  BOOST_TEST_REQUIRE(status.items.size() == 3U);
  BOOST_TEST((status.value<DeviceStatus>(1).event == DeviceEvent::disconnected));
  BOOST_TEST((status.value<DeviceStatus>(2).event == DeviceEvent::connected));
}

BOOST_AUTO_TEST_CASE(what_cant_be_opened_is_said_in_a_sentence_with_what_to_do) {
  Program home;
  const auto absent = (home.folder / "ttyNone").string();
  BOOST_TEST(
      PulseHost(absent).open() ==
      absent +
          " is not there; is the board plugged in? `ls /dev/serial/by-id/` shows the serial ports "
          "of this machine");
  const auto file = home.write("notes.txt", "S512\n").string();
  BOOST_TEST(PulseHost(file).open() ==
             file + " is no serial port; expected a device such as /dev/ttyACM0 or /dev/ttyUSB0");
}

BOOST_AUTO_TEST_CASE(without_the_right_to_read_it_the_group_is_named) {
  Program home;
  fs::permissions(home.folder, fs::perms::all);
  PulseBoard board(home.folder);
  fs::permissions(fs::canonical(board.name()), fs::perms::none);
  pulse_type();
  int ends[2];
  BOOST_TEST_REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {  // as somebody who is not allowed everything
    if (geteuid() == 0 && setuid(65534) != 0) _exit(1);
    const auto said = PulseHost(board.name().string()).open();
    _exit(write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string said(4096, '\0');
  said.resize(
      static_cast<std::size_t>(std::max<ssize_t>(0, read(ends[0], said.data(), said.size()))));
  close(ends[0]);
  int result = 0;
  waitpid(child, &result, 0);
  BOOST_TEST(result == 0);
  BOOST_TEST(has(said, " may be read by "), said);
  BOOST_TEST(has(said, " alone: "), said);
}

BOOST_AUTO_TEST_CASE(the_graph_beside_it_is_sound) {
  Program home;
  setenv("XDG_CACHE_HOME", home.folder.c_str(), 1);
  PulseBoard board(home.folder);
  const auto a =
      home("check '" + (fs::path(source_folder) / "plugins/pulse_sensor/pulse.yaml").string() +
           "' --plugin-path '" + pulse_plugin().string() + "' --set device='" +
           board.name().string() + "'");
  unsetenv("XDG_CACHE_HOME");
  BOOST_TEST(a.code == 0, a.out << a.err);
}

BOOST_AUTO_TEST_CASE(a_live_run_from_yaml_goes_on_over_a_replug) {
  Program home;
  setenv("XDG_CACHE_HOME", home.folder.c_str(), 1);
  home.write("pulse.yaml", pulse_graph);
  PulseBoard board(home.folder);
  Running run(home, {"run", "pulse.yaml", "--plugin-path", pulse_plugin().string(), "--set",
                     "device=" + board.name().string(), "--out", "out"});
  const BoardPace pace(50);
  for (const int first : {0, 500}) {
    board.wait_for_reader();
    board.send("\r\n");
    for (int k = 0; k < 60; ++k) {
      pace.wait();
      board.send("S" + std::to_string(first + k) + "\r\n" + (k == 30 ? "B75\r\nQ800\r\n" : ""));
    }
    board.unplug();
    board.plug_in();
  }
  board.wait_for_reader();  // so it has met the end of the one before
  run.signal(SIGINT);
  BOOST_TEST(run.wait() == 0);
  unsetenv("XDG_CACHE_HOME");
  const auto wave = rows_of(home.folder / "out/wave.csv");
  BOOST_TEST(wave.size() >=
             1U + 100U);  // what a busy machine read late may wait for its time at the end
  BOOST_TEST(has(wave.at(1), ",0"), wave.at(1));
  const auto rr = rows_of(home.folder / "out/rr.csv");
  BOOST_TEST_REQUIRE(rr.size() == 3U);
  BOOST_TEST(has(rr[1], "800000"), rr[1]);
}

BOOST_AUTO_TEST_SUITE_END()
