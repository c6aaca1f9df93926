// source.embraceplus: the files of a folder on one clock, whole or damaged.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "file_scratch.hpp"
#include "files/recognise.hpp"
#include "files/stamp_file.hpp"
#include "source_bench.hpp"

BOOST_AUTO_TEST_SUITE(source_embrace)

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

using FolderFiles = std::map<std::string, std::string>;

constexpr std::int64_t start_us = 1'687'343'523'000'000;

/// Rows at a rate: a time in microseconds and `cells`.
std::string rows_at(double rate_hz, int first, int end, const std::string& cells = "") {
  std::string text;
  for (int i = first; i < end; ++i)
    text += std::to_string(start_us + std::llround(1e6 * i / rate_hz)) + "," +
            (cells.empty() ? std::to_string(i) + ".5" : cells) + "\r\n";
  return text;
}

FolderFiles small_folder() {
  return {{"bvp.csv", "unix_timestamp,bvp\r\n" + rows_at(64, 0, 640)},
          {"accelerometer.csv", "unix_timestamp,x,y,z\r\n" + rows_at(64, 64, 640, "0,0.5,-1")},
          {"temperature.csv", "unix_timestamp,temperature\r\n" + rows_at(1, 0, 10, "30.5")},
          {"eda.csv", "unix_timestamp,eda\r\n" + rows_at(4, 0, 40, "0.25")},
          {"systolic_peaks.csv",
           "systolic_peak_timestamp\r\n1687343524000000123\r\n1687343524800000123\r\n"
           "1687343525600000999\r\n"},
          {"tags.csv", "tags_timestamp\r\n1687343527500000\r\n1687343531000000\r\n"},
          {"steps.csv", "unix_timestamp,steps\r\n1687343523000000,3\r\n"}};
}

std::string write_folder(const FileScratch& scratch, const FolderFiles& files) {
  for (const auto& [name, text] : files) scratch.write("anna/" + name, text);
  return (scratch.folder() / "anna").string();
}

auto play_folder(const FolderFiles& files, std::initializer_list<const char*> ports,
                 const std::map<std::string, std::string>& params = {}) {
  const FileScratch scratch;
  SourceBench bench;
  auto all = params;
  all["path"] = write_folder(scratch, files);
  bench.source("a", "source.embraceplus", {all.begin(), all.end()});
  for (const auto* port : ports) bench.hear("a", port);
  return bench.play(1s);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_file_is_a_stream_at_its_own_start) {
  const auto played = play_folder(small_folder(), {"ppg", "acc", "temperature", "eda"});
  BOOST_TEST(played.built, played.problems);
  BOOST_TEST(played.problems == "");
  BOOST_TEST(played["a.ppg"].items.size() == 640U);
  BOOST_TEST(played["a.ppg"].value(639) == 639.5F);
  BOOST_TEST(played["a.ppg"].stream.rate_hz == 64, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(played["a.ppg"].items.front().t == 0);
  BOOST_TEST(played["a.ppg"].gaps.empty());
  BOOST_TEST(played["a.acc"].items.size() == 576U);
  BOOST_TEST(std::abs(played["a.acc"].items.front().t - 1'000'000'000) < 1000);
  BOOST_TEST(played["a.acc"].value(5, 2) == -1);
  BOOST_TEST(played["a.temperature"].items.size() == 10U);
  BOOST_TEST(played["a.eda"].value(39) == 0.25F);
}

BOOST_AUTO_TEST_CASE(peaks_are_beats_and_tags_are_markers) {
  const auto played = play_folder(small_folder(), {"beats", "markers"});
  const auto& beats = played["a.beats"];
  BOOST_REQUIRE_EQUAL(beats.items.size(), 3U);
  BOOST_TEST(beats.items[0].t == 1'000'000'123);  // to the nanosecond
  BOOST_TEST(!beats.value<Beat>(0).ibi_us);
  BOOST_TEST((beats.value<Beat>(0).reason == Reason::gap));
  BOOST_TEST(*beats.value<Beat>(1).ibi_us == 800'000);
  BOOST_TEST(*beats.value<Beat>(2).ibi_us == 800'001);
  BOOST_TEST(beats.value<Beat>(2).contiguous);
  BOOST_TEST(beats.value<Beat>(2).valid);
  const auto& markers = played["a.markers"];
  BOOST_REQUIRE_EQUAL(markers.items.size(), 2U);
  BOOST_TEST(markers.items[0].t == 4'500'000'000);
  BOOST_TEST(std::string(markers.value<Marker>(1).text) == "tag 2");
}

BOOST_AUTO_TEST_CASE(a_hole_between_two_recordings_is_a_gap) {
  auto files = small_folder();
  files["bvp.csv"] = "unix_timestamp,bvp\n" + rows_at(64, 0, 640) + rows_at(64, 6400, 7040);
  const auto played = play_folder(files, {"ppg"});
  const auto& ppg = played["a.ppg"];
  BOOST_TEST(ppg.items.size() == 1280U);
  BOOST_REQUIRE_EQUAL(ppg.gaps.size(), 1U);
  BOOST_TEST(ppg.items[640].index == 6400U);
  BOOST_TEST(std::abs(ppg.items[640].t - 100'000'000'000) < 1000);
}

BOOST_AUTO_TEST_CASE(other_columns_and_other_cases_are_passed_over) {
  auto files = small_folder();
  files.erase("bvp.csv");
  std::string text = "participant_id,unix_timestamp,bvp,timestamp_iso\n";
  for (int i = 0; i < 64; ++i)
    text += "A1," + std::to_string(start_us + i * 15'625) + ",2,2023-06-21T10:32:03\n";
  files["BVP.csv"] = text;
  files["systolic_peaks.csv"] = "participant_id,systolic_peak_timestamp\nA1,1687343524000000123\n";
  const auto played = play_folder(files, {"ppg", "beats"});
  BOOST_TEST(played.built, played.problems);
  BOOST_TEST(played["a.ppg"].items.size() == 64U);
  BOOST_TEST(played["a.beats"].items.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_bvp_may_be_turned_over) {
  const auto played = play_folder(small_folder(), {"ppg", "acc"}, {{"invert", "1"}});
  BOOST_TEST(played["a.ppg"].value(639) == -639.5F);
  BOOST_TEST(played["a.acc"].value(5, 2) == -1);
}

BOOST_AUTO_TEST_CASE(a_damaged_part_is_left_out_and_told) {
  const auto told = [](const std::string& name, const std::string& text) {
    auto files = small_folder();
    files[name] = text;
    const auto played = play_folder(files, {"ppg", "beats"});
    return (played.built ? "built: " : "refused: ") + played.problems;
  };
  const auto says = [](const std::string& text, std::string_view part) {
    return text.starts_with("built: ") && text.find(part) != std::string::npos;
  };
  const std::string head = "unix_timestamp,x,y,z\n";
  BOOST_TEST(says(told("accelerometer.csv", ""), "accelerometer.csv"));
  BOOST_TEST(says(told("accelerometer.csv", head), "there is no row below the header row"));
  BOOST_TEST(says(told("accelerometer.csv", "unix_timestamp,x,y\n1687343523000000,1,2\n"),
                  "accelerometer.csv:1: there is no column 'z'"));
  BOOST_TEST(says(told("accelerometer.csv", head + rows_at(64, 0, 640, "12,-340,2048")),
                  "counts have to be converted to g"));
  BOOST_TEST(says(told("eda.csv", "t,eda\n1,2\n"), "eda.csv:1: column 't' is a time by its name"));
  BOOST_TEST(says(told("eda.csv", "unix_timestamp,eda\n1,2\n2,3\n3,4\n"), "at most 2 kHz"));
  BOOST_TEST(says(told("eda.csv", "unix_timestamp,eda\n1000000,2\n2000000,3\n3000000,4\n"),
                  "more than 7 days from that of the others"));
  BOOST_TEST(says(told("tags.csv", "tags_timestamp\nnever\n1687343527500000\n"),
                  "tags.csv:2: the stamp is 'never'; expected microseconds since 1970"));
  BOOST_TEST(says(told("tags.csv", "unix\n1\n"), "tags.csv:1: the header row is 'unix'"));
  BOOST_TEST(says(told("temperature.csv", "unix_timestamp,temperature\n" + rows_at(1, 0, 5, "x")),
                  "temperature.csv"));
}

BOOST_AUTO_TEST_CASE(a_folder_without_a_pulse_is_refused) {
  auto files = small_folder();
  files.erase("bvp.csv");
  files.erase("systolic_peaks.csv");
  const auto played = play_folder(files, {"eda"});
  BOOST_TEST(!played.built);
  BOOST_TEST(played.problems.find("neither a pulse waveform nor a systolic peak") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_is_known_by_what_is_in_it) {
  using files::Kind;
  const FileScratch scratch;
  BOOST_TEST((*files::recognise(write_folder(scratch, small_folder())) == Kind::embrace_folder));
  scratch.write("e4/BVP.csv", "1644829925.00\n64.0\n0.5\n");
  BOOST_TEST((*files::recognise(scratch.folder() / "e4") == Kind::e4_folder));
  scratch.write("peaks/systolic_peaks.csv", "systolic_peak_timestamp\n1687343524000000123\n");
  BOOST_TEST((*files::recognise(scratch.folder() / "peaks") == Kind::embrace_folder));
  BOOST_TEST(files::recognise(scratch.folder()).problems.at(0).hint ==
             "its folder 'anna' is of an EmbracePlus: name that");
  SourceBench bench;
  bench.source("a", "source", {{"uri", (scratch.folder() / "anna").string()}}).hear("a", "ppg");
  BOOST_TEST(bench.play(1s)["a.ppg"].items.size() == 640U);
  SourceBench forced;
  forced.source("a", "source", {{"uri", "embraceplus:" + (scratch.folder() / "anna").string()}});
  BOOST_TEST(forced.hear("a", "ppg").play(1s)["a.ppg"].items.size() == 640U);
}

BOOST_AUTO_TEST_CASE(stamps_rise_and_stay_whole) {
  const FileScratch scratch;
  const auto found = files::StampFile::read(
      scratch.write("s.csv",
                    "systolic_peak_timestamp\n1687343524000000001\n1687343524000000001\n\n"
                    "1687343523000000000\n1.687e18\n-5\n1687343524000000002\n5\n"),
      "systolic_peak_timestamp", 1);
  BOOST_REQUIRE(found.value);
  BOOST_TEST(found.value->unix_ns ==
             (std::vector<std::int64_t>{1'687'343'524'000'000'001, 1'687'343'524'000'000'002}));
  BOOST_TEST(found.value->refused == 5U);
  BOOST_TEST(to_text(found.problems.at(0))
                 .find("s.csv:3: the stamp is '1687343524000000001'; "
                       "expected one after that of the row before") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
