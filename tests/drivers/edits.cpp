// A file of edits: what a person did to which beat, read whole or refused whole.
#include "files/edits.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "drivers/file_scratch.hpp"
#include "files/recognise.hpp"
#include "source_bench.hpp"

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;
using files::EditFile;

namespace {

const std::string all_columns = "time_s,action,to_s,until_s,by,why\n";

struct ReadEdits {
  FileScratch scratch{};
  files::Result<EditFile> file;

  explicit ReadEdits(const std::string& text)
      : file(EditFile::read(scratch.write("e.csv", text))) {}

  /// All that is said, a line each, from the file's name on.
  std::string said() const {
    if (file) return "read";
    std::string text;
    for (const auto& p : file.problems) {
      const auto line = to_text(p);
      text += line.substr(line.find("e.csv")) + "\n";
    }
    return text;
  }
  std::vector<files::TimedEdit> edits() {
    BOOST_REQUIRE_MESSAGE(file, said());
    return file->edits;
  }
};

bool says_edits(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("\"" << part << "\" is not in:\n" << text);
  return found;
}

/// What is said of one row under all columns.
std::string said_of(const std::string& row) { return ReadEdits(all_columns + row + "\n").said(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(edits)

BOOST_AUTO_TEST_CASE(each_action_says_who_did_what_and_why) {
  ReadEdits read(all_columns +
                 "12.31,remove,,,AB,\"movement, no pulse\"\n"
                 "12.94,add,,,AB,hidden in the artefact\n"
                 "30.12,move,30.18,,AB,on the shoulder\n"
                 "61.5,exclude,,,AB,ectopic\n"
                 "80,exclude,,95.5,B\xC3\xA9"
                 ",talks\n");
  const auto edits = read.edits();
  BOOST_REQUIRE_EQUAL(edits.size(), 5U);
  BOOST_TEST(edits[0].t.ns == 12'310'000'000);
  BOOST_TEST((edits[0].edit.action == EditAction::remove));
  BOOST_TEST(std::string(edits[0].edit.why) == "movement, no pulse");
  BOOST_TEST(std::string(edits[0].edit.by) == "AB");
  BOOST_TEST(!edits[0].edit.shift_s);
  BOOST_TEST((edits[1].edit.action == EditAction::add));
  BOOST_TEST(*edits[2].edit.shift_s == 0.06, boost::test_tools::tolerance(1e-9));
  BOOST_TEST((edits[3].edit.action == EditAction::exclude));
  BOOST_TEST(!edits[3].edit.length_s);
  BOOST_TEST(*edits[4].edit.length_s == 15.5);
  BOOST_TEST(std::string(edits[4].edit.by) == "B\xC3\xA9");
  BOOST_TEST(!read.file->t0_unix);
}

BOOST_AUTO_TEST_CASE(rows_stand_in_any_order_and_columns_too) {
  ReadEdits read(
      "# t0_unix: 1700000000\n# checked twice\nwhy;by;action;time_s\nlate;AB;add;9,5\n\nearly;AB;"
      "remove;2,25\n");
  const auto edits = read.edits();
  BOOST_REQUIRE_EQUAL(edits.size(), 2U);
  BOOST_TEST(edits[0].t.ns == 2'250'000'000);
  BOOST_TEST(edits[1].t.ns == 9'500'000'000);
  BOOST_TEST(std::string(edits[1].edit.why) == "late");
  BOOST_TEST(*read.file->t0_unix == 1.7e9);
}

BOOST_AUTO_TEST_CASE(a_person_may_find_nothing_to_correct) {
  BOOST_TEST(ReadEdits("time_s,action,by,why\n").edits().empty());
}

BOOST_AUTO_TEST_CASE(every_wrong_row_is_named_at_once) {
  const auto said = ReadEdits(all_columns +
                              "x,add,,,AB,a\n"
                              "1,ad,,,AB,a\n"
                              "2,add,,,AB,right\n"
                              "-3,add,,,AB,a\n"
                              "4,move,,,AB,a\n"
                              "5,move,6,,AB,a\n"
                              "7,exclude,,6,AB,a\n")
                        .said();
  BOOST_TEST(says_edits(said, "e.csv:2: time_s is 'x'"));
  BOOST_TEST(says_edits(said,
                        "e.csv:3: action is 'ad'; expected add, remove, move or exclude; did you "
                        "mean 'add'?"));
  BOOST_TEST(said.find("e.csv:4:") == std::string::npos);
  BOOST_TEST(says_edits(said, "e.csv:5: time_s is '-3', before the start of the session"));
  BOOST_TEST(says_edits(said, "e.csv:6: move without to_s"));
  BOOST_TEST(says_edits(
      said, "e.csv:7: move by 1 s; expected at most 0.5 s; further away it is another beat"));
  BOOST_TEST(says_edits(said, "e.csv:8: the stretch ends before it begins"));
}

BOOST_AUTO_TEST_CASE(a_thousand_wrong_rows_are_ten_lines_and_a_count) {
  std::string text = all_columns;
  for (int i = 0; i < 1000; ++i) text += "1,nothing,,,AB,a\n";
  const ReadEdits read(text);
  BOOST_TEST(!read.file);
  BOOST_TEST(read.file.problems.size() == 11U);
  BOOST_TEST(says_edits(read.said(), "1000 mistakes like these in all"));
}

BOOST_AUTO_TEST_CASE(a_cell_says_what_is_wrong_with_it) {
  BOOST_TEST(says_edits(said_of("1,,,,AB,a"), "action is empty"));
  BOOST_TEST(says_edits(said_of(",add,,,AB,a"), "time_s is empty"));
  BOOST_TEST(says_edits(said_of("nan,add,,,AB,a"), "time_s is 'nan'"));
  BOOST_TEST(says_edits(said_of("1e12,add,,,AB,a"), "is its unit another one?"));
  BOOST_TEST(says_edits(said_of("1,add,1.1,,AB,a"), "to_s is '1.1', and nothing moves"));
  BOOST_TEST(says_edits(said_of("1,remove,,2,AB,a"), "until_s is '2', and no stretch is excluded"));
  BOOST_TEST(says_edits(said_of("1,move,1,,AB,a"), "move to where it is"));
  BOOST_TEST(says_edits(said_of("1,add,,,,a"), "by is empty; expected who made the edit"));
  BOOST_TEST(says_edits(said_of("1,add,,,AB, "), "why is empty"));
  BOOST_TEST(says_edits(said_of("1,add,,,AB," + std::string(88, 'w')), "why has 88 bytes"));
  BOOST_TEST(says_edits(said_of("1,add,,,AB,\xFF"), "no UTF-8 text"));
  BOOST_TEST(says_edits(said_of("1,add,,,AB,a,b"),
                        "the row has 7 cells, the header row has 6; expected 6 "
                        "cells; put a text that holds the delimiter in double quotes"));
  BOOST_TEST(says_edits(said_of("1,add,AB,a"), "the row has 4 cells"));
  BOOST_TEST(said_of("1,add,,,AB," + std::string(87, 'w')) == "read");
}

BOOST_AUTO_TEST_CASE(two_edits_of_one_moment_contradict_each_other) {
  const auto said =
      ReadEdits(all_columns + "5,remove,,,AB,a\n3,add,,,AB,a\n5,move,5.1,,CD,b\n").said();
  BOOST_TEST(says_edits(said, "e.csv:4: move at 5 s, and line 2 says remove at the same time"));
  BOOST_TEST(says_edits(said, "they contradict each other"));
  BOOST_TEST(
      says_edits(ReadEdits(all_columns + "5,add,,,AB,a\n5,add,,,AB,a\n").said(), "leave one out"));
}

BOOST_AUTO_TEST_CASE(a_column_too_many_or_too_few_is_named) {
  BOOST_TEST(says_edits(ReadEdits("time_s,action,until,by,why\n").said(),
                        "column 'until' is none of an edits file"));
  BOOST_TEST(
      says_edits(ReadEdits("time_s,action,until,by,why\n").said(), "did you mean 'until_s'?"));
  BOOST_TEST(says_edits(ReadEdits("time_s,action,by\n").said(), "there is no column 'why'"));
  BOOST_TEST(
      says_edits(ReadEdits("time_s,action,by,why,by\n").said(), "column 'by' is there twice"));
  BOOST_TEST(says_edits(ReadEdits("# only a remark\n").said(), "there is no header row"));
  BOOST_TEST(says_edits(ReadEdits("# t0_unix: soon\ntime_s,action,by,why\n").said(),
                        "e.csv:1: t0_unix is 'soon'"));
}

BOOST_AUTO_TEST_CASE(more_than_ten_thousand_are_refused) {
  std::string text = all_columns;
  for (int i = 0; i <= 10'000; ++i) text += std::to_string(i) + ",add,,,AB,a\n";
  BOOST_TEST(says_edits(ReadEdits(text).said(), "more than 10000 edits"));
}

BOOST_AUTO_TEST_CASE(it_is_recognised_by_its_columns_and_is_a_source) {
  const FileScratch scratch;
  const auto path =
      scratch.write("edits", all_columns + "1.5,add,,,AB,\"a, b\"\n2,remove,,,AB,a\n");
  const auto kind = files::recognise(path);
  BOOST_REQUIRE(kind.value.has_value());
  BOOST_TEST((*kind.value == files::Kind::edits));
  SourceBench bench;
  bench.source("a", "source.edits", {{"path", path.string() + "?start=10s"}});
  const auto played = play_at_all_steps(bench.hear("a", "edits"));
  const auto& edits = played["a.edits"];
  BOOST_REQUIRE_EQUAL(edits.items.size(), 2U);
  BOOST_TEST(edits.items[0].t == 11'500'000'000);
  BOOST_TEST(std::string(edits.value<BeatEdit>(0).why) == "a, b");
  BOOST_TEST(edits.finished);
}

BOOST_AUTO_TEST_CASE(taken_for_a_recording_it_says_who_reads_it) {
  const FileScratch scratch;
  SourceBench bench;
  bench.source("a", "source", {{"uri", scratch.write("e.csv", all_columns).string()}});
  const auto played = bench.hear("a", "beats").play(1s);
  BOOST_TEST(!played.built);
  BOOST_TEST(says_edits(played.problems,
                        "this is a file of edits and no recording; expected {type: source.edits"));
}

BOOST_AUTO_TEST_CASE(a_file_without_edits_plays_and_ends) {
  const FileScratch scratch;
  SourceBench bench;
  bench.source("a", "source.edits", {{"path", scratch.write("e.csv", all_columns).string()}});
  const auto played = play_at_all_steps(bench.hear("a", "edits"));
  BOOST_TEST(played["a.edits"].items.empty());
  BOOST_TEST(played["a.edits"].finished);
}

BOOST_AUTO_TEST_CASE(a_wrong_file_refuses_the_graph_with_its_lines) {
  const FileScratch scratch;
  SourceBench bench;
  bench.source("a", "source.edits",
               {{"path", scratch.write("e.csv", all_columns + "1,addd,,,AB,a\n").string()}});
  const auto played = bench.hear("a", "edits").play(1s);
  BOOST_TEST(!played.built);
  BOOST_TEST(says_edits(played.problems, "e.csv:2: action is 'addd'"));
}

BOOST_AUTO_TEST_SUITE_END()
