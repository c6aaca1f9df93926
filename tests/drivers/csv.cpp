#include "files/csv.hpp"

#include <interbeat/nearest.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <clocale>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "drivers/file_scratch.hpp"
#include "support/cases.hpp"
#include "support/shared_data.hpp"

using ib::files::CsvFile;
using ib::files::CsvOptions;
using ib::files::Result;
using ib::test::cases;
using ib::test::FileScratch;

namespace {

struct Table {
  std::vector<double> time_s;
  std::vector<float> values;
};

Table read_all(CsvFile& file, std::size_t rows_a_pull = 7) {
  Table table;
  std::vector<double> times(rows_a_pull);
  std::vector<float> values(rows_a_pull * file.columns().size());
  while (const auto n = file.read(std::span<double>(times), std::span<float>(values))) {
    table.time_s.insert(table.time_s.end(), times.begin(), times.begin() + std::ptrdiff_t(n));
    table.values.insert(table.values.end(), values.begin(),
                        values.begin() + std::ptrdiff_t(n * file.columns().size()));
  }
  return table;
}

// "1 nan 3": NaN compares unequal to itself, text does not.
std::string text_of(const std::vector<float>& values) {
  std::string text;
  for (const float value : values) {
    const auto cell = fmt::format("{}{:g}", text.empty() ? "" : " ", double(value));
    text += std::isnan(value) ? (text.empty() ? "nan" : " nan") : cell;
  }
  return text;
}

struct Opened {
  FileScratch scratch{};
  Result<CsvFile> file;

  explicit Opened(std::string_view text, const CsvOptions& options = {})
      : file(CsvFile::open(scratch.write("a.csv", text), options)) {}

  std::string values() {
    for (const auto& problem : file.problems) BOOST_TEST_MESSAGE(to_text(problem));
    BOOST_REQUIRE(file);
    return text_of(read_all(*file).values);
  }
  // `line: what; expected; hint` of the first problem, without the path.
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

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(evenly_sampled_file_with_a_hole) {
  Opened o("# fs_hz: 64\n# t0_unix: 1644829925.0\n# units: mV\nppg,acc\n1,2\n,3\n-4.5,6e2\n");
  BOOST_REQUIRE(o.file);
  BOOST_TEST(o.file->columns() == (std::vector<std::string>{"ppg", "acc"}),
             boost::test_tools::per_element());
  BOOST_TEST(*o.file->timing().rate_hz == 64);
  BOOST_TEST(*o.file->t0_unix() == 1644829925.0);
  BOOST_TEST(o.file->meta().find("units")->second.text == "mV");
  const auto table = read_all(*o.file, 2);
  BOOST_TEST(text_of(table.values) == "1 2 nan 3 -4.5 600");
  BOOST_TEST(table.time_s == (std::vector<double>{0, 1.0 / 64, 2.0 / 64}),
             boost::test_tools::per_element());
  BOOST_TEST(o.file->counts().empty_cells == 1U);
  BOOST_TEST(o.file->problems().total() == 0U);
}

BOOST_AUTO_TEST_CASE(chosen_columns_come_in_the_order_asked_for) {
  CsvOptions options;
  options.columns = {"c", "a"};
  Opened o("# fs_hz: 1\na,b,c\n1,x,3\n4,\"y,z\",6\n", options);
  BOOST_TEST(o.values() == "3 1 6 4");
}

BOOST_AUTO_TEST_CASE(text_columns_are_left_out_unless_asked_for) {
  Opened o("# fs_hz: 1\nsubject,ppg\nS05,1\nS05,2\n");
  BOOST_TEST(o.values() == "1 2");
  BOOST_TEST(o.file->all_columns().size() == 2U);
}

BOOST_AUTO_TEST_CASE(blank_line_is_a_missing_sample_of_a_single_column) {
  BOOST_TEST(Opened("# fs_hz: 32\nppg\n1\n\n3\n").values() == "1 nan 3");
  BOOST_TEST(Opened("# fs_hz: 32\na,b\n1,2\n\n3,4\n\n").values() == "1 2 3 4");
}

BOOST_AUTO_TEST_CASE(crlf_bom_quotes_tabs_and_blanks) {
  BOOST_TEST(Opened("\xEF\xBB\xBF# fs_hz: 4\r\nppg\r\n1\r\n2.5\r\n").values() == "1 2.5");
  BOOST_TEST(Opened("# fs_hz: 4\n\"ppg\", \"acc\"\n\"1\", +2\n 3 ,\"4\"\n").values() == "1 2 3 4");
  BOOST_TEST(Opened("# fs_hz: 4\na\tb\n1\t\n\t4\n").values() == "1 nan nan 4");
  BOOST_TEST(Opened("# fs_hz: 4\na,b\n1,2,\n3,4,,\n").values() == "1 2 3 4");
}

BOOST_AUTO_TEST_CASE(decimal_comma_where_the_delimiter_is_a_semicolon) {
  BOOST_TEST(Opened("# fs_hz: 4\na;b\n1,5;2\n-0,25;\n").values() == "1.5 2 -0.25 nan");
  BOOST_TEST(Opened("# fs_hz: 4\na;b\n1.5;2\n").values() == "1.5 2");
  // The head has no mark; the first one met decides, and the other kind is then no number.
  std::string text = "# fs_hz: 4\na;b\n";
  for (int i = 0; i < 2000; ++i) text += "1;2\n";
  Opened late(text + "1,5;2,5\n1.5;2\n");
  const auto values = late.values();
  BOOST_TEST(values.substr(values.size() - 13) == "1.5 2.5 nan 2");
  BOOST_TEST(late.file->counts().bad_cells == 1U);
}

BOOST_AUTO_TEST_CASE(ambiguous_comma_is_refused_never_misread) {
  BOOST_TEST(contains(Opened("# fs_hz: 4\nppg\n1,5\n").refusal(),
                      ":3: the row has 2 cells, the header row has 1; a comma may be a decimal"));
  BOOST_TEST(contains(Opened("t_s,ppg\n0,00,1,5\n").refusal(), "the row has 4 cells"));
  BOOST_TEST(contains(Opened("# fs_hz: 4\na;b\n1,5;2\n1.5;2\n").refusal(),
                      ":4: '1.5' has another decimal mark"));
  // Beyond the head it can't be refused any more: the row holds its place, without a sample.
  std::string text = "# fs_hz: 4\nppg\n";
  for (int i = 0; i < 1024; ++i) text += "7\n";
  Opened o(text + "1,5\n8\n");
  const auto values = o.values();
  BOOST_TEST(values.substr(values.size() - 7) == "7 nan 8");
  BOOST_TEST(o.file->problems().list()[0].line == 1027U);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_counted_and_no_sample) {
  Opened o("# fs_hz: 4\nppg\n1\nnan\ninf\n-inf\nabc\n1e999\n1e39\n0x10\n12a\n2\n");
  BOOST_TEST(o.values() == "1 nan nan nan nan nan nan nan nan 2");
  BOOST_TEST(o.file->counts().bad_cells == 8U);
  const auto problem = o.file->problems().list()[3];
  BOOST_TEST(problem.line == 7U);
  BOOST_TEST(problem.what == "'abc' in column 'ppg' is not a finite number");
}

BOOST_AUTO_TEST_CASE(ten_problems_are_told_and_the_rest_counted) {
  std::string text = "# fs_hz: 4\nppg\n1\n";
  for (int i = 0; i < 1000; ++i) text += "bad\n";
  Opened o(text);
  o.values();
  BOOST_TEST(o.file->problems().list().size() == 10U);
  BOOST_TEST(o.file->problems().total() == 1000U);
}

BOOST_AUTO_TEST_CASE(missing_column_names_the_nearest_and_all) {
  CsvOptions options;
  options.columns = {"pgp", "zzz"};
  Opened o("# fs_hz: 4\nppg,acc_x\n1,2\n", options);
  BOOST_TEST(o.refusal() ==
             ":2: there is no column 'pgp'; expected one of: ppg, acc_x; did you mean 'ppg'?");
  BOOST_REQUIRE(o.file.problems.size() == 2U);  // both at once
  BOOST_TEST(o.file.problems[1].hint.empty());
}

BOOST_AUTO_TEST_CASE(names_twice) {
  CsvOptions options;
  options.columns = {"a", "a"};
  BOOST_TEST(contains(Opened("# fs_hz: 4\na,b\n1,2\n", options).refusal(), "asked for twice"));
  Opened twice("# fs_hz: 4\na,a\n1,2\n");
  BOOST_TEST(contains(twice.refusal(), "two columns are named 'a'"));
  BOOST_TEST(twice.file.problems.size() == 1U);  // said once
  BOOST_TEST(contains(Opened("# fs_hz: 4\n# fs_hz: 8\na\n1\n").refusal(), ":2: 'fs_hz' is stated"));
}

BOOST_AUTO_TEST_CASE(wrong_rates) {
  BOOST_TEST(contains(Opened("ppg\n1\n").refusal(), ": neither a rate nor a time column"));
  BOOST_TEST(contains(Opened("# fs_hz: 0\nppg\n1\n").refusal(), ":1: the rate is 0 Hz"));
  BOOST_TEST(contains(Opened("# fs_hz: -5\nppg\n1\n").refusal(), ":1: the rate is -5 Hz"));
  BOOST_TEST(contains(Opened("# fs_hz: 64 Hz\nppg\n1\n").refusal(), ":1: 'fs_hz' is '64 Hz'"));
  BOOST_TEST(contains(Opened("# fs_hz: nan\nppg\n1\n").refusal(), ":1: 'fs_hz' is 'nan'"));
  BOOST_TEST(contains(Opened("# fs_hz: 50\nt_s,ppg\n0,1\n0.04,1\n0.08,1\n0.12,1\n").refusal(),
                      ":1: the stated rate is 50 Hz, the time column has 25 Hz"));
  CsvOptions options;
  options.rate_hz = 25;
  Opened o("ppg\n1\n2\n", options);
  BOOST_REQUIRE(o.file);
  BOOST_TEST(read_all(*o.file).time_s[1] == 0.04);
}

BOOST_AUTO_TEST_CASE(time_columns_and_their_units) {
  Opened ms("t_ms,ppg\n0,1\n40,2\n80,3\n");
  BOOST_REQUIRE(ms.file);
  BOOST_TEST(*ms.file->timing().rate_hz == 25, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(read_all(*ms.file).time_s == (std::vector<double>{0, 0.04, 0.08}),
             boost::test_tools::per_element());
  Opened unix_s("timestamp,ppg\n1644829925.0,1\n1644829925.5,2\n1644829926.0,3\n");
  BOOST_REQUIRE(unix_s.file);
  BOOST_TEST(*unix_s.file->t0_unix() == 1644829925.0);
  BOOST_TEST(read_all(*unix_s.file).time_s == (std::vector<double>{0, 0.5, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(contains(Opened("timestamp,ppg\n1644829925000,1\n").refusal(), "timestamp_ms"));
}

BOOST_AUTO_TEST_CASE(names_that_are_times_are_read_with_their_unit) {
  const std::string rows = ",ppg\n0,1\n40,2\n80,3\n";
  for (const std::string name : {"time_ms", "T_MS", "Time [ms]", "elapsed_ms", "time (msec)"}) {
    Opened o(name + rows);
    BOOST_REQUIRE(o.file);
    BOOST_TEST(*o.file->timing().rate_hz == 25, boost::test_tools::tolerance(1e-9));
  }
  Opened us("timestamp_us,ppg\n1644829925000000,1\n1644829925040000,2\n1644829925080000,3\n");
  BOOST_REQUIRE(us.file);
  BOOST_TEST(*us.file->t0_unix() == 1644829925.0);
}

BOOST_AUTO_TEST_CASE(a_time_in_an_unknown_unit_is_refused_never_passed_over) {
  for (const std::string name : {"Time", "t", "date", "DateTime", "elapsed", "time [foo]"})
    BOOST_TEST(contains(Opened("# fs_hz: 100\n" + name + ",ppg\n0,1\n0.02,2\n0.04,3\n").refusal(),
                        "in an unknown unit; expected"),
               name);
  BOOST_TEST(contains(Opened("Time,ppg\n0,1\n").refusal(), "name it t_s, t_ms or timestamp"));
  BOOST_TEST(Opened("t_s,date,ppg\n0,2024,1\n1,2024,2\n2,2024,3\n").values() ==
             "2024 1 2024 2 2024 3");  // beside a time that can be read it is a column as any other
}

BOOST_AUTO_TEST_CASE(unix_seconds_under_another_name_are_taken_as_such) {
  Opened o("t_s,ppg\n1700000000.0,1\n1700000000.5,2\n1700000001.0,3\n");
  BOOST_REQUIRE(o.file);
  BOOST_TEST(*o.file->t0_unix() == 1700000000.0);
  BOOST_TEST(read_all(*o.file).time_s == (std::vector<double>{0, 0.5, 1}),
             boost::test_tools::per_element());
  BOOST_REQUIRE(o.file.problems.size() == 1U);
  BOOST_TEST(contains(to_text(o.file.problems[0]), "a.csv:2: 't_s' begins at 1.7e+09 s: taken as"));
  BOOST_TEST(contains(Opened("t_s,ppg\n2592000,1\n2592001,2\n").refusal(), "within 7 days"));
  BOOST_TEST(contains(Opened("t_s,ppg\n1e300,1\n").refusal(), "within 7 days"));
}

BOOST_AUTO_TEST_CASE(one_damaged_time_costs_one_row) {
  Opened o("t_s,ppg\n0,1\n1,2\n1000000002,3\n3,4\n4,5\n");
  BOOST_TEST(o.values() == "1 2 4 5");
  BOOST_TEST(*o.file->timing().rate_hz == 1);
  BOOST_REQUIRE(o.file->problems().total() == 1U);
  BOOST_TEST(o.file->problems().list()[0].line == 4U);
  BOOST_TEST(o.file->problems().list()[0].what == "time jumps by more than 7 days");
}

BOOST_AUTO_TEST_CASE(holes_do_not_add_up_to_years) {
  std::string text = "t_s,ppg\n0,1\n1,2\n2,3\n3,4\n";
  for (int i = 1; i < 100; ++i) text += std::to_string(i * 600'000) + ",5\n";
  Opened o(text);
  const auto rows = read_all(*o.file).values.size();
  BOOST_TEST(rows == 4U + 52U);
  BOOST_TEST(o.file->problems().list()[0].what == "the time is beyond a year");
}

BOOST_AUTO_TEST_CASE(a_rate_asked_for_may_not_contradict_the_file) {
  CsvOptions options;
  options.rate_hz = 100;
  BOOST_TEST(
      contains(Opened("# fs_hz: 50\nppg\n1\n", options).refusal(),
               ":1: the rate asked for is 100 Hz, the file says 50 Hz; expected both within 2"));
  BOOST_TEST(Opened("# fs_hz: 100.5\nppg\n1\n", options).values() == "1");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_nearly_right_is_named) {
  for (const std::string line : {"# fs: 50", "# Fs_Hz: 50", "# fs_hz = 50", "# Sampling rate: 50"})
    BOOST_TEST(contains(Opened(line + "\nppg\n1\n").refusal(),
                        ":1: '" + line + "' is not read; expected '# fs_hz: VALUE'"),
               line);
  Opened units("# fs_hz: 4\n# Units: mg\nppg\n1\n");
  BOOST_REQUIRE(units.file.problems.size() == 1U);
  BOOST_TEST(contains(to_text(units.file.problems[0]), "expected '# units: VALUE'"));
}

BOOST_AUTO_TEST_CASE(lines_that_end_in_cr_alone_are_named) {
  BOOST_TEST(
      contains(Opened("# fs_hz: 4\rppg\r1\r2\r").refusal(), ":1: the lines end in CR alone"));
  BOOST_TEST(contains(Opened("ppg\r1\r2\r").refusal(), ":1: the lines end in CR alone"));
}

BOOST_AUTO_TEST_CASE(row_without_a_place_in_time_is_left_out) {
  Opened o("t_s,ppg\n0,1\n1,2\n0.5,3\n1,4\n,5\nx,6\n2,7\n3\n4,8,9\n5,10\n");
  // A fourth cell in the head would refuse the file; here only its own row is wrong.
  BOOST_TEST(contains(o.refusal(), ":10: the row has 3 cells"));
  Opened p("t_s,ppg\n0,1\n1,2\n0.5,3\n1,4\n,5\nx,6\n2,7\n3\n5,10\n");
  BOOST_TEST(p.values() == "1 2 7 10");
  BOOST_TEST(p.file->counts().refused == 5U);
  BOOST_TEST(p.file->counts().rows == 4U);
  const auto told = p.file->problems().list();
  BOOST_TEST(told[0].line == 4U);
  BOOST_TEST(told[0].what == "time goes backwards");
  BOOST_TEST(told[1].what == "time does not advance");
  BOOST_TEST(told[4].what == "the row has fewer cells than the header row");
}

BOOST_AUTO_TEST_CASE(spacing_even_uneven_and_rounded) {
  const auto judged = [](double hz, double jitter, double digit) {
    std::vector<double> times;
    for (int i = 0; i < 200; ++i) {
      if (i == 70) continue;  // one lost sample does not change the rate
      const double t = i / hz + jitter * ((i * 7) % 5 - 2);
      times.push_back(std::floor(t / digit + 0.5) * digit);
    }
    return ib::files::judge_timing(times, digit);
  };
  BOOST_TEST(judged(64, 0, 1e-3).regular);  // 15 and 16 ms in turn
  BOOST_TEST(*judged(64, 0, 1e-3).rate_hz == 64, boost::test_tools::tolerance(0.005));
  BOOST_TEST(judged(130, 0, 1e-4).regular);
  BOOST_TEST(!judged(30, 0.004, 1e-3).regular);
  BOOST_TEST(*judged(30, 0.004, 1e-3).rate_hz == 30, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(files_that_are_no_table) {
  BOOST_TEST(contains(Opened("").refusal(), ": the file is empty"));
  BOOST_TEST(contains(Opened("# fs_hz: 4\n").refusal(), ": there is no header row"));
  BOOST_TEST(contains(Opened("# fs_hz: 4\nppg\n").refusal(), ":2: there is no row"));
  BOOST_TEST(contains(Opened("1\n2\n").refusal(), ":1: the header row is missing"));
  BOOST_TEST(contains(Opened("\xFF\xFEp").refusal(), ":1: the text is UTF-16"));
  BOOST_TEST(contains(Opened(std::string_view("a\0b\n1\n", 6)).refusal(), "not text"));
  std::string wide = "# fs_hz: 4\n";
  for (int i = 0; i < 1025; ++i) wide += "c" + std::to_string(i) + ",";
  BOOST_TEST(contains(Opened(wide + "z\n1\n").refusal(), "has 1026 columns"));
  std::string meta;
  for (int i = 0; i < 257; ++i) meta += "# k" + std::to_string(i) + ": v\n";
  BOOST_TEST(contains(Opened(meta + "a\n1\n").refusal(), "more than 256"));
}

BOOST_AUTO_TEST_CASE(truncated_gzip_gives_its_rows_then_says_so) {
  FileScratch scratch;
  std::string text = "# fs_hz: 4\nppg\n";
  for (unsigned i = 0; i < 30000; ++i) text += std::to_string(i * 2654435761U % 99991U) + "\n";
  auto file = CsvFile::open(scratch.write_gzip("a.csv.gz", text, 5000));
  BOOST_REQUIRE(file);
  const auto rows = read_all(*file).values.size();
  BOOST_TEST(rows > 1000U);
  BOOST_TEST(rows < 30000U);
  BOOST_REQUIRE(file->problems().total() == 1U);
  BOOST_TEST(file->problems().list()[0].line == rows + 2);
}

BOOST_AUTO_TEST_CASE(numbers_do_not_depend_on_the_locale) {
  // Not every machine has the German locale; where it is absent the case still reads the file.
  const char* german = std::setlocale(LC_ALL, "de_DE.UTF-8");
  if (german == nullptr) german = std::setlocale(LC_ALL, "de_DE");
  BOOST_TEST_MESSAGE("locale: " << (german ? german : "de_DE absent, C used"));
  Opened o("# fs_hz: 12.5\nppg,acc\n1.5,2.25\n");
  BOOST_TEST(*o.file->timing().rate_hz == 12.5);
  const auto row = read_all(*o.file).values;
  std::setlocale(LC_ALL, "C");
  BOOST_TEST(row == (std::vector<float>{1.5F, 2.25F}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_pull_size_gives_the_same_rows) {
  std::string text = "# fs_hz: 4\na,b\n";
  for (int i = 0; i < 500; ++i) text += std::to_string(i) + "," + std::to_string(-i) + "\n";
  const auto expected = read_all(*Opened(text).file, 500).values;
  BOOST_TEST(expected.size() == 1000U);
  for (const std::size_t n : {1U, 3U, 64U})
    BOOST_TEST((read_all(*Opened(text).file, n).values == expected));
}

/// A row of plain numbers is read in another way than one with blanks in it: to the same values, times,
/// counts and lines of problems, wherever the buffer of 64 KiB ends.
BOOST_AUTO_TEST_CASE(plain_rows_and_rows_with_blanks_are_read_alike) {
  for (const auto seed : cases(10)) {
    std::mt19937 random(seed);
    const char* const line_end = random() % 2 == 0 ? "\n" : "\r\n";
    const bool timed = random() % 2 == 0;
    const std::string head = timed ? "t_s,a,name,b\n" : "# fs_hz: 4\na,name,b\n";
    std::string plain = head, blank = head;
    for (int i = 0; i < 20'000; ++i) {
      std::vector<std::string> cells;
      if (timed) cells.push_back(fmt::format("{:.2f}", i * 0.25 - (random() % 50 == 0 ? 1 : 0)));
      for (int k = 0; k < 3; ++k)
        cells.push_back(fmt::format("{:.{}f}", double(random() % 20'001) / 7 - 1000, random() % 7));
      if (random() % 100 == 0) cells.back() = random() % 2 == 0 ? "" : "x";
      if (random() % 100 == 0) cells.pop_back();
      for (std::size_t k = 0; k < cells.size(); ++k) {
        plain += (k > 0 ? "," : "") + cells[k];
        blank += (k > 0 ? ", " : " ") + cells[k] + " ";
      }
      plain += line_end;
      blank += line_end;
    }
    CsvOptions options;
    options.columns = {"b", "a"};
    Opened one(plain, options), other(blank, options);
    const auto expected = read_all(*other.file, 100), found = read_all(*one.file, 100);
    BOOST_TEST((found.time_s == expected.time_s), "seed " << seed);
    BOOST_TEST((text_of(found.values) == text_of(expected.values)), "seed " << seed);
    const auto &a = one.file->counts(), &b = other.file->counts();
    BOOST_TEST((a.rows == b.rows && a.refused == b.refused && a.bad_cells == b.bad_cells &&
                a.empty_cells == b.empty_cells));
    BOOST_TEST(a.refused > 0U);
    BOOST_TEST(one.file->line_number() == other.file->line_number());
    BOOST_REQUIRE(one.file->problems().list().size() == other.file->problems().list().size());
    for (std::size_t k = 0; k < one.file->problems().list().size(); ++k)
      BOOST_TEST(one.file->problems().list()[k].line == other.file->problems().list()[k].line);
  }
}

BOOST_AUTO_TEST_CASE(random_bytes_never_crash) {
  constexpr std::string_view alphabet = "0123456789.,;\t\"-+eE# :\r\n\nnaif_t";
  std::uint64_t x = 42;
  BOOST_TEST_MESSAGE("seed 42");
  for (int round = 0; round < 400; ++round) {
    std::string text = round % 2 ? "# fs_hz: 4\nt_s,ppg\n0,1\n" : "";
    for (int i = 0; i < 200; ++i) {
      x = x * 6364136223846793005U + 1442695040888963407U;
      text += alphabet[(x >> 33U) % alphabet.size()];
    }
    Opened o(text);
    if (o.file) read_all(*o.file);
    else BOOST_TEST(!o.file.problems.empty());
  }
}

BOOST_AUTO_TEST_CASE(real_recordings) {
  struct Case {
    std::string_view path;
    std::size_t rows, columns;
    float first, last;
    double rate_hz;
    std::uint64_t empty;
  };
  const Case cases[] = {
      {"data/ppg_heartpy/example1.csv", 2483, 1, 530, 494, 100, 0},
      {"data/ppg_ring_heartpy/ring_dev.csv", 45993, 1, 15926, 16157, 32, 274},
      {"data/ppg_ecg_bidmc/bidmc_01_signals.csv.gz", 60001, 3, 0.43597F, 0.40274F, 125, 0},
      {"data/rr_ectopic_polarh10/polar_h10_ecg.csv.gz", 78096, 1, -0.098F, -0.101F, 130, 0},
  };
  for (const auto& c : cases) {
    const auto path = ib::test::shared(c.path);
    if (!path) {
      ib::test::skip_absent(c.path);
      continue;
    }
    auto file = CsvFile::open(*path);
    BOOST_REQUIRE(file);
    const auto values = read_all(*file, 1000).values;
    BOOST_TEST_CONTEXT(c.path) {
      BOOST_TEST(values.size() == c.rows * c.columns);
      BOOST_TEST(values.front() == c.first);
      BOOST_TEST(values[values.size() - c.columns] == c.last);
      BOOST_TEST(*file->timing().rate_hz == c.rate_hz);
      BOOST_TEST(file->timing().regular);
      BOOST_TEST(file->counts().empty_cells == c.empty);
      BOOST_TEST(file->problems().total() == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(camera_frames_are_uneven) {
  constexpr auto name = "data/ppg_rr_welltory/rec_01_ppg.csv";
  const auto path = ib::test::shared(name);
  if (!path) return ib::test::skip_absent(name);
  const auto file = CsvFile::open(*path);
  BOOST_REQUIRE(file.value.has_value());
  BOOST_TEST(!file.value->timing().regular);
  BOOST_TEST(*file.value->timing().rate_hz == 30, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(nearest_name) {
  const std::string_view names[] = {"ppg", "acc_x", "acc_y", "temp_c"};
  BOOST_TEST(*ib::nearest("pgp", names) == "ppg");
  BOOST_TEST(*ib::nearest("PPG", names) == "ppg");
  BOOST_TEST(*ib::nearest("acc_z", names) == "acc_x");  // a tie: the earlier
  BOOST_TEST(*ib::nearest("tmpe_c", names) == "temp_c");
  BOOST_TEST(!ib::nearest("zzz", names));
  BOOST_TEST(!ib::nearest("", names));
  BOOST_TEST(!ib::nearest("xy", std::span(names).first(1)));
  BOOST_TEST(ib::edit_distance("ab", "ba") == 1U);
  BOOST_TEST(ib::edit_distance("kitten", "sitting") == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
