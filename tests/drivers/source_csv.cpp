// source.csv: samples at their times, gaps where there are none, the same at every step.
#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "file_scratch.hpp"
#include "source_bench.hpp"
#include "support/shared_data.hpp"

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

std::string rows(int n, int from = 0) {
  std::string text;
  for (int i = from; i < from + n; ++i) text += std::to_string(i) + "\n";
  return text;
}

Played play_csv(const std::filesystem::path& path, SourceBench::Settings more = {},
                const std::string& port = "ppg") {
  SourceBench bench;
  SourceBench::Settings settings{{"path", path.string()}};
  settings.insert(settings.end(), more.begin(), more.end());
  bench.source("a", "source.csv", settings).hear("a", port);
  return play_at_all_steps(bench);
}

std::string refusal(const std::filesystem::path& path, SourceBench::Settings more = {}) {
  SourceBench bench;
  SourceBench::Settings settings{{"path", path.string()}};
  settings.insert(settings.end(), more.begin(), more.end());
  const auto played = bench.source("a", "source.csv", settings).hear("a", "ppg").play(1s);
  BOOST_TEST(!played.built);
  return played.problems;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_csv)

BOOST_AUTO_TEST_CASE(row_i_is_at_i_over_the_rate) {
  const FileScratch scratch;
  const auto played = play_csv(scratch.write("a.csv", "# fs_hz: 10\nppg\n" + rows(35)));
  const auto& ppg = played["a.ppg"];
  BOOST_TEST(ppg.stream.rate_hz == 10);
  BOOST_REQUIRE_EQUAL(ppg.items.size(), 35U);
  BOOST_TEST(ppg.items[0].t == 0);
  BOOST_TEST(ppg.items[34].t == 3'400'000'000);
  BOOST_TEST(ppg.items[34].index == 34U);
  BOOST_TEST(ppg.value(34) == 34);
  BOOST_TEST(ppg.gaps.empty());
  BOOST_TEST(ppg.settled == 3'500'000'000);  // the end of the last sample's period
  BOOST_TEST(ppg.finished);
}

BOOST_AUTO_TEST_CASE(an_empty_cell_is_a_gap_and_no_sample) {
  const FileScratch scratch;
  const auto played = play_csv(scratch.write("a.csv", "# fs_hz: 10\nppg\n0\n1\n\n\n4\nnan\n6\n\n"));
  const auto& ppg = played["a.ppg"];
  BOOST_REQUIRE_EQUAL(ppg.items.size(), 4U);
  BOOST_TEST(ppg.items[2].index == 4U);
  BOOST_TEST(ppg.items[2].t == 400'000'000);
  BOOST_REQUIRE_EQUAL(ppg.gaps.size(), 3U);
  BOOST_TEST((ppg.gaps[0] == Heard::Gap{200'000'000, 400'000'000, 0}));
  BOOST_TEST((ppg.gaps[1] == Heard::Gap{500'000'000, 600'000'000, 0}));
  BOOST_TEST((ppg.gaps[2] == Heard::Gap{700'000'000, 800'000'000, 0}));  // at the end
  BOOST_TEST(played.counter("a", "bad_cells") == 1U);  // an empty cell is not a bad one
}

BOOST_AUTO_TEST_CASE(what_is_missing_at_the_start_is_a_gap) {
  const FileScratch scratch;
  const auto played = play_csv(scratch.write("a.csv", "# fs_hz: 10\nppg\n\n\n2\n3\n"));
  BOOST_REQUIRE_EQUAL(played["a.ppg"].gaps.size(), 1U);
  BOOST_TEST((played["a.ppg"].gaps[0] == Heard::Gap{0, 200'000'000, 0}));
}

BOOST_AUTO_TEST_CASE(signals_of_one_file_have_gaps_of_their_own) {
  const FileScratch scratch;
  const auto path = scratch.write(
      "a.csv",
      "# fs_hz: 4\n# units: 1/64 g\nppg,acc_x,acc_y,acc_z,temp_c\n1,64,0,-32,30\n2,64,,0,30\n"
      ",64,0,0,30.5\n4,0,0,64,31\n");
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", path.string()}});
  bench.hear("a", "ppg").hear("a", "acc").hear("a", "temperature");
  const auto played = play_at_all_steps(bench);
  BOOST_TEST(played["a.ppg"].items.size() == 3U);
  BOOST_TEST(played["a.ppg"].gaps.size() == 1U);
  BOOST_REQUIRE_EQUAL(played["a.acc"].items.size(), 3U);
  BOOST_TEST(played["a.acc"].value(0, 2) == -0.5F);
  BOOST_REQUIRE_EQUAL(played["a.acc"].gaps.size(), 1U);
  BOOST_TEST((played["a.acc"].gaps[0] == Heard::Gap{250'000'000, 500'000'000, 0}));
  BOOST_TEST(played["a.temperature"].items.size() == 4U);
  BOOST_TEST(played["a.temperature"].gaps.empty());
}

BOOST_AUTO_TEST_CASE(a_column_is_never_guessed) {
  const FileScratch scratch;
  const auto bvp = scratch.write("bvp.csv", "# fs_hz: 10\necg,bvp\n1,5\n2,6\n3,7\n");
  BOOST_TEST(play_csv(bvp)["a.ppg"].value(0) == 5);
  const auto one = scratch.write("one.csv", "# fs_hz: 10\npleth\n8\n9\n9\n");
  BOOST_TEST(play_csv(one)["a.ppg"].value(0) == 8);
  const auto two = scratch.write("two.csv", "# fs_hz: 10\nred,green\n1,5\n2,6\n3,7\n");
  BOOST_TEST(has(refusal(two), "red, green"));
  BOOST_TEST(play_csv(two, {{"channel", "green"}})["a.ppg"].value(2) == 7);
  BOOST_TEST(has(refusal(two, {{"channel", "gren"}}), "did you mean 'green'?"));
}

BOOST_AUTO_TEST_CASE(a_stream_that_the_file_does_not_have_is_absent) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "# fs_hz: 10\nppg\n" + rows(5));
  SourceBench bench;
  const auto played =
      bench.source("a", "source.csv", {{"path", path.string()}}).hear("a", "acc").play(1s);
  BOOST_TEST(!played.built);
  BOOST_TEST(has(played.problems, "no stream `acc`"));
  BOOST_TEST(has(played.problems, "one of: ppg"));
}

BOOST_AUTO_TEST_CASE(a_time_column_that_jitters_a_little_is_put_on_the_clock) {
  // 64 Hz in whole milliseconds: steps of 15 and 16 ms; two rows are missing after row 99.
  std::string text = "t_ms,ppg\n";
  for (int i = 0; i < 200; ++i)
    if (i != 100 && i != 101)
      text += std::to_string(std::lround(5000 + i * 15.625)) + "," + std::to_string(i) + "\n";
  const FileScratch scratch;
  const auto played = play_csv(scratch.write("a.csv", text));
  const auto& ppg = played["a.ppg"];
  BOOST_TEST(ppg.stream.rate_hz == 64, boost::test_tools::tolerance(2e-4));
  BOOST_REQUIRE_EQUAL(ppg.items.size(), 198U);
  BOOST_TEST(ppg.items[0].t == 5'000'000'000);
  BOOST_TEST(ppg.items[99].index == 99U);
  BOOST_TEST(ppg.items[100].index == 102U);
  BOOST_TEST(ppg.value(100) == 102);
  BOOST_REQUIRE_EQUAL(ppg.gaps.size(), 1U);
  for (std::size_t i = 0; i < ppg.items.size(); ++i)
    BOOST_TEST(std::abs(ppg.time_s(i) - (5 + static_cast<double>(ppg.value(i)) / 64)) < 0.001);
}

BOOST_AUTO_TEST_CASE(uneven_times_are_interpolated_between_neighbours_only) {
  // A ramp of 10 per s, photographed at uneven moments; interpolation of a ramp is exact.
  std::string text = "t_s,ppg\n";
  const auto add = [&](double t) { text += fmt::format("{:.6f},{:.6f}", t, 10 * t) + "\n"; };
  for (int i = 0; i < 60; ++i) add(0.1 * i + (i % 3) * 0.03);
  for (int i = 70; i < 130; ++i) add(0.1 * i + (i % 3) * 0.03);
  const FileScratch scratch;
  const auto played = play_csv(scratch.write("a.csv", text));
  const auto& ppg = played["a.ppg"];
  BOOST_TEST(ppg.stream.rate_hz == 10, boost::test_tools::tolerance(0.02));
  for (std::size_t i = 0; i < ppg.items.size(); ++i)
    BOOST_TEST(std::abs(static_cast<double>(ppg.value(i)) - 10 * ppg.time_s(i)) < 1e-3);
  BOOST_REQUIRE_EQUAL(ppg.gaps.size(), 1U);
  BOOST_TEST(static_cast<double>(ppg.gaps[0].from) * 1e-9 > 5.9);
  BOOST_TEST(static_cast<double>(ppg.gaps[0].to) * 1e-9 > 6.9);
  BOOST_TEST(static_cast<double>(ppg.gaps[0].to) * 1e-9 < 7.2);
}

BOOST_AUTO_TEST_CASE(a_hole_of_days_takes_no_time) {
  std::string text = "t_s,ppg\n";
  for (int i = 0; i < 50; ++i) text += fmt::format("{:.6f}", 0.1 * i + (i % 3) * 0.03) + ",1\n";
  for (int i = 0; i < 50; ++i)
    text += fmt::format("{:.6f}", 5e5 + 0.1 * i + (i % 3) * 0.03) + ",1\n";
  const FileScratch scratch;
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", scratch.write("a.csv", text).string()}})
      .hear("a", "ppg");
  const auto played = bench.play(std::chrono::hours(24));
  BOOST_TEST(played["a.ppg"].gaps.size() == 1U);
  BOOST_TEST(played["a.ppg"].settled > 500'000'000'000'000);
}

BOOST_AUTO_TEST_CASE(a_file_that_breaks_off_plays_to_the_break_and_says_so) {
  const FileScratch scratch;
  const auto path = scratch.write_gzip("a.csv.gz", "# fs_hz: 100\nppg\n" + rows(20'000), 400);
  const auto played = play_csv(path);
  BOOST_TEST(played["a.ppg"].items.size() > 1000U);
  BOOST_TEST(played["a.ppg"].items.size() < 20'000U);
  BOOST_TEST(played["a.ppg"].finished);
  BOOST_TEST(played.counter("a", "cut_short") == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_told_with_its_line_and_plays_on) {
  const FileScratch scratch;
  std::string text = "# fs_hz: 10\nppg\n" + rows(20);
  for (int i = 0; i < 5; ++i) text += "bad\n";
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", scratch.write("a.csv", text).string()}})
      .hear("a", "ppg");
  const auto played = bench.play(1s);
  BOOST_REQUIRE(played.built);
  for (const auto* line : {"a.csv:23: 'bad' in column 'ppg'", "a.csv:24:", "a.csv:25:"})
    BOOST_TEST(has(played.problems, line), line);
  BOOST_TEST(!has(played.problems, "a.csv:26:"));
  BOOST_TEST(has(played.problems, "warning: nodes.a: "));
  BOOST_TEST(has(played.problems, "5 rows or cells like these in all"));
  BOOST_TEST(played["a.ppg"].items.size() == 20U);
}

BOOST_AUTO_TEST_CASE(a_file_without_anything_usable_is_refused) {
  const FileScratch scratch;
  const auto empty = scratch.write("a.csv", "# fs_hz: 10\nppg,temp_c\n,30\nx,31\n,32\n");
  BOOST_TEST(has(refusal(empty), "a.csv:4: 'x' in column 'ppg' is not a finite number"));
  BOOST_TEST(has(refusal(empty), "column 'ppg' holds no number"));
  std::string text = "t_s,ppg\n";
  for (int i = 0; i < 10; ++i) text += std::to_string(i) + ",1\n";
  for (int i = 0; i < 20; ++i) text += "5,1\n";
  const auto stuck = scratch.write("b.csv", text);
  BOOST_TEST(has(refusal(stuck), "b.csv:12: time goes backwards"));
  BOOST_TEST(has(refusal(stuck), "20 of 30 rows can't be used"));
}

BOOST_AUTO_TEST_CASE(only_a_pulse_waveform_is_read_as_ppg) {
  const FileScratch scratch;
  const auto of = [&](const std::string& header) {
    return scratch.write("a.csv", "# fs_hz: 10\n" + header + "\n1,2\n3,4\n");
  };
  for (const auto* header : {"resp,temp_c", "skin_temp_k,temp_c", "pgp,temp_c", "pulse_bpm,temp_c"})
    BOOST_TEST(has(refusal(of(header)), "there is no column 'ppg'"), header);
  BOOST_TEST(has(refusal(of("pgp,temp_c")), "did you mean 'pgp'? name the column"));
  BOOST_TEST(has(refusal(of("resp,temp_c")), "with channel: resp"));
  for (const std::string name : {"bvp", "IR", "ppg_green", "Pleth"}) {
    SourceBench bench;
    bench.source("a", "source.csv", {{"path", of(name + ",resp").string()}}).hear("a", "ppg");
    const auto played = bench.play(1s);
    BOOST_TEST(played["a.ppg"].items.size() == 2U);
    BOOST_TEST(has(played.problems, "reads column '" + name + "' as ppg"));
  }
  BOOST_TEST(play_csv(of("ecg_mv,temp_c"), {{"channel", "ecg_mv"}})["a.ppg"].items.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_column_named_ecg_is_the_ecg_in_millivolts) {
  const FileScratch scratch;
  const auto first_of = [&](const std::string& head) {
    const auto path = scratch.write("a.csv", head + "\n1,36\n-1,36\n");
    return play_csv(path, {}, "ecg")["a.ecg"].value(0);
  };
  for (const auto* name : {"ecg", "ECG_II", "ecg_mv", "ECG [mV]", "lead_i_ekg", "ecg (mV)"})
    BOOST_TEST(first_of("# fs_hz: 250\n" + std::string(name) + ",temp_c") == 1.0F, name);
  BOOST_TEST(first_of("# fs_hz: 250\necg_uv,temp_c") == 0.001F);
  BOOST_TEST(first_of("# fs_hz: 250\nECG [V],temp_c") == 1000.0F);
  BOOST_TEST(first_of("# fs_hz: 250\n# ecg_units: uV\necg,temp_c") == 0.001F);
  const auto wrong = scratch.write("w.csv", "# fs_hz: 250\n# ecg_units: mA\necg\n1\n2\n");
  BOOST_TEST(has(refusal(wrong), "w.csv:2: 'mA' is no unit of an ECG"));
}

BOOST_AUTO_TEST_CASE(pulse_and_ecg_of_one_file_are_two_ports) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "# fs_hz: 250\necg,ppg\n1,10\n2,20\n,30\n");
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", path.string()}}).hear("a", "ecg").hear("a", "ppg");
  const auto played = play_at_all_steps(bench);
  BOOST_TEST(played["a.ppg"].items.size() == 3U);
  BOOST_TEST(played["a.ecg"].items.size() == 2U);
  BOOST_TEST(played["a.ecg"].value(1) == 2.0F);
  BOOST_TEST(played["a.ppg"].value(1) == 20.0F);
  BOOST_TEST(std::string(played["a.ecg"].stream.type->urn) == "interbeat/ecg/1");
}

BOOST_AUTO_TEST_CASE(of_several_leads_one_is_named) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "# fs_hz: 250\nppg,ecg_i,ecg_ii\n1,2,3\n4,5,6\n");
  const auto problems = [&](const SourceBench::Settings& more) {
    SourceBench bench;
    SourceBench::Settings settings{{"path", path.string()}};
    settings.insert(settings.end(), more.begin(), more.end());
    return bench.source("a", "source.csv", settings).hear("a", "ppg").play(1s).problems;
  };
  BOOST_TEST(has(problems({}), "several columns may be the ECG: ecg_i, ecg_ii"));
  BOOST_TEST(has(problems({{"ecg_channel", "ecg_iii"}}), "there is no column 'ecg_iii'"));
  BOOST_TEST(play_csv(path, {{"ecg_channel", "ecg_ii"}}, "ecg")["a.ecg"].value(0) == 3.0F);
  const auto other = scratch.write("b.csv", "# fs_hz: 250\nppg,lead\n1,2\n4,5\n");
  BOOST_TEST(play_csv(other, {{"ecg_channel", "lead"}}, "ecg")["a.ecg"].value(0) == 2.0F);
}

BOOST_AUTO_TEST_CASE(only_a_csv_file_has_a_column_of_an_ecg) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "rr_ms\n800\n900\n");
  SourceBench bench;
  bench.source("a", "source", {{"uri", path.string()}, {"ecg_channel", "ecg"}}).hear("a", "beats");
  BOOST_TEST(has(bench.play(1s).problems, "`ecg_channel` is for CSV files"));
}

BOOST_AUTO_TEST_CASE(what_is_derived_from_an_ecg_is_none) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "# fs_hz: 10\nppg,ecg_hr,ecg_rate_bpm\n1,2,3\n4,5,6\n");
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", path.string()}}).hear("a", "ecg");
  BOOST_TEST(has(bench.play(1s).problems, "`ecg`"));
}

BOOST_AUTO_TEST_CASE(acceleration_in_any_unit_that_is_said) {
  const FileScratch scratch;
  const auto z_of = [&](const std::string& units) {
    const auto path = scratch.write("a.csv", "# fs_hz: 10\n" + units + "ppg,x,y,z\n1,0,0,1000\n");
    SourceBench bench;
    bench.source("a", "source.csv", {{"path", path.string()}}).hear("a", "acc");
    const auto played = bench.play(1s);
    BOOST_TEST(played.built, played.problems);
    return played["a.acc"].value(0, 2);
  };
  const auto near = boost::test_tools::tolerance(1e-5F);
  BOOST_TEST(z_of("") == 1000.0F, near);
  BOOST_TEST(z_of("# units: mg\n") == 1.0F, near);
  BOOST_TEST(z_of("# units: 1/64 g\n") == 15.625F, near);
  BOOST_TEST(z_of("# units: m/s^2\n") == 101.9716F, near);
  BOOST_TEST(z_of("# units: mV\n# acc_units: mg\n") == 1.0F, near);
  const auto heavy = scratch.write("c.csv", "# fs_hz: 10\nppg,x,y,z\n1,0,0,9.8\n2,0,0,9.8\n");
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", heavy.string()}}).hear("a", "acc");
  BOOST_TEST(has(bench.play(1s).problems, "c.csv:2: the acceleration is 9.8 g on average"));
  const auto wrong = scratch.write("b.csv", "# fs_hz: 10\n# units: counts\nppg,x,y,z\n1,0,0,9\n");
  BOOST_TEST(has(refusal(wrong), "b.csv:2: 'counts' is no unit of the acceleration"));
}

BOOST_AUTO_TEST_CASE(a_rate_that_no_sensor_has_is_refused) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "t_ms,ppg\n0,1\n0.02,2\n0.04,3\n0.06,4\n");
  BOOST_TEST(has(refusal(path), "a.csv:1: the rate is 50000 Hz; expected at most 2 kHz"));
  BOOST_TEST(has(refusal(path), "is the unit of the time column another one"));
}

BOOST_AUTO_TEST_CASE(an_inverted_waveform_is_turned_over) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "# fs_hz: 10\nppg,temp_c\n1,30\n,31\n-3,32\n");
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", path.string()}, {"invert", "1"}});
  const auto played = bench.hear("a", "ppg").hear("a", "temperature").play(1s);
  BOOST_REQUIRE_EQUAL(played["a.ppg"].items.size(), 2U);
  BOOST_TEST(played["a.ppg"].value(0) == -1);
  BOOST_TEST(played["a.ppg"].value(1) == 3);
  BOOST_TEST(played["a.temperature"].value(0) == 30);
}

BOOST_AUTO_TEST_CASE(unix_seconds_in_t_s_end_when_the_rows_do) {
  const FileScratch scratch;
  std::string text = "t_s,ppg\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("{:.1f},{}\n", 1.7e9 + 0.1 * i, i);
  text += "99999999999,1\n";
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", scratch.write("a.csv", text).string()}})
      .hear("a", "ppg");
  const auto played = bench.play(1s);
  BOOST_TEST(has(played.problems, "taken as unix time"));
  BOOST_TEST(has(played.problems, "a.csv:102: time jumps by more than 7 days"));
  BOOST_TEST(std::abs(played["a.ppg"].settled - 10'000'000'000) < 1000);  // the grain of 1.7e9
}

BOOST_AUTO_TEST_CASE(start_says_where_a_recording_lies) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "# fs_hz: 10\nppg\n" + rows(200)).string();
  BOOST_TEST(play_csv(path + "?start=2.5s")["a.ppg"].items.front().t == 2'500'000'000);
  BOOST_TEST(play_csv(path + "?start=zero")["a.ppg"].items.front().t == 0);
  const auto early = play_csv(path + "?start=-12.5s");
  BOOST_TEST(early["a.ppg"].items.front().t == -12'500'000'000);
  BOOST_TEST(early["a.ppg"].items.size() == 200U);
  BOOST_TEST(has(refusal(path + "?start=utc"), "t0_unix"));
  BOOST_TEST(has(refusal(path + "?start=soon"), "expected zero, utc or an offset"));
  BOOST_TEST(has(refusal(path + "?start=5"), "expected zero, utc or an offset"));
}

BOOST_AUTO_TEST_CASE(two_recordings_lie_side_by_side_by_utc) {
  const FileScratch scratch;
  const auto a = scratch.write("a.csv", "# fs_hz: 10\n# t0_unix: 1000000\nppg\n" + rows(300));
  const auto b = scratch.write("b.csv", "# fs_hz: 10\n# t0_unix: 1000012.5\nppg\n" + rows(300));
  const auto c = scratch.write("c.csv", "# fs_hz: 10\n# t0_unix: 1090000\nppg\n" + rows(300));
  const auto pair = [](const auto& one, const auto& two) {
    SourceBench bench;
    bench.source("a", "source.csv", {{"path", one.string()}}).hear("a", "ppg");
    bench.source("b", "source.csv", {{"path", two.string()}}).hear("b", "ppg");
    return play_at_all_steps(bench);
  };
  BOOST_TEST(pair(a, b)["b.ppg"].items.front().t == 12'500'000'000);
  BOOST_TEST(pair(a, c)["b.ppg"].items.front().t == 0);  // they do not overlap
}

BOOST_AUTO_TEST_CASE(any_cut_of_the_turns_gives_the_same) {
  const FileScratch scratch;
  std::string text = "# fs_hz: 50\nppg\n";
  for (int i = 0; i < 1500; ++i) text += i % 97 < 5 ? "\n" : std::to_string(i) + "\n";
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", scratch.write("a.csv", text).string()}})
      .hear("a", "ppg");
  const auto whole = bench.play(10s);
  std::vector<Time> times;
  for (std::int64_t t = 0; t < 31'000; t += 1 + t * 7919 % 613)
    times.push_back(Time{t * 1'000'000});
  const auto cut = bench.turn_at(times);
  BOOST_TEST(whole["a.ppg"].items.size() > 1000U);
  BOOST_TEST(cut["a.ppg"].same_as(whole["a.ppg"]));
}

BOOST_AUTO_TEST_CASE(a_ring_s_drop_outs_are_gaps) {
  const auto path = shared("data/ppg_ring_heartpy/ring_dev.csv");
  if (!path) return skip_absent("data/ppg_ring_heartpy/ring_dev.csv");
  const auto played = play_csv(*path);
  const auto& ppg = played["a.ppg"];
  std::uint64_t missing = ppg.items.front().index;
  std::size_t jumps = ppg.items.front().index > 0 ? 1 : 0;
  for (std::size_t i = 1; i < ppg.items.size(); ++i) {
    const auto jump = ppg.items[i].index - ppg.items[i - 1].index - 1;
    missing += jump;
    jumps += jump > 0 ? 1 : 0;
  }
  BOOST_TEST_MESSAGE(ppg.items.size()
                     << " samples, " << missing << " missing, " << jumps << " gaps");
  BOOST_TEST(missing > 0U);
  BOOST_TEST(ppg.gaps.size() >= jumps);
  BOOST_TEST(ppg.gaps.size() <= jumps + 1);  // and one at the end
}

BOOST_AUTO_TEST_CASE(a_camera_s_frames_come_at_their_mean_rate) {
  const auto path = shared("data/ppg_rr_welltory/rec_01_ppg.csv");
  if (!path) return skip_absent("data/ppg_rr_welltory/rec_01_ppg.csv");
  const auto played = play_csv(*path, {{"channel", "r"}});
  const auto& ppg = played["a.ppg"];
  BOOST_TEST_MESSAGE(ppg.items.size() << " samples at " << ppg.stream.rate_hz << " Hz, "
                                      << ppg.gaps.size() << " gaps");
  BOOST_TEST(ppg.stream.rate_hz > 25);
  BOOST_TEST(ppg.stream.rate_hz < 35);
  BOOST_TEST(ppg.items.size() > 1000U);
}

BOOST_AUTO_TEST_CASE(real_recordings_have_a_sample_per_row) {
  const auto path = shared("data/stress_e4_stresspredict/S05_bvp.csv.gz");
  if (!path) return skip_absent("data/stress_e4_stresspredict/S05_bvp.csv.gz");
  SourceBench bench;
  bench.source("a", "source.csv", {{"path", path->string()}}).hear("a", "ppg");
  const auto played = bench.play(10s);
  BOOST_TEST(played["a.ppg"].stream.rate_hz == 64);
  BOOST_TEST(played["a.ppg"].items.size() == 209'759U);
}

BOOST_AUTO_TEST_SUITE_END()
