// source.intervals: beats of a file, with their adjacency.
#include <boost/test/unit_test.hpp>

#include "file_scratch.hpp"
#include "files/intervals.hpp"
#include "source_bench.hpp"
#include "support/shared_data.hpp"

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

Played play_intervals(const std::filesystem::path& path, const std::string& column = {}) {
  SourceBench bench;
  bench.source("a", "source.intervals", {{"path", path.string()}, {"column", column}});
  return play_at_all_steps(bench.hear("a", "beats"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_intervals)

BOOST_AUTO_TEST_CASE(a_beat_stands_at_the_end_of_its_interval) {
  const FileScratch scratch;
  const auto played = play_intervals(scratch.write("a.csv", "rr_ms\n800\n900\n\n1000\n"));
  const auto& beats = played["a.beats"];
  BOOST_REQUIRE_EQUAL(beats.items.size(), 3U);
  BOOST_TEST(beats.items[0].t == 800'000'000);
  BOOST_TEST(beats.items[1].t == 1'700'000'000);
  BOOST_TEST(*beats.value<Beat>(1).ibi_us == 900'000);
  BOOST_TEST(!beats.value<Beat>(0).contiguous);
  BOOST_TEST(beats.value<Beat>(1).contiguous);
  BOOST_TEST(!beats.value<Beat>(2).contiguous);  // something is missing before it
  BOOST_TEST(beats.value<Beat>(2).valid);
  BOOST_TEST(!beats.value<Beat>(2).sqi);
  BOOST_TEST(beats.settled == beats.items[2].t);
  BOOST_TEST(beats.finished);
}

BOOST_AUTO_TEST_CASE(of_a_file_of_beats_the_first_comes_too) {
  const FileScratch scratch;
  const auto played =
      play_intervals(scratch.write("a.csv", "t_s,ok\n1.0,1\n1.8,1\n2.6,0\n3.4,1\n"));
  const auto& beats = played["a.beats"];
  BOOST_REQUIRE_EQUAL(beats.items.size(), 4U);
  BOOST_TEST(beats.items[0].t == 1'000'000'000);
  BOOST_TEST(!beats.value<Beat>(0).ibi_us);
  BOOST_TEST((beats.value<Beat>(0).reason == Reason::gap));
  BOOST_TEST(beats.value<Beat>(1).valid);
  BOOST_TEST(!beats.value<Beat>(2).valid);
  BOOST_TEST((beats.value<Beat>(2).reason == Reason::low_quality));
}

BOOST_AUTO_TEST_CASE(what_is_no_interval_is_refused_and_counted) {
  const FileScratch scratch;
  const auto played = play_intervals(scratch.write("a.csv", "rr_ms\n800\n-5\nx\n900\n"));
  BOOST_TEST(played["a.beats"].items.size() == 2U);
  BOOST_TEST(played.counter("a", "refused_rows") == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_told_with_its_line) {
  const FileScratch scratch;
  const auto told = [&](const std::string& text) {
    SourceBench bench;
    bench.source("a", "source.intervals", {{"path", scratch.write("a.csv", text).string()}});
    return bench.hear("a", "beats").play(1s).problems;
  };
  const auto some = told("rr_ms\n800\n-5\nx\n900\n");
  BOOST_TEST(some.find("warning: nodes.a: ") != std::string::npos);
  BOOST_TEST(some.find("a.csv:3: the interval is -0.005 s") != std::string::npos);
  BOOST_TEST(some.find("a.csv:4: 'x' in column 'rr_ms'") != std::string::npos);
  const auto most = told("t_s,rr_ms\n0,800\n1,x\n2,x\n");
  BOOST_TEST(most.find("error: nodes.a") != std::string::npos);
  BOOST_TEST(most.find("a.csv:3: 'x'") != std::string::npos);
  BOOST_TEST(most.find("2 rows can't be used, 1 can") != std::string::npos);
  BOOST_TEST(told("1000.0, IBI\n").find("no interval that can be used") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_breaks_off_plays_to_the_break_and_says_so) {
  std::string text = "rr_ms\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(700 + i * 7919 % 300) + "\n";
  const FileScratch scratch;
  const auto played = play_intervals(scratch.write_gzip("a.csv.gz", text, 200));
  BOOST_TEST(played["a.beats"].items.size() > 100U);
  BOOST_TEST(played["a.beats"].items.size() < 5000U);
  BOOST_TEST(played["a.beats"].finished);
  BOOST_TEST(played.counter("a", "cut_short") == 1U);
}

BOOST_AUTO_TEST_CASE(a_column_can_be_named) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "rr_ms,other_ms\n800,700\n900,750\n");
  BOOST_TEST(*play_intervals(path, "other_ms")["a.beats"].value<Beat>(0).ibi_us == 700'000);
  SourceBench bench;
  bench.source("a", "source.intervals", {{"path", path.string()}, {"column", "oter_ms"}});
  BOOST_TEST(bench.hear("a", "beats").play(1s).problems.find("did you mean 'other_ms'?") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_day_of_intervals) {
  const auto path = shared("data/rr_long/nsr001_rr.csv.gz");
  if (!path) return skip_absent("data/rr_long/nsr001_rr.csv.gz");
  const auto played = play_intervals(*path);
  BOOST_TEST_MESSAGE(played["a.beats"].items.size()
                     << " beats, " << static_cast<double>(played["a.beats"].settled) / 3.6e12
                     << " h");
  BOOST_TEST(played["a.beats"].items.size() > 50'000U);
}

BOOST_AUTO_TEST_CASE(notifications_come_as_they_arrived) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv",
                                  "arrival_s,hr_bpm,rr_1024,hex\n0.5,104,602;603,aa\n1.5,104,,cc\n"
                                  "1.5,,1024;1024;1024;1024;1024;1024;1024;1024;1024;512,dd\n");
  SourceBench bench;
  bench.source("a", "source.intervals", {{"path", path.string()}}).hear("a", "rr");
  const auto played = play_at_all_steps(bench);
  const auto& rr = played["a.rr"];
  BOOST_REQUIRE_EQUAL(rr.items.size(), 4U);
  BOOST_TEST(rr.items[0].t == 500'000'000);
  const auto first = rr.value<RrNotification>(0);
  BOOST_TEST(*first.hr_bpm == 104.0);
  BOOST_TEST(*first.rr_us[0] == 587'891.0);  // 587890.625
  BOOST_TEST(*first.rr_us[1] == 588'867.0);  // 588867.1875
  BOOST_TEST(!first.rr_us[2]);
  BOOST_TEST((first.contact == Contact::unknown));
  BOOST_TEST(!rr.value<RrNotification>(1).rr_us[0]);  // none: said, not left out
  BOOST_TEST(!rr.value<RrNotification>(2).hr_bpm);
  BOOST_TEST(rr.items[2].t == 1'500'000'001);  // with the one before, and then in two
  BOOST_TEST(rr.items[3].t == 1'500'000'002);
  BOOST_TEST(*rr.value<RrNotification>(2).rr_us[8] == 1e6);
  BOOST_TEST(*rr.value<RrNotification>(3).rr_us[0] == 5e5);
  BOOST_TEST(!rr.value<RrNotification>(3).rr_us[1]);
}

BOOST_AUTO_TEST_CASE(each_notification_that_cannot_be_read_is_told_with_its_line) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv",
                                  "arrival_s,rr_1024\n0,1024\n1,1024\n2,-5\n3,1024\n4,70000\n"
                                  "5,1024\n6,1.5\n7,1024\n8,0\n9,1024\n3,1024\n10\n11,1024\n"
                                  "x,1024\n12,1024;;1024\n13,1024\n");
  SourceBench bench;
  bench.source("a", "source.intervals", {{"path", path.string()}}).hear("a", "rr");
  const auto played = bench.play(1s);
  BOOST_TEST(played["a.rr"].items.size() == 8U);
  BOOST_TEST(played.counter("a", "refused_rows") == 8U);
  for (const auto* line : {"a.csv:4: '-5' is no list", "a.csv:6: '70000' is no list",
                           "a.csv:8: '1.5' is no list", "8 rows or cells like these in all"})
    BOOST_TEST(played.problems.find(line) != std::string::npos, line << "\n" << played.problems);
  // All of them, as the reader keeps them for whoever asks.
  auto file = files::IntervalFile::open(path);
  std::vector<files::Interval> rows(100);
  file->read(rows);
  std::string lines;
  for (const auto& problem : file->problems()) lines += std::to_string(problem.line) + " ";
  BOOST_TEST(lines == "4 6 8 10 12 13 15 16 ");
}

BOOST_AUTO_TEST_CASE(other_files_have_no_notifications) {
  const FileScratch scratch;
  const auto path = scratch.write("a.csv", "rr_ms\n800\n900\n");
  SourceBench bench;
  bench.source("a", "source.intervals", {{"path", path.string()}}).hear("a", "rr");
  const auto played = bench.play(1s);
  BOOST_TEST(played.problems.find("`rr`") != std::string::npos, played.problems);
}

BOOST_AUTO_TEST_CASE(notifications_of_a_strap) {
  const auto path = shared("data/ble_hr_freihaut/3CDPvC116_hrm.csv");
  if (!path) return skip_absent("data/ble_hr_freihaut/3CDPvC116_hrm.csv");
  const auto played = play_intervals(*path);
  BOOST_TEST(played["a.beats"].items.size() > 1000U);
  BOOST_TEST(played.counter("a", "refused_rows") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
