#include "files/intervals.hpp"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "drivers/file_scratch.hpp"
#include "support/shared_data.hpp"

using ib::files::Interval;
using ib::files::IntervalFile;
using ib::files::IntervalForm;
using ib::files::IntervalTimes;
using ib::files::Result;
using ib::test::FileScratch;

namespace {

std::vector<Interval> read_all(IntervalFile& file, std::size_t a_pull = 5) {
  std::vector<Interval> all, rows(a_pull);
  while (const auto n = file.read(rows))
    all.insert(all.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n));
  return all;
}

// One row as "end_ms ibi_us", then '+' if contiguous and '?' if not ok.
std::string text_of(const std::vector<Interval>& rows) {
  std::string text;
  for (const auto& row : rows) {
    text += (text.empty() ? "" : ", ") + std::to_string(row.t_end.ns / 1'000'000) + " " +
            std::to_string(row.ibi_us);
    text += row.contiguous ? "+" : "";
    text += row.ok ? "" : "?";
  }
  return text;
}

struct Opened {
  FileScratch scratch{};
  Result<IntervalFile> file;

  explicit Opened(std::string_view text, const ib::files::IntervalOptions& options = {})
      : file(IntervalFile::open(scratch.write("a.csv", text), options)) {}

  std::string rows() {
    for (const auto& problem : file.problems) BOOST_TEST_MESSAGE(to_text(problem));
    BOOST_REQUIRE(file);
    return text_of(read_all(*file));
  }
  std::string refusal() const {
    if (file) return "opened";
    const auto text = to_text(file.problems.at(0));
    return text.substr(text.find("a.csv") + 5);
  }
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(intervals)

BOOST_AUTO_TEST_CASE(intervals_alone_add_up_from_the_first_beat) {
  BOOST_TEST(Opened("rr_ms\n800\n804.6875\n790\n").rows() ==
             "800 800000, 1604 804688+, 2394 790000+");
  BOOST_TEST(Opened("# first_beat_s: 0.484\nnn_ms\n800\n").rows() == "1284 800000");
  BOOST_TEST(Opened("ibi_s\n0.800\n0.75\n").rows() == "800 800000, 1550 750000+");
  BOOST_TEST(Opened("rr_us\n800123\n").rows() == "800 800123");
}

BOOST_AUTO_TEST_CASE(unit_without_a_name_comes_from_the_values) {
  BOOST_TEST(Opened("rr\n0.8\n0.9\n").rows() == "800 800000, 1700 900000+");
  BOOST_TEST(Opened("ibi\n800\n900\n").rows() == "800 800000, 1700 900000+");
  BOOST_TEST(contains(Opened("rr\n20\n21\n").refusal(), "do not fit a heart"));
  BOOST_TEST(contains(Opened("rr_ms\n0.8\n0.9\n").refusal(), ":2: the values of 'rr_ms'"));
}

BOOST_AUTO_TEST_CASE(hole_in_a_list_without_times_breaks_the_chain) {
  Opened o("rr_ms\n800\n\n810\n0\n820\nabc\n830\n840\n");
  BOOST_TEST(o.rows() == "800 800000, 1610 810000, 2430 820000, 3260 830000, 4100 840000+");
  BOOST_TEST(o.file->counts().cuts == 4U);
  BOOST_TEST(o.file->counts().refused == 2U);
  const auto told = o.file->problems();
  BOOST_REQUIRE(told.size() == 2U);
  BOOST_TEST(told[0].line == 5U);
  BOOST_TEST(told[1].line == 7U);
}

BOOST_AUTO_TEST_CASE(times_of_closing_beats_show_the_gaps) {
  Opened o("t_s,rr_ms\n10.0,800\n10.8,800\n11.605,800\n13.0,800\n13.8,800\n13.7,800\n14.6,800\n");
  BOOST_TEST(
      o.rows() ==
      "10000 800000, 10800 800000+, 11605 800000+, 13000 800000, 13800 800000+, 14600 800000");
  BOOST_TEST((o.file->times() == IntervalTimes::closes));
  BOOST_TEST(o.file->counts().refused == 1U);
  BOOST_TEST(o.file->problems().at(0).what == "time goes backwards");
}

BOOST_AUTO_TEST_CASE(times_of_opening_beats_if_the_header_says_so) {
  BOOST_TEST(Opened("# interval_time: opens\nt_s,rr_ms\n0,800\n0.8,900\n").rows() ==
             "800 800000, 1700 900000+");
  BOOST_TEST(contains(Opened("# interval_time: often\nt_s,rr_ms\n0,800\n").refusal(), ":1: "));
}

BOOST_AUTO_TEST_CASE(times_of_arrival_are_seen_from_the_rows) {
  std::string text = "t_s,rr_ms\n";
  for (int i = 0; i < 20; ++i)  // two beats of 600 ms arrive together every 1.2 s
    text += fmt::format("{:.6f}", double(i / 2 + 1) * 1.2 + (i % 2) * 0.007) + ",600\n";
  Opened o(text);
  const auto rows = read_all(*o.file);
  BOOST_TEST((o.file->times() == IntervalTimes::arrival));
  BOOST_REQUIRE(rows.size() == 20U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    BOOST_TEST(rows[i].contiguous);
    BOOST_TEST((rows[i].t_end - rows[i - 1].t_end == std::chrono::milliseconds(600)));
  }
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_does_not_change_what_times_mean) {
  std::string text = "t_s;rr_ms\n";
  for (int i = 0; i < 20; ++i) {
    auto row = fmt::format("{:.6f};600,5\n", double(i / 2 + 1) * 1.201 + (i % 2) * 0.007);
    row[row.find('.')] = ',';
    text += row;
  }
  BOOST_TEST((Opened(text).file->times() == IntervalTimes::arrival));
}

BOOST_AUTO_TEST_CASE(names_as_people_write_them) {
  for (const std::string name : {"RR", "RR-interval [ms]", "IBI (ms)", "rr_msec", "RRI"})
    BOOST_TEST(Opened(name + "\n800\n900\n").rows() == "800 800000, 1700 900000+", name);
  BOOST_TEST(contains(Opened("rr_mss\n800\n").refusal(), "did you mean 'rr_ms'?"));
}

BOOST_AUTO_TEST_CASE(a_list_without_a_header_row) {
  Opened ms("# from a watch\n800\n900\n\n850\n");
  BOOST_TEST(ms.rows() == "800 800000, 1700 900000+, 2550 850000");
  BOOST_REQUIRE(ms.file.problems.size() == 1U);
  BOOST_TEST(contains(to_text(ms.file.problems[0]),
                      "a.csv:2: there is no header row: the numbers "
                      "are read as intervals in ms"));
  BOOST_TEST(Opened("0.8\n0.9\n").rows() == "800 800000, 1700 900000+");
  BOOST_TEST(contains(Opened("20\n21\n").refusal(), "do not fit a heart"));
  BOOST_TEST(contains(Opened("800,1\n900,1\n").refusal(), "no column holds intervals"));
}

BOOST_AUTO_TEST_CASE(times_of_another_name_or_zero) {
  BOOST_TEST(contains(Opened("time,rr_ms\n0,800\n600,800\n").refusal(), "name it t_s, t_ms or"));
  Opened o("t_s,rr_ms\n1700000000,750\n1700000000.75,750\n");
  BOOST_TEST(o.rows() == "0 750000, 750 750000+");
  BOOST_TEST(*o.file->t0_unix() == 1.7e9);
  BOOST_TEST(o.file.problems.size() == 1U);
  BOOST_TEST(Opened("arrival_s,rr_1024\n1700000000,1024\n1700000001,1024\n").rows() ==
             "0 1000000, 1000 1000000+");
  BOOST_TEST(Opened("t_s,rr_ms\n0,800\n0.8,800\n1e9,800\n1.6,800\n").rows() ==
             "0 800000, 800 800000+, 1600 800000");
}

BOOST_AUTO_TEST_CASE(starts_that_no_clock_shows) {
  BOOST_TEST(contains(Opened("timestamp,rr_ms\n1644829925000,800\n").refusal(), "timestamp_ms"));
  for (const std::string t0 : {"1e300", "-1e18", "1644829925000"})
    BOOST_TEST(
        contains(Opened("# t0_unix: " + t0 + "\nrr_ms\n800\n").refusal(), ":1: 't0_unix' is "), t0);
  BOOST_TEST(contains(Opened("1e300, IBI\n1,0.8\n").refusal(), "expected seconds since 1970"));
  BOOST_TEST(contains(Opened("# first_beat_s: 1e8\nrr_ms\n800\n").refusal(), "beyond 7 days"));
}

BOOST_AUTO_TEST_CASE(an_interval_in_another_unit_is_refused_with_its_line) {
  Opened e4("1644829925.0, IBI\n4,0.8\n5,800\n5.8,0.8\n6,0.1\n");
  BOOST_TEST(e4.rows() == "4000 800000, 5800 800000");
  BOOST_TEST(e4.file->counts().refused == 2U);
  BOOST_TEST(e4.file->problems().at(0).line == 3U);
  BOOST_TEST(e4.file->problems().at(0).what == "the interval is 800 s");
  Opened timed("t_s,ibi_s\n1,0.8\n2,800\n3,0.15\n");
  BOOST_TEST(timed.rows() == "1000 800000, 3000 150000");
  BOOST_TEST(Opened("rr_ms\n800\n60000\n800\n").rows() ==  // a list: a pause must pass
             "800 800000, 60800 60000000+, 61600 800000+");
}

BOOST_AUTO_TEST_CASE(rows_refused_at_the_end_are_counted_too) {
  Opened o("t_s,rr_ms\n0,800\n1,800\n0.5,800\n");
  o.rows();
  BOOST_TEST(o.file->counts().refused == 1U);
}

BOOST_AUTO_TEST_CASE(uncertain_interval_and_the_one_behind_it_do_not_join) {
  BOOST_TEST(Opened("rr_ms,ok\n800,1\n810,1\n820,0\n830,1\n840,1\n").rows() ==
             "800 800000, 1610 810000+, 2430 820000?, 3260 830000, 4100 840000+");
}

BOOST_AUTO_TEST_CASE(beats_give_their_differences) {
  Opened o("# fs_hz: 128\nt_s,ok\n0.4,1\n1.2,1\n2.0,1\n2.9,0\n3.7,1\n4.5,1\n5.3,1\n");
  BOOST_TEST(o.rows() ==
             "1200 800000, 2000 800000+, 2900 900000?, 3700 800000?, 4500 800000, 5300 800000+");
  BOOST_TEST((o.file->form() == IntervalForm::beats));
  BOOST_TEST((*o.file->first_beat() == ib::Time{400'000'000}));
  BOOST_TEST(Opened("t_s,type\n0.5,N\n1.5,V\n2.5,N\n").rows() == "1500 1000000, 2500 1000000+");
}

BOOST_AUTO_TEST_CASE(interval_over_an_unreadable_beat_is_not_ok) {
  BOOST_TEST(Opened("t_s\n0\n0.8\nxx\n2.4\n3.2\n4.0\n").rows() ==
             "800 800000, 2400 1600000?, 3200 800000, 4000 800000+");
}

BOOST_AUTO_TEST_CASE(notifications_in_1024ths_of_a_second) {
  // 602/1024 s = 587890.625 us. The last interval of the first line closes on its arrival.
  Opened o(
      "arrival_s,hr_bpm,rr_1024,hex\n0.0,104,602;602,aa\n1.0,104,609,bb\n2.0,104,,cc\n"
      "2.1,104,1024;1024,dd\n");
  const auto rows = read_all(*o.file);
  BOOST_REQUIRE(rows.size() == 5U);
  BOOST_TEST(rows[0].ibi_us == 587891);
  BOOST_TEST(rows[1].t_end.ns == 0);
  BOOST_TEST(rows[0].t_end.ns == -587890625);
  BOOST_TEST(rows[2].ibi_us == 594727);
  BOOST_TEST(rows[4].ibi_us == 1000000);
  BOOST_TEST(!rows[0].contiguous);
  for (std::size_t i = 1; i < 5; ++i) BOOST_TEST(rows[i].contiguous);
}

BOOST_AUTO_TEST_CASE(lost_notifications_cut_the_chain) {
  Opened o("arrival_s,rr_1024\n0,1024\n1,1024\n9,1024\n10,1024\n");
  BOOST_TEST(o.rows() == "0 1000000, 1000 1000000+, 9000 1000000, 10000 1000000+");
}

BOOST_AUTO_TEST_CASE(bad_notifications_are_counted) {
  Opened o("arrival_s,rr_1024\n0,1024\n1,x\n2,-5\n3,1.5\n4,70000\n0.5,1024\n5\n5,1024\n");
  BOOST_TEST(o.rows() == "0 1000000, 5000 1000000");
  BOOST_TEST(o.file->counts().refused == 6U);
  BOOST_TEST(o.file->problems().at(0).line == 3U);
  BOOST_TEST(contains(Opened("t,rr_1024\n0,5\n").refusal(), "there is no column 'arrival_s'"));
}

BOOST_AUTO_TEST_CASE(e4_intervals) {
  Opened o("1644829925.000000, IBI\n19.453125,0.781250\n20.203125, 0.750000\r\n26.75,0.765625\n");
  BOOST_TEST(o.rows() == "19453 781250, 20203 750000+, 26750 765625");
  BOOST_TEST((o.file->form() == IntervalForm::e4_ibi));
  BOOST_TEST(*o.file->t0_unix() == 1644829925.0);
  BOOST_TEST(Opened("1644829925.000000, IBI\n").rows() == "");
}

BOOST_AUTO_TEST_CASE(files_without_intervals) {
  BOOST_TEST(contains(Opened("ppg\n1\n").refusal(), ":1: no column holds intervals"));
  BOOST_TEST(contains(Opened("rr_ms\n").refusal(), ":1: there is no row"));
  BOOST_TEST(contains(Opened("").refusal(), ": the file is empty"));
  BOOST_TEST(
      contains(Opened("# first_beat_s: soon\nrr_ms\n800\n").refusal(), ":1: 'first_beat_s'"));
  ib::files::IntervalOptions options;
  options.column = "rr_m";
  BOOST_TEST(contains(Opened("rr_ms\n800\n", options).refusal(), "did you mean 'rr_ms'?"));
}

BOOST_AUTO_TEST_CASE(a_day_of_intervals_adds_up_exactly) {
  constexpr auto name = "data/rr_long/nsr001_rr.csv.gz";
  const auto path = ib::test::shared(name);
  if (!path) return ib::test::skip_absent(name);
  auto file = IntervalFile::open(*path);
  BOOST_REQUIRE(file);
  const auto rows = read_all(*file, 4096);
  BOOST_TEST(rows.size() == 106459U);
  BOOST_TEST(rows.front().ibi_us == 695313);
  BOOST_TEST(rows.back().ibi_us == 554688);
  // 1/128 s is 7812500 ns: the sum of the file is a whole number of them.
  BOOST_TEST(rows.back().t_end.ns % 7'812'500 == 0);
  BOOST_TEST(rows.back().t_end.ns == 80'965'539'062'500);
  BOOST_TEST(file->counts().cuts == 1U);
}

BOOST_AUTO_TEST_CASE(real_recordings) {
  struct Case {
    std::string_view path;
    IntervalForm form;
    std::size_t rows;
    std::int32_t first_us, last_us;
    std::uint64_t cuts;
  };
  const Case cases[] = {
      {"data/e4_folder/S05/IBI.csv", IntervalForm::e4_ibi, 2378, 781250, 718750, 164},
      {"data/ppg_ecg_bidmc/bidmc_01_beats.csv", IntervalForm::beats, 729, 634000, 668800, 1},
      {"data/ble_hr_freihaut/dOXefJ142_hrm.csv", IntervalForm::notifications, 2755, 539063, 376953,
       1},
      {"data/dyad_semisynth/pair01_B_rr.csv", IntervalForm::intervals, 2011, 728800, 751700, 1},
  };
  for (const auto& c : cases) {
    const auto path = ib::test::shared(c.path);
    if (!path) {
      ib::test::skip_absent(c.path);
      continue;
    }
    auto file = IntervalFile::open(*path);
    BOOST_REQUIRE(file);
    const auto rows = read_all(*file);
    BOOST_TEST_CONTEXT(c.path) {
      BOOST_TEST((file->form() == c.form));
      BOOST_REQUIRE(rows.size() == c.rows);
      BOOST_TEST(rows.front().ibi_us == c.first_us);
      BOOST_TEST(rows.back().ibi_us == c.last_us);
      BOOST_TEST(file->counts().cuts == c.cuts);
      BOOST_TEST(file->problems().empty());
      for (std::size_t i = 1; i < rows.size(); ++i)
        BOOST_REQUIRE(rows[i].t_end > rows[i - 1].t_end);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
