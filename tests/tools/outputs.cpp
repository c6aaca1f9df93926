// Outputs that can't be written: a message then has no reader and costs nothing, data that is lost
// is a failure.
#include "tools/program.hpp"

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(outputs, Program)

BOOST_AUTO_TEST_CASE(a_message_without_a_reader_changes_nothing) {
  write("g.yaml", small_graph);
  for (const std::string lost : {"2>/dev/full", "2>&-", "2>&1 >/dev/null | head -c1"}) {
    fs::remove_all(folder / "out");
    const int code =
        shell("set -o pipefail; \"$I\" run g.yaml --speed max " + lost + " >/dev/null");
    BOOST_TEST(code == 0, lost << ": " << code);
    BOOST_TEST(has(text_of_file(folder / "out/run.json"), "\"exit\": 0"), lost);
    BOOST_TEST(shell("set -o pipefail; \"$I\" run absent.yaml " + lost + " >/dev/null") == 2);
  }
}

BOOST_AUTO_TEST_CASE(no_file_takes_the_place_of_a_closed_descriptor) {
  write("g.yaml", small_graph);
  BOOST_TEST(shell("\"$I\" run g.yaml --speed max <&- >&- 2>&-") == 0);
  const auto rows = text_of_file(folder / "out/filtered.csv");
  BOOST_TEST(rows.starts_with("time_s,"));
  BOOST_TEST(!has(rows, "running"));
  BOOST_TEST(!has(rows, "results"));
}

BOOST_AUTO_TEST_CASE(lost_data_is_a_failure_in_a_plain_sentence) {
  for (const std::string command : {"nodes", "schema", "man", "--help", "--version",
                                    "completion bash", "inspect filter.bandpass"}) {
    BOOST_TEST(shell("\"$I\" " + command + " >/dev/full 2>stderr") == 1, command);
    const auto said = text_of_file(folder / "stderr");
    BOOST_TEST(has(said, "stdout can't be written: No space left on device"), said);
    BOOST_TEST(!has(said, "mistake of the program"), said);
  }
  BOOST_TEST(shell("\"$I\" nodes >&- 2>stderr") == 1);
}

BOOST_AUTO_TEST_CASE(a_reader_that_left_early_is_told_nothing) {
  shell("\"$I\" schema 2>stderr | head -c1 >/dev/null");
  BOOST_TEST(text_of_file(folder / "stderr").empty());
}

BOOST_AUTO_TEST_SUITE_END()
