#include "files/line_reader.hpp"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "drivers/file_scratch.hpp"

using ib::files::LineReader;
using ib::test::FileScratch;

namespace {

std::vector<std::string> all(LineReader& lines) {
  std::vector<std::string> found;
  for (std::string_view line; lines.next(line);) found.emplace_back(line);
  return found;
}

std::vector<std::string> lines_of(std::string_view bytes) {
  FileScratch scratch;
  auto lines = LineReader::open(scratch.write("a.csv", bytes));
  BOOST_REQUIRE(lines);
  auto found = all(*lines);
  BOOST_TEST(lines->line_number() == found.size());
  BOOST_TEST(!lines->problem().has_value());
  return found;
}

using Lines = std::vector<std::string>;

// Text that does not compress away: cutting the file then cuts rows.
std::string many_rows(std::size_t n) {
  std::string text;
  std::uint32_t x = 1;
  for (std::size_t i = 0; i < n; ++i) text += std::to_string(x = x * 1664525U + 1013904223U) + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_reader)

BOOST_AUTO_TEST_CASE(ends_of_lines) {
  BOOST_TEST(lines_of("a\nb\n") == (Lines{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(lines_of("a\r\nb\r\n") == (Lines{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(lines_of("a\nb") == (Lines{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(lines_of("a\n\nb\n") == (Lines{"a", "", "b"}), boost::test_tools::per_element());
  BOOST_TEST(lines_of("") == Lines{}, boost::test_tools::per_element());
  BOOST_TEST(lines_of("\xEF\xBB\xBFppg\r\n1\r\n") == (Lines{"ppg", "1"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lines_longer_and_shorter_than_the_buffer_are_whole) {
  std::string text;
  Lines expected;
  for (const std::size_t length : {1U, 65535U, 65536U, 65537U, 300000U, 3U, 1U << 20U}) {
    expected.emplace_back(length, 'x');
    text += expected.back() + "\n";
  }
  BOOST_TEST(lines_of(text) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(line_beyond_one_mebibyte_ends_the_reading) {
  FileScratch scratch;
  auto lines = LineReader::open(scratch.write("a.csv", "ok\n" + std::string(3U << 20U, 'x')));
  BOOST_REQUIRE(lines);
  BOOST_TEST(all(*lines) == Lines{"ok"}, boost::test_tools::per_element());
  BOOST_REQUIRE(lines->problem());
  BOOST_TEST(lines->problem()->what == "line 2 is longer than 1 MiB");
}

BOOST_AUTO_TEST_CASE(gzip_is_known_by_content_not_by_name) {
  FileScratch scratch;
  const auto text = many_rows(100000);
  auto packed = LineReader::open(scratch.write_gzip("no_ending", text));
  auto plain = LineReader::open(scratch.write("named.csv.gz", text));
  BOOST_REQUIRE((packed && plain));
  BOOST_TEST((all(*packed) == all(*plain)));
  BOOST_TEST(packed->line_number() == 100000U);
  BOOST_TEST(!packed->problem().has_value());
}

BOOST_AUTO_TEST_CASE(truncated_gzip_keeps_whole_lines_and_says_how_many) {
  FileScratch scratch;
  const auto text = many_rows(50000);
  for (const std::size_t lost : {1U, 8U, 9U, 1000U, 100000U}) {
    auto whole = LineReader::open(scratch.write("whole.csv", text));
    auto cut = LineReader::open(scratch.write_gzip("cut.csv.gz", text, lost));
    const auto rows = all(*cut), expected = all(*whole);
    BOOST_TEST_CONTEXT("lost " << lost) {
      BOOST_REQUIRE(cut->problem());
      BOOST_TEST(rows.size() <= expected.size());
      BOOST_TEST((rows == Lines(expected.begin(),
                                expected.begin() + static_cast<std::ptrdiff_t>(rows.size()))));
      BOOST_TEST(cut->problem()->line == rows.size());
      BOOST_TEST(cut->problem()->what == "truncated after line " + std::to_string(rows.size()) +
                                             "; the rows before it are kept");
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_gzip_is_a_problem) {
  FileScratch scratch;
  const auto path = scratch.write_gzip("a.gz", many_rows(50000));
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100000);
  file << "########";
  file.close();
  auto lines = LineReader::open(path);
  BOOST_REQUIRE(lines);
  all(*lines);
  BOOST_REQUIRE(lines->problem());
  BOOST_TEST(lines->problem()->what.find("damaged after line") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(entry_of_a_zip) {
  FileScratch scratch;
  const auto zip = scratch.write_zip("e.zip", {{"in/BVP.csv", "1\r\n2\r\n"}, {"x", "y"}});
  auto lines = LineReader::open_entry(zip, "in/BVP.csv");
  BOOST_REQUIRE(lines);
  BOOST_TEST(all(*lines) == (Lines{"1", "2"}), boost::test_tools::per_element());
  BOOST_TEST(lines->path() == zip / "in/BVP.csv");
  BOOST_TEST(!LineReader::open_entry(zip, "ACC.csv"));
  BOOST_TEST(!LineReader::open_entry(scratch.write("no.zip", "text"), "x"));
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused_and_never_waits) {
  FileScratch scratch;
  BOOST_REQUIRE(::mkfifo((scratch.folder() / "pipe").c_str(), 0600) == 0);
  for (const auto& path : {scratch.folder(), scratch.folder() / "pipe",
                           std::filesystem::path("/dev/zero"), scratch.folder() / "absent"}) {
    const auto lines = LineReader::open(path);
    BOOST_TEST(!lines);
    BOOST_TEST(lines.problems.size() == 1U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
